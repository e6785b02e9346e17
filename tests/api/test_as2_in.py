"""An openssl peer posts orders by AS2 over a real socket, and judges what it gets back."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.api.as2_partner import STATION_NAME, Endpoint
from tests.api.conftest import both_databases
from tests.as2.openssl_peer import Headers, OpensslPeer
from tests.flow.station import Station, purchase_order

PART_HEADER = b"Content-Type: application/edi-x12\r\nContent-Disposition: attachment; filename=po.edi\r\n\r\n"


def mic_of(payload: bytes) -> str:
    """What the peer knows the MIC must be: SHA-256 over the part it signed, headers included."""
    return base64.b64encode(hashlib.sha256(PART_HEADER + payload).digest()).decode() + ", sha-256"


def message(
    peer: OpensslPeer, station_file: Path, payload: bytes, message_id: str | None = None
) -> tuple[Headers, bytes]:
    return peer.make_message(payload, to=STATION_NAME, recipient=station_file, message_id=message_id)


def post(door: httpx.Client, headers: Headers, body: bytes) -> httpx.Response:
    return door.post("/as2", headers=list(headers), content=body)


def receipt_of(peer: OpensslPeer, station_file: Path, answer: httpx.Response) -> dict[str, str]:
    """The fields of a signed MDN, verified by openssl."""
    assert answer.status_code == 200
    return peer.verify_mdn(tuple(answer.headers.multi_items()), answer.content, station_file)


@both_databases
def test_an_order_comes_by_as2_and_its_997_goes_back_by_as2(
    acme: Station, door: httpx.Client, endpoint: Endpoint, peer: OpensslPeer, station_file: Path
) -> None:
    payload = purchase_order().encode()
    headers, body = message(peer, station_file, payload, "<1@peer>")
    receipt = receipt_of(peer, station_file, post(door, headers, body))
    assert receipt["Original-Message-ID"] == "<1@peer>"
    assert receipt["Disposition"] == "automatic-action/MDN-sent-automatically; processed"
    assert receipt["Received-Content-MIC"] == mic_of(payload)

    (arrived,) = acme.documents(direction="in")
    assert arrived["state"] == "received", "answered before it was read"
    detail = acme.document(1)
    assert acme.gateway.archive.read(detail["content_sha256"]) == body
    assert acme.gateway.archive.read(detail["sha256"]) == payload
    assert detail["file"] == "po.edi"

    acme.drain()
    assert [o["purchase_order_number"] for o in acme.orders()] == ["4500012345"]
    (answer,) = endpoint.received
    assert answer.payload.startswith(b"ISA*00*          *00*          *ZZ*SUPPLY ")
    assert b"AK9*A*1*1*1~" in answer.payload
    assert endpoint.header(0, "AS2-To") == '"Acme Corp"'
    assert b"AK9" not in endpoint.posts[0][1], "it was encrypted"
    (sent,) = acme.deliveries()
    assert (sent["state"], sent["attempts"]) == ("delivered", 1)
    assert sent["receipt"]["mdn"] == "automatic-action/MDN-sent-automatically; processed"
    assert [d["state"] for d in acme.documents(kind="997")] == ["delivered"]


@both_databases
def test_the_same_message_again_gets_the_very_same_receipt(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    """A partner that lost our answer sends again, encrypted anew, under the same Message-ID."""
    payload = purchase_order().encode()
    first = post(door, *message(peer, station_file, payload, "<1@peer>"))
    acme.drain()
    second = post(door, *message(peer, station_file, payload, "<1@peer>"))
    acme.drain()
    assert second.content == first.content
    assert second.headers["message-id"] == first.headers["message-id"]
    assert [d["state"] for d in acme.documents(direction="in")] == ["translated", "duplicate"]
    assert len(acme.orders()) == 1
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"]


def test_other_content_under_a_used_message_id_is_an_error(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    post(door, *message(peer, station_file, purchase_order("A").encode(), "<1@peer>"))
    other = post(door, *message(peer, station_file, purchase_order("B").encode(), "<1@peer>"))
    receipt = receipt_of(peer, station_file, other)
    assert "processed/error" in receipt["Disposition"]
    assert "Received-Content-MIC" not in receipt
    acme.drain()
    assert [o["purchase_order_number"] for o in acme.orders()] == ["A"]
    assert [d["state"] for d in acme.documents(direction="in")] == ["translated", "refused"]
    assert sorted(item["kind"] for item in acme.work()) == ["as2_refused", "order_acceptance"]


def test_the_same_payload_under_a_new_message_id_is_a_duplicate(
    acme: Station, door: httpx.Client, endpoint: Endpoint, peer: OpensslPeer, station_file: Path
) -> None:
    payload = purchase_order().encode()
    for message_id in ("<1@peer>", "<2@peer>"):
        receipt = receipt_of(
            peer, station_file, post(door, *message(peer, station_file, payload, message_id))
        )
        assert receipt["Disposition"].endswith("; processed")
        acme.drain()
    first, second = acme.documents(direction="in")
    assert (first["state"], second["state"]) == ("translated", "duplicate")
    assert second["duplicate_of"] == first["document"]
    assert len(acme.orders()) == 1
    acks = [read.payload for read in endpoint.received]
    assert len(acks) == 2
    assert acks[0] == acks[1], "the partner may have lost the first 997: the same bytes again"


@both_databases
def test_a_message_posted_many_times_at_once_becomes_one_order(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    payload = purchase_order().encode()
    posts = [message(peer, station_file, payload, "<1@peer>") for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: post(door, *one), posts * 2))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1, "all got the same receipt"
    assert receipt_of(peer, station_file, answers[0])["Received-Content-MIC"] == mic_of(payload)
    acme.drain()
    assert len(acme.orders()) == 1
    states = sorted(d["state"] for d in acme.documents(direction="in"))
    assert states == ["duplicate"] * 5 + ["translated"]


def test_a_refused_first_try_does_not_block_the_second(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    payload = purchase_order().encode()
    headers, body = message(peer, station_file, payload, "<1@peer>")
    damaged = post(door, headers, body[:-200] + bytes(200))
    assert "error" in receipt_of(peer, station_file, damaged)["Disposition"]
    receipt = receipt_of(peer, station_file, post(door, headers, body))
    assert receipt["Disposition"].endswith("; processed")
    acme.drain()
    assert len(acme.orders()) == 1


def test_a_body_in_chunks(acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path) -> None:
    payload = purchase_order().encode()
    headers, body = message(peer, station_file, payload)
    chunks = (body[start : start + 700] for start in range(0, len(body), 700))
    answer = door.post("/as2", headers=list(headers), content=chunks)
    assert answer.request.headers["transfer-encoding"] == "chunked"
    assert receipt_of(peer, station_file, answer)["Received-Content-MIC"] == mic_of(payload)
    acme.drain()
    assert len(acme.orders()) == 1


def test_several_files_in_one_message_are_documents_each(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    first, second = purchase_order("A", interchange=1).encode(), purchase_order("B", interchange=2).encode()
    parts = b"".join(
        b"--both\r\nContent-Type: application/edi-x12\r\n\r\n" + part + b"\r\n" for part in (first, second)
    )
    headers, body = peer.make_message(
        parts + b"--both--\r\n",
        to=STATION_NAME,
        recipient=station_file,
        header=b"Content-Type: multipart/related; boundary=both\r\n",
    )
    receipt = receipt_of(peer, station_file, post(door, headers, body))
    assert receipt["Disposition"].endswith("; processed")
    acme.drain()
    assert [o["purchase_order_number"] for o in acme.orders()] == ["A", "B"]


def test_one_date_in_the_answer(
    acme: Station, door: httpx.Client, peer: OpensslPeer, station_file: Path
) -> None:
    answer = post(door, *message(peer, station_file, purchase_order().encode()))
    for name in ("date", "content-length", "content-type", "message-id", "as2-from", "as2-to"):
        assert len(answer.headers.get_list(name)) == 1, name


def test_a_browser_at_the_as2_address_is_told_what_it_is(acme: Station, door: httpx.Client) -> None:
    answer = door.get("/as2")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "POST" in answer.text
    assert acme.documents() == []
