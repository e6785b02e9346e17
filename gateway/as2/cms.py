"""The frame of every CMS structure (RFC 5652 3): ContentInfo read from BER or DER, and written in DER."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

from asn1crypto import cms, core

from gateway.as2.ber import to_der

# asn1crypto parses lazily, so a broken structure may show at any access, in any of these ways.
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)

SIGNED = "signed_data"
ENVELOPED = "enveloped_data"
AUTHENTICATED_ENVELOPED = "authenticated_enveloped_data"
COMPRESSED = "compressed_data"


class GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """RFC 5084 3.2. The tag's length defaults to 12 octets."""

    _fields: ClassVar = [("nonce", core.OctetString), ("tag_length", core.Integer, {"default": 12})]


def read_content_info(body: bytes) -> Any | None:
    """The ContentInfo in ``body`` (binary, or base64 whatever the transfer encoding claims), or None."""
    data = body if body[:1] == b"\x30" else _from_base64(body)
    if data is None:
        return None
    try:
        info = cms.ContentInfo.load(to_der(data), strict=True)
        return info if isinstance(info["content_type"].native, str) else None
    except BROKEN:
        return None


def _from_base64(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def write_content_info(content_type: str, content: Any) -> bytes:
    """The DER of a ContentInfo around ``content``."""
    return bytes(cms.ContentInfo({"content_type": content_type, "content": content}).dump())
