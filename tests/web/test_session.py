"""Sessions without memory: who may make one, how long it lasts, what ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import Response
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.session import LASTS, Sessions, is_form_token

NOW = datetime(2026, 3, 17, 12, tzinfo=UTC)
CONSOLE = Sessions("console", "token")


def cookie_of(sessions: Sessions, holder: str = "Ann") -> str:
    response = Response()
    sessions.begin(response, holder, "mark", NOW, secure=True)
    return response.headers["set-cookie"].split("; ")[0].partition("=")[2]


def request_with(sessions: Sessions, cookie: str) -> Request:
    header = f"{sessions.cookie_name}={cookie}".encode("latin-1", "replace")
    return Request({"type": "http", "headers": [(b"cookie", header)]})


def test_a_session_says_who_it_is_until_its_time_is_over() -> None:
    request = request_with(CONSOLE, cookie_of(CONSOLE, "Zoë ; = ,"))
    session = CONSOLE.of(request, NOW + LASTS - timedelta(seconds=1))
    assert session is not None and session.holder == "Zoë ; = ,"
    assert CONSOLE.of(request, NOW + LASTS) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    response = Response()
    CONSOLE.begin(response, "Ann", "", NOW, secure=True)
    attributes = {part.lower() for part in response.headers["set-cookie"].split("; ")[1:]}
    assert {"httponly", "samesite=strict", "path=/console", "secure"} <= attributes


def test_another_operator_token_or_area_opens_nothing() -> None:
    cookie = cookie_of(CONSOLE)
    for other in (Sessions("console", "another token"), Sessions("portal", "token")):
        assert other.of(request_with(other, cookie), NOW) is None
    portal = Sessions("portal", "token")
    assert CONSOLE.of(request_with(CONSOLE, cookie_of(portal)), NOW) is None


@given(st.data())
def test_a_changed_cookie_is_no_session(data: st.DataObject) -> None:
    cookie = cookie_of(CONSOLE)
    place = data.draw(st.integers(0, len(cookie) - 1))
    letter = data.draw(
        st.sampled_from("abcdefXYZ0123456789._-").filter(lambda letter: letter != cookie[place])
    )
    changed = cookie[:place] + letter + cookie[place + 1 :]
    assert CONSOLE.of(request_with(CONSOLE, changed), NOW) is None


@given(st.text(max_size=60))
def test_any_other_cookie_is_no_session(text: str) -> None:
    assert CONSOLE.of(request_with(CONSOLE, text), NOW) is None


def test_a_form_belongs_to_one_session() -> None:
    first, second = (CONSOLE.of(request_with(CONSOLE, cookie_of(CONSOLE)), NOW) for _ in range(2))
    assert first is not None and second is not None
    assert is_form_token(first, first.form_token)
    assert not is_form_token(first, second.form_token)
    assert not is_form_token(first, "")
