"""What is in a shipment, walked with the canonical path of every unit and item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gateway.canonical.shipment import HandlingUnit, PackedItem, Shipment, ShippedOrder
from gateway.orders.lines import NOTHING, OpenOrder


def units_of(shipment: Shipment) -> Iterator[tuple[str, HandlingUnit]]:
    """Every pallet and carton with its path, each pallet before its cartons."""
    for index, order in enumerate(shipment.orders):
        yield from _descend(order.units, f"orders[{index}]")


def items_of(order: ShippedOrder, path: str) -> Iterator[tuple[str, PackedItem]]:
    """Every quantity of the order in the shipment, loose or packed; ``path`` is the order's own."""
    yield from ((f"{path}.items[{index}]", item) for index, item in enumerate(order.items))
    for unit_path, unit in _descend(order.units, path):
        yield from ((f"{unit_path}.items[{index}]", item) for index, item in enumerate(unit.items))


def shipped_quantities(order: ShippedOrder) -> dict[int, Decimal]:
    """How much of each line the shipment holds, by line number."""
    sums: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for _, item in items_of(order, ""):
        sums[item.line_number] += item.quantity
    return dict(sums)


def order_of(shipped: ShippedOrder, orders: Sequence[OpenOrder]) -> OpenOrder | None:
    """The order meant: of that number and, where the shipment says one, that release. None unless it is one."""
    meant = [
        candidate
        for candidate in orders
        if candidate.order.purchase_order_number == shipped.purchase_order_number
        and shipped.release_number in (None, candidate.order.release_number)
    ]
    return meant[0] if len(meant) == 1 else None


def _descend(units: tuple[HandlingUnit, ...], path: str) -> Iterator[tuple[str, HandlingUnit]]:
    for index, unit in enumerate(units):
        unit_path = f"{path}.units[{index}]"
        yield unit_path, unit
        yield from _descend(unit.units, unit_path)
