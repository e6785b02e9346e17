"""multipart/signed (RFC 1847, RFC 8551 3.5.3) over raw bytes: made, and verified so that only verified bytes remain."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator

from gateway.as2.certificates import StationKey
from gateway.as2.cms import SIGNED, ContentInfo, read_content_info
from gateway.as2.digest import wire_name
from gateway.as2.fault import INTEGRITY_FAILED, Fault, fault
from gateway.as2.mime import Entity, split_entity, split_multipart, write_entity, write_multipart
from gateway.as2.settings import As2Settings
from gateway.as2.signature import Verified, opaque_content, sign, verify

_SIGNATURE_TYPES = ("application/pkcs7-signature", "application/x-pkcs7-signature")


def sign_entity(entity: bytes, key: StationKey, digest_algorithm: str) -> tuple[str, bytes]:
    """Content-Type and body of a multipart/signed whose first part is exactly ``entity``."""
    boundary = new_boundary()
    fields = (
        ("Content-Type", "application/pkcs7-signature; name=smime.p7s"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", "attachment; filename=smime.p7s"),
    )
    encoded = base64.encodebytes(sign(entity, key, digest_algorithm)).replace(b"\n", b"\r\n")
    body = write_multipart((entity, write_entity(fields, encoded)), boundary)
    content_type = (
        'multipart/signed; protocol="application/pkcs7-signature";'
        f' micalg={wire_name(digest_algorithm)}; boundary="{boundary}"'
    )
    return content_type, body


def new_boundary() -> str:
    """A boundary that no content holds by chance: 128 random bits."""
    return f"=_gateway_{secrets.token_hex(16)}"


def verify_multipart(entity: Entity, settings: As2Settings) -> Verified | Fault:
    """Verify a multipart/signed. ``Verified.content`` are the signed octets: nothing else of it may be used."""
    boundary = entity.content_type.parameter("boundary")
    lenient = settings.bare_line_feeds
    parts = None if boundary is None else split_multipart(entity.body, boundary, bare_line_feeds=lenient)
    if parts is None:
        return _malformed("its parts cannot be told apart by its boundary")
    if len(parts) != 2:
        return _malformed(f"it has {len(parts)} parts")
    second = split_entity(parts[1], bare_line_feeds=lenient)
    if second is None or second.is_ambiguous or second.content_type.value not in _SIGNATURE_TYPES:
        return _malformed("its second part is no signature")
    info = read_content_info(second.body)
    if info is None or info.kind != SIGNED:
        return _malformed("its second part holds no CMS SignedData")
    first_fault: Fault | None = None
    for content in _as_signed(parts[0], lenient):
        result = verify(info, content, settings.partner_certificates, settings.legacy)
        if isinstance(result, Verified):
            return result
        if result.intact:
            return result
        first_fault = first_fault or result
    return first_fault or _malformed("its first part is empty")


def verify_opaque(info: ContentInfo, settings: As2Settings) -> Verified | Fault:
    """Verify an application/pkcs7-mime SignedData that carries its content."""
    content = opaque_content(info)
    if content is None:
        return _malformed("it carries no content")
    return verify(info, content, settings.partner_certificates, settings.legacy)


def _as_signed(part: bytes, bare_line_feeds: bool) -> Iterator[bytes]:
    """The part as it stands; with and without one more line end (a common product miscounts by one); in CRLF."""
    yield part
    yield part + b"\r\n"
    if part.endswith(b"\r\n"):
        yield part[:-2]
    if bare_line_feeds and b"\n" in part.replace(b"\r\n", b""):
        canonical = part.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield canonical
        yield canonical + b"\r\n"


def _malformed(reason: str) -> Fault:
    return fault(
        INTEGRITY_FAILED,
        "as2-signed-malformed",
        f"The signed message is malformed: {reason}",
        wanted="a content and one application/pkcs7-signature, between the boundaries of the Content-Type",
        rule="RFC 1847 2.1, TRANSPORT 1",
        fix="Ask the partner to send the message again; if it stays so, its AS2 product is at fault",
    )
