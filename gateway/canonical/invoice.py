"""What is billed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.canonical.line import Carrier, Identifier, Reference
from gateway.canonical.money import AllowanceCharge, Due, Tax, Terms
from gateway.canonical.origin import Origin
from gateway.canonical.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """A billed quantity; ``net`` is quantity times price, less and plus the line's own allowances and charges."""

    line_number: int
    buyer_line_id: str | None = None
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_basis: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    description: str | None = None
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    net: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTotals:
    """``total`` = ``subtotal`` (sum of line nets) + header charges − header allowances + taxes."""

    subtotal: Decimal
    discountable: Decimal | None = None
    total: Decimal
    discount: Decimal | None = None
    discounted: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice as CONTRACT.md shows it."""

    kind: str = field(default="invoice", init=False)
    partner: str | None = None
    test: bool = False
    origin: Origin = Origin()
    invoice_number: str
    type: str = "invoice"
    invoiced_on: date
    currency: str
    purchase_order_number: str | None = None
    ordered_on: date | None = None
    release_number: str | None = None
    shipment_number: str | None = None
    shipped_on: date | None = None
    department: str | None = None
    vendor_number: str | None = None
    carrier: Carrier | None = None
    references: tuple[Reference, ...] = ()
    dates: Mapping[str, date] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    terms: tuple[Terms, ...] = ()
    due: tuple[Due, ...] = ()
    lines: tuple[InvoiceLine, ...]
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    totals: InvoiceTotals
