"""Exact quantities of an order line, and what must always hold between them (ORDER_TO_CASH 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.canonical.line import Reference
from gateway.canonical.order import Order, OrderLine

NOTHING = Decimal(0)

_CARRIED = ("DP", "IA", "CO", "PO", "CR", "MR")
"""References of an order (element 128) that the documents following it repeat: department, vendor, the numbers of
the customer's order. What else a buyer puts into an order is for whoever fulfils it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuantities:
    """How much of one line is where, all in the unit the line was ordered in.

    ``rejected`` we refused; ``cancelled`` was accepted short or called off later; ``allocated`` is promised
    and not yet shipped (with or without stock behind it: an order accepted as ordered is promised whole).
    """

    ordered: Decimal
    cancelled: Decimal = NOTHING
    rejected: Decimal = NOTHING
    allocated: Decimal = NOTHING
    shipped: Decimal = NOTHING
    invoiced: Decimal = NOTHING

    @property
    def deliverable(self) -> Decimal:
        """What the buyer still expects: not cancelled, rejected or shipped (O − X − J − S)."""
        return self.ordered - self.cancelled - self.rejected - self.shipped

    @property
    def backordered(self) -> Decimal:
        """Expected, not promised (O − X − J − A − S). Never stored; undefined before acceptance."""
        return self.deliverable - self.allocated

    @property
    def billable(self) -> Decimal:
        """Shipped and not yet invoiced (S − I): what is billed is what shipped."""
        return self.shipped - self.invoiced

    def violations(self) -> tuple[str, ...]:
        """A sentence for each invariant of ORDER_TO_CASH 3.3 that does not hold; empty when all do."""
        rules = (
            (self.smallest() >= NOTHING, "a quantity is below zero"),
            (self.deliverable >= NOTHING, "more is cancelled, rejected and shipped than was ordered"),
            (self.backordered >= NOTHING, "more is allocated and shipped than was accepted"),
            (self.invoiced <= self.shipped, "more is invoiced than was shipped"),
        )
        return tuple(sentence for holds, sentence in rules if not holds)

    def smallest(self) -> Decimal:
        """The least of the stored quantities."""
        return min(self.ordered, self.cancelled, self.rejected, self.allocated, self.shipped, self.invoiced)

    def after_shipping(self, quantity: Decimal) -> LineQuantities:
        """Shipping consumes the promise, then backorders. Raises ValueError beyond ``deliverable``."""
        allocated = max(NOTHING, self.allocated - quantity)
        return _lawful(replace(self, shipped=self.shipped + quantity, allocated=allocated))

    def after_invoicing(self, quantity: Decimal) -> LineQuantities:
        """Raises ValueError beyond ``billable``: no shipment is billed twice."""
        return _lawful(replace(self, invoiced=self.invoiced + quantity))

    def after_cancelling_rest(self) -> LineQuantities:
        """Nothing more will ship: X := O − J − S, promises and backorders are gone."""
        return _lawful(
            replace(self, cancelled=self.ordered - self.rejected - self.shipped, allocated=NOTHING),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order with where its lines stand: quantities by line number, absent for a line not decided."""

    order: Order
    quantities: Mapping[int, LineQuantities]

    def line(self, line_number: int) -> OrderLine | None:
        """The order line of that number, or None."""
        return next((line for line in self.order.lines if line.line_number == line_number), None)


def carried_references(order: Order) -> tuple[Reference, ...]:
    """The references that answers, ship notices and invoices repeat."""
    return tuple(reference for reference in order.references if reference.qualifier in _CARRIED)


def _lawful(quantities: LineQuantities) -> LineQuantities:
    """Guards the steps above: the caller checks documents first, so a breach here is a fault of ours."""
    broken = quantities.violations()
    if broken:
        raise ValueError(f"impossible line quantities: {'; '.join(broken)} ({quantities})")
    return quantities
