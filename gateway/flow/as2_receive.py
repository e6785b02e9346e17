"""Receive an AS2 message: kept as it came, opened, kept as it was inside, and only then answered (promise 1).

The same Message-ID with the same content gets the stored MDN again and is delivered once; a first try that failed does
not block the retry (TRANSPORT 7 and 11).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.as2 import disposition
from gateway.as2.fault import UNEXPECTED_ERROR, Fault, printable
from gateway.as2.mdn import build_mdn
from gateway.as2.message import OpenedMessage, Part, Refusal, open_message, unknown_relationship
from gateway.as2.request import Request, read_request
from gateway.as2.settings import As2Settings
from gateway.core.finding import Finding
from gateway.flow.as2_station import as2_connection, as2_settings
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, keep_arrival
from gateway.ledger import documents, exchanges, journal, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.exchanges import Exchange
from gateway.partnerships.connection import As2Connection

ABANDONED_AFTER = timedelta(minutes=10)
MESSAGE = "as2"
"""The kind of a document that is an AS2 message not opened yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class As2Answer:
    """What the HTTP door answers, headers in order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Posted:
    """A message that is safely kept, with what its headers say."""

    document_id: int
    request: Request
    connection: As2Connection | None
    settings: As2Settings | None
    now: datetime


def receive_as2(gateway: Gateway, headers: Iterable[tuple[str, str]], body: bytes, *, peer: str) -> As2Answer:
    """Take a POST to the AS2 address and say how it is to be answered."""
    fields = tuple(headers)
    request = read_request(fields)
    posted_as = request if isinstance(request, Request) else None
    document_id, connection, now = _keep(gateway, fields, body, posted_as, peer)
    if isinstance(request, Fault):
        _refuse(gateway, document_id, (request.finding,), now)
        return _plain(400, request.finding.message)
    settings = as2_settings(gateway, connection) if connection is not None else None
    posted = _Posted(document_id, request, connection, settings, now)
    outcome: OpenedMessage | Refusal = unknown_relationship(request)
    if settings is not None:
        outcome = open_message(request, body, settings, now)
    if isinstance(outcome, Refusal):
        return _answer_refusal(gateway, posted, outcome)
    return _answer_message(gateway, posted, outcome)


def _keep(
    gateway: Gateway, fields: Sequence[tuple[str, str]], body: bytes, request: Request | None, peer: str
) -> tuple[int, As2Connection | None, datetime]:
    now = gateway.database.now()
    sha256 = gateway.archive.store(body)
    with gateway.database.transaction() as tx:
        connection = (
            as2_connection(gateway.configuration(tx), request.as2_from, request.as2_to)
            if request is not None
            else None
        )
        arrival = Arrival(
            data=body, door=connection.name if connection else MESSAGE, headers=fields, peer=peer
        )
        document_id = keep_arrival(tx, arrival, sha256, now, kind=MESSAGE)
        # If we die before answering, the sender tries again; this row must not look unfinished for ever.
        gateway.offer(tx, "abandon", f"D{document_id}", now + ABANDONED_AFTER)
    return document_id, connection, now


def _answer_message(gateway: Gateway, posted: _Posted, opened: OpenedMessage) -> As2Answer:
    """Commit payload, MDN and what is due next together; then the MDN may go."""
    payloads = [gateway.archive.store(part.content) for part in opened.parts]
    reply = _reply(gateway, posted, opened)
    reply_sha256 = gateway.archive.store(reply.body)
    mic = opened.mic.header_value()
    request = posted.request
    with gateway.database.transaction() as tx:
        earlier = exchanges.accepted(tx, request.as2_from, request.message_id)
        if earlier is None and _keep_exchange(tx, posted, mic, reply, reply_sha256):
            _book_parts(gateway, tx, posted, opened.parts, payloads, opened.findings)
            return reply
        earlier = earlier or exchanges.accepted(tx, request.as2_from, request.message_id)
        if earlier is not None and earlier.mic == mic:
            _note_repeated(tx, posted, earlier)
            stored = tuple((name, value) for name, value in earlier.reply_headers)
            return As2Answer(status=200, headers=stored, body=gateway.archive.read(earlier.reply_sha256))
    return _answer_refusal(gateway, posted, _reused(request))


def _keep_exchange(tx: Transaction, posted: _Posted, mic: str, reply: As2Answer, reply_sha256: str) -> bool:
    """Keep the MDN beside its message; False where a concurrent request with the Message-ID was first."""
    documents.keep_content(tx, reply_sha256, len(reply.body), posted.now)
    return exchanges.add(
        tx,
        as2_from=posted.request.as2_from,
        message_id=posted.request.message_id,
        document_id=posted.document_id,
        mic=mic,
        accepted=True,
        reply_headers=[(name, value) for name, value in reply.headers],
        reply_sha256=reply_sha256,
        at=posted.now,
    )


def _note_repeated(tx: Transaction, posted: _Posted, earlier: Exchange) -> None:
    first = earlier.document_id
    documents.change(tx, posted.document_id, state="duplicate", duplicate_of=first, finished_at=posted.now)
    details = {"of": f"D{first}", "message_id": posted.request.message_id}
    journal.write(tx, "duplicate", at=posted.now, document_id=posted.document_id, details=details)


def _book_parts(
    gateway: Gateway,
    tx: Transaction,
    posted: _Posted,
    parts: Sequence[Part],
    payloads: Sequence[str],
    findings: Sequence[Finding],
) -> None:
    """The message's document carries the first file; further attachments become documents beside it."""
    message = documents.load(tx, posted.document_id)
    if message is None:
        raise AssertionError("the message was committed before it was opened")
    for position, (part, sha256) in enumerate(zip(parts, payloads, strict=True)):
        documents.keep_content(tx, sha256, len(part.content), posted.now)
        document_id = posted.document_id
        if position == 0:
            documents.change(tx, document_id, payload_sha256=sha256, file_name=part.file_name, kind=None)
        else:
            document_id = documents.add(
                tx,
                direction="in",
                door=message.door,
                state="received",
                file_name=part.file_name,
                content_sha256=message.content_sha256,
                payload_sha256=sha256,
                headers=message.headers,
                peer=message.peer,
                revision=message.revision,
                received_at=posted.now,
            )
        gateway.offer(tx, "translate", f"D{document_id}", posted.now)
        journal.write(tx, "opened", at=posted.now, document_id=document_id, details={"sha256": sha256})
    documents.add_findings(tx, posted.document_id, findings)


def _answer_refusal(gateway: Gateway, posted: _Posted, refusal: Refusal) -> As2Answer:
    _refuse(gateway, posted.document_id, refusal.findings, posted.now)
    if posted.request.receipt is None:
        return _plain(403, refusal.explanation)
    return _reply(gateway, posted, refusal)


def _reply(gateway: Gateway, posted: _Posted, outcome: OpenedMessage | Refusal) -> As2Answer:
    """The MDN, signed where the sender asks for it; a bare 200 where it wants none."""
    if posted.request.receipt is None:
        return _plain(200, "")
    receipt = build_mdn(
        posted.request,
        outcome,
        message_id=f"<mdn.{posted.document_id}.{secrets.token_hex(8)}@order-gateway>",
        now=posted.now,
        key=posted.settings.signing_key(posted.now) if posted.settings is not None else None,
    )
    return As2Answer(status=200, headers=tuple(receipt.headers), body=receipt.body)


def _refuse(gateway: Gateway, document_id: int, findings: Sequence[Finding], now: datetime) -> None:
    """Keep what was refused and why; a person sees it, because the partner's next try will fail the same way."""
    with gateway.database.transaction() as tx:
        reason = next((finding.message for finding in findings), "refused")
        documents.add_findings(tx, document_id, findings)
        documents.change(tx, document_id, state="refused", reason=reason, finished_at=now)
        journal.write(tx, "refused", at=now, document_id=document_id, details={"reason": reason})
        work_items.open_item(
            tx,
            "as2_refused",
            title=f"An AS2 message was refused: {reason}",
            action=f"gateway documents show D{document_id}, then gateway work resolve {{id}} --reason TEXT",
            at=now,
            document_id=document_id,
        )


def abandon(gateway: Gateway, document_id: int, due_id: int) -> None:
    """Close a message that we died over before answering it; its sender has no MDN and tries again."""
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        if not gateway.begin(tx, due_id):
            return
        document = documents.lock(tx, document_id)
        if document is not None and document.state == "received" and document.kind == MESSAGE:
            reason = (
                "We stopped before this message was answered; the sender has no receipt and sends it again"
            )
            documents.change(tx, document_id, state="refused", reason=reason, finished_at=now)
            journal.write(tx, "abandoned", at=now, document_id=document_id, details={"reason": reason})
        gateway.finish(tx, due_id)


def _reused(request: Request) -> Refusal:
    """The refusal of other content under a Message-ID that was accepted before (TRANSPORT 11)."""
    message = "This Message-ID was used before for other content"
    finding = Finding(
        code="as2-message-id-reused",
        message=message,
        found=printable(request.message_id),
        wanted="a Message-ID of its own for each message",
        rule="RFC 4130 5.3.1",
        fix="Ask the partner to send the file again under a new Message-ID",
    )
    return Refusal(
        disposition=disposition.error(UNEXPECTED_ERROR), explanation=f"{message}.", findings=(finding,)
    )


def _plain(status: int, text: str) -> As2Answer:
    return As2Answer(
        status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode()
    )
