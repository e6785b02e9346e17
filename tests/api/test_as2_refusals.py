"""What must not pass the AS2 door: each is answered as the standard says, kept, told to a person, and books nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import LogCapture

from gateway.api import as2
from tests.api.as2_partner import STATION_NAME
from tests.as2.openssl_peer import Headers, OpensslPeer
from tests.flow.station import Station, purchase_order

ORDER = purchase_order().encode()
Make = Callable[[OpensslPeer, Path, Path], tuple[Headers, bytes]]


def made(peer: OpensslPeer, recipient: Path | None, **more: Any) -> tuple[Headers, bytes]:
    return peer.make_message(ORDER, **{"to": STATION_NAME, "recipient": recipient, **more})


def by_a_stranger(peer: OpensslPeer, station_file: Path, folder: Path) -> tuple[Headers, bytes]:
    """Signed with the right name on it, and another key."""
    return made(OpensslPeer(peer.name, folder / "stranger"), station_file)


def with_another_name(name: str, value: str) -> Make:
    def make(peer: OpensslPeer, station_file: Path, _folder: Path) -> tuple[Headers, bytes]:
        headers, body = made(peer, station_file)
        return tuple((known, value if known == name else old) for known, old in headers), body

    return make


def for_another_key(peer: OpensslPeer, _station_file: Path, folder: Path) -> tuple[Headers, bytes]:
    return made(peer, OpensslPeer("Somebody", folder / "other").certificate)


def with_body(body: bytes) -> Make:
    return lambda peer, station_file, _folder: (made(peer, station_file)[0], body)


@pytest.mark.parametrize(
    ("make", "disposition"),
    [
        pytest.param(by_a_stranger, "processed/error: authentication-failed", id="wrong signature"),
        # An unsigned ciphertext may be anybody's: the same words as for one that can't be decrypted (no oracle).
        pytest.param(
            lambda peer, file, _: made(peer, file, sign=None),
            "processed/error: decryption-failed",
            id="unsigned",
        ),
        pytest.param(
            lambda peer, _file, _folder: made(peer, None),
            "processed/error: insufficient-message-security",
            id="unencrypted",
        ),
        pytest.param(
            lambda peer, _file, _folder: made(peer, None, sign=None),
            "processed/error: insufficient-message-security",
            id="bare",
        ),
        pytest.param(for_another_key, "processed/error: decryption-failed", id="for another key"),
        pytest.param(
            with_body(b"garbage \x00\xff" * 99), "processed/error: unexpected-processing-error", id="garbage"
        ),
        pytest.param(with_body(b""), "processed/error: unexpected-processing-error", id="empty"),
    ],
)
def test_a_message_that_must_not_pass(
    acme: Station,
    door: httpx.Client,
    peer: OpensslPeer,
    station_file: Path,
    tmp_path: Path,
    make: Make,
    disposition: str,
) -> None:
    headers, body = make(peer, station_file, tmp_path)
    answer = door.post("/as2", headers=list(headers), content=body)
    assert answer.status_code == 200, "the receipt says no, not HTTP"
    receipt = peer.verify_mdn(tuple(answer.headers.multi_items()), answer.content, station_file)
    assert receipt["Disposition"] == f"automatic-action/MDN-sent-automatically; {disposition}"
    assert receipt["Original-Message-ID"] == dict(headers)["Message-ID"]
    assert "Received-Content-MIC" not in receipt
    refused_and_kept(acme, body)


@pytest.mark.parametrize(
    ("name", "value"),
    [("AS2-From", "Nobody Known"), ("AS2-From", '"acme corp"'), ("AS2-To", "Elsewhere")],
)
def test_names_that_are_not_agreed(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path, name: str, value: str
) -> None:
    headers, body = with_another_name(name, value)(peer, station_file, Path())
    answer = door.post("/as2", headers=list(headers), content=body)
    assert answer.status_code == 200
    assert b"processed/error: unknown-trading-relationship" in answer.content
    assert answer.headers["content-type"].startswith("multipart/report"), "nobody to sign it for"
    document = refused_and_kept(acme, body)
    assert [f["code"] for f in document["findings"]] == ["as2-unknown-partner"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda h: [*h, ("AS2-From", "Acme Corp")], id="AS2-From twice"),
        pytest.param(lambda h: [*h, ("Message-ID", "<other@peer>")], id="Message-ID twice"),
        pytest.param(lambda h: [*h, ("as2-to", "Elsewhere")], id="AS2-To twice"),
        pytest.param(lambda h: [p for p in h if p[0] != "AS2-From"], id="no AS2-From"),
        pytest.param(lambda h: [p for p in h if p[0] != "Message-ID"], id="no Message-ID"),
        pytest.param(lambda h: [("Content-Type", "text/plain")], id="no AS2 at all"),
        pytest.param(
            lambda h: [*[p for p in h if p[0] != "AS2-To"], ("AS2-To", "x" * 200)], id="long AS2-To"
        ),
    ],
)
def test_headers_that_no_receipt_can_answer(
    acme: Station,
    door: httpx.Client,
    peer: OpensslPeer,
    station_file: Path,
    change: Callable[[list[tuple[str, str]]], list[tuple[str, str]]],
) -> None:
    headers, body = made(peer, station_file)
    changed = change(list(headers))
    answer = door.post("/as2", headers=changed, content=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.text.splitlines()) == 1
    refused_and_kept(acme, body)
    kept = stored_headers(acme)
    for name, value in changed:
        assert [name.lower(), value] in kept, "headers are kept as they came, doubled ones too"


def test_a_sender_that_wants_no_receipt_is_refused_by_http(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    headers, body = made(peer, station_file, sign=None)
    quiet = [pair for pair in headers if not pair[0].startswith("Disposition-Notification")]
    answer = door.post("/as2", headers=quiet, content=body)
    assert answer.status_code == 403
    assert "not signed" in answer.text or "could not be decrypted" in answer.text
    refused_and_kept(acme, body)


def test_header_values_of_a_stranger_stay_in_their_line(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    headers, body = made(peer, station_file, message_id="<a@b>; Disposition: x\t<script>")
    answer = door.post("/as2", headers=list(headers), content=body)
    assert answer.status_code < 500
    assert not re.search(rb"(?m)^Disposition: x", answer.content)


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "in chunks"])
def test_too_large_is_said_while_the_body_still_comes(
    acme: Station,
    door: httpx.Client,
    peer: OpensslPeer,
    station_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    chunked: bool,
) -> None:
    monkeypatch.setattr(as2, "MOST_BYTES", 100_000)
    headers, _ = made(peer, station_file)
    body = bytes(4_000_000)
    chunks = (body[start : start + 50_000] for start in range(0, len(body), 50_000))
    answer = door.post("/as2", headers=list(headers), content=chunks if chunked else body)
    assert answer.status_code == 413
    assert "100000 bytes" in answer.text
    assert acme.documents() == []
    assert door.get("/healthz").status_code == 200


def test_half_a_body_leaves_nothing(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path, logged: LogCapture
) -> None:
    headers, body = made(peer, station_file)

    def cut() -> Any:
        yield body[:1000]
        raise ConnectionAbortedError("the partner's machine went down")

    with pytest.raises(ConnectionAbortedError):
        door.post("/as2", headers=[*headers, ("Content-Length", str(len(body)))], content=cut())
    assert door.get("/healthz").status_code == 200
    answer = door.post("/as2", headers=list(headers), content=body)
    assert answer.status_code == 200
    acme.drain()
    assert len(acme.documents(direction="in")) == 1
    assert [entry for entry in logged.entries if entry["log_level"] in ("error", "critical")] == []


def test_a_missing_key_is_our_fault_and_the_sender_may_try_again(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    key = acme.folder / "keys" / "station.key"
    text = key.read_text()
    key.unlink()
    headers, body = made(peer, station_file)
    answer = door.post("/as2", headers=list(headers), content=body)
    assert answer.status_code == 503, "AS2 products send again after a 5xx, and only then"
    assert str(acme.folder) not in answer.text
    key.write_text(text)
    assert b"processed" in door.post("/as2", headers=list(headers), content=body).content
    acme.drain()
    assert len(acme.orders()) == 1


def refused_and_kept(station: Station, body: bytes) -> dict[str, Any]:
    """The one document that came: refused, its bytes in the archive, one work item about it, and nothing booked."""
    station.drain()
    (row,) = station.documents()
    assert row["state"] == "refused"
    document = station.document(1)
    assert document["findings"]
    assert station.gateway.archive.read(document["content_sha256"]) == body
    (item,) = station.work()
    assert (item["kind"], item["document"]) == ("as2_refused", "D1")
    assert station.orders() == []
    assert station.deliveries() == []
    return document


def stored_headers(station: Station) -> list[list[str]]:
    from gateway.ledger import documents

    with station.gateway.database.reading() as tx:
        document = documents.load(tx, 1)
    assert document is not None
    return [list(pair) for pair in document.headers]
