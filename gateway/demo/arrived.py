"""What reaches a simulated partner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file of ours in a partner's hands. ``at`` is Unix time in seconds.

    Over AS2, ``message`` is the POST as it came and ``receipt`` the partner's answer, both with their headers; None
    where there was none.
    """

    name: str
    data: bytes
    at: float
    message: bytes | None = None
    receipt: bytes | None = None
