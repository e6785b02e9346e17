"""What the reader yields, in the order of the file: envelopes opening and closing, and each transaction set.

``findings`` of an event are those made since the event before it, so every finding of a file appears in exactly one
event; those of a transaction set are in its document (and again in the verdict that the group collects).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.finding import Finding, has_errors
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.segments import Segment
from gateway.x12.transaction_set import TransactionSet


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """What the group remembers of one transaction set: enough for AK2 to AK5.

    ``guide_known`` is False for a set that is known to X12 but has no guide here; it was read at envelope level.
    """

    set_code: str  # ST01
    set_control_number: str  # ST02
    findings: tuple[Finding, ...]
    guide_known: bool
    convention: str | None = None  # ST03

    @property
    def refused(self) -> bool:
        """Whether a finding of error severity refuses the set."""
        return has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class InterchangeOpened:
    """An ISA was read. ``findings`` are about the ISA and about the text skipped before it."""

    header: InterchangeHeader
    findings: tuple[Finding, ...]
    segment: Segment


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgementRead:
    """A TA1 segment stood between ISA and the first group: the partner's answer to an interchange of ours."""

    interchange: InterchangeHeader
    segment: Segment
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class GroupOpened:
    """A GS was read. ``findings`` are about the GS."""

    interchange: InterchangeHeader
    header: GroupHeader
    findings: tuple[Finding, ...]
    segment: Segment


@dataclass(frozen=True, slots=True)
class SetRead:
    """A transaction set, good or bad, whole or without its SE."""

    document: TransactionSet

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the set."""
        return self.document.findings


@dataclass(frozen=True, slots=True)
class GroupClosed:
    """The group ended, by its GE or by what stood in the GE's place.

    ``included`` is GE01, None if missing or no number; ``trailer`` is the GE, if there is one. ``findings`` are new
    ones of the group level; ``header_findings`` repeats those of :class:`GroupOpened`, so that AK9 can be written from
    this event alone.
    """

    interchange: InterchangeHeader
    header: GroupHeader
    sets: tuple[SetVerdict, ...]
    included: int | None
    findings: tuple[Finding, ...]
    header_findings: tuple[Finding, ...] = ()
    trailer: Segment | None = None

    @property
    def envelope_findings(self) -> tuple[Finding, ...]:
        """All findings about the group itself, from GS to GE."""
        return self.header_findings + self.findings


@dataclass(frozen=True, slots=True)
class InterchangeClosed:
    """The interchange ended, by its IEA (``trailer``) or by what stood in the IEA's place.

    ``findings`` are new ones of the interchange level; ``header_findings`` repeats those of
    :class:`InterchangeOpened`, so that a TA1 can be written from this event alone.
    """

    header: InterchangeHeader
    findings: tuple[Finding, ...]
    header_findings: tuple[Finding, ...] = ()
    trailer: Segment | None = None

    @property
    def envelope_findings(self) -> tuple[Finding, ...]:
        """All findings about the interchange itself, from ISA to IEA."""
        return self.header_findings + self.findings


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that belong to no interchange: an empty file, junk, text after the last IEA. ``offset`` is their start."""

    findings: tuple[Finding, ...]
    offset: int


Event = (
    InterchangeOpened
    | InterchangeAcknowledgementRead
    | GroupOpened
    | SetRead
    | GroupClosed
    | InterchangeClosed
    | Unreadable
)
