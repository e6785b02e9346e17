"""The Disposition field of a receipt (RFC 3798 3.2.6, RFC 4130 7.4.3): how processing ended, in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.as2.fault import printable

MODE = "automatic-action/MDN-sent-automatically"

_LINE = re.compile(
    r"[^;]*;\s*(?P<type>[A-Za-z]+)(?:\s*/\s*(?P<kind>[A-Za-z]+))?(?:\s*[:,]\s*(?P<modifier>.*))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Disposition:
    """``processed`` alone, with a ``warning`` or an ``error``, or ``failed`` with a ``failure``; then the modifier."""

    type: str = "processed"
    kind: str | None = None
    modifier: str | None = None

    @property
    def is_positive(self) -> bool:
        """Whether the receiver has taken the message in: processed, at most with a warning."""
        return self.type == "processed" and self.kind in (None, "warning")

    def header_value(self) -> str:
        """``automatic-action/MDN-sent-automatically; processed/error: decryption-failed``."""
        text = f"{MODE}; {self.type}"
        if self.kind is not None:
            text += f"/{self.kind}: {printable(self.modifier or '')}"
        return text


PROCESSED = Disposition()


def error(modifier: str) -> Disposition:
    """``processed/error: …``: understood, and refused."""
    return Disposition("processed", "error", modifier)


def warning(modifier: str) -> Disposition:
    """``processed/warning: …``: taken in, with a remark."""
    return Disposition("processed", "warning", modifier)


def failure(modifier: str) -> Disposition:
    """``failed/failure: …``: what was asked for cannot be done (RFC 4130 7.5.3)."""
    return Disposition("failed", "failure", modifier)


def read_disposition(text: str) -> Disposition | None:
    """A Disposition value in any spacing and case; None if it is malformed."""
    match = _LINE.fullmatch(text.strip())
    if match is None:
        return None
    kind, modifier = match["kind"], match["modifier"]
    shown = printable(modifier.strip()) if modifier else None
    return Disposition(match["type"].lower(), kind.lower() if kind else None, shown)
