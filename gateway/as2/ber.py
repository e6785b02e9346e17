"""BER in one linear pass: headers into a small DER structure, large contents set aside.

Partners on BouncyCastle stream their messages in indefinite-length BER with the content cut into chunks (X.690 8.1.3.6,
8.7.3). asn1crypto reads that in quadratic time, without a limit of depth, and copies the content at every level. So it
is given a structure of definite lengths, in which a large octet string is a random token, and the content is fetched by
that token. The pass looks at headers only; contents stay views of the input, which is where streaming can begin.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

_MAX_DEPTH = 40  # a SignedData with certificates is about 14 deep
_MAX_ELEMENTS = 200_000  # a 100 MB content in 1 KB chunks is half of that
_SET_ASIDE = 64 << 10  # octet strings longer than this; nothing else in CMS is that long
_CONSTRUCTED = 0x20
_OCTET_STRING = b"\x04"
_OCTET_STRING_IN_PIECES = b"\x24"
_CONTEXT_0 = b"\x80"
_CONTEXT_0_IN_PIECES = b"\xa0"

Piece = bytes | memoryview


class NotBer(ValueError):
    """The bytes are not one whole BER element within the limits."""


@dataclass(frozen=True, slots=True)
class Flat:
    """``der`` has definite lengths and primitive octet strings; ``contents`` what was set aside, by its token in it."""

    der: bytes
    contents: dict[bytes, tuple[Piece, ...]]

    def octets(self, value: bytes) -> bytes:
        """The octet string whose value in ``der`` is ``value``."""
        pieces = self.contents.get(value)
        return value if pieces is None else b"".join(pieces)


@dataclass(slots=True)
class _Walk:
    data: bytes
    view: memoryview
    pieces: list[Piece] = field(default_factory=list)
    contents: dict[bytes, tuple[Piece, ...]] = field(default_factory=dict)
    elements: int = 0


def flatten(data: bytes) -> Flat:
    """Read the first element of ``data``; what follows it may only be padding.

    Values of primitive elements are left as they are (sets keep their order), so digests over them stay true.
    Raises :class:`NotBer`.
    """
    walk = _Walk(data, memoryview(data))
    end, _size = _element(walk, 0, len(data), 0)
    if data[end : end + 64].strip(b"\r\n\0 "):
        raise NotBer("there is something after the end of the structure")
    return Flat(b"".join(walk.pieces), walk.contents)


def _element(walk: _Walk, at: int, limit: int, depth: int, position: int = 0) -> tuple[int, int]:
    """Append one element to the pieces; answer where it ends in the input and how long it became.

    ``position`` counts from 0 within the parent: the third member of an EncryptedContentInfo (RFC 5652 6.1) is an
    octet string under the tag [0], which nothing in its bytes tells from an explicit [0] around octet strings.
    """
    walk.elements += 1
    if depth > _MAX_DEPTH or walk.elements > _MAX_ELEMENTS:
        raise NotBer("nested too deep, or too many elements")
    tag, at = _tag(walk.data, at, limit)
    length, at = _length(walk.data, at, limit)
    if not tag[0] & _CONSTRUCTED:
        if length is None:
            raise NotBer("a primitive value without a length")
        return at + length, _append(walk, tag, (walk.view[at : at + length],), length)
    slot = len(walk.pieces)
    walk.pieces.append(b"")
    end, inside = _children(walk, at, limit if length is None else at + length, length is None, depth)
    chunks = tag == _OCTET_STRING_IN_PIECES or (tag == _CONTEXT_0_IN_PIECES and position == 2)
    values = _octets(walk, slot + 1) if chunks else None
    if values is not None:
        del walk.pieces[slot:]
        whole = _OCTET_STRING if tag == _OCTET_STRING_IN_PIECES else _CONTEXT_0
        return end, _append(walk, whole, values, sum(len(value) for value in values))
    if tag == _OCTET_STRING_IN_PIECES:
        raise NotBer("an octet string with something else inside")
    header = tag + encoded_length(inside)
    walk.pieces[slot] = header
    return end, len(header) + inside


def _append(walk: _Walk, tag: bytes, values: Sequence[Piece], length: int) -> int:
    """Append a primitive element, its content set aside if it is a large octet string; answer its length."""
    if length > _SET_ASIDE and tag in (_OCTET_STRING, _CONTEXT_0):
        token = secrets.token_bytes(16)
        walk.contents[token] = tuple(values)
        values, length = (token,), len(token)
    header = tag + encoded_length(length)
    walk.pieces.append(header)
    walk.pieces.extend(values)
    return len(header) + length


def _children(walk: _Walk, at: int, end: int, indefinite: bool, depth: int) -> tuple[int, int]:
    inside = position = 0
    while True:
        if indefinite and walk.data[at : at + 2] == b"\0\0":
            return at + 2, inside
        if at >= end:
            if indefinite:
                raise NotBer("the end is missing")
            return at, inside
        at, size = _element(walk, at, end, depth + 1, position)
        inside += size
        position += 1


def _octets(walk: _Walk, first: int) -> list[Piece] | None:
    """The values of the pieces since ``first`` if they are headers and values of octet strings in turn, else None."""
    values: list[Piece] = []
    is_header = True
    for piece in walk.pieces[first:]:
        if is_header and (len(piece) < 2 or piece[:1] != _OCTET_STRING):
            return None
        if not is_header:
            aside = walk.contents.pop(bytes(piece), None) if len(piece) == 16 else None
            values.extend((piece,) if aside is None else aside)
        is_header = not is_header
    return values if is_header else None


def _tag(data: bytes, at: int, limit: int) -> tuple[bytes, int]:
    start = at
    if at >= limit:
        raise NotBer("cut short")
    at += 1
    if data[start] & 0x1F == 0x1F:
        while at < limit and data[at] & 0x80:
            at += 1
        at += 1
        if at - start > 6:
            raise NotBer("a tag number out of range")
    return data[start:at], at


def _length(data: bytes, at: int, limit: int) -> tuple[int | None, int]:
    """The length (None: indefinite) and where the value begins."""
    if at >= limit:
        raise NotBer("cut short")
    first = data[at]
    at += 1
    if first == 0x80:
        return None, at
    length = first
    if first & 0x80:
        count = first & 0x7F
        length = int.from_bytes(data[at : at + count], "big") if count <= 8 else limit
        at += count
    if length > limit - at:
        raise NotBer("a length beyond the end")
    return length, at


def encoded_length(length: int) -> bytes:
    """The length octets of DER (X.690 10.1)."""
    if length < 0x80:
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets
