"""Which characters data may hold, and how its bytes become text.

Files are read as latin-1, one character a byte, so that delimiters, lengths and offsets are exact for any encoding;
text is decoded only where a person or a map asks for a value.
"""

from __future__ import annotations


def decode(raw: str, encoding: str | None = None) -> str:
    """The text of bytes read as latin-1: in the partner's ``encoding`` where set, else UTF-8, else Windows-1252.

    Bytes that the encoding does not know become U+FFFD; nothing is raised.
    """
    if raw.isascii():
        return raw
    data = raw.encode("latin-1")
    if encoding is not None:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
