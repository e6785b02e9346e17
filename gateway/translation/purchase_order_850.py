"""An order as X12 850: what simulated partners send, and orders to suppliers.

The inverse of :mod:`gateway.translation.order_850` for orders in its normal form: department and vendor number also
among the references, notes of the heading with a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from gateway.canonical.line import Destination, Note, Pack
from gateway.canonical.order import DATE_OF_DTM01, ORDER_TYPE_OF_BEG02, Order, OrderLine
from gateway.translation.outbound_segments import (
    add_allowances,
    add_carrier,
    add_contact,
    add_parties,
    add_references,
    add_taxes,
    add_terms,
    purpose,
)
from gateway.translation.outbound_set import Cell, OutboundDraft, OutboundSet, at

_BEG02_OF_TYPE = {word: code for code, word in ORDER_TYPE_OF_BEG02.items()}
_DTM01_OF_DATE = {word: code for code, word in DATE_OF_DTM01.items()}

_LONGEST_N903 = 45
_DESTINATIONS_A_SEGMENT = 10  # SDQ03 to SDQ22
_COLOR, _SIZE = "75", "91"  # element 750: the buyer's own words for them


def draft_850(record: Order, version: str) -> OutboundDraft:
    """BEG and the heading, a PO1 loop for each line, CTT. An order without a type is SA, a stand-alone order.

    Free text goes into MSG before 005010 and into MTX from then on (X12 retired MSG).
    """
    return _PurchaseOrder(OutboundSet("850"), version).draft(record)


class _PurchaseOrder:
    """One 850 in the making."""

    def __init__(self, out: OutboundSet, version: str) -> None:
        self.out = out
        self.text_in_mtx = version >= "005010"

    def draft(self, record: Order) -> OutboundDraft:
        out = self.out
        kind = record.order_type or "stand_alone"
        out.add(
            "BEG",
            purpose(record.purpose),
            at("order_type", _BEG02_OF_TYPE.get(kind, kind)),
            at("purchase_order_number", record.purchase_order_number),
            at("release_number", record.release_number),
            at("ordered_on", record.ordered_on),
            at("contract_number", record.contract_number),
        )
        if record.currency:
            out.add("CUR", "BY", at("currency", record.currency))
        self._heading(record)
        for index, line in enumerate(record.lines):
            self._line(f"lines[{index}]", line)
        totals = record.totals
        stated = totals.lines if totals and totals.lines is not None else len(record.lines)
        out.add("CTT", at("totals.lines", stated), at("totals.quantity", totals.quantity if totals else None))
        if totals is not None and totals.amount is not None:
            out.add("AMT", "TT", at("totals.amount", totals.amount))
        return out.finished()

    def _heading(self, record: Order) -> None:
        out = self.out
        named = [("department", "DP", record.department), ("vendor_number", "IA", record.vendor_number)]
        add_references(out, "references", record.references, named)
        for index, contact in enumerate(record.contacts):
            add_contact(out, f"contacts[{index}]", contact)
        add_allowances(out, "allowances_charges", record.allowances_charges)
        add_terms(out, "terms", record.terms)
        self._dates("dates", record.dates)
        add_carrier(out, "carrier", record.carrier)
        add_taxes(out, "taxes", record.taxes)
        for index, note in enumerate(record.notes):
            self._note(f"notes[{index}]", note)
        add_parties(out, "parties", record.parties, references=True)

    def _line(self, path: str, line: OrderLine) -> None:
        out = self.out
        out.add(
            "PO1",
            at(f"{path}.buyer_line_id", line.buyer_line_id),
            at(f"{path}.quantity", line.quantity),
            at(f"{path}.unit", line.unit),
            at(f"{path}.unit_price", line.unit_price),
            at(f"{path}.price_basis", line.price_basis),
            *out.identifiers(f"{path}.identifiers", line.identifiers, 10),
        )
        for index, price in enumerate(line.prices):
            here = f"{path}.prices[{index}]"
            amount, quantity = at(f"{here}.amount", price.amount), at(f"{here}.quantity", price.quantity)
            out.add(
                "CTP", None, at(f"{here}.type", price.type), amount, quantity, at(f"{here}.unit", price.unit)
            )
        self._descriptions(path, line)
        if line.pack is not None:
            self._pack(f"{path}.pack", line.pack)
        add_references(out, f"{path}.references", line.references)
        add_allowances(out, f"{path}.allowances_charges", line.allowances_charges)
        self._destinations(path, line)
        self._dates(f"{path}.dates", line.dates)
        coded = [(f"{path}.notes[{index}]", note) for index, note in enumerate(line.notes)]
        for here, note in coded:
            if note.code is None:
                self._message(here, note.text)
        add_taxes(out, f"{path}.taxes", line.taxes)
        for here, note in coded:
            if note.code is not None:
                self._note(here, note)
        add_parties(out, f"{path}.parties", line.parties, references=True)

    def _descriptions(self, path: str, line: OrderLine) -> None:
        """PID: the description, then colour and size by their characteristic (750)."""
        texts = (("08", "description"), (_COLOR, "color"), (_SIZE, "size"))
        for what, member in texts:
            text = getattr(line, member)
            if text is not None:
                self.out.add("PID", "F", what, None, None, self.out.description(f"{path}.{member}", text))

    def _pack(self, path: str, pack: Pack) -> None:
        """PO401 inner packs, PO402 and PO403 size of one, PO414 eaches in an inner pack."""
        cells: list[Cell] = [None] * 14
        cells[0], cells[13] = (
            at(f"{path}.inner_packs", pack.inner_packs),
            at(f"{path}.eaches", pack.eaches_per_inner),
        )
        cells[1], cells[2] = at(f"{path}.size", pack.size), at(f"{path}.size_unit", pack.size_unit)
        self.out.add("PO4", *cells)

    def _destinations(self, path: str, line: OrderLine) -> None:
        """SDQ: ten pairs a segment, all of one unit and one kind of code."""
        numbered = list(enumerate(line.destinations))

        def kind(pair: tuple[int, Destination]) -> tuple[str | None, str | None]:
            return pair[1].unit or line.unit, pair[1].qualifier

        for (unit, qualifier), group in groupby(numbered, kind):
            pairs = list(group)
            for start in range(0, len(pairs), _DESTINATIONS_A_SEGMENT):
                cells: list[Cell] = []
                for index, each in pairs[start : start + _DESTINATIONS_A_SEGMENT]:
                    here = f"{path}.destinations[{index}]"
                    cells += [
                        at(f"{here}.identifier", each.identifier),
                        at(f"{here}.quantity", each.quantity),
                    ]
                self.out.add("SDQ", at(f"{path}.unit", unit), qualifier, *cells)

    def _dates(self, path: str, dates: Mapping[str, date]) -> None:
        for name, day in dates.items():
            self.out.add(
                "DTM", at(f"{path}.{name}", _DTM01_OF_DATE.get(name, name)), at(f"{path}.{name}", day)
            )

    def _note(self, path: str, note: Note) -> None:
        """An N9 loop: its first line in N903 where it fits, the others as messages. L1 is letters or notes."""
        first, *others = note.text.split("\n")
        beyond = first[_LONGEST_N903:]
        self.out.add(
            "N9", at(f"{path}.code", note.code or "L1"), None, at(f"{path}.text", first[:_LONGEST_N903])
        )
        for text in ([beyond] if beyond else []) + others:
            self._message(path, text)

    def _message(self, path: str, text: str) -> None:
        for line in text.split("\n"):
            cells: Sequence[Cell] = (None, at(path, line)) if self.text_in_mtx else (at(path, line),)
            self.out.add("MTX" if self.text_in_mtx else "MSG", *cells)
