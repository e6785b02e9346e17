"""BER to DER in one linear pass: definite lengths, octet strings in one piece.

Partners on BouncyCastle stream their messages in indefinite-length BER with the content cut into chunks (X.690 8.1.3.6,
8.7.3). asn1crypto reads that in quadratic time and without a limit of depth, so structures pass here first.
The pass walks headers only and copies each content byte once; it is the place where content can be streamed later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_MAX_DEPTH = 40  # a SignedData with certificates is about 14 deep
_MAX_ELEMENTS = 200_000  # a 100 MB content in 1 KB chunks is half of that
_CONSTRUCTED = 0x20
_OCTET_STRING_IN_PIECES = b"\x24"  # universal 4, constructed
_CONTEXT_0_IN_PIECES = b"\xa0"


class NotBer(ValueError):
    """The bytes are not one whole BER element within the limits."""


@dataclass(slots=True)
class _Walk:
    data: bytes
    pieces: list[bytes | memoryview] = field(default_factory=list)
    elements: int = 0


def to_der(data: bytes) -> bytes:
    """The first element of ``data`` with definite lengths throughout. What follows it may only be padding.

    Values of primitive elements are left as they are (sets keep their order), so digests over them stay true.
    Raises :class:`NotBer`.
    """
    walk = _Walk(data)
    end, _length = _element(walk, 0, len(data), 0)
    if data[end : end + 64].strip(b"\r\n\0 "):
        raise NotBer("there is something after the end of the structure")
    return b"".join(walk.pieces)


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
        header = tag + _encoded_length(length)
        walk.pieces += (header, memoryview(walk.data)[at : at + length])
        return at + length, len(header) + length
    slot = len(walk.pieces)
    walk.pieces.append(b"")
    end, inside = _children(walk, at, limit if length is None else at + length, length is None, depth)
    if tag == _OCTET_STRING_IN_PIECES:
        inside, tag = _join_octets(walk, slot + 1), b"\x04"
    elif tag == _CONTEXT_0_IN_PIECES and position == 2 and _are_octets(walk.pieces[slot + 1 :]):
        inside, tag = _join_octets(walk, slot + 1), b"\x80"
    walk.pieces[slot] = tag + _encoded_length(inside)
    return end, len(walk.pieces[slot]) + inside


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


def _join_octets(walk: _Walk, first: int) -> int:
    """Keep only the values of the chunks appended since ``first``; each chunk is a header and a value."""
    chunks = walk.pieces[first:]
    if not _are_octets(chunks):
        raise NotBer("an octet string with something else inside")
    values = chunks[1::2]
    walk.pieces[first:] = values
    return sum(len(value) for value in values)


def _are_octets(chunks: list[bytes | memoryview]) -> bool:
    """Whether these are headers and values of primitive octet strings, in turn."""
    return len(chunks) % 2 == 0 and all(len(header) > 1 and header[0] == 0x04 for header in chunks[::2])


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


def _encoded_length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets
