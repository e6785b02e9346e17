"""A purchase order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.canonical.line import Carrier, Destination, Identifier, Note, Pack, Price, Reference
from gateway.canonical.money import AllowanceCharge, Tax, Terms
from gateway.canonical.origin import Origin
from gateway.canonical.party import Contact, Party

PURPOSE_OF_BEG01 = {
    "00": "original",
    "01": "cancel",
    "04": "change",
    "05": "replace",
    "06": "confirmation",
    "07": "duplicate",
}
"""Element 353 to our word; a code without a word keeps its code."""

ORDER_TYPE_OF_BEG02 = {
    "SA": "stand_alone",
    "NE": "new_order",
    "BK": "blanket",
    "RL": "release",
    "DS": "drop_ship",
    "KN": "purchase_order",
    "CN": "consigned",
    "CF": "confirmation",
    "RO": "rush",
    "SP": "sample",
    "EO": "emergency",
    "OS": "special",
    "KB": "blanket_estimated",
    "LS": "lease",
    "RE": "reorder",
    "IN": "information_copy",
    "DR": "direct_ship",
    "PR": "promotion",
}
"""Element 92 to our word; a code without a word keeps its code."""

DATE_OF_DTM01 = {
    "001": "cancel_after",
    "002": "deliver_by",
    "004": "ordered",
    "010": "requested_ship",
    "011": "shipped",
    "015": "promotion_start",
    "017": "estimated_delivery",
    "037": "ship_not_before",
    "038": "ship_not_later",
    "061": "cancel_if_not_delivered_by",
    "063": "deliver_not_later",
    "064": "deliver_not_before",
    "067": "promised_delivery",
    "068": "promised_ship",
    "074": "requested_for_delivery_by",
    "106": "required_by",
    "118": "requested_pickup",
    "177": "cancelled",
}
"""Element 374 to the keys of ``dates``; a qualifier without a word keeps its code as key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line. ``line_number`` counts from 1 in document order; ``buyer_line_id`` is the buyer's own (PO101)."""

    line_number: int
    buyer_line_id: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    price_basis: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    description: str | None = None
    color: str | None = None
    size: str | None = None
    pack: Pack | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    prices: tuple[Price, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    destinations: tuple[Destination, ...] = ()
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTotals:
    """What the buyer states as totals: money (AMT*TT), lines (CTT01), hash of quantities (CTT02)."""

    amount: Decimal | None = None
    lines: int | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase order as CONTRACT.md shows it."""

    kind: str = field(default="order", init=False)
    partner: str | None = None
    test: bool = False
    origin: Origin = Origin()
    purpose: str = "original"
    order_type: str | None = None
    purchase_order_number: str
    release_number: str | None = None
    contract_number: str | None = None
    ordered_on: date | None = None
    currency: str | None = None
    department: str | None = None
    vendor_number: str | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()  # PER of the heading
    terms: tuple[Terms, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    carrier: Carrier | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    totals: OrderTotals | None = None
    lines: tuple[OrderLine, ...]
