"""Deliver: a network step under a lease, outside any transaction; the outcome counts only if the lease is still ours.

What is sent is what was stored: sending again sends the same bytes under the same name, for AS2 the same encrypted body
and Message-ID, which were committed before the first connection (RELIABILITY 5 and 10).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from structlog.contextvars import bind_contextvars

from gateway.as2.message import build
from gateway.as2.receipt import Outcome, read_mdn
from gateway.core.failure import Failure, TerminalFailure, TransientFailure
from gateway.flow.as2_station import as2_settings
from gateway.flow.gateway import Gateway
from gateway.flow.outbox import first_connection
from gateway.ledger import deliveries, documents, due, journal, work_items
from gateway.ledger.deliveries import Delivery
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.connection import (
    As2Connection,
    Connection,
)
from gateway.transport.as2_http import Tls

LEASE_SECONDS = 45
"""A dead worker's delivery is taken over after so long; a living one renews its leases meanwhile."""
RETRY_MINUTES = (1, 5, 10, 20, 40, 60, 120, 240)
"""Between the attempts; after the last one a person is asked. AS2's 5, 10, 20, 40 are among them (TRANSPORT 10)."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A delivery we hold the lease of."""

    due_id: int
    token: int
    attempts: int
    delivery: Delivery
    document: StoredDocument
    connection: Connection | None


class _NotProved(TerminalFailure):
    """The partner's answer does not prove that it has the message. ``answer`` is kept as evidence."""

    def __init__(self, text: str, answer: bytes) -> None:
        super().__init__(text)
        self.answer = answer


def deliver(gateway: Gateway, delivery_id: int, due_id: int, *, owner: str) -> None:
    """Send a delivery that is due, and record how it ended."""
    claimed = _claim(gateway, delivery_id, due_id, owner)
    if claimed is None:
        return
    bind_contextvars(document=f"D{claimed.document.id}")
    try:
        receipt = _send(gateway, claimed)
    except Failure as failure:
        _record_failure(gateway, claimed, failure)
    else:
        _record_success(gateway, claimed, receipt)


def _claim(gateway: Gateway, delivery_id: int, due_id: int, owner: str) -> _Claimed | None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        before = due.load(tx, due_id)
        token = due.claim(tx, due_id, owner, now, LEASE_SECONDS)
        if before is None or token is None:
            return None
        delivery = deliveries.load(tx, delivery_id)
        if delivery is None or delivery.state not in ("due", "uncertain"):
            due.done(tx, due_id)
            return None
        document = documents.load(tx, delivery.document_id)
        if document is None:
            raise AssertionError("a delivery without its document breaks a foreign key")
        if before.owner is not None:
            # Whoever held the lease may have sent it before it died: the same identity goes out again.
            deliveries.change(tx, delivery_id, state="uncertain")
            details = {"taken_over_from": before.owner}
            journal.write(
                tx, "uncertain", at=now, document_id=document.id, delivery_id=delivery_id, details=details
            )
        connection = gateway.configuration(tx).connections.get(delivery.connection)
    return _Claimed(due_id, token, before.attempts, delivery, document, connection)


def _send(gateway: Gateway, claimed: _Claimed) -> dict[str, Any]:
    """Send by whatever the connection is; returns the receipt."""
    if claimed.connection is not None and not claimed.connection.enabled:
        raise TerminalFailure(
            f"The connection {claimed.connection.name} is switched off; switch it on, then resend"
        )
    match claimed.connection:
        case None:
            name = claimed.delivery.connection
            raise TerminalFailure(f"There is no connection {name} any more; put it back, then resend")
        case As2Connection() as connection:
            return _send_as2(gateway, claimed, connection)
        case connection:
            return _drop(gateway, claimed, connection)


def _drop(gateway: Gateway, claimed: _Claimed, connection: Connection) -> dict[str, Any]:
    data = gateway.archive.read(claimed.document.content_sha256)
    with gateway.open_mailbox(connection) as mailbox:
        receipt = mailbox.deliver(claimed.delivery.name, data)
    return {"path": receipt.path, "bytes": receipt.size, "sha256": receipt.sha256}


def _send_as2(gateway: Gateway, claimed: _Claimed, connection: As2Connection) -> dict[str, Any]:
    settings = as2_settings(gateway, connection)
    message, body = _prepared(gateway, claimed, connection)
    tls = Tls(ca_bundle=gateway.path(connection.ca_bundle)) if connection.ca_bundle else None
    headers = [(name, value) for name, value in message["headers"]]
    reply = gateway.post(connection.url, headers, body, timeout=connection.timeout_seconds, tls=tls)
    judgement = read_mdn(
        reply.headers,
        reply.body,
        settings,
        message_id=message["message_id"],
        mics=message["mics"],
        now=gateway.database.now(),
    )
    if judgement.outcome is Outcome.DELIVERED:
        return {
            "mdn": judgement.disposition.header_value() if judgement.disposition else "",
            "message_id": message["message_id"],
            "mdn_sha256": _kept(gateway, reply.body),
        }
    reasons = "; ".join(finding.message for finding in judgement.findings) or "the answer proves nothing"
    said = f" (it says: {judgement.text})" if judgement.text else ""
    verb = "refused it" if judgement.outcome is Outcome.REFUSED else "did not prove that it has it"
    raise _NotProved(f"{connection.as2_name} {verb}: {reasons}{said}", reply.body)


def _kept(gateway: Gateway, answer: bytes) -> str:
    """Keep what a partner answered, for ever and known to the ledger. Returns its sha256."""
    sha256, now = gateway.archive.store(answer), gateway.database.now()
    with gateway.database.transaction() as tx:
        documents.keep_content(tx, sha256, len(answer), now)
    return sha256


def _prepared(gateway: Gateway, claimed: _Claimed, connection: As2Connection) -> tuple[dict[str, Any], bytes]:
    """The message as it is sent every time: built once, its body and Message-ID committed before the first connect."""
    delivery = claimed.delivery
    if delivery.message is not None and delivery.message_sha256 is not None:
        return delivery.message, gateway.archive.read(delivery.message_sha256)
    now = gateway.database.now()
    built = build(
        gateway.archive.read(claimed.document.content_sha256),
        as2_settings(gateway, connection),
        message_id=f"<{delivery.id}.{secrets.token_hex(12)}@order-gateway>",
        now=now,
        file_name=delivery.name,
        subject=connection.subject,
    )
    message = {
        "headers": [list(pair) for pair in built.headers],
        "message_id": built.message_id,
        "mics": dict(built.mics),
    }
    sha256 = gateway.archive.store(built.body)
    with gateway.database.transaction() as tx:
        if not due.still_ours(tx, claimed.due_id, claimed.token):
            raise TransientFailure("another worker took this delivery over")
        documents.keep_content(tx, sha256, len(built.body), now)
        deliveries.change(tx, delivery.id, message=message, message_sha256=sha256)
    return message, built.body


def _record_success(gateway: Gateway, claimed: _Claimed, receipt: dict[str, Any]) -> None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        if not due.still_ours(tx, claimed.due_id, claimed.token):
            return
        delivery_id, document_id = claimed.delivery.id, claimed.document.id
        attempts = claimed.attempts + 1
        deliveries.change(
            tx,
            delivery_id,
            state="delivered",
            delivered_at=now,
            receipt=receipt,
            attempts=attempts,
            last_error=None,
        )
        current = documents.lock(tx, document_id)
        if current is not None and current.state == "rendered":
            documents.change(tx, document_id, state="delivered", finished_at=now)
        work_items.resolve_for(
            tx, by="gateway", resolution="delivered", at=now, kind="delivery_failed", delivery_id=delivery_id
        )
        journal.write(
            tx, "delivered", at=now, document_id=document_id, delivery_id=delivery_id, details=receipt
        )
        due.done(tx, claimed.due_id)


def _record_failure(gateway: Gateway, claimed: _Claimed, failure: Failure) -> None:
    """Try again later if that can help; otherwise, or when it went on too long, ask a person."""
    now = gateway.database.now()
    again = isinstance(failure, TransientFailure) and claimed.attempts < len(RETRY_MINUTES)
    delivery, text = claimed.delivery, str(failure)
    details: dict[str, Any] = {"error": text, "attempt": claimed.attempts + 1}
    if isinstance(failure, _NotProved):
        details["answer_sha256"] = _kept(gateway, failure.answer)
    with gateway.database.transaction() as tx:
        if not due.still_ours(tx, claimed.due_id, claimed.token):
            return
        deliveries.change(tx, delivery.id, attempts=claimed.attempts + 1, last_error=text)
        event = "delivery_postponed" if again else "delivery_failed"
        journal.write(
            tx, event, at=now, document_id=claimed.document.id, delivery_id=delivery.id, details=details
        )
        if again:
            due.postpone(tx, claimed.due_id, now + _wait(claimed.attempts), text)
            return
        due.done(tx, claimed.due_id)
        deliveries.change(tx, delivery.id, state="failed")
        work_items.open_item(
            tx,
            "delivery_failed",
            title=f"{delivery.name} could not be delivered to {delivery.partner}: {text}",
            action=f"gateway deliveries resend V{delivery.id}  (after the cause is mended)",
            at=now,
            partner=delivery.partner,
            test=delivery.test,
            document_id=claimed.document.id,
            delivery_id=delivery.id,
        )


def _wait(attempts: int) -> timedelta:
    """Backoff with up to a fifth of jitter, so that many deliveries to one partner do not come back together."""
    minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES) - 1)]
    return timedelta(seconds=minutes * 60 * (1 + secrets.randbelow(200) / 1000))


def resend(gateway: Gateway, delivery_id: int, *, by: str, reason: str | None = None) -> str | None:
    """Send a delivery's stored bytes again. Returns why it can't be, or None."""
    now: datetime = gateway.database.now()
    with gateway.database.transaction() as tx:
        delivery = deliveries.load(tx, delivery_id)
        if delivery is None:
            return f"There is no delivery V{delivery_id}"
        if delivery.state in ("due", "uncertain"):
            return f"V{delivery_id} is on its way already"
        deliveries.change(tx, delivery_id, state="due", last_error=None)
        work_items.resolve_for(
            tx, by=by, resolution="resent", at=now, kind="delivery_failed", delivery_id=delivery_id
        )
        details = {"reason": reason} if reason else None
        document_id = delivery.document_id
        journal.write(
            tx, "resent", at=now, actor=by, document_id=document_id, delivery_id=delivery_id, details=details
        )
        gateway.offer(tx, "deliver", f"V{delivery_id}", now)
    return None


def resend_document(gateway: Gateway, document_id: int, *, by: str, reason: str | None = None) -> str | None:
    """Send an outbound document's stored bytes again, by its latest delivery or else the partner's connection."""
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        document = documents.load(tx, document_id)
        if document is None or document.direction != "out" or document.partner is None:
            return f"There is no outbound document D{document_id}"
        earlier = deliveries.of_document(tx, document_id)
        if not earlier:
            partner = gateway.partner(tx, document.partner)
            connection = first_connection(gateway.configuration(tx), partner)
            if connection is None:
                return f"{partner.code} has no connection yet; add one to its file and publish"
            name = document.file_name or f"D{document_id}"
            delivery_id = deliveries.add(
                tx,
                document_id=document_id,
                partner=partner.code,
                test=bool(document.test),
                connection=connection,
                name=name,
                created_at=now,
            )
            work_items.resolve_for(
                tx, by=by, resolution="resent", at=now, kind="no_connection", document_id=document_id
            )
            details = {"reason": reason} if reason else None
            journal.write(
                tx,
                "resent",
                at=now,
                actor=by,
                document_id=document_id,
                delivery_id=delivery_id,
                details=details,
            )
            gateway.offer(tx, "deliver", f"V{delivery_id}", now)
            return None
    return resend(gateway, earlier[-1].id, by=by, reason=reason)
