"""Bytes of a text file into characters: BOM, then strict UTF-8, then cp1252, or what the layout says."""

from __future__ import annotations

import codecs
import re

from gateway.core.finding import Finding
from gateway.core.location import Location

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")


def decode(data: bytes, *, encoding: str | None = None) -> tuple[str | None, str, Finding | None]:
    """The text, the name of its encoding, and what is wrong with it.

    Binary content (a NUL, or more than one control character in a hundred) is refused here. cp1252 has five bytes
    without a meaning; a file with one of them is no cp1252 text and is refused too.
    """
    name = next((known for bom, known in _BOMS if data.startswith(bom)), None) or encoding
    for candidate in (name,) if name else ("utf-8", "cp1252"):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError as error:
            fault = _undecodable(candidate, error)
            continue
        except LookupError:
            return None, candidate, _unknown_encoding(candidate)
        return (None, candidate, _binary(text)) if _is_binary(text) else (text, candidate, None)
    return None, candidate, fault


def control_character(text: str) -> str | None:
    """The first control character that has no place in a text, as ``U+0007``; tab and line ends are fine."""
    match = _CONTROL.search(text)
    return f"U+{ord(match[0]):04X}" if match else None


def _is_binary(text: str) -> bool:
    return "\x00" in text or sum(1 for _ in _CONTROL.finditer(text)) * 100 > len(text)


def _binary(text: str) -> Finding:
    match = _CONTROL.search(text)
    place = match.start() if match else 0
    return Finding(
        code="binary-content",
        message=f"The file is not text: a control character stands at position {place}",
        location=Location(line=text.count("\n", 0, place) + 1),
        found=control_character(text),
        wanted="a text file",
        fix="Ask the sender to save the sheet as CSV (UTF-8) and send it again",
    )


def _undecodable(encoding: str, error: UnicodeDecodeError) -> Finding:
    return Finding(
        code="text-not-decodable",
        message=f"The file is not text in {encoding}: byte {error.start} cannot be read",
        location=Location(offset=error.start),
        found=f"0x{error.object[error.start]:02X}",
        wanted=f"text in {encoding}",
        fix="Save the sheet as CSV (UTF-8), or name its encoding in the partner's csv layout",
    )


def _unknown_encoding(encoding: str) -> Finding:
    return Finding(
        code="encoding-unknown",
        message=f"The csv layout names the encoding {encoding}, which does not exist",
        found=encoding,
        wanted="utf-8, cp1252, iso-8859-15 …",
        fix="Correct csv.encoding in the partner's file",
    )
