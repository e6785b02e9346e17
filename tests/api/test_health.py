"""``/healthz``, ``/readyz``, ``/docs``, and what every answer carries, of the whole process as ``serve`` runs it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, text

from tests.api.conftest import both_databases
from tests.api.serving import served
from tests.flow.station import Station, partner_file, purchase_order, station


@pytest.fixture
def plain(url: str, tmp_path: Path) -> Iterator[Station]:
    with station(tmp_path / "workspace", url, {"acme": partner_file("acme")}) as opened:
        yield opened


def why(door: httpx.Client) -> list[str]:
    answer = door.get("/readyz")
    assert answer.status_code == 503
    body = answer.json()
    assert body["status"] == "not ready"
    reasons: list[str] = body["because"]
    return reasons


@both_databases
def test_ready_while_it_runs_and_not_when_the_runner_has_stopped(plain: Station) -> None:
    with served(plain, running=True) as door:
        assert door.get("/healthz").json() == {"status": "ok"}
        answer = door.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
        plain.opened.runner.stop()
        assert [reason for reason in why(door) if "runner" in reason]
        assert door.get("/healthz").status_code == 200, "the process lives"


def test_the_whole_process_takes_a_file_from_a_folder_and_answers(plain: Station) -> None:
    """Schedule, runner and doors together, as ``gateway serve`` has them."""
    inbox = plain.folder / "data" / "mailboxes" / "acme" / "in"
    inbox.mkdir(parents=True)
    with served(plain, running=True):
        (inbox / "po.edi").write_text(purchase_order())
        for _ in range(1000):
            if plain.sent("997"):
                break
            time.sleep(0.02)
        assert len(plain.sent("997")) == 1
        assert list(inbox.iterdir()) == []
        assert len(plain.orders()) == 1


def test_not_ready_where_sqlite_does_not_wait_for_the_disk(plain: Station) -> None:
    engine = plain.gateway.database.engine

    @event.listens_for(engine, "checkout")
    def _careless(connection: object, *_: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]

    with served(plain) as door:
        assert [reason for reason in why(door) if "synchronous" in reason]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_not_ready_where_postgresql_does_not_wait_for_the_disk(url: str, tmp_path: Path) -> None:
    careless = url + "%20-csynchronous_commit%3Doff"
    with (
        station(tmp_path / "workspace", careless, {"acme": partner_file("acme")}) as opened,
        served(opened) as door,
    ):
        assert [reason for reason in why(door) if "synchronous_commit=off" in reason]


@both_databases
def test_not_ready_before_the_migrations(plain: Station) -> None:
    with plain.gateway.database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with served(plain) as door:
        assert [reason for reason in why(door) if "gateway db upgrade" in reason]


def test_not_ready_where_the_archive_cannot_be_written(plain: Station) -> None:
    folder = plain.gateway.archive.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rmdir()
    folder.write_text("a file where the folder should be")
    with served(plain) as door:
        assert [reason for reason in why(door) if "archive" in reason]


ADDRESSES = (
    "/healthz",
    "/readyz",
    "/docs",
    "/docs/start.js",
    "/openapi.json",
    "/api/v1/orders",
    "/as2",
    "/nothing",
)


def test_every_answer_carries_the_policy(plain: Station) -> None:
    with served(plain) as door:
        for address in ADDRESSES:
            headers = door.get(address).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'self'"), address
            assert "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert "server" not in headers


def test_the_documentation_loads_nothing_from_elsewhere(plain: Station) -> None:
    with served(plain) as door:
        page = door.get("/docs")
        assert page.status_code == 200
        script = next(
            part for part in page.headers["content-security-policy"].split(";") if "default-src" in part
        )
        assert "unsafe" not in script and "http" not in page.headers["content-security-policy"]
        sources = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        assert len(sources) == 3
        for source in sources:
            assert source.startswith("/docs/")
            file = door.get(source)
            assert file.status_code == 200
            assert file.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
        assert "<script>" not in page.text, "nothing inline"
        css = door.get("/docs/swagger-ui.css").text
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", css)
        assert "https://" not in door.get("/docs/start.js").text
        for name in ("../docs.py", "%2e%2e/docs.py", "nothing.js", "index.html"):
            assert door.get(f"/docs/{name}").status_code == 404


def test_the_description_names_every_door(plain: Station) -> None:
    with served(plain) as door:
        described = door.get("/openapi.json").json()
    assert described["info"]["title"] == "Order Gateway"
    paths = described["paths"]
    assert {"/as2", "/api/v1/documents", "/api/v1/orders/{order}", "/healthz", "/readyz"} <= paths.keys()
    assert set(paths["/api/v1/documents"]) == {"get", "post"}
    for address, methods in paths.items():
        for method, operation in methods.items():
            assert operation.get("description") or operation.get("summary"), f"{method} {address}"
    upload = paths["/api/v1/documents"]["post"]
    assert "application/octet-stream" in upload["requestBody"]["content"]
    assert {p["name"] for p in upload["parameters"]} >= {"idempotency-key", "x-file-name"}
    assert upload["security"], "it says that a token is needed"
