"""MIME entities over raw bytes: what is verified is a slice of what arrived, never something written anew.

Lines end in CRLF (RFC 2045 2.1); bare LF is read only where a partner is set to it, because a boundary that one
reader sees and another does not is how content is smuggled past a signature.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.as2.parameter import FieldValue, parse_field

Headers = tuple[tuple[str, str], ...]

_MAX_HEADER_BYTES = 64 << 10
_MAX_FIELDS = 200
_MAX_PARTS = 100
_REST_OF_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r\n|\Z)")
_REST_OF_BARE_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entity:
    """Header fields and a body. ``raw`` is the whole as it came, header block included; empty for HTTP's own."""

    fields: Headers
    body: bytes
    raw: bytes = b""

    def field(self, name: str) -> str | None:
        """The value of the named field; None when it is absent, or given twice with different values."""
        found = {value for known, value in self.fields if known.lower() == name.lower()}
        return found.pop() if len(found) == 1 else None

    def structured(self, name: str) -> FieldValue | None:
        """The named field taken apart, or None."""
        text = self.field(name)
        return None if text is None else parse_field(text)

    @property
    def content_type(self) -> FieldValue:
        """Content-Type; ``text/plain`` where there is none (RFC 2045 5.2)."""
        return self.structured("Content-Type") or FieldValue("text/plain", ())

    @property
    def is_ambiguous(self) -> bool:
        """Whether a field that decides how the body is read is given twice."""
        names = [name.lower() for name, _value in self.fields]
        return any(names.count(name) > 1 for name in ("content-type", "content-transfer-encoding"))


def split_entity(raw: bytes, *, bare_line_feeds: bool = False) -> Entity | None:
    """Split header block and body at the first empty line; None if there is no readable header block.

    The body starts right after the empty line and runs to the end, byte for byte.
    """
    if raw.startswith(b"\r\n"):
        return Entity((), raw[2:], raw)
    end, width = raw.find(b"\r\n\r\n", 0, _MAX_HEADER_BYTES), 4
    if bare_line_feeds:
        match = re.search(rb"\r?\n\r?\n", raw[:_MAX_HEADER_BYTES])
        end, width = (match.start(), len(match[0])) if match else (-1, 0)
    if end < 0:
        return None
    fields = parse_fields(raw[:end])
    return None if fields is None else Entity(fields, raw[end + width :], raw)


def parse_fields(block: bytes) -> Headers | None:
    """The fields of a header block, continuation lines unfolded; None if a line is neither field nor continuation."""
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", block)
    fields: list[tuple[str, str]] = []
    for line in re.split(rb"\r?\n", unfolded):
        if not line.strip():
            continue
        match = _FIELD.fullmatch(_decode(line))
        if match is None or "\r" in match[2] or "\0" in match[2] or len(fields) >= _MAX_FIELDS:
            return None
        fields.append((match[1], match[2].strip()))
    return tuple(fields)


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def split_multipart(body: bytes, boundary: str, *, bare_line_feeds: bool = False) -> tuple[bytes, ...] | None:
    """The raw parts between the boundary lines (RFC 2046 5.1.1); None without a closing boundary or with a bad one.

    The line end before a boundary belongs to the boundary. Preamble and epilogue are left out: nothing uses them.
    """
    if not 0 < len(boundary) <= 200 or not boundary.isascii() or boundary != boundary.rstrip():
        return None
    parts: list[bytes] = []
    start: int | None = None
    for line_start, after, closes in _boundary_lines(body, b"--" + boundary.encode("ascii"), bare_line_feeds):
        if start is not None:
            parts.append(body[start : max(start, line_start)])
        if closes:
            return tuple(parts) if start is not None and len(parts) <= _MAX_PARTS else None
        if len(parts) > _MAX_PARTS:
            return None
        start = after
    return None


def _boundary_lines(body: bytes, mark: bytes, bare_line_feeds: bool) -> Iterator[tuple[int, int, bool]]:
    """Each boundary line: where the line end before it begins, where the next line begins, whether it closes."""
    rest = _REST_OF_BARE_BOUNDARY if bare_line_feeds else _REST_OF_BOUNDARY
    at = body.find(mark)
    while at >= 0:
        line_start = at
        if body[max(0, at - 2) : at] == b"\r\n":
            line_start = at - 2
        elif bare_line_feeds and body[max(0, at - 1) : at] == b"\n":
            line_start = at - 1
        match = rest.match(body, at + len(mark))
        if match is not None and (at == 0 or line_start < at):
            yield line_start, match.end(), match[1] is not None
        at = body.find(mark, at + 1)


def transfer_decode(entity: Entity) -> bytes | None:
    """The body without its Content-Transfer-Encoding (RFC 2045 6), or None if it does not follow it."""
    encoding = (entity.field("Content-Transfer-Encoding") or "binary").strip().lower()
    if encoding in ("binary", "8bit", "7bit"):
        return entity.body
    try:
        if encoding == "base64":
            return base64.b64decode(b"".join(entity.body.split()), validate=True)
        if encoding == "quoted-printable":
            return quopri.decodestring(entity.body)
    except (binascii.Error, ValueError):
        return None
    return None


def write_entity(fields: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """Header block, empty line, body. Field values must hold no CR or LF (ValueError: a fault of ours)."""
    lines: list[str] = []
    for name, value in fields:
        if "\r" in value or "\n" in value:
            raise ValueError(f"the header field {name} would hold a line break")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines).encode("utf-8") + b"\r\n" + body


def write_multipart(parts: Iterable[bytes], boundary: str) -> bytes:
    """The parts between boundary lines, each part exactly as given."""
    mark = b"--" + boundary.encode("ascii")
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
