"""Header values with parameters (RFC 2045 5.1, 2183), and the file names they carry (RFC 2231, 2047) as data."""

from __future__ import annotations

import binascii
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_PARAMETER = re.compile(r';[ \t]*([^\s=;"]{1,80})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_PATH_SEPARATOR = re.compile(r"[/\\]")
_MAX_FILE_NAME = 200


@dataclass(frozen=True, slots=True)
class FieldValue:
    """``text/plain; charset=utf-8`` taken apart: ``value`` and parameter names in lower case, in order."""

    value: str
    parameters: tuple[tuple[str, str], ...]

    def parameter(self, name: str) -> str | None:
        """The parameter's value without quotes, or None; also None when it is given twice (ambiguous)."""
        found = [value for known, value in self.parameters if known == name]
        return found[0] if len(found) == 1 else None


def parse_field(text: str) -> FieldValue:
    """Take a header value apart. Never fails; what is not a parameter is left out."""
    value, _semicolon, _rest = text.partition(";")
    parameters = tuple(
        (match[1].lower(), _unquote(match[2].strip())) for match in _PARAMETER.finditer(text, len(value))
    )
    return FieldValue(value.strip().lower(), parameters)


def _unquote(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def quoted(text: str) -> str:
    """A quoted-string (RFC 5322 3.2.4) of printable text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def file_name(*fields: FieldValue | None) -> str | None:
    """The first file name in the fields (``filename`` of a disposition, ``name`` of a content type), for display.

    Decoded, then cleaned: the last component of a path, no control or formatting characters, at most 200
    characters. It is data: nothing on disk may be named after it.
    """
    for field in fields:
        for parameter in ("filename", "name"):
            text = None if field is None else _decoded(field, parameter)
            cleaned = None if text is None else clean_file_name(text)
            if cleaned is not None:
                return cleaned
    return None


def clean_file_name(text: str) -> str | None:
    """A name that is safe to show, or None if nothing is left of it."""
    last = _PATH_SEPARATOR.split(text)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    shown = shown.strip().strip(".")[:_MAX_FILE_NAME]
    return shown or None


def file_name_parameter(name: str) -> str:
    """``filename="x"``, or ``filename*=UTF-8''…`` (RFC 2231 4) where the name is not plain ASCII."""
    if name.isascii() and name.isprintable():
        return f"filename={quoted(name)}"
    octets = name.encode("utf-8", "replace")
    plain = "".join(
        chr(octet) if chr(octet).isalnum() and octet < 128 else f"%{octet:02X}" for octet in octets
    )
    return f"filename*=UTF-8''{plain}"


def _decoded(field: FieldValue, name: str) -> str | None:
    plain = field.parameter(name)
    if plain is not None:
        return _ENCODED_WORD.sub(_decode_word, plain)
    extended = field.parameter(name + "*")
    if extended is not None:
        charset, _language, text = _charset(extended)
        return _text(unquote_to_bytes(text), charset)
    return _continued(field, name)


def _continued(field: FieldValue, name: str) -> str | None:
    """RFC 2231 3: ``name*0*=utf-8''a%20; name*1=b``."""
    octets = b""
    charset = "utf-8"
    for number in range(50):
        plain, encoded = field.parameter(f"{name}*{number}"), field.parameter(f"{name}*{number}*")
        if encoded is not None:
            if number == 0:
                charset, _language, encoded = _charset(encoded)
            octets += unquote_to_bytes(encoded)
        elif plain is not None:
            octets += plain.encode("utf-8", "replace")
        else:
            break
    return _text(octets, charset) if octets else None


def _charset(text: str) -> tuple[str, str, str]:
    parts = text.split("'", 2)
    return (parts[0] or "utf-8", parts[1], parts[2]) if len(parts) == 3 else ("utf-8", "", text)


def _decode_word(match: re.Match[str]) -> str:
    """RFC 2047: ``=?utf-8?B?…?=`` or ``=?utf-8?Q?…?=``."""
    charset, encoding, text = (
        match[1].partition("*")[0],
        match[2].upper(),
        match[3].encode("ascii", "replace"),
    )
    try:
        octets = binascii.a2b_base64(text) if encoding == "B" else binascii.a2b_qp(text, header=True)
    except (binascii.Error, ValueError):
        return match[0]
    return _text(octets, charset)


def _text(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, "replace")
    except (LookupError, ValueError):
        return octets.decode("latin-1")
