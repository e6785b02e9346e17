"""What we post by AS2, judged by an openssl peer: only its signed receipt with the right MIC counts as delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from gateway.flow.deliver import deliver, resend
from gateway.flow.order_decision import accept_order
from gateway.flow.receive import Arrival, receive
from gateway.flow.render import render
from gateway.flow.translate import translate
from gateway.ledger import due, tables
from tests.api.as2_partner import Answer, Endpoint
from tests.api.conftest import both_databases
from tests.as2.openssl_peer import Headers, OpensslPeer
from tests.flow.station import Station, purchase_order


def fixed(status: int, body: bytes = b"", content_type: str = "text/html") -> Callable[..., Answer]:
    """An answer that is no receipt."""
    return lambda _headers, _body: (status, (("Content-Type", content_type),), body)


def receipt_with(peer: OpensslPeer, mic: str | None = "0000", **more: Any) -> Callable[..., Answer]:
    """A receipt signed by the partner that says something else than it should."""

    def make(headers: Headers, _body: bytes) -> Answer:
        return 200, *peer.make_mdn(headers, mic, **more)

    return make


def send_a_997(station: Station) -> None:
    """Bring an order in by the command line's door; its 997 is on its way by AS2."""
    station.take(purchase_order(), door="acme-as2")


def make_due(station: Station) -> None:
    """Let the time until the next attempt pass."""
    with station.gateway.database.transaction() as tx:
        tx.execute(update(tables.due).values(due_at=station.gateway.database.now()))
    station.drain()


@both_databases
def test_an_accepted_order_is_answered_by_as2(acme: Station, endpoint: Endpoint) -> None:
    send_a_997(acme)
    accept_order(acme.gateway, 1, by="pat", reason="checked")
    acme.drain()
    kinds = [b"ST*997*", b"ST*855*"]
    assert [kind in read.payload for kind, read in zip(kinds, endpoint.received, strict=True)] == [True, True]
    documents = acme.documents(direction="out")
    assert [d["state"] for d in documents] == ["delivered", "delivered"]
    for document, read in zip(documents, endpoint.received, strict=True):
        assert acme.gateway.archive.read(document["sha256"]) == read.payload, (
            "stored, sent and read are the same"
        )
        assert document["file"].encode() in read.header
    ids = [endpoint.header(post, "Message-ID") for post in (0, 1)]
    assert [d["message_id"] for d in acme.deliveries()] == ids


@pytest.mark.parametrize(
    ("url", "status"),
    [("sqlite", 500), ("postgresql", 500), ("sqlite", 503), ("sqlite", 408)],
    indirect=["url"],
)
def test_a_busy_partner_gets_the_same_message_later(acme: Station, endpoint: Endpoint, status: int) -> None:
    endpoint.answers = [fixed(status, b"<h1>out of order</h1>")] * 2
    send_a_997(acme)
    (delivery,) = acme.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("due", 1)
    assert str(status) in delivery["last_error"]
    with acme.gateway.database.reading() as tx:
        (step,) = [step for step in due.pending(tx) if step.step == "deliver"]
    wait = (step.due_at - acme.gateway.database.now()).total_seconds()
    assert 30 < wait < 90, "the first pause is a minute, and some jitter"
    assert len(endpoint.posts) == 1

    make_due(acme)
    make_due(acme)
    (delivery,) = acme.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
    assert len(endpoint.posts) == 3
    assert endpoint.posts[0] == endpoint.posts[1] == endpoint.posts[2], "same Message-ID, same bytes"
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"]


def test_nobody_at_the_address_is_tried_again(acme: Station, endpoint: Endpoint) -> None:
    def hang_up(_headers: Headers, _body: bytes) -> Answer:
        raise ConnectionAbortedError

    endpoint.answers = [hang_up]
    send_a_997(acme)
    (delivery,) = acme.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("due", 1)
    make_due(acme)
    assert acme.deliveries()[0]["state"] == "delivered"


def test_after_the_last_attempt_a_person_is_asked(acme: Station, endpoint: Endpoint) -> None:
    endpoint.answers = [fixed(503)] * 9
    send_a_997(acme)
    for _ in range(8):
        make_due(acme)
    (delivery,) = acme.deliveries()
    assert (delivery["state"], delivery["attempts"], len(endpoint.posts)) == ("failed", 9, 9)
    assert "delivery_failed" in [item["kind"] for item in acme.work()]


NO_PROOF = {
    "nothing": lambda _peer: fixed(200),
    "a page": lambda _peer: fixed(200, b"<html>Thank you!</html>"),
    "no content": lambda _peer: fixed(204),
    "a refusal by HTTP": lambda _peer: fixed(403, b"no"),
    "a redirect": lambda _peer: fixed(302),
    "wrong MIC": lambda peer: receipt_with(peer),
    "no MIC": lambda peer: receipt_with(peer, None),
    "another message": lambda peer: receipt_with(peer, message_id="<other@example>"),
    "unsigned": lambda peer: receipt_with(peer, sign=None),
    "an error": lambda peer: receipt_with(
        peer, disposition="automatic-action/MDN-sent-automatically; processed/error: decryption-failed"
    ),
}


@pytest.mark.parametrize("answer", NO_PROOF)
def test_what_proves_nothing_is_never_delivered(
    acme: Station, endpoint: Endpoint, peer: OpensslPeer, answer: str
) -> None:
    endpoint.answers = [NO_PROOF[answer](peer)]
    send_a_997(acme)
    (delivery,) = acme.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    assert "receipt" not in delivery
    (document,) = acme.documents(direction="out")
    assert document["state"] == "rendered"
    (item,) = [item for item in acme.work() if item["kind"] == "delivery_failed"]
    assert item["partner"] == "acme"
    assert f"gateway deliveries resend {delivery['delivery']}" in item["action"]
    make_due(acme)
    assert len(endpoint.posts) == 1, "not sent again by itself"

    assert resend(acme.gateway, 1, by="pat", reason="the partner has mended it") is None
    acme.drain()
    assert acme.deliveries()[0]["state"] == "delivered"
    assert endpoint.posts[1] == endpoint.posts[0], "the stored bytes under the same Message-ID"
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"], "resolved by being delivered"


def test_sending_again_what_was_delivered(acme: Station, endpoint: Endpoint) -> None:
    send_a_997(acme)
    assert resend(acme.gateway, 1, by="pat") is None
    assert resend(acme.gateway, 1, by="pat") == "V1 is on its way already"
    acme.drain()
    assert endpoint.posts[0] == endpoint.posts[1]
    assert acme.deliveries()[0]["state"] == "delivered"


class Died(BaseException):
    """The process is no more."""


def test_a_sender_that_died_is_followed_by_one_with_the_same_message(
    acme: Station, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died after the partner had the message; whoever takes over says uncertain, and sends the same again."""
    gateway = acme.gateway
    translate(gateway, receive(gateway, Arrival(data=purchase_order().encode(), door="acme-as2")))
    with gateway.database.reading() as tx:
        (batch,) = [step.subject for step in due.pending(tx) if step.step == "render"]
    render(gateway, batch)
    with monkeypatch.context() as patch:
        patch.setattr("gateway.flow.deliver._record_success", _raise(Died()))
        with pytest.raises(Died):
            deliver(gateway, 1, _step(acme).id, owner="first")
    assert acme.deliveries()[0]["state"] == "due"
    deliver(gateway, 1, _step(acme).id, owner="second")
    assert len(endpoint.posts) == 1, "the first one's lease still runs"
    with gateway.database.transaction() as tx:
        tx.execute(update(tables.due).values(lease_until=gateway.database.now()))
    deliver(gateway, 1, _step(acme).id, owner="second")
    (delivery,) = acme.deliveries()
    assert delivery["state"] == "delivered"
    assert endpoint.posts[0] == endpoint.posts[1]
    journal = [entry["event"] for entry in acme.document(2)["journal"]]
    assert journal[-2:] == ["uncertain", "delivered"]


def _raise(error: BaseException) -> Callable[..., None]:
    def record(*_: object) -> None:
        raise error

    return record


def _step(station: Station) -> due.DueStep:
    with station.gateway.database.reading() as tx:
        (step,) = [step for step in due.pending(tx) if step.step == "deliver"]
    return step


def test_the_receipts_are_kept(acme: Station, endpoint: Endpoint, peer: OpensslPeer) -> None:
    """Whatever the partner answered is evidence: a receipt as well as a page where one was due."""
    endpoint.answers = [fixed(200, b"<html>Thank you!</html>")]
    send_a_997(acme)
    resend(acme.gateway, 1, by="pat")
    acme.drain()
    failed, delivered = [
        entry["details"]
        for entry in acme.document(2)["journal"]
        if entry["event"] in ("delivery_failed", "delivered")
    ]
    assert acme.gateway.archive.read(failed["answer_sha256"]) == b"<html>Thank you!</html>"
    receipt = acme.gateway.archive.read(delivered["mdn_sha256"])
    assert b"multipart/report" in receipt
    with acme.gateway.database.reading() as tx:
        kept = set(tx.execute(tables.content.select().with_only_columns(tables.content.c.sha256)).scalars())
    assert {failed["answer_sha256"], delivered["mdn_sha256"]} <= kept, "known to the ledger, no orphans"
