"""Uploads with a partner's token: who may, what comes back, and that 202 means committed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import LogCapture

from gateway.api import upload
from gateway.ledger import documents
from tests.api.conftest import both_databases
from tests.api.serving import OPERATOR, served
from tests.flow.station import Station, partner_file, purchase_order, station

ORDER = purchase_order().encode()
TOKENS = {"ACME_TOKEN": "acme-secret", "OTHER_TOKEN": "other-secret", "EMAIL_TOKEN": "email-secret"}
ACME = {"Authorization": "Bearer acme-secret"}


@pytest.fixture
def shop(url: str, tmp_path: Path) -> Iterator[Station]:
    """Partners with tokens: acme and other upload, email has a token and no such connection; bare has no token."""
    partners = {
        "acme": partner_file("acme", connection="web") + "\ntoken: env:ACME_TOKEN\n",
        "other": partner_file("other", connection="web") + "\ntoken: env:OTHER_TOKEN\n",
        "email": partner_file("email") + "\ntoken: env:EMAIL_TOKEN\n",
        "bare": partner_file("bare", connection="web"),
        "unset": partner_file("unset", connection="web") + "\ntoken: env:NOT_SET_HERE\n",
    }
    with station(tmp_path / "workspace", url, partners, environ=TOKENS) as opened:
        yield opened


@pytest.fixture
def door(shop: Station) -> Iterator[httpx.Client]:
    with served(shop) as client:
        yield client


def send(door: httpx.Client, body: Any = ORDER, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return door.post("/api/v1/documents", headers={**ACME, **named}, content=body)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem that was answered, whose members are words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["title"] and found["detail"]
    assert "Traceback" not in answer.text
    return found


@both_databases
def test_an_upload_is_committed_when_it_is_answered(shop: Station, door: httpx.Client) -> None:
    answer = send(door, X_File_Name="spring.edi")
    assert (answer.status_code, answer.json()) == (202, {"document": "D1"})
    document = shop.document(1)
    assert (document["state"], document["partner"], document["file"]) == ("received", "acme", "spring.edi")
    assert shop.gateway.archive.read(document["sha256"]) == ORDER
    shop.drain()
    assert [o["purchase_order_number"] for o in shop.orders()] == ["4500012345"]
    assert len(shop.sent("997", "web")) == 1


def test_nothing_is_answered_before_the_commit(shop: Station, door: httpx.Client, logged: LogCapture) -> None:
    """The commit fails: no 202, and nothing of the file is there."""
    with shop.gateway.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
            )
        )
    answer = send(door)
    assert 500 <= answer.status_code < 600
    assert answer.headers["content-type"] == "application/problem+json"
    assert "disk is full" not in answer.text
    assert shop.documents() == []
    (entry,) = [entry for entry in logged.entries if entry["event"] == "request_failed"]
    assert "ISA*00" not in str(entry)
    with shop.gateway.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    with httpx.Client(base_url=door.base_url) as fresh:  # the server closes a connection it failed on
        assert send(fresh).status_code == 202


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "bearer",
        "Basic YWNtZTp4",
        "Bearer nonsense",
        "acme-secret",
        f"Bearer {OPERATOR}",
    ],
)
def test_without_a_known_token(shop: Station, door: httpx.Client, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = door.post("/api/v1/documents", headers=headers, content=ORDER)
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert shop.documents() == []


def test_a_token_without_an_agreed_upload(shop: Station, door: httpx.Client) -> None:
    found = problem(send(door, Authorization="Bearer email-secret"), 403)
    assert "http" in found["detail"]
    assert shop.documents() == []


def test_a_token_does_not_speak_for_another_partner(shop: Station, door: httpx.Client) -> None:
    assert send(door, purchase_order(sender="OTHER")).status_code == 202
    shop.drain()
    document = shop.document(1)
    assert (document["state"], document["partner"]) == ("held", "acme")
    assert "partner-mismatch" in shop.codes(1)
    assert shop.orders() == []
    assert shop.sent("997", "web") == [], "nothing to the other partner either"
    own = send(door, purchase_order(sender="OTHER"), Authorization="Bearer other-secret")
    shop.drain()
    assert shop.document(int(own.json()["document"][1:]))["state"] == "translated", (
        "its own file is no duplicate"
    )


@both_databases
def test_an_idempotency_key_brings_one_document(shop: Station, door: httpx.Client) -> None:
    first = send(door, Idempotency_Key="k1")
    again = send(door, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json() == {"document": "D1"}
    found = problem(send(door, purchase_order("B"), Idempotency_Key="k1"), 409)
    assert "new key" in found["detail"]
    theirs = send(
        door, purchase_order("C", sender="OTHER"), Idempotency_Key="k1", Authorization="Bearer other-secret"
    )
    assert theirs.json() == {"document": "D2"}, "keys are each partner's own"
    shop.drain()
    assert [o["purchase_order_number"] for o in shop.orders()] == ["4500012345", "C"]
    assert len(shop.documents(direction="in")) == 2


@both_databases
def test_an_idempotency_key_used_many_times_at_once(
    shop: Station, door: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(door)  # its content is known already, so nothing else makes them wait for one another
    look = documents.submission

    def look_slowly(*arguments: Any) -> Any:
        found = look(*arguments)
        time.sleep(0.1)  # all have looked before the first one commits
        return found

    monkeypatch.setattr(documents, "submission", look_slowly)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(door, Idempotency_Key="k1"), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["document"] for answer in answers}) == 1
    assert len(shop.documents(direction="in")) == 2


def test_an_idempotency_key_that_is_too_long(shop: Station, door: httpx.Client) -> None:
    problem(send(door, Idempotency_Key="k" * 201), 400)
    assert send(door, Idempotency_Key="k" * 200).status_code == 202


def test_an_empty_body(shop: Station, door: httpx.Client) -> None:
    problem(send(door, b""), 400)
    assert shop.documents() == []


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "in chunks"])
def test_a_body_that_is_too_large(
    shop: Station, door: httpx.Client, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    monkeypatch.setattr(upload, "MOST_BYTES", 100_000)
    chunks = (bytes(50_000) for _ in range(60))
    found = problem(send(door, chunks if chunked else bytes(3_000_000)), 413)
    assert "100000" in found["detail"]
    assert shop.documents() == []
    assert send(door, bytes(100_000)).status_code == 202, "exactly the limit passes"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c.edi", "C:\\orders\\po.edi", "x" * 3000])
def test_a_file_name_is_data(shop: Station, door: httpx.Client, name: str) -> None:
    assert send(door, X_File_Name=name).status_code == 202
    shop.drain()
    shown = shop.document(1)["file"]
    assert "/" not in shown and "\\" not in shown
    assert len(shown) <= 255
    assert shop.document(1)["state"] == "translated"


def test_a_file_name_beyond_ascii(shop: Station, door: httpx.Client) -> None:
    """As curl sends it: UTF-8 in the header."""
    answer = door.post(
        "/api/v1/documents",
        headers=[(b"Authorization", b"Bearer acme-secret"), (b"X-File-Name", "Bestellung März.edi".encode())],
        content=ORDER,
    )
    assert answer.status_code == 202
    assert shop.document(1)["file"] == "Bestellung März.edi"


@pytest.mark.parametrize("body", [b"\x00" * 100, b"<a", b"hello", b"\xff\xfe", b"a,b\n1,2\n"])
def test_what_is_no_order_is_taken_and_held(shop: Station, door: httpx.Client, body: bytes) -> None:
    assert send(door, body).status_code == 202
    shop.drain()
    document = shop.document(1)
    assert document["state"] in ("held", "refused")
    assert document["findings"]
    assert shop.gateway.archive.read(document["sha256"]) == body
    assert len(shop.work()) == 1


def test_other_methods_and_addresses(shop: Station, door: httpx.Client) -> None:
    problem(door.put("/api/v1/documents", content=ORDER), 405)
    problem(door.get("/api/v1/nothing"), 404)
