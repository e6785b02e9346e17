"""AS2 names (RFC 4130 6.2): case-sensitive, up to 128 printable ASCII characters, quoted where they hold spaces."""

from __future__ import annotations

import re

from gateway.as2.parameter import quoted

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,128}")
_ATOM = re.compile(r"[!#-\[\]-~]{1,128}")  # printable, neither space, quote nor backslash


def read_as2_name(text: str) -> str | None:
    """The name behind a header value, quotes and escapes removed; None if it is no AS2 name."""
    name = text.strip(" \t")
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = re.sub(r'\\(["\\])', r"\1", name[1:-1])
    return name if _PRINTABLE.fullmatch(name) else None


def write_as2_name(name: str) -> str:
    """The header value for a name. Raises ValueError for what can be no AS2 name (a fault of the configuration)."""
    if not _PRINTABLE.fullmatch(name):
        raise ValueError("an AS2 name has 1 to 128 printable ASCII characters")
    return name if _ATOM.fullmatch(name) else quoted(name)
