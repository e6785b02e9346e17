"""What a file is, judged by its first bytes."""

from __future__ import annotations

import re

from gateway.core.finding import Finding
from gateway.formats.text import decode
from gateway.translation.translation import Syntax

HEAD_BYTES = 32_768

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ISA = re.compile(rb"(?<![A-Za-z0-9])ISA([^A-Za-z0-9\s])")
_X12_WITHOUT_ISA = re.compile(rb"\s*(?:SA|GS|ST)([*|^~!>])[^\r\n]{0,200}?\1")
_BANNER_BYTES = 4096
_SEPARATORS_OF_ISA = 12

_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"UNA", "EDIFACT", "an X12 850, or read EDIFACT elsewhere first"),
    (b"UNB+", "EDIFACT", "an X12 850, or read EDIFACT elsewhere first"),
    (b"STX=", "TRADACOMS", "an X12 850"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)", "the sheet saved as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "the sheet saved as CSV"),
    (b"%PDF", "a PDF", "the order as X12, cXML or CSV"),
    (b"\x1f\x8b", "a gzip archive", "the file unpacked"),
    (b"{", "JSON", "the order as X12, cXML or CSV"),
)


def recognise(head: bytes) -> tuple[Syntax, Finding | None]:
    """The syntax of a file by its first 32 KB; for one that cannot be read, the finding that names what it is.

    X12 may stand behind a BOM, blank lines or a banner. Text that is nothing else is taken for CSV, whose layout then
    decides.
    """
    start = _without_bom(head).lstrip()
    if not start:
        return Syntax.UNKNOWN, _finding("empty-file", "The file is empty", "Send it again")
    if start.startswith(b"<") or _is_wide_xml(head):
        return Syntax.XML, None
    if _is_x12(start):
        return Syntax.X12, None
    for signature, name, wanted in _OTHERS:
        if start.startswith(signature):
            return Syntax.UNKNOWN, _unsupported(name, wanted)
    text, _, fault = decode(_whole_characters(head))
    if text is None:
        return Syntax.UNKNOWN, fault
    return Syntax.CSV, None


def _is_x12(start: bytes) -> bool:
    """An ISA with its sixteen separators, or segments whose ISA is missing, so that the reader can say so."""
    for match in _ISA.finditer(start, 0, _BANNER_BYTES):
        if start.count(match[1], match.end(1) - 1, match.end() + 150) >= _SEPARATORS_OF_ISA:
            return True
    return start.startswith(b"ISA") or _X12_WITHOUT_ISA.match(start) is not None


def _without_bom(head: bytes) -> bytes:
    return next((head[len(bom) :] for bom in _BOMS if head.startswith(bom)), head)


def _is_wide_xml(head: bytes) -> bool:
    """XML in UTF-16, with or without BOM."""
    start = _without_bom(head)[:4]
    return start[:2] in (b"<\x00", b"\x00<")


def _whole_characters(head: bytes) -> bytes:
    """The head without a character that the cut may have halved."""
    return head[: head.rfind(b"\n") + 1] or head if len(head) >= HEAD_BYTES else head


def _unsupported(name: str, wanted: str) -> Finding:
    return Finding(
        code="format-not-supported",
        message=f"The file is {name}, which is not read",
        found=name,
        wanted=wanted,
        fix=f"Ask the sender for {wanted}",
    )


def _finding(code: str, message: str, fix: str) -> Finding:
    return Finding(code=code, message=message, fix=fix)
