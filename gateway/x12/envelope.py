"""Headers of interchanges and functional groups, as read and as written."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.x12.delimiters import Delimiters


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One side's name in the envelope: ISA qualifier and id (blanks trimmed), and the GS code (GS02 or GS03)."""

    qualifier: str
    identifier: str
    group_identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeHeader:
    """The ISA segment. Ids are trimmed of padding; ``usage`` is ISA15 (P, T, I); ``acknowledgement`` ISA14 (0, 1)."""

    sender_qualifier: str  # ISA05
    sender: str  # ISA06
    receiver_qualifier: str  # ISA07
    receiver: str  # ISA08
    date: str  # ISA09, YYMMDD
    time: str  # ISA10, HHMM
    version: str  # ISA12
    interchange_control_number: str  # ISA13, as sent
    acknowledgement_requested: bool  # ISA14
    usage: str  # ISA15
    delimiters: Delimiters

    @property
    def test(self) -> bool:
        """Whether ISA15 says test. Only P is production; T and I are not."""
        return self.usage != "P"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHeader:
    """The GS segment."""

    functional_identifier: str  # GS01
    sender: str  # GS02
    receiver: str  # GS03
    date: str  # GS04
    time: str  # GS05
    group_control_number: str  # GS06, as sent
    agency: str  # GS07
    version: str  # GS08
