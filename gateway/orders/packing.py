"""Putting what is shipped into cartons, and numbering cartons and pallets.

Numbers are drawn by whoever records the shipment, in that transaction: :func:`pack`, then count with
:func:`unnumbered`, draw, then :func:`numbered`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from gateway.canonical.order import OrderLine
from gateway.canonical.shipment import HandlingUnit, PackedItem, Shipment
from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.core.quantity import decimal_text
from gateway.orders.contents import order_of, units_of
from gateway.orders.lines import NOTHING, OpenOrder

MOST_CARTONS = 20_000
"""Of one item. A transaction set holds at most 200,000 HL segments (856, loop HL); ten such items fill it."""

_CARTON_UNITS = ("CA", "CT")  # element 355: a case or carton ordered is a carton shipped


def pack(shipment: Shipment, orders: Sequence[OpenOrder]) -> tuple[Shipment, tuple[Finding, ...]]:
    """The shipment with every item in a carton: one carton a line, split by the line's pack where it has one.

    What is packed already stays as it is, and so does a shipment without packaging (structure 0004).
    """
    if shipment.structure == "0004":
        return shipment, ()
    findings: list[Finding] = []
    packed = []
    for index, shipped in enumerate(shipment.orders):
        known = order_of(shipped, orders)
        cartons = list(shipped.units)
        left = []
        for position, item in enumerate(shipped.items):
            size = _carton_size(known.line(item.line_number) if known else None, item)
            count = _count(item.quantity, size)
            if count > MOST_CARTONS:
                path = f"orders[{index}].items[{position}].quantity"
                findings.append(_too_many(item, size, count, path))
                left.append(item)
                continue
            cartons.extend(_cartons(item, size, count))
        packed.append(replace(shipped, units=tuple(cartons), items=tuple(left)))
    complete = replace(shipment, orders=tuple(packed))
    return replace(complete, cartons=_carton_count(complete)), tuple(findings)


def pack_size(line: OrderLine) -> Decimal | None:
    """Eaches in a case (ORDER_TO_CASH 4.2): PO401 inner packs times PO414 eaches, or PO401 eaches alone."""
    if line.pack is None or line.pack.inner_packs is None:
        return None
    size = Decimal(line.pack.inner_packs * (line.pack.eaches_per_inner or 1))
    return size if size > NOTHING else None


def unnumbered(shipment: Shipment) -> int:
    """How many cartons and pallets have no SSCC yet."""
    return sum(unit.sscc is None for _, unit in units_of(shipment))


def numbered(shipment: Shipment, ssccs: Sequence[str]) -> Shipment:
    """The shipment with the numbers given to the units that have none, pallets before their cartons.

    Raises ValueError unless there are exactly as many numbers as :func:`unnumbered` says.
    """
    if len(ssccs) != unnumbered(shipment):
        raise ValueError(f"{unnumbered(shipment)} units need an SSCC each, not {len(ssccs)}")
    supply = iter(ssccs)
    orders = tuple(
        replace(order, units=tuple(_number(unit, supply) for unit in order.units))
        for order in shipment.orders
    )
    return replace(shipment, orders=orders)


def _number(unit: HandlingUnit, supply: Iterator[str]) -> HandlingUnit:
    own = unit.sscc if unit.sscc is not None else next(supply)
    return replace(unit, sscc=own, units=tuple(_number(inner, supply) for inner in unit.units))


def _carton_size(line: OrderLine | None, item: PackedItem) -> Decimal | None:
    """How much of the item a carton holds; None: all of it."""
    unit = item.unit or (line.unit if line else None)
    if unit in _CARTON_UNITS:
        return Decimal(1)
    return pack_size(line) if line is not None and unit == "EA" else None


def _count(quantity: Decimal, size: Decimal | None) -> int:
    if size is None or quantity <= NOTHING:
        return 1
    return int((quantity / size).to_integral_value(rounding=ROUND_CEILING))


def _cartons(item: PackedItem, size: Decimal | None, count: int) -> Iterator[HandlingUnit]:
    """Full cartons, and a last one with what remains."""
    left = item.quantity
    for _ in range(count):
        content = left if size is None else min(left, size)
        left -= content
        yield HandlingUnit(level="pack", items=(replace(item, quantity=content),))


def _carton_count(shipment: Shipment) -> int:
    return sum(unit.level == "pack" for _, unit in units_of(shipment))


def _too_many(item: PackedItem, size: Decimal | None, count: int, path: str) -> Finding:
    return Finding(
        code="too-many-cartons",
        message=f"Line {item.line_number} would need {count} cartons",
        location=Location(path=path),
        found=f"{decimal_text(item.quantity)} in cartons of {decimal_text(size or item.quantity)}",
        wanted=f"at most {MOST_CARTONS} cartons of a line",
        fix="Say in the shipment how it is packed, or split it",
    )
