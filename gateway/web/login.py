"""Logging in with a token and out again, the same for console and portal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from gateway.flow.gateway import Gateway
from gateway.web.form import read_form, text_of
from gateway.web.pages import LoginNeeded, PageProblem, page, to
from gateway.web.session import Session, Sessions, is_form_token

log = structlog.get_logger("gateway.web")

LONGEST_TOKEN = 500
_INSIDE = re.compile(r"/[A-Za-z0-9/_-]{0,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How one area lets people in.

    ``enter`` takes the token and the name given, and returns holder and mark of a session, or None for a wrong token.
    ``still_valid`` is asked at every request: a partner may have been removed, or have a new token.
    """

    gateway: Gateway
    sessions: Sessions
    enter: Callable[[str, str], tuple[str, str] | None]
    still_valid: Callable[[Session], bool]
    asks_name: bool

    @property
    def area(self) -> str:
        """``console`` or ``portal``."""
        return self.sessions.area

    def session(self, request: Request) -> Session:
        """Who is logged in. Raises LoginNeeded."""
        found = self.sessions.of(request, self.gateway.database.now())
        if found is None or not self.still_valid(found):
            raise LoginNeeded(self.area, _page_before(request, self.area))
        return found


def login_router(door: Door) -> APIRouter:
    """``/console/login`` and ``/console/logout``, or the portal's."""
    router = APIRouter(include_in_schema=False)
    here = f"/{door.area}/login"

    @router.get("/login")
    def ask(request: Request) -> Response:
        """The form."""
        return _form(door, _inside(request.query_params.get("next", ""), door.area))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        """Check the token; a right one begins a session."""
        form = await read_form(request, door.area)
        given = form.get("token")
        token = given.strip()[:LONGEST_TOKEN] if isinstance(given, str) else ""
        wanted = _inside(text_of(form, "next"), door.area)
        name = text_of(form, "name", 60)
        entered = await run_in_threadpool(door.enter, token, name) if token else None
        if entered is None:
            log.warning("login_refused", area=door.area, peer=request.client.host if request.client else None)
            return _form(door, wanted, wrong=True)
        response = to(wanted)
        now = await run_in_threadpool(door.gateway.database.now)
        door.sessions.begin(response, *entered, now, secure=request.url.scheme == "https")
        return response

    @router.post("/logout")
    async def leave(request: Request) -> Response:
        """End the session."""
        form = await read_form(request, door.area)
        session = await run_in_threadpool(door.session, request)
        require_form_token(session, text_of(form, "form_token"), door.area)
        response = to(here)
        door.sessions.end(response)
        return response

    return router


def require_form_token(session: Session, given: str, area: str) -> None:
    """Raises PageProblem 403 unless the form was made for this session."""
    if not is_form_token(session, given):
        raise PageProblem(
            403, "This form is out of date", "Load the page again and send the form from there.", area=area
        )


def _form(door: Door, wanted: str, *, wrong: bool = False) -> Response:
    with door.gateway.database.reading() as tx:
        station = door.gateway.configuration(tx).station.name
    values = {
        "area": door.area,
        "station": station,
        "next": wanted,
        "wrong": wrong,
        "asks_name": door.asks_name,
    }
    return page("login.html", values, status=401 if wrong else 200)


def _inside(address: str, area: str) -> str:
    """The address if it is one of the area's pages, else the area's first: a login never leads elsewhere."""
    first = f"/{area}"
    rest = address.removeprefix(first)
    return address if address.startswith(first + "/") and _INSIDE.fullmatch(rest) else first


def _page_before(request: Request, area: str) -> str:
    """The page wanted, or for a form the page it stood on."""
    if request.method == "GET":
        return _inside(request.url.path, area)
    referrer = urlsplit(request.headers.get("referer", "")).path
    return _inside(referrer, area)
