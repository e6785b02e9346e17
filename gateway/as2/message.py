"""An AS2 message: built from a payload, and opened down to the payload with the partner's policy applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from gateway.as2 import disposition
from gateway.as2.certificates import Certificate
from gateway.as2.compression import compress
from gateway.as2.digest import DEFAULT, Mic, all_mics, compute_mic, wire_name
from gateway.as2.disposition import Disposition
from gateway.as2.encryption import encrypt
from gateway.as2.fault import (
    AUTHENTICATION_FAILED,
    DECRYPTION_FAILED,
    INSUFFICIENT_SECURITY,
    UNEXPECTED_ERROR,
    UNKNOWN_RELATIONSHIP,
    Fault,
    fault,
    printable,
)
from gateway.as2.layers import Unwrapped, unwrap
from gateway.as2.mime import Entity, Headers, split_entity, split_multipart, transfer_decode, write_entity
from gateway.as2.name import write_as2_name
from gateway.as2.parameter import clean_file_name, file_name, file_name_parameter
from gateway.as2.request import Request
from gateway.as2.settings import As2Settings, Compression
from gateway.as2.signed_part import sign_entity
from gateway.core.finding import Finding, Severity

# One text for all that may go wrong with a ciphertext anyone could have sent (README, "No oracle").
UNDECIPHERABLE = (
    "The message could not be decrypted into content that we accept: it was encrypted for another certificate,"
    " was damaged on the way, or is not signed as agreed."
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """What is posted. ``mic`` is in base64; ``mics`` has it in every algorithm a receipt may name."""

    headers: Headers
    body: bytes
    message_id: str
    mic: str
    mic_algorithm: str
    mics: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One file in a message. ``file_name`` is the sender's, cleaned for display: data, never a path."""

    content: bytes
    content_type: str
    file_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMessage:
    """A message that passed: its files, its MIC, and which protections it really had. ``findings`` are warnings."""

    parts: tuple[Part, ...]
    mic: Mic
    signer: Certificate | None
    digest_algorithm: str | None
    cipher: str | None
    compressed: bool
    findings: tuple[Finding, ...] = ()

    @property
    def payload(self) -> bytes:
        return self.parts[0].content

    @property
    def content_type(self) -> str:
        return self.parts[0].content_type

    @property
    def file_name(self) -> str | None:
        return self.parts[0].file_name

    @property
    def signed(self) -> bool:
        return self.signer is not None

    @property
    def encrypted(self) -> bool:
        return self.cipher is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A message that did not pass. ``disposition`` and ``explanation`` are for the sender, ``findings`` for us:
    they may say more than a stranger should learn, and never go into an answer."""

    disposition: Disposition
    explanation: str
    findings: tuple[Finding, ...]


def build(
    payload: bytes,
    settings: As2Settings,
    *,
    message_id: str,
    now: datetime,
    content_type: str = "application/edi-x12",
    file_name: str | None = None,
    subject: str = "EDI",
    receipt_url: str | None = None,
) -> OutboundMessage:
    """The POST that carries ``payload``, compressed, signed and encrypted as agreed.

    ``message_id`` is ``<unique@host>``, ``now`` aware. ``receipt_url`` asks for an asynchronous receipt. Raises
    ``CertificateError`` where no valid key or certificate is configured, ValueError for names no header can hold.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a Message-ID is <unique@host> in printable characters without spaces")
    fields, body, mic_content = _wrap(_payload_fields(content_type, file_name), payload, settings, now)
    algorithm = settings.sign or DEFAULT
    mics = all_mics(mic_content)
    headers = (
        ("AS2-Version", "1.2"),
        ("AS2-From", write_as2_name(settings.station_name)),
        ("AS2-To", write_as2_name(settings.partner_name)),
        ("Message-ID", message_id),
        ("Date", format_datetime(now.astimezone(UTC), usegmt=True)),
        ("Subject", printable(subject)),
        ("MIME-Version", "1.0"),
        *_receipt_fields(settings, algorithm, receipt_url),
        *fields,
        ("Content-Length", str(len(body))),
    )
    return OutboundMessage(
        headers=headers,
        body=body,
        message_id=message_id,
        mic=mics[algorithm],
        mic_algorithm=algorithm,
        mics=mics,
    )


def _payload_fields(content_type: str, name: str | None) -> Headers:
    fields = [("Content-Type", printable(content_type)), ("Content-Transfer-Encoding", "binary")]
    cleaned = None if name is None else clean_file_name(name)
    if cleaned is not None:
        fields.append(("Content-Disposition", f"attachment; {file_name_parameter(cleaned)}"))
    return tuple(fields)


def _receipt_fields(settings: As2Settings, algorithm: str, receipt_url: str | None) -> Headers:
    fields = [("Disposition-Notification-To", write_as2_name(settings.station_name))]
    if settings.signed_receipt:
        options = "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, "
        fields.append(("Disposition-Notification-Options", options + wire_name(algorithm)))
    if receipt_url is not None:
        fields.append(("Receipt-Delivery-Option", receipt_url))
    return tuple(fields)


def _wrap(
    fields: Headers, payload: bytes, settings: As2Settings, now: datetime
) -> tuple[Headers, bytes, bytes]:
    """The outermost fields and body, and the bytes the MIC is over (as :func:`unwrap` will find them)."""
    body, mic_content = payload, payload
    if settings.compress is not Compression.NONE or settings.encrypt is not None:
        mic_content = write_entity(fields, payload)
    if settings.compress is Compression.BEFORE_SIGNING:
        body = compress(write_entity(fields, body))
        fields = _cms_fields("compressed-data", "smime.p7z")
    if settings.sign is not None:
        mic_content = write_entity(fields, body)
        signed_type, body = sign_entity(mic_content, settings.signing_key(now), settings.sign)
        fields = (("Content-Type", signed_type),)
    if settings.compress is Compression.AFTER_SIGNING:
        body = compress(write_entity(fields, body))
        fields = _cms_fields("compressed-data", "smime.p7z")
    if settings.encrypt is not None:
        recipient = settings.encryption_certificate(now)
        body = encrypt(write_entity(fields, body), (recipient,), settings.encrypt, settings.oaep)
        kind = "authEnveloped-data" if settings.encrypt.endswith("_gcm") else "enveloped-data"
        fields = _cms_fields(kind, "smime.p7m")
    return fields, body, mic_content


def _cms_fields(kind: str, name: str) -> Headers:
    return (
        ("Content-Type", f"application/pkcs7-mime; smime-type={kind}; name={name}"),
        ("Content-Transfer-Encoding", "binary"),
        ("Content-Disposition", f"attachment; filename={name}"),
    )


def open_message(
    request: Request, body: bytes, settings: As2Settings, now: datetime
) -> OpenedMessage | Refusal:
    """Open what was posted, and judge it by what is agreed with the partner. Never raises for what it is given."""
    if request.as2_from != settings.partner_name or request.as2_to != settings.station_name:
        return unknown_relationship(request)
    algorithm = request.receipt.algorithm(settings.legacy, DEFAULT) if request.receipt else DEFAULT
    if algorithm is None:
        return _unsupported_digests(request)
    state = unwrap(Entity(request.headers, body), settings)
    broken = state.fault or _policy_fault(state, settings, now)
    if broken is not None:
        return _refuse(broken, state)
    parts = _parts(state.entity, settings)
    if isinstance(parts, Fault):
        return _refuse(parts, state)
    signature = state.signature
    if signature is not None and not (request.receipt and request.receipt.algorithms):
        algorithm = signature.digest_algorithm
    return OpenedMessage(
        parts=parts,
        mic=compute_mic(state.mic_content, algorithm),
        signer=signature.signer if signature else None,
        digest_algorithm=signature.digest_algorithm if signature else None,
        cipher=state.cipher.name if state.cipher else None,
        compressed=state.compressed,
        findings=_warnings(state, now),
    )


def _refuse(broken: Fault, state: Unwrapped) -> Refusal:
    masked = broken.finding.code == "as2-decryption-failed" or (state.may_be_tampered and not broken.intact)
    modifier = DECRYPTION_FAILED if masked else broken.modifier
    explanation = UNDECIPHERABLE if masked else f"{broken.finding.message}."
    return Refusal(
        disposition=disposition.error(modifier), explanation=explanation, findings=(broken.finding,)
    )


def _policy_fault(state: Unwrapped, settings: As2Settings, now: datetime) -> Fault | None:
    if settings.require_signed and state.signature is None:
        return _insufficient("as2-unsigned", "The message is not signed", "a signed message", "sign")
    if settings.require_encrypted and state.cipher is None:
        return _insufficient(
            "as2-unencrypted", "The message is not encrypted", "an encrypted message", "encrypt"
        )
    signature = state.signature
    if signature is not None and settings.refuse_expired and not signature.signer.is_valid(now):
        return fault(
            AUTHENTICATION_FAILED,
            "as2-signer-expired",
            "The certificate the message is signed with is not valid at this time",
            found=_validity(signature.signer),
            rule="TRANSPORT 17",
            fix="Ask the partner for its new certificate and add it",
            intact=True,
        )
    return None


def _insufficient(code: str, message: str, wanted: str, verb: str) -> Fault:
    return fault(
        INSUFFICIENT_SECURITY,
        code,
        message,
        wanted=wanted,
        rule="the partner's AS2 settings",
        fix=f"Ask the partner to {verb} what it sends, or change what is required of it",
    )


def _warnings(state: Unwrapped, now: datetime) -> tuple[Finding, ...]:
    if state.signature is None or state.signature.signer.is_valid(now):
        return ()
    return (
        Finding(
            code="as2-signer-expired",
            severity=Severity.WARNING,
            message="The message is signed with a certificate that is not valid at this time",
            found=_validity(state.signature.signer),
            rule="TRANSPORT 17",
            fix="Ask the partner for its new certificate and add it",
        ),
    )


def _validity(certificate: Certificate) -> str:
    return f"valid from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"


def _parts(entity: Entity, settings: As2Settings) -> tuple[Part, ...] | Fault:
    """The files of the innermost entity: itself, or each part of a multipart (RFC 6362: several attachments)."""
    entities: tuple[Entity | None, ...] = (entity,)
    kind = entity.content_type
    if kind.value.startswith("multipart/"):
        boundary = kind.parameter("boundary")
        raw = None
        if boundary is not None:
            raw = split_multipart(entity.body, boundary, bare_line_feeds=settings.bare_line_feeds)
        split = (split_entity(part, bare_line_feeds=settings.bare_line_feeds) for part in raw or ())
        entities = tuple(split) or (None,)
    parts: list[Part] = []
    for found in entities:
        content = None if found is None or found.is_ambiguous else transfer_decode(found)
        if found is None or content is None:
            return _unreadable_payload()
        name = file_name(found.structured("Content-Disposition"), found.structured("Content-Type"))
        parts.append(Part(content, found.content_type.value, name))
    if not any(part.content for part in parts):
        return _empty()
    return tuple(parts)


def _unreadable_payload() -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        "as2-payload-unreadable",
        "The content of the message does not follow its own MIME headers (boundary or transfer encoding)",
        rule="RFC 2045 6, RFC 2046 5.1",
        fix="Ask the partner to send the message again; if it stays so, its AS2 product is at fault",
    )


def _empty() -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        "as2-empty",
        "The message holds nothing",
        wanted="a file",
        fix="Ask the partner what it meant to send",
    )


def unknown_relationship(request: Request) -> Refusal:
    """The refusal of a message between AS2 names that are not agreed (TRANSPORT 14)."""
    finding = Finding(
        code="as2-unknown-partner",
        message="No AS2 connection has these two names (they are case-sensitive)",
        found=f"AS2-From {printable(request.as2_from)}, AS2-To {printable(request.as2_to)}",
        fix="Correct the AS2 names of a connection, or tell the sender that it is not expected here",
    )
    return Refusal(
        disposition=disposition.error(UNKNOWN_RELATIONSHIP),
        explanation="The AS2-From and AS2-To names of the message are not agreed here. They are case-sensitive.",
        findings=(finding,),
    )


def _unsupported_digests(request: Request) -> Refusal:
    asked = ", ".join(request.receipt.algorithms) if request.receipt else ""
    message = "The receipt is required with digests none of which is supported"
    finding = Finding(
        code="as2-digest-unsupported",
        message=message,
        found=printable(asked),
        wanted="SHA-256, SHA-384 or SHA-512",
        rule="RFC 4130 7.3",
        fix="Ask the partner to request its receipt with SHA-256",
    )
    return Refusal(
        disposition=disposition.failure("unsupported MIC-algorithms"),
        explanation=f"{message}: use SHA-256, SHA-384 or SHA-512.",
        findings=(finding,),
    )
