"""Orders and shipments that the tests of this room share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from gateway.canonical.line import Identifier, Reference
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.party import Party
from gateway.canonical.shipment import HandlingUnit, PackedItem, Shipment, ShippedOrder
from gateway.orders.lines import LineQuantities, OpenOrder

TODAY = date(2026, 3, 17)
SHIPPED_AT = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)


def line(number: int, quantity: str | None, price: str | None = "1.00", **more: object) -> OrderLine:
    """A line of item ``SKU-<number>`` in eaches unless told otherwise."""
    values: dict[str, object] = {
        "line_number": number,
        "quantity": None if quantity is None else Decimal(quantity),
        "unit": "EA",
        "unit_price": None if price is None else Decimal(price),
        "buyer_line_id": f"{number:03d}",
        "identifiers": (Identifier(qualifier="VN", value=f"SKU-{number}"),),
    }
    return OrderLine(**{**values, **more})  # type: ignore[arg-type]


def order(*lines: OrderLine, **more: object) -> Order:
    """Order 4711 of partner acme."""
    values: dict[str, object] = {
        "purchase_order_number": "4711",
        "lines": lines,
        "partner": "acme",
        "ordered_on": date(2026, 3, 16),
        "currency": "USD",
        "department": "531",
        "references": (Reference(qualifier="DP", value="531"), Reference(qualifier="ZZ", value="gift")),
        "parties": (Party(role="ship_to", name="Hooli Warehouse", qualifier="92", identifier="00417"),),
    }
    return Order(**{**values, **more})  # type: ignore[arg-type]


def accepted(po: Order, **of_line: LineQuantities) -> OpenOrder:
    """The order with every line promised whole, but for lines given as ``line_<n>``."""
    quantities = {
        each.line_number: LineQuantities(
            ordered=each.quantity or Decimal(0), allocated=each.quantity or Decimal(0)
        )
        for each in po.lines
    }
    quantities.update({int(name.removeprefix("line_")): value for name, value in of_line.items()})
    return OpenOrder(order=po, quantities=quantities)


def shipped(po: Order, **invoiced: str) -> OpenOrder:
    """The order with every line shipped whole and, by ``line_<n>``, part of it invoiced."""
    quantities = {
        each.line_number: LineQuantities(
            ordered=each.quantity or Decimal(0),
            shipped=each.quantity or Decimal(0),
            invoiced=Decimal(invoiced.get(f"line_{each.line_number}", "0")),
        )
        for each in po.lines
    }
    return OpenOrder(order=po, quantities=quantities)


def shipment(*items: PackedItem, units: tuple[HandlingUnit, ...] = (), **more: object) -> Shipment:
    """A shipment S-1 of order 4711."""
    part = ShippedOrder(purchase_order_number="4711", items=items, units=units)
    values: dict[str, object] = {"shipment_number": "S-1", "shipped_at": SHIPPED_AT, "orders": (part,)}
    return Shipment(**{**values, **more})  # type: ignore[arg-type]


def item(number: int, quantity: str, **more: object) -> PackedItem:
    """A quantity of a line."""
    return PackedItem(line_number=number, quantity=Decimal(quantity), **more)  # type: ignore[arg-type]


def codes(findings: object) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in findings]  # type: ignore[attr-defined]
