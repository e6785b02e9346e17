"""Quantities by store must add up to the line's quantity (PARTNER_RULES R25; ORDER_TO_CASH 4.6: else hold)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.canonical.order import Order
from gateway.core.finding import Finding
from gateway.core.location import Location


def check(order: Order) -> Iterator[Finding]:
    """An error for each line whose destinations do not add up: which store is short can't be guessed."""
    for line in order.lines:
        if not line.destinations or line.quantity is None:
            continue
        total = sum((d.quantity for d in line.destinations), Decimal(0))
        if total != line.quantity:
            yield Finding(
                code="destinations-do-not-add-up",
                message=f"Line {line.line_number}: the stores add up to {total}, the line orders {line.quantity}",
                location=Location(
                    path=f"lines[{line.line_number}].destinations",
                    interchange=order.origin.interchange,
                    group=order.origin.group,
                    set=order.origin.set,
                ),
                found=str(total),
                wanted=str(line.quantity),
                rule="rules/destinations",
                fix="Ask the buyer for the right split, or accept by hand",
            )
