"""A trading partner and the agreements with it, as its ``partner.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Acceptance(StrEnum):
    """Who decides on an order: a person, nobody (as ordered), or the stock on hand."""

    BY_HAND = "by_hand"
    AS_ORDERED = "as_ordered"
    FROM_STOCK = "from_stock"


class AckStyle(StrEnum):
    """How an 855 says that less than ordered is accepted, where backorders are not allowed.

    ``IQ``: one ACK, quantity changed. ``IA_ID``: accepted and deleted quantities, one ACK each.
    """

    IQ = "IQ"
    IA_ID = "IA_ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerIdentity:
    """An envelope name of the partner. ``group_identifier`` None means any GS02; ``test`` marks a test-only id."""

    qualifier: str  # ISA05
    identifier: str  # ISA06
    group_identifier: str | None = None  # GS02
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundDocument:
    """One document we send: the X12 version (GS08; None: that of the group answered) and by which connection.

    ``connection`` None means the partner's first one: :meth:`Partner.connection_for`.
    """

    set_code: str
    version: str | None = None
    connection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPolicy:
    """What happens to the partner's orders. ``business_key`` names the order fields that make two orders the same."""

    acceptance: Acceptance = Acceptance.BY_HAND
    backorders: bool = False
    ack_style: AckStyle = AckStyle.IQ
    business_key: tuple[str, ...] = ("purchase_order_number", "release_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopePolicy:
    """How we write the partner's interchanges."""

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    repetition: str = "^"
    interchange_version: str = "00401"
    newline_after_segment: bool = False
    acknowledgement_requested: bool = False  # ISA14


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """Which column of the partner's order sheet holds which canonical field.

    ``columns`` maps a canonical path (``order.purchase_order_number``, ``line.quantity``, ``line.identifiers.UP``,
    ``ship_to.name``) to the headers it may have, compared without case and blanks. ``date_format`` is a ``strptime``
    format, or ``auto``: then the sheet's own dates must prove which of day and month comes first. ``decimal`` is the
    decimal sign, ``.`` or ``,``, or ``auto`` likewise. ``blank_key_continues``: a row without an order number belongs
    to the order above it. ``unit`` is meant where a row has none.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    decimal: str = "."
    encoding: str | None = None
    delimiter: str | None = None
    blank_key_continues: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A trading partner. ``connections`` may bring its files; ``file`` is where it was read from.

    ``token`` is a reference (``env:NAME``, ``file:PATH``) to the bearer token of HTTP uploads and of the portal.
    ``cxml_identities`` are the From credentials (domain, identity) it sends.
    """

    code: str
    name: str
    status: str = "testing"  # draft, testing, live
    identities: tuple[PartnerIdentity, ...] = ()
    cxml_identities: tuple[tuple[str, str], ...] = ()
    connections: tuple[str, ...] = ()
    token: str | None = None
    outbound: Mapping[str, OutboundDocument] = field(default_factory=dict)
    orders: OrderPolicy = OrderPolicy()
    envelope: EnvelopePolicy = EnvelopePolicy()
    csv: CsvLayout | None = None
    time_zone: str | None = None
    currency: str | None = None
    file: str | None = None

    def connection_for(self, set_code: str) -> str | None:
        """By which connection a document goes: its own, else the partner's first; None where it has none."""
        document = self.outbound.get(set_code)
        if document is not None and document.connection is not None:
            return document.connection
        return self.connections[0] if self.connections else None
