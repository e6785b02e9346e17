"""What we answer to an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.canonical.line import Identifier, Reference
from gateway.canonical.origin import Origin
from gateway.canonical.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatus:
    """What happens to a quantity of a line.

    ``status``: accepted, backordered, rejected, quantity_changed, deleted, price_changed, date_changed,
    substituted, on_hold. One status becomes one ACK segment. ``ship_on`` and ``deliver_on`` are promises (068, 067).
    """

    status: str
    quantity: Decimal
    unit: str | None = None
    ship_on: date | None = None
    deliver_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementLine:
    """The answer to one order line; the buyer's line id and identifiers go back as they came."""

    line_number: int
    buyer_line_id: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    price_basis: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    statuses: tuple[LineStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The answer to an order. ``type`` is the X12 587 code: AD, AC, AK, RD, RJ, AT …"""

    kind: str = field(default="acknowledgement", init=False)
    partner: str | None = None
    test: bool = False
    origin: Origin = Origin()
    purpose: str = "original"
    purchase_order_number: str
    release_number: str | None = None
    type: str
    acknowledged_on: date
    ordered_on: date | None = None
    vendor_number: str | None = None
    currency: str | None = None
    references: tuple[Reference, ...] = ()
    parties: tuple[Party, ...] = ()
    lines: tuple[AcknowledgementLine, ...]
