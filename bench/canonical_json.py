"""Canonical orders of three lines to JSON text and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bench.timing import rate, result
from gateway.canonical.codec import from_text, to_text
from gateway.canonical.line import Identifier
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.party import Party

_UNIT = "orders/s of CPU time"


def _order() -> Order:
    lines = tuple(
        OrderLine(
            line_number=number,
            buyer_line_id=str(number),
            quantity=Decimal(10),
            unit="EA",
            unit_price=Decimal("14.40"),
            identifiers=(
                Identifier(qualifier="UP", value="614141000418"),
                Identifier(qualifier="VN", value="W"),
            ),
        )
        for number in range(1, 4)
    )
    return Order(
        purchase_order_number="4500012345",
        ordered_on=date(2026, 3, 17),
        currency="USD",
        dates={"deliver_by": date(2026, 3, 30)},
        parties=(Party(role="ship_to", name="Warehouse", qualifier="92", identifier="00417"),),
        lines=lines,
    )


def write() -> dict[str, object]:
    """Record to text."""
    order = _order()
    return result("canonical order to JSON", rate(lambda: to_text(order)), _UNIT)


def read() -> dict[str, object]:
    """Text to record, with every check."""
    text = to_text(_order())
    return result("canonical order from JSON", rate(lambda: from_text(text)), _UNIT)
