"""From a template and plain values to a page: escaped, harmless to the eye, never kept by a cache."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.web import words
from gateway.x12.inspection import harmless

TEMPLATES = Path(__file__).parent / "templates"
_BREAKS = re.compile(r"\r\n|[\r\n\t]")


def one_line(text: str) -> str:
    """Text as a page shows it: line ends as blanks; control, bidirectional and invisible characters written out."""
    return harmless(_BREAKS.sub(" ", text))


def _shown(value: Any) -> Any:
    """What every ``{{ }}`` goes through before it is escaped; markup was made of such values already."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words.FILTERS)
    return environment


_ENVIRONMENT = _environment()


def page(template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A page. The policy for scripts and styles is that of the application: nothing inline, nothing from elsewhere."""
    text = _ENVIRONMENT.get_template(template).render(values)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


def to(address: str) -> RedirectResponse:
    """Go and look there: the answer to a form that did something."""
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


class PageProblem(Exception):
    """A page that can't be shown, or a form that can't be followed. ``text`` says what to do about it.

    ``area`` is ``console`` or ``portal``; ``back`` where the reader goes on from.
    """

    def __init__(self, status: int, title: str, text: str, *, area: str, back: str | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text
        self.area = area
        self.back = back or f"/{area}"

    def response(self) -> Response:
        """The page that says so."""
        values = {"title": self.title, "text": self.text, "area": self.area, "back": self.back}
        return page("problem.html", values, status=self.status)


class LoginNeeded(PageProblem):
    """Nobody has logged in, or the session has ended; the reader is led to the form and back to ``wanted``."""

    def __init__(self, area: str, wanted: str) -> None:
        super().__init__(401, "Please log in", "This page needs a token.", area=area)
        self.wanted = wanted

    def response(self) -> Response:
        """To the form; where a form was sent, its page comes again after the login."""
        return to(f"/{self.area}/login?next={self.wanted}")


async def answer_page_problem(_request: Request, error: Exception) -> Response:
    """FastAPI's handler for :class:`PageProblem`."""
    if isinstance(error, PageProblem):
        return error.response()
    raise error


def failed_page(path: str, reference: str) -> Response | None:
    """The page for a fault of ours at a path of these pages, else None. The log has the rest under the reference."""
    area = next((area for area in ("console", "portal") if re.match(rf"/{area}(/|$)", path)), None)
    if area is None:
        return None
    text = f"It is written down in the log under the reference {reference}. Try again; if it stays, tell the operator."
    return PageProblem(500, "Something went wrong here", text, area=area).response()
