"""The frame of every CMS structure (RFC 5652 3): ContentInfo read from BER or DER, and written in DER."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from asn1crypto import algos, cms, core

from gateway.as2.ber import Flat, encoded_length, flatten

# asn1crypto parses lazily, so a broken structure may show at any access, in any of these ways.
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)

SIGNED = "signed_data"
ENVELOPED = "enveloped_data"
AUTHENTICATED_ENVELOPED = "authenticated_enveloped_data"
COMPRESSED = "compressed_data"

SEQUENCE, SET, OCTET_STRING = b"\x30", b"\x31", b"\x04"
EXPLICIT_0, IMPLICIT_0 = b"\xa0", b"\x80"

Pieces = list[bytes]


class GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """RFC 5084 3.2. The tag's length defaults to 12 octets."""

    _fields: ClassVar = [("nonce", core.OctetString), ("tag_length", core.Integer, {"default": 12})]


@dataclass(frozen=True, slots=True)
class ContentInfo:
    """A CMS structure read: its ``kind`` by asn1crypto's name, and ``content`` (asn1crypto's view, parsed lazily)."""

    kind: str
    content: Any
    flat: Flat

    def octets(self, value: Any) -> bytes:
        """An octet string of ``content`` that may be large: such are set aside, and fetched here."""
        return self.flat.octets(bytes(value))


def read_content_info(body: bytes) -> ContentInfo | None:
    """The ContentInfo in ``body`` (binary, or base64 whatever the transfer encoding claims), or None."""
    data = body if body[:1] == SEQUENCE else _from_base64(body)
    if data is None:
        return None
    try:
        flat = flatten(data)
        info = cms.ContentInfo.load(flat.der, strict=True)
        return ContentInfo(str(info["content_type"].native), info["content"], flat)
    except BROKEN:
        return None


def _from_base64(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def element(tag: bytes, *groups: bytes | Pieces) -> Pieces:
    """A DER element around what is given, as pieces: large contents are joined once, at the end."""
    inside: Pieces = []
    for group in groups:
        inside.extend((group,) if isinstance(group, bytes) else group)
    return [tag + encoded_length(sum(len(piece) for piece in inside)), *inside]


def integer(value: int) -> bytes:
    """The DER of an INTEGER."""
    return bytes(core.Integer(value).dump())


@cache
def content_type_oid(kind: str) -> bytes:
    """The DER of a content type's object identifier."""
    return bytes(cms.ContentType(kind).dump())


@cache
def digest_algorithm_der(name: str) -> bytes:
    """The DER of a digest's AlgorithmIdentifier."""
    return bytes(algos.DigestAlgorithm({"algorithm": name}).dump())


def write_content_info(kind: str, *members: bytes | Pieces) -> bytes:
    """The DER of a ContentInfo around a SEQUENCE of ``members``."""
    return b"".join(
        element(SEQUENCE, content_type_oid(kind), element(EXPLICIT_0, element(SEQUENCE, *members)))
    )
