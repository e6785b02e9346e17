"""What translating a file yields, in the order of the file: pure values that the flow stores and answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.canonical.order import Order
from gateway.canonical.origin import Origin
from gateway.core.finding import Finding, has_errors
from gateway.x12.envelope import InterchangeHeader
from gateway.x12.events import GroupClosed, InterchangeAcknowledgementRead, InterchangeClosed
from gateway.x12.segments import Segment


class Syntax(StrEnum):
    """What the bytes turned out to be. ``UNKNOWN`` is anything the gateway cannot read."""

    X12 = "x12"
    XML = "xml"
    CSV = "csv"
    UNKNOWN = "unknown"


InboundRecord = Order | FunctionalAcknowledgement
"""The canonical records that arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """The first value of every file: what it is, and findings about the file as a whole.

    An error here means that nothing else of the file could be read; a warning concerns all its documents.
    """

    syntax: Syntax
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file as a whole cannot be read."""
        return has_errors(self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeBegun:
    """An X12 interchange opened. ``partner`` is the code of its sender, None if the sender is not known.

    ``findings`` are the reader's about the ISA; ``routing`` those about sender and receiver, for the TA1 too.
    """

    header: InterchangeHeader
    partner: str | None
    test: bool
    findings: tuple[Finding, ...] = ()
    routing: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTranslated:
    """One business document: a transaction set, a cXML message, or one order of a sheet.

    ``document_type`` is the set code (``850``), the cXML request (``OrderRequest``) or ``order`` for a sheet;
    ``number`` the business number as far as it could be read (the purchase order number), so that a refused one can
    still be talked about. ``record`` is None if the document was refused, or if its type has no canonical record
    (``processed`` is False then, and the document is received, acknowledged and shown, never refused as unknown).
    ``routing`` are findings about the sender and the door: an error among them holds the document, which itself may be
    faultless.
    """

    document_type: str
    origin: Origin
    partner: str | None
    test: bool
    record: InboundRecord | None
    findings: tuple[Finding, ...]
    routing: tuple[Finding, ...] = ()
    number: str | None = None
    processed: bool = True
    position: int = 1  # counts from 1 within the file
    message_id: str | None = None  # cXML payloadID

    @property
    def refused(self) -> bool:
        """Whether a finding of error severity refuses the document."""
        return has_errors(self.findings)

    @property
    def held(self) -> bool:
        """Whether the sender is not known or not trusted at this door."""
        return has_errors(self.routing)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEnded:
    """A functional group closed: what its 997 is made of. GS01 FA is never answered."""

    closed: GroupClosed
    partner: str | None
    test: bool
    findings: tuple[Finding, ...] = ()
    routing: tuple[Finding, ...] = ()

    @property
    def is_acknowledgement(self) -> bool:
        """Whether the group itself is an acknowledgement (GS01 FA), which is never acknowledged."""
        return self.closed.header.functional_identifier == "FA"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeEnded:
    """An interchange closed: what its TA1 is made of, if one is due."""

    closed: InterchangeClosed
    partner: str | None
    test: bool
    findings: tuple[Finding, ...] = ()
    routing: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeAcknowledged:
    """A partner's TA1 about an interchange of ours."""

    interchange: InterchangeHeader
    segment: Segment
    partner: str | None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, event: InterchangeAcknowledgementRead, partner: str | None) -> InterchangeAcknowledged:
        """The reader's event with the partner's code."""
        return cls(
            interchange=event.interchange, segment=event.segment, partner=partner, findings=event.findings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Bytes of an X12 file that belong to no interchange; ``offset`` is where they start."""

    offset: int
    findings: tuple[Finding, ...]


Translation = (
    FileRead
    | InterchangeBegun
    | DocumentTranslated
    | GroupEnded
    | InterchangeEnded
    | InterchangeAcknowledged
    | Unread
)
