"""A shipment as X12 856: the tree of HL loops from shipment down to item.

Structure 0001 is shipment, order, (tare,) pack, item; 0004 is shipment, order, item without packaging.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from decimal import Decimal

from stdnum.ean import calc_check_digit

from gateway.canonical.line import Measure
from gateway.canonical.party import Party
from gateway.canonical.shipment import HandlingUnit, PackedItem, Shipment, ShippedOrder
from gateway.core.finding import Severity
from gateway.translation.outbound_segments import add_carrier, add_parties, add_party, add_references, purpose
from gateway.translation.outbound_set import Cell, OutboundDraft, OutboundSet, at, hash_total
from gateway.x12.element_format import time4

STRUCTURES = ("0001", "0004")
"""Element 1005 as far as we write it."""

_SSCC = "GM"  # MAN01: SSCC-18 with its application identifier (00), 20 digits
_CARRIER_PACKAGE = "CP"  # MAN04: the carrier's own number of the package
_LEVEL = {"tare": "T", "pack": "P"}  # HL03


def draft_856(record: Shipment, zone: tzinfo = UTC, ship_from: Party | None = None) -> OutboundDraft:
    """BSN, the HL tree, CTT with the number of HL and the hash of SN102. Dates and times are those of ``zone``.

    ``ship_from`` stands in where the shipment does not say where it left.
    """
    return _ShipNotice(OutboundSet("856"), record, zone, ship_from).draft()


@dataclass(slots=True)
class _ShipNotice:
    """One 856 in the making; ``levels`` counts its HL so far."""

    out: OutboundSet
    record: Shipment
    zone: tzinfo
    ship_from: Party | None
    levels: int = 0
    shipped: list[Decimal] = field(default_factory=list)

    def draft(self) -> OutboundDraft:
        record, out = self.record, self.out
        local = record.shipped_at.astimezone(self.zone)
        if record.structure not in STRUCTURES:
            self._unknown_structure()
        out.add(
            "BSN",
            purpose(record.purpose),
            at("shipment_number", record.shipment_number),
            at("shipped_at", local.date()),
            at("shipped_at", time4(local)),
            at("structure", record.structure),
        )
        shipment = self._level("S", None)
        self._shipment()
        for index, order in enumerate(record.orders):
            self._order(f"orders[{index}]", order, shipment)
        out.add("CTT", str(self.levels), hash_total(self.shipped))
        return out.finished()

    def _level(self, code: str, parent: int | None) -> int:
        """HL: its own number, its parent's, its level."""
        self.levels += 1
        self.out.add("HL", str(self.levels), str(parent) if parent else None, code)
        return self.levels

    def _shipment(self) -> None:
        record, out = self.record, self.out
        if record.cartons is not None or record.weight is not None:
            out.add(
                "TD1",
                "CTN25" if record.cartons is not None else None,  # cartons of corrugated board
                at("cartons", record.cartons),
                *(None, None, None),
                *_weight("weight", record.weight),
            )
        carrier = record.carrier
        add_carrier(out, "carrier", carrier)
        numbers = []
        if carrier is not None:
            numbers = [
                ("carrier.bill_of_lading", "BM", carrier.bill_of_lading),
                ("carrier.tracking", "CN", carrier.tracking),
            ]
        add_references(out, "references", record.references, numbers)
        out.add("DTM", "011", at("shipped_at", record.shipped_at.astimezone(self.zone).date()))
        if self.ship_from is not None and all(party.role != "ship_from" for party in record.parties):
            add_party(out, "station", self.ship_from)
        add_parties(out, "parties", record.parties)

    def _order(self, path: str, order: ShippedOrder, shipment: int) -> None:
        level = self._level("O", shipment)
        self.out.add(
            "PRF",
            at(f"{path}.purchase_order_number", order.purchase_order_number),
            at(f"{path}.release_number", order.release_number),
            None,
            at(f"{path}.ordered_on", order.ordered_on),
        )
        named = [(f"{path}.department", "DP", order.department)]
        add_references(self.out, f"{path}.references", order.references, named)
        # What the whole shipment says already is not repeated for its orders.
        for index, party in enumerate(order.parties):
            if party not in self.record.parties:
                add_party(self.out, f"{path}.parties[{index}]", party)
        if self.record.structure == "0004":
            for item_path, item in _merged(order, path):
                self._item(item_path, item, level)
            return
        for index, unit in enumerate(order.units):
            self._unit(f"{path}.units[{index}]", unit, level)
        for index, item in enumerate(order.items):
            self._not_packed(f"{path}.items[{index}]", item)

    def _unit(self, path: str, unit: HandlingUnit, parent: int) -> None:
        level = self._level(_LEVEL.get(unit.level, unit.level), parent)
        if unit.weight is not None:
            _, value, measure = _weight(f"{path}.weight", unit.weight)
            self.out.add("MEA", "PD", "G", value, measure)  # physical dimensions, gross weight
        self._marks(path, unit)
        for index, inner in enumerate(unit.units):
            self._unit(f"{path}.units[{index}]", inner, level)
        for index, item in enumerate(unit.items):
            self._item(f"{path}.items[{index}]", item, level)
        if not unit.units and not unit.items:
            self.out.find("carton-empty", "A carton or pallet holds nothing", path, fix="Leave the unit out")

    def _marks(self, path: str, unit: HandlingUnit) -> None:
        """MAN: the SSCC with its application identifier, and beside it the parcel's tracking number."""
        tracking = (_CARRIER_PACKAGE, at(f"{path}.tracking", unit.tracking)) if unit.tracking else ()
        if unit.sscc is not None:
            self._check_sscc(f"{path}.sscc", unit.sscc)
            gap = (None,) if tracking else ()
            self.out.add("MAN", _SSCC, at(f"{path}.sscc", f"00{unit.sscc}"), *gap, *tracking)
        elif tracking:
            self.out.add("MAN", *tracking)
        else:
            self.out.find(
                "sscc-missing",
                "A carton or pallet has neither an SSCC nor a tracking number",
                path,
                wanted="an SSCC of 18 digits",
                fix="Draw an SSCC for the unit before the notice is made",
            )

    def _check_sscc(self, path: str, number: str) -> None:
        digits = number.isascii() and number.isdigit() and len(number) == 18
        if not digits or calc_check_digit(number[:-1]) != number[-1]:
            self.out.find(
                "sscc-invalid",
                f"{number} is no SSCC",
                path,
                found=number,
                wanted="18 digits, the last the check digit of the others (without the application identifier 00)",
                fix="Correct the SSCC; the label and the notice must show the same",
            )

    def _item(self, path: str, item: PackedItem, parent: int) -> None:
        self._level("I", parent)
        line = at(f"{path}.buyer_line_id", item.buyer_line_id)
        if item.identifiers:
            self.out.add("LIN", line, *self.out.identifiers(f"{path}.identifiers", item.identifiers, 15))
        else:
            self._not_identified(path, item)
        ordered: tuple[Cell, Cell, Cell] = (None, None, None)
        unit = at(f"{path}.unit", item.unit)
        if item.ordered is not None:
            ordered = (None, at(f"{path}.ordered", item.ordered), unit)
        self.out.add("SN1", line, at(f"{path}.quantity", item.quantity), unit, *ordered)
        if item.description:
            self.out.add(
                "PID", "F", *[None] * 3, self.out.description(f"{path}.description", item.description)
            )
        self.shipped.append(item.quantity)

    def _not_identified(self, path: str, item: PackedItem) -> None:
        self.out.find(
            "item-not-identified",
            f"Line {item.line_number} has no product identifier; LIN is left out",
            f"{path}.identifiers",
            wanted="an identifier of the order",
            fix="Nothing, if the buyer knows the item by its line number",
            severity=Severity.WARNING,
        )

    def _not_packed(self, path: str, item: PackedItem) -> None:
        self.out.find(
            "item-not-packed",
            f"Line {item.line_number} is in no carton, which structure {self.record.structure} requires",
            path,
            wanted="every item in a carton",
            fix="Pack the shipment, or send it without packaging (structure 0004)",
        )

    def _unknown_structure(self) -> None:
        self.out.find(
            "structure-not-supported",
            f"Ship notices of structure {self.record.structure} are not written",
            "structure",
            found=self.record.structure,
            wanted=" or ".join(STRUCTURES),
            fix="Send the shipment with one of these structures",
        )


def _merged(order: ShippedOrder, path: str) -> list[tuple[str, PackedItem]]:
    """The order's items without their packaging, each line once."""
    merged: dict[int, tuple[str, PackedItem]] = {}
    waiting = [(f"{path}.items[{index}]", item) for index, item in enumerate(order.items)]
    waiting += [
        pair for index, unit in enumerate(order.units) for pair in _content(unit, f"{path}.units[{index}]")
    ]
    for item_path, item in waiting:
        first_path, first = merged.get(item.line_number, (item_path, replace(item, quantity=Decimal(0))))
        merged[item.line_number] = (first_path, replace(first, quantity=first.quantity + item.quantity))
    return list(merged.values())


def _content(unit: HandlingUnit, path: str) -> list[tuple[str, PackedItem]]:
    content = [(f"{path}.items[{index}]", item) for index, item in enumerate(unit.items)]
    for index, inner in enumerate(unit.units):
        content += _content(inner, f"{path}.units[{index}]")
    return content


def _weight(path: str, weight: Measure | None) -> tuple[Cell, Cell, Cell]:
    """Gross weight: qualifier (187), weight (81), unit (355), as in TD106 to TD108."""
    if weight is None:
        return (None, None, None)
    return ("G", at(f"{path}.value", weight.value), at(f"{path}.unit", weight.unit))
