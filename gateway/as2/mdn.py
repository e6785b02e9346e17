"""Receipts (MDN, RFC 3798 as profiled by RFC 4130 7): built for what we got, and judged for what we sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from gateway.as2.certificates import StationKey
from gateway.as2.digest import DEFAULT
from gateway.as2.disposition import PROCESSED
from gateway.as2.fault import printable
from gateway.as2.message import OpenedMessage, Refusal
from gateway.as2.mime import Headers, write_entity, write_multipart
from gateway.as2.name import write_as2_name
from gateway.as2.request import Request
from gateway.as2.signed_part import new_boundary, sign_entity

_ACCEPTED = (
    "The message was received and its integrity verified. This is no statement about the documents in it: "
    "they are acknowledged by themselves."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An MDN to answer with (or, asynchronously, to post)."""

    headers: Headers
    body: bytes
    message_id: str
    signed: bool


def build_mdn(
    request: Request,
    outcome: OpenedMessage | Refusal,
    *,
    message_id: str,
    now: datetime,
    key: StationKey | None,
    legacy: bool = False,
) -> Receipt:
    """The MDN that tells the sender of ``request`` how its message ended.

    It is signed with ``key`` where the sender asked for a signed one and a key is given (for an unknown partner
    there may be none). Nothing of a refusal's findings goes in; what is repeated of the request is made printable.
    """
    fields, report = _report(request, outcome)
    signed = key is not None and request.receipt is not None and request.receipt.signed
    if key is not None and signed:
        digest_algorithm = _signing_digest(request, outcome, legacy)
        content_type, report = sign_entity(write_entity(fields, report), key, digest_algorithm)
        fields = (("Content-Type", content_type),)
    headers = (
        ("AS2-Version", "1.2"),
        ("AS2-From", write_as2_name(request.as2_to)),
        ("AS2-To", write_as2_name(request.as2_from)),
        ("Message-ID", message_id),
        ("Date", format_datetime(now.astimezone(UTC), usegmt=True)),
        ("Subject", "Message disposition notification"),
        ("MIME-Version", "1.0"),
        *fields,
        ("Content-Length", str(len(report))),
    )
    return Receipt(headers=headers, body=report, message_id=message_id, signed=signed)


def _signing_digest(request: Request, outcome: OpenedMessage | Refusal, legacy: bool) -> str:
    if isinstance(outcome, OpenedMessage):
        return outcome.mic.algorithm
    asked = request.receipt.algorithm(legacy, DEFAULT) if request.receipt else None
    return asked or DEFAULT


def _report(request: Request, outcome: OpenedMessage | Refusal) -> tuple[Headers, bytes]:
    """Content-Type field and body of the multipart/report (RFC 3462, RFC 3798 3)."""
    disposition, explanation = PROCESSED, _ACCEPTED
    if isinstance(outcome, Refusal):
        disposition, explanation = outcome.disposition, outcome.explanation
    recipient = f"rfc822; {write_as2_name(request.as2_to)}"
    notification = [
        ("Reporting-UA", "Order Gateway"),
        ("Original-Recipient", recipient),
        ("Final-Recipient", recipient),
        ("Original-Message-ID", printable(request.message_id, 998)),
        ("Disposition", disposition.header_value()),
    ]
    if isinstance(outcome, OpenedMessage):
        spelling = request.receipt.spelling(outcome.mic.algorithm) if request.receipt else None
        notification.append(("Received-Content-MIC", outcome.mic.header_value(spelling)))
    text = _lines(f"Message {printable(request.message_id, 998)}:", explanation)
    text_type = (("Content-Type", "text/plain; charset=us-ascii"), ("Content-Transfer-Encoding", "7bit"))
    notification_type = (
        ("Content-Type", "message/disposition-notification"),
        ("Content-Transfer-Encoding", "7bit"),
    )
    parts = (write_entity(text_type, text), write_entity(notification_type, write_entity(notification, b"")))
    boundary = new_boundary()
    content_type = f'multipart/report; report-type=disposition-notification; boundary="{boundary}"'
    return (("Content-Type", content_type),), write_multipart(parts, boundary)


def _lines(*texts: str) -> bytes:
    return "".join(f"{printable(text, 1000)}\r\n" for text in texts).encode("ascii")
