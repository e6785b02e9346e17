"""What leaves the warehouse: orders, pallets, cartons and what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from gateway.canonical.line import Carrier, Identifier, Measure, Reference
from gateway.canonical.origin import Origin
from gateway.canonical.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedItem:
    """A quantity of an order line inside a carton."""

    line_number: int
    buyer_line_id: str | None = None
    quantity: Decimal
    unit: str | None = None
    ordered: Decimal | None = None
    identifiers: tuple[Identifier, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingUnit:
    """A pallet (``level`` tare) or carton (``pack``). A pallet holds units, a carton holds items."""

    level: str
    sscc: str | None = None
    tracking: str | None = None
    weight: Measure | None = None
    units: tuple[HandlingUnit, ...] = ()
    items: tuple[PackedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedOrder:
    """The part of a shipment that belongs to one purchase order."""

    purchase_order_number: str
    release_number: str | None = None
    department: str | None = None
    ordered_on: date | None = None
    references: tuple[Reference, ...] = ()
    parties: tuple[Party, ...] = ()
    units: tuple[HandlingUnit, ...] = ()
    items: tuple[PackedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A shipment. ``structure`` is the X12 1005 code: 0001 shipment, order, packaging, item; 0004 without packaging."""

    kind: str = field(default="shipment", init=False)
    partner: str | None = None
    test: bool = False
    origin: Origin = Origin()
    purpose: str = "original"
    shipment_number: str
    structure: str = "0001"
    shipped_at: datetime
    carrier: Carrier | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    weight: Measure | None = None
    cartons: int | None = None
    orders: tuple[ShippedOrder, ...]
