"""One PO1 loop of an 850 into an order line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gateway.canonical.line import Destination, Identifier, Note, Pack, Price
from gateway.canonical.order import OrderLine
from gateway.core.document import Document
from gateway.translation.reading import Reading
from gateway.translation.x12_money import read_allowances_charges, read_taxes
from gateway.translation.x12_parties import read_parties
from gateway.translation.x12_references import read_dates, read_n9_references, read_notes, read_references

COLOR_OF_PID02 = frozenset({"35", "73", "75"})
"""Element 750: colour, the vendor's and the buyer's colour description."""

SIZE_OF_PID02 = frozenset({"74", "91"})
"""Element 750: the vendor's and the buyer's size description."""

_DESCRIPTION_OF_PID02 = frozenset({None, "08", "GEN"})


def read_line(loop: Document, line_number: int, reading: Reading) -> OrderLine:
    """The line; what it lacks is found, and the line is returned as far as it can be read."""
    descriptions = _Descriptions(loop)
    quantity = _quantity(loop, reading)
    unit = loop.value("PO103")
    destinations = tuple(_destinations(loop, unit, reading))
    _compare_destinations(loop, quantity, destinations, reading)
    return OrderLine(
        line_number=line_number,
        buyer_line_id=loop.value("PO101"),
        quantity=quantity,
        unit=unit,
        unit_price=reading.price(loop, "PO104", "unit price"),
        price_basis=loop.value("PO105"),
        identifiers=_identifiers(loop, reading),
        description=descriptions.text,
        color=descriptions.color,
        size=descriptions.size,
        pack=_pack(loop, reading),
        dates=read_dates(loop, reading),
        prices=_prices(loop, reading),
        allowances_charges=read_allowances_charges(loop, reading),
        taxes=read_taxes(loop, reading),
        references=(*read_references(loop), *read_n9_references(loop)),
        notes=(*descriptions.notes, *read_notes(loop)),
        destinations=destinations,
        parties=read_parties(loop, reading),
    )


class _Descriptions:
    """The PIDs of a line by what they describe; lines of one description are joined, others become notes."""

    def __init__(self, loop: Document) -> None:
        texts: list[str] = []
        notes: list[Note] = []
        self.color: str | None = None
        self.size: str | None = None
        for segment in loop.occurrences("PID"):
            what, text = segment.value("PID02"), segment.value("PID05") or segment.value("PID04")
            if text is None:
                continue
            if what in COLOR_OF_PID02 and self.color is None:
                self.color = text
            elif what in SIZE_OF_PID02 and self.size is None:
                self.size = text
            elif what in _DESCRIPTION_OF_PID02:
                texts.append(text)
            else:
                notes.append(Note(code=what, text=text))
        self.text = " ".join(texts) or None
        self.notes = tuple(notes)


def _quantity(loop: Document, reading: Reading) -> Decimal | None:
    quantity = reading.quantity(loop, "PO102")
    if quantity is None and loop.value("PO102") is None:
        reading.error(
            "missing-quantity",
            "The line has no quantity",
            loop.location("PO102"),
            wanted="a quantity in PO102",
        )
    if quantity is not None and quantity < 0:
        reading.error(
            "negative-quantity",
            f"The line orders {quantity}",
            loop.location("PO102"),
            found=str(quantity),
            wanted="zero or more",
        )
    return quantity


def _identifiers(loop: Document, reading: Reading) -> tuple[Identifier, ...]:
    """The qualifier and value pairs of PO106 to PO125 and of LIN02 to LIN31; empty pairs in between are passed over."""
    found = list(_pairs(loop, "PO1", range(6, 26, 2), reading))
    for segment in loop.occurrences("LIN"):
        found += [pair for pair in _pairs(segment, "LIN", range(2, 32, 2), reading) if pair not in found]
    return tuple(found)


def _pairs(loop: Document, tag: str, positions: Iterable[int], reading: Reading) -> Iterable[Identifier]:
    for position in positions:
        qualifier, value = loop.value(f"{tag}{position:02d}"), loop.value(f"{tag}{position + 1:02d}")
        if qualifier and value:
            yield Identifier(qualifier=qualifier, value=value)
        elif qualifier or value:
            reading.warn(
                "identifier-incomplete",
                f"A product identifier has {'no value' if qualifier else 'no qualifier'} and was left out",
                loop.location(f"{tag}{position + (1 if qualifier else 0):02d}"),
                found=qualifier or value,
                wanted="a qualifier and a value",
            )


def _pack(loop: Document, reading: Reading) -> Pack | None:
    """The first PO4: PO401 inner packs in a case, PO414 eaches in an inner pack, PO402 and PO403 the size of one."""
    segment = next(iter(loop.occurrences("PO4")), None)
    if segment is None:
        return None
    pack = Pack(
        inner_packs=reading.whole(segment, "PO401", "number of inner packs"),
        eaches_per_inner=reading.whole(segment, "PO414", "number of eaches in an inner pack"),
        size=reading.quantity(segment, "PO402", "size"),
        size_unit=segment.value("PO403"),
    )
    return pack if pack != Pack() else None


def _prices(loop: Document, reading: Reading) -> tuple[Price, ...]:
    prices: list[Price] = []
    for segment in loop.occurrences("CTP"):
        amount = reading.price(segment, "CTP03")
        if amount is not None:
            kind = segment.value("CTP02") or segment.value("CTP01") or "ZZ"
            quantity = reading.quantity(segment, "CTP04")
            prices.append(Price(type=kind, amount=amount, quantity=quantity, unit=segment.value("CTP05-1")))
    return tuple(prices)


def _destinations(loop: Document, unit: str | None, reading: Reading) -> Iterable[Destination]:
    """The pairs SDQ03 to SDQ22: a place and how much of the line goes there. Zero is no destination."""
    for segment in loop.occurrences("SDQ"):
        own_unit = segment.value("SDQ01")
        for position in range(3, 23, 2):
            place, amount = f"SDQ{position:02d}", f"SDQ{position + 1:02d}"
            identifier, quantity = segment.value(place), reading.quantity(segment, amount)
            if identifier is not None and quantity:
                yield Destination(
                    qualifier=segment.value("SDQ02"),
                    identifier=identifier,
                    quantity=quantity,
                    unit=own_unit if own_unit != unit else None,
                )


def _compare_destinations(
    loop: Document, quantity: Decimal | None, destinations: tuple[Destination, ...], reading: Reading
) -> None:
    """A warning where the destinations of a line do not add up to it; which of the two is right, a person decides."""
    total = sum((destination.quantity for destination in destinations), Decimal(0))
    if destinations and quantity is not None and total != quantity:
        reading.warn(
            "destinations-do-not-add-up",
            f"The destinations of the line add up to {total}, the line orders {quantity}",
            loop.location("SDQ04"),
            found=str(total),
            wanted=str(quantity),
            rule="the quantities of SDQ add up to PO102",
            fix="Ask the partner which is right before accepting the order",
        )
