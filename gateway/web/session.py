"""Sessions without memory: a cookie says who and until when, and a MAC over it that only this station can make.

Any process of the station can answer, after a restart too. The key comes from the operator's token: a new token ends
every session. A buyer's session also carries a mark of the partner's token, so a new partner token ends that partner's.
A form carries a MAC over the session's cookie, which another site can neither read nor guess.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

LASTS = timedelta(hours=12)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in: ``holder`` is the partner's code in the portal, the operator's name in the console."""

    holder: str
    mark: str
    cookie: str
    form_token: str


class Sessions:
    """Makes and reads the sessions of one ``area``: ``console`` or ``portal``."""

    def __init__(self, area: str, operator_token: str) -> None:
        self.area = area
        self.cookie_name = f"gateway_{area}"
        # One key for each area: a portal's cookie must never open the console.
        self._key = _mac(operator_token.encode(), f"order-gateway session {area}").encode()

    def begin(self, response: Response, holder: str, mark: str, now: datetime, *, secure: bool) -> None:
        """Log in: set the cookie on the answer. ``secure`` where the pages come over TLS."""
        body = {
            "holder": holder,
            "mark": mark,
            "until": int((now + LASTS).timestamp()),
            "nonce": secrets.token_hex(8),
        }
        text = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
        response.set_cookie(
            self.cookie_name,
            f"{text}.{_mac(self._key, text)}",
            max_age=int(LASTS.total_seconds()),
            path=f"/{self.area}",
            httponly=True,
            samesite="strict",
            secure=secure,
        )

    def end(self, response: Response) -> None:
        """Log out: the browser forgets the cookie."""
        response.delete_cookie(self.cookie_name, path=f"/{self.area}", httponly=True, samesite="strict")

    def of(self, request: Request, now: datetime) -> Session | None:
        """The session of a request; None without a cookie, with a forged one, or after its time."""
        cookie = request.cookies.get(self.cookie_name, "")
        text, _, mac = cookie.partition(".")
        if len(cookie) > _LONGEST or not _same(mac, _mac(self._key, text)):
            return None
        try:
            body = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, ValueError):
            return None
        if body["until"] <= now.timestamp():
            return None
        return Session(body["holder"], body["mark"], cookie, _mac(self._key, f"form {cookie}"))

    def mark(self, token: str) -> str:
        """What a session remembers of a token: enough to see that it changed, not enough to be it."""
        return _mac(self._key, f"token {token}")[:16]


def is_form_token(session: Session, given: str) -> bool:
    """Whether a form was made for this session."""
    return _same(session.form_token, given)


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "surrogatepass"))
