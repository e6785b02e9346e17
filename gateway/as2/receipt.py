"""The answer to what we sent, judged: it counts only as a valid MDN of that partner, for that message, with its MIC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.as2.certificates import Certificate
from gateway.as2.digest import Mic, canonical_digest, read_mic
from gateway.as2.disposition import Disposition, read_disposition
from gateway.as2.fault import printable
from gateway.as2.mime import (
    Entity,
    Headers,
    parse_fields,
    split_entity,
    split_multipart,
    transfer_decode,
)
from gateway.as2.settings import As2Settings
from gateway.as2.signature import Verified
from gateway.as2.signed_part import verify_multipart
from gateway.core.finding import Finding, Severity


class Outcome(StrEnum):
    """``DELIVERED``: proved. ``REFUSED``: the partner says no, and it is the partner who says so: never sent again
    by itself. ``UNPROVEN``: the answer proves nothing: not delivered, a person is told."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an answer amounts to. ``text`` is the partner's explanation, made printable; ``findings`` say why."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    original_message_id: str | None = None
    disposition: Disposition | None = None
    mic: Mic | None = None
    signer: Certificate | None = None
    text: str | None = None

    @property
    def delivered(self) -> bool:
        return self.outcome is Outcome.DELIVERED


@dataclass(frozen=True, slots=True)
class _Report:
    original_message_id: str
    disposition: Disposition
    mic_text: str | None
    text: str | None


def original_message_id(
    headers: Iterable[tuple[str, str]], body: bytes, *, bare_line_feeds: bool = False
) -> str | None:
    """The message an MDN claims to be about, unverified: to look up what was sent when receipts come by themselves.

    None where the POST is no MDN.
    """
    entity = Entity(tuple(headers), body)
    if entity.content_type.value == "multipart/signed":
        boundary = entity.content_type.parameter("boundary")
        parts = split_multipart(body, boundary, bare_line_feeds=bare_line_feeds) if boundary else None
        inner = split_entity(parts[0], bare_line_feeds=bare_line_feeds) if parts else None
        if inner is None:
            return None
        entity = inner
    report = _read_report(entity, bare_line_feeds)
    return report.original_message_id if isinstance(report, _Report) else None


def read_mdn(
    headers: Iterable[tuple[str, str]],
    body: bytes,
    settings: As2Settings,
    *,
    message_id: str,
    mics: Mapping[str, str],
    now: datetime,
) -> Judgement:
    """Judge the answer to the message ``message_id`` whose MICs are ``mics`` (base64 by algorithm).

    The report is read from the octets that were verified and from nowhere else. Never raises for what it is given.
    """
    outer = Entity(_answer_fields(headers), body)
    if not outer.content_type.value.startswith("multipart/") or outer.is_ambiguous:
        return _unproven(_missing(outer))
    signer: Certificate | None = None
    entity: Entity | None = outer
    if outer.content_type.value == "multipart/signed":
        verified = verify_multipart(outer, settings)
        if not isinstance(verified, Verified):
            return _unproven(verified.finding)
        signer = verified.signer
        entity = split_entity(verified.content, bare_line_feeds=settings.bare_line_feeds)
    report = (
        "its header fields cannot be read"
        if entity is None
        else _read_report(entity, settings.bare_line_feeds)
    )
    if isinstance(report, str):
        return _unproven(_malformed(report))
    mic = None if report.mic_text is None else read_mic(report.mic_text)
    faults = _judge(report, mic, signer, settings, message_id, mics, now)
    return Judgement(
        outcome=_outcome(report, faults),
        findings=faults,
        original_message_id=report.original_message_id,
        disposition=report.disposition,
        mic=mic,
        signer=signer,
        text=report.text,
    )


def _answer_fields(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple((name, value) for name, value in headers)


def _outcome(report: _Report, findings: tuple[Finding, ...]) -> Outcome:
    errors = {finding.code for finding in findings if finding.is_error}
    if not errors:
        return Outcome.DELIVERED
    return Outcome.REFUSED if errors == {"mdn-negative"} else Outcome.UNPROVEN


def _judge(
    report: _Report,
    mic: Mic | None,
    signer: Certificate | None,
    settings: As2Settings,
    message_id: str,
    mics: Mapping[str, str],
    now: datetime,
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if signer is None and settings.signed_receipt:
        findings.append(_unsigned())
    if signer is not None and not signer.is_valid(now):
        findings.append(_expired(signer, settings.refuse_expired))
    if _bare_id(report.original_message_id) != _bare_id(message_id):
        findings.append(_wrong_message(report.original_message_id, message_id))
    if not report.disposition.is_positive:
        findings.append(_negative(report))
    else:
        finding = _mic_finding(report.mic_text, mic, mics)
        if finding is not None:
            findings.append(finding)
        if report.disposition.kind == "warning":
            findings.append(_with_warning(report))
    return tuple(findings)


def _bare_id(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">")


def _read_report(entity: Entity, bare_line_feeds: bool) -> _Report | str:
    """The report in a multipart/report, or what is wrong with it."""
    kind = entity.content_type
    if kind.value != "multipart/report" or entity.is_ambiguous:
        return "it is no multipart/report"
    boundary = kind.parameter("boundary")
    parts = (
        None if boundary is None else split_multipart(entity.body, boundary, bare_line_feeds=bare_line_feeds)
    )
    entities = [split_entity(part, bare_line_feeds=bare_line_feeds) for part in parts or ()]
    notifications = [
        part for part in entities if part and part.content_type.value == "message/disposition-notification"
    ]
    if len(notifications) != 1 or notifications[0] is None or notifications[0].is_ambiguous:
        return f"it has {len(notifications)} disposition notifications instead of one"
    texts = [part for part in entities if part and part.content_type.value == "text/plain"]
    return _read_notification(notifications[0], texts[0] if texts else None)


def _read_notification(notification: Entity, text: Entity | None) -> _Report | str:
    block = transfer_decode(notification)
    fields = None if block is None else parse_fields(block)
    if fields is None:
        return "its disposition notification cannot be read"
    known: dict[str, str] = {}
    for name, value in fields:
        if name.lower() in known:
            return f"{printable(name, 40)} is given twice"
        known[name.lower()] = value
    disposition = read_disposition(known.get("disposition", ""))
    if disposition is None:
        return "it has no readable Disposition"
    explanation = transfer_decode(text) if text is not None else None
    shown = None if explanation is None else printable(explanation.decode("utf-8", "replace").strip(), 500)
    return _Report(
        known.get("original-message-id", ""), disposition, known.get("received-content-mic"), shown
    )


def _unproven(finding: Finding) -> Judgement:
    return Judgement(outcome=Outcome.UNPROVEN, findings=(finding,))


def _missing(answer: Entity) -> Finding:
    return Finding(
        code="mdn-missing",
        message="The answer holds no receipt, so the message does not count as delivered",
        found=printable(f"{answer.content_type.value}, {len(answer.body)} bytes"),
        wanted="multipart/signed with a multipart/report",
        rule="TRANSPORT 10",
        fix="Check the URL of the connection; ask the partner whether the message came in and why it sends no MDN",
    )


def _malformed(reason: str) -> Finding:
    return Finding(
        code="mdn-malformed",
        message=f"The receipt is malformed: {reason}",
        wanted="a multipart/report with one message/disposition-notification",
        rule="RFC 3798 3, RFC 4130 7.4",
        fix="Ask the partner whether the message came in; its AS2 product is at fault",
    )


def _unsigned() -> Finding:
    return Finding(
        code="mdn-unsigned",
        message="The receipt is not signed, so anyone could have made it",
        wanted="a receipt signed by the partner",
        rule="TRANSPORT 13",
        fix="Ask the partner to sign its receipts, or set the connection to accept unsigned ones",
    )


def _expired(signer: Certificate, refuse: bool) -> Finding:
    return Finding(
        code="mdn-signer-expired",
        severity=Severity.ERROR if refuse else Severity.WARNING,
        message="The receipt is signed with a certificate that is not valid at this time",
        found=f"valid from {signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}",
        rule="TRANSPORT 17",
        fix="Ask the partner for its new certificate and add it",
    )


def _wrong_message(found: str, wanted: str) -> Finding:
    return Finding(
        code="mdn-wrong-message",
        message="The receipt is for another message",
        found=printable(found),
        wanted=wanted,
        rule="RFC 3798 3.2.5, TRANSPORT 13",
        fix="Ask the partner whether this message came in",
    )


def _negative(report: _Report) -> Finding:
    said = report.disposition.header_value().partition("; ")[2]
    return Finding(
        code="mdn-negative",
        message=f"The partner refused the message: {said}",
        found=report.text,
        rule="RFC 4130 7.4.3",
        fix="Mend what the partner names (certificate, algorithm, AS2 names), then send the message again",
    )


def _with_warning(report: _Report) -> Finding:
    return Finding(
        code="mdn-warning",
        severity=Severity.WARNING,
        message=f"The partner took the message in with a warning: {report.disposition.modifier or 'not specified'}",
        found=report.text,
        rule="RFC 4130 7.4.3",
    )


def _mic_finding(text: str | None, mic: Mic | None, mics: Mapping[str, str]) -> Finding | None:
    """What is wrong with the MIC, recomputed in the algorithm that the receipt names; None if it is right."""
    code, message = "mdn-mic-differs", "The partner received something else than we sent: the MIC differs"
    if text is None:
        code, message = (
            "mdn-mic-missing",
            "The receipt has no MIC, so it proves nothing about what was received",
        )
    elif mic is None or mic.algorithm not in mics:
        code, message = "mdn-mic-unknown", "The MIC of the receipt is malformed, or in an unknown algorithm"
    elif mic.matches(Mic(mics[mic.algorithm], mic.algorithm)):
        return None
    name = None if text is None else canonical_digest(text.rpartition(",")[2])
    return Finding(
        code=code,
        message=message,
        found=None if text is None else printable(text),
        wanted=f"{mics[name]}, {name}"
        if name is not None and name in mics
        else "Received-Content-MIC in SHA-256",
        rule="RFC 4130 7.3.1, TRANSPORT 13",
        fix="Ask the partner to compare what it received; send again only if it lacks the document",
    )
