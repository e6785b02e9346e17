"""The four characters that hold an interchange together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Each is one character (text is read as latin-1, so one character is one byte).

    ``element`` follows the letters ISA; ``component`` is ISA16; ``segment`` is the character after ISA16;
    ``repetition`` is ISA11 from version 00402 on, else None.
    """

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    repetition: str | None = None

    def all(self) -> str:
        """The delimiters in use, as one string."""
        return self.element + self.component + self.segment + (self.repetition or "")
