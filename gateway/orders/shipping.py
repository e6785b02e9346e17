"""A shipment held against the orders it ships: what may leave, what may not, and shipping all that is promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gateway.canonical.line import Carrier
from gateway.canonical.order import OrderLine
from gateway.canonical.shipment import HandlingUnit, PackedItem, Shipment, ShippedOrder
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.core.quantity import decimal_text
from gateway.orders.contents import items_of, order_of, units_of
from gateway.orders.lines import NOTHING, LineQuantities, OpenOrder, carried_references
from gateway.orders.sscc import is_sscc


def check_shipment(shipment: Shipment, orders: Sequence[OpenOrder]) -> tuple[Finding, ...]:
    """What speaks against recording the shipment; each finding names the canonical path.

    Errors: a purchase order or line that is not known or not accepted, another unit than ordered, a quantity
    not above zero or above what is accepted and not yet shipped, an empty carton, a wrong or repeated SSCC.
    A warning: goods leave that were only backordered.
    """
    findings: list[Finding] = []
    if not any(order.items or order.units for order in shipment.orders):
        findings.append(
            _finding("shipment-empty", "The shipment holds nothing", "orders", "Say what is shipped")
        )
    for index, shipped in enumerate(shipment.orders):
        if order_of(shipped, orders) is None:
            findings.append(_unknown_order(shipped, f"orders[{index}]"))
    for known in orders:
        parts = [
            (f"orders[{index}]", shipped)
            for index, shipped in enumerate(shipment.orders)
            if order_of(shipped, orders) is known
        ]
        findings.extend(_check_order(parts, known))
    findings.extend(_check_units(shipment))
    return tuple(findings)


def ship_all(
    order: OpenOrder,
    *,
    shipment_number: str,
    shipped_at: datetime,
    carrier: Carrier | None = None,
    structure: str = "0001",
) -> Shipment | None:
    """Everything that is promised (allocated) and not yet shipped, unpacked; None where that is nothing."""
    items = []
    for line in order.order.lines:
        quantities = order.quantities.get(line.line_number)
        if quantities is not None and quantities.allocated > NOTHING:
            items.append(
                _packed_item(PackedItem(line_number=line.line_number, quantity=quantities.allocated), line)
            )
    if not items:
        return None
    po = order.order
    shipped = ShippedOrder(purchase_order_number=po.purchase_order_number, items=tuple(items))
    shipment = Shipment(
        shipment_number=shipment_number,
        shipped_at=shipped_at,
        orders=(shipped,),
        partner=po.partner,
        test=po.test,
        structure=structure,
        carrier=carrier or po.carrier,
    )
    return with_order_details(shipment, [order])


def with_order_details(shipment: Shipment, orders: Sequence[OpenOrder]) -> Shipment:
    """The shipment with what the buyer's own orders say added where it says nothing: parties, department,
    references, release and date of the order; identifiers, unit, description and ordered quantity of its items.
    """
    completed = tuple(_completed(shipped, order_of(shipped, orders)) for shipped in shipment.orders)
    parties = shipment.parties
    if not parties and completed:
        # One ship notice goes to one place: what the orders agree on belongs to the shipment.
        agreed = [set(order.parties) for order in completed]
        parties = tuple(party for party in completed[0].parties if all(party in each for each in agreed))
    return replace(shipment, orders=completed, parties=parties)


def _completed(shipped: ShippedOrder, known: OpenOrder | None) -> ShippedOrder:
    if known is None:
        return shipped
    po = known.order
    return replace(
        shipped,
        items=tuple(_packed_item(item, known.line(item.line_number)) for item in shipped.items),
        units=tuple(_completed_unit(unit, known) for unit in shipped.units),
        release_number=shipped.release_number or po.release_number,
        department=shipped.department or po.department,
        ordered_on=shipped.ordered_on or po.ordered_on,
        references=shipped.references or carried_references(po),
        parties=shipped.parties or po.parties,
    )


def _completed_unit(unit: HandlingUnit, known: OpenOrder) -> HandlingUnit:
    return replace(
        unit,
        items=tuple(_packed_item(item, known.line(item.line_number)) for item in unit.items),
        units=tuple(_completed_unit(inner, known) for inner in unit.units),
    )


def _packed_item(item: PackedItem, line: OrderLine | None) -> PackedItem:
    if line is None:
        return item
    return replace(
        item,
        unit=item.unit or line.unit,
        buyer_line_id=item.buyer_line_id or line.buyer_line_id,
        identifiers=item.identifiers or line.identifiers,
        description=item.description or line.description,
        ordered=item.ordered if item.ordered is not None else line.quantity,
    )


def _check_order(parts: list[tuple[str, ShippedOrder]], known: OpenOrder) -> Iterator[Finding]:
    """All parts of the shipment that belong to one order together: naming it twice evades nothing."""
    first_at: dict[int, str] = {}
    sums: dict[int, Decimal] = {}
    for item_path, item in (each for path, shipped in parts for each in items_of(shipped, path)):
        line = known.line(item.line_number)
        if line is None:
            yield _unknown_line(item, known, item_path)
            continue
        first_at.setdefault(item.line_number, item_path)
        sums[item.line_number] = sums.get(item.line_number, NOTHING) + item.quantity
        if item.quantity <= NOTHING:
            yield _not_positive(item, item_path)
        if item.unit is not None and item.unit != line.unit:
            yield _other_unit(item, line, item_path)
    for number, quantity in sums.items():
        yield from _check_quantity(number, quantity, known.quantities.get(number), first_at[number])


def _check_quantity(
    number: int, quantity: Decimal, quantities: LineQuantities | None, path: str
) -> Iterator[Finding]:
    """The sum over the whole shipment against what may still leave."""
    if quantities is None:
        yield _finding(
            "line-not-accepted",
            f"Line {number} was not accepted yet, so nothing of it can ship",
            path,
            "Decide on the order first",
        )
    elif quantity > quantities.deliverable:
        yield _finding(
            "ships-more-than-accepted",
            f"Line {number} ships {decimal_text(quantity)}, more than what is accepted and not yet shipped",
            f"{path}.quantity",
            "Correct the quantity; what was shipped before is not shipped again",
            found=decimal_text(quantity),
            wanted=f"at most {decimal_text(quantities.deliverable)}",
        )
    elif quantity > quantities.allocated:
        yield _finding(
            "ships-backordered",
            f"Line {number} ships {decimal_text(quantity)}, of which only {decimal_text(quantities.allocated)} "
            "was promised; the rest was backordered",
            f"{path}.quantity",
            "Nothing, if the goods really left",
            severity=Severity.WARNING,
        )


def _check_units(shipment: Shipment) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, unit in units_of(shipment):
        what = "pallet" if unit.level == "tare" else "carton"
        if not unit.units and not unit.items:
            yield _finding(
                "carton-empty", f"A {what} holds nothing", path, "Leave the unit out, or say what is in it"
            )
        if unit.level != "tare" and unit.units:
            yield _finding(
                "carton-in-carton", "A carton holds cartons", path, "Make the outer unit a tare (pallet)"
            )
        if unit.sscc is None:
            continue
        if not is_sscc(unit.sscc):
            yield _finding(
                "sscc-invalid",
                f"The {what}'s SSCC is not 18 digits with a right check digit",
                f"{path}.sscc",
                "Correct the SSCC, or leave it out and one is drawn",
                found=unit.sscc,
            )
        elif unit.sscc in seen:
            yield _finding(
                "sscc-repeated",
                "Two units have the same SSCC",
                f"{path}.sscc",
                "Give each unit its own, or leave them out and they are drawn",
                found=unit.sscc,
            )
        seen.add(unit.sscc)


def _finding(
    code: str,
    message: str,
    path: str,
    fix: str,
    *,
    found: str | None = None,
    wanted: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    place = Location(path=path)
    return Finding(
        code=code, message=message, location=place, fix=fix, found=found, wanted=wanted, severity=severity
    )


def _unknown_order(shipped: ShippedOrder, path: str) -> Finding:
    return _finding(
        "unknown-purchase-order",
        f"There is no one order {shipped.purchase_order_number} to ship",
        f"{path}.purchase_order_number",
        "Correct the number, or name the release where an order number has several",
        found=shipped.purchase_order_number,
        wanted="the number of an order of this partner",
    )


def _unknown_line(item: PackedItem, known: OpenOrder, path: str) -> Finding:
    numbers = ", ".join(str(line.line_number) for line in known.order.lines)
    return _finding(
        "unknown-line",
        f"Order {known.order.purchase_order_number} has no line {item.line_number}",
        f"{path}.line_number",
        "Correct the line number",
        found=str(item.line_number),
        wanted=f"one of {numbers}",
    )


def _not_positive(item: PackedItem, path: str) -> Finding:
    return _finding(
        "quantity-not-positive",
        f"Line {item.line_number} ships {decimal_text(item.quantity)}",
        f"{path}.quantity",
        "Leave the item out, or correct its quantity",
        found=decimal_text(item.quantity),
        wanted="a quantity above zero",
    )


def _other_unit(item: PackedItem, line: OrderLine, path: str) -> Finding:
    return _finding(
        "unit-other-than-ordered",
        f"Line {line.line_number} was ordered in {line.unit or 'no unit'} and ships in {item.unit}",
        f"{path}.unit",
        "Ship the quantity in the unit of the order",
        found=item.unit,
        wanted=line.unit,
    )
