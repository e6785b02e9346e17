"""Digest algorithms by all the names they travel under, and the MIC made with them (RFC 4130 7.3.1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STRONG = ("sha256", "sha384", "sha512")
LEGACY = ("sha1",)  # only where a partner is set to legacy; MD5 never
DEFAULT = "sha256"

_WIRE_NAMES = {
    "sha1": "sha1",
    "sha256": "sha-256",
    "sha384": "sha-384",
    "sha512": "sha-512",
}  # RFC 5751 3.4.3.2


@dataclass(frozen=True, slots=True)
class Mic:
    """A message integrity check: ``digest`` in base64, and the ``algorithm`` by our name (``sha256``)."""

    digest: str
    algorithm: str

    def header_value(self, spelling: str | None = None) -> str:
        """``<base64>, sha-256``; ``spelling`` repeats the name as the sender wrote it."""
        return f"{self.digest}, {spelling or wire_name(self.algorithm)}"

    def matches(self, other: Mic) -> bool:
        """Same algorithm and same octets, whatever the spelling."""
        return self.algorithm == other.algorithm and _octets(self.digest) == _octets(other.digest) is not None


def canonical_digest(name: str) -> str | None:
    """``sha256`` for ``SHA-256``, ``sha_256``, ``"Sha256"``, ``rsa-sha256``; None for any other digest, MD5 too."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    plain = plain.removeprefix("rsa")
    return plain if plain in _WIRE_NAMES else None


def wire_name(algorithm: str) -> str:
    """The name RFC 5751 gives the algorithm: ``sha-256``."""
    return _WIRE_NAMES[algorithm]


def allowed(legacy: bool) -> tuple[str, ...]:
    """The digests a partner may use."""
    return STRONG + LEGACY if legacy else STRONG


def choose(asked: Sequence[str], legacy: bool) -> str | None:
    """The first name of ``asked``, as spelled, that we support; None if there is none."""
    return next((name for name in asked if canonical_digest(name) in allowed(legacy)), None)


def compute_mic(content: bytes, algorithm: str) -> Mic:
    """The MIC over exactly these bytes."""
    return Mic(base64.b64encode(hashlib.new(algorithm, content).digest()).decode("ascii"), algorithm)


def all_mics(content: bytes) -> Mapping[str, str]:
    """Base64 digest by algorithm: kept with what we send, since a receipt may name any of them."""
    return {name: compute_mic(content, name).digest for name in _WIRE_NAMES}


def read_mic(text: str) -> Mic | None:
    """A Received-Content-MIC value, or None if it is malformed or its algorithm unknown."""
    digest, comma, name = text.rpartition(",")
    algorithm = canonical_digest(name)
    digest = "".join(digest.split())
    if not comma or algorithm is None or _octets(digest) is None:
        return None
    return Mic(digest, algorithm)


def _octets(digest: str) -> bytes | None:
    try:
        return base64.b64decode(digest, validate=True) or None
    except (binascii.Error, ValueError):
        return None
