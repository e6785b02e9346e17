"""X12 850 into a canonical order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.canonical.line import Carrier, Reference
from gateway.canonical.order import ORDER_TYPE_OF_BEG02, PURPOSE_OF_BEG01, Order, OrderLine, OrderTotals
from gateway.canonical.origin import Origin
from gateway.core.document import Document
from gateway.core.finding import Finding, has_errors
from gateway.translation.order_850_line import read_line
from gateway.translation.reading import Reading
from gateway.translation.x12_money import read_allowances_charges, read_taxes, read_terms
from gateway.translation.x12_parties import read_contacts, read_parties
from gateway.translation.x12_references import read_dates, read_n9_references, read_notes, read_references


def read_order_850(
    document: Document,
    *,
    partner: str | None = None,
    test: bool = False,
    origin: Origin | None = None,
    known: Iterable[Finding] = (),
) -> tuple[Order | None, tuple[Finding, ...]]:
    """The order in an 850, or None with the findings that refuse it.

    ``known`` are the guide's findings: a place that already has an error gets no second one, and an error among them
    refuses the order too. Findings returned are only the new ones.
    """
    known = tuple(known)
    reading = Reading(ask_for="850", known=known)
    number = reading.required(document, "BEG03", "purchase order number")
    purpose = _purpose(document)
    lines = tuple(
        read_line(loop, position, reading)
        for position, loop in enumerate(document.occurrences("PO1"), start=1)
    )
    missed = any(finding.is_error and finding.location.segment == "PO1" for finding in known)
    if not lines and not missed and purpose != "cancel":
        reading.error(
            "order-without-lines",
            "The order has no line",
            document.location("PO1"),
            wanted="at least one PO1",
            rule="X12 850: the PO1 loop is mandatory",
        )
    order = _order(document, number or "", lines, reading)
    if number is None or has_errors((*known, *reading.findings)):
        return None, reading.findings
    return _addressed(order, partner, test, origin), reading.findings


def _order(document: Document, number: str, lines: tuple[OrderLine, ...], reading: Reading) -> Order:
    references = (*read_references(document), *read_n9_references(document))
    return Order(
        purchase_order_number=number,
        purpose=_purpose(document),
        order_type=_order_type(document),
        release_number=document.value("BEG04"),
        contract_number=document.value("BEG06"),
        ordered_on=reading.date(document, "BEG05", "order date"),
        currency=_currency(document, reading),
        department=_reference(references, "DP"),
        vendor_number=_reference(references, "IA"),
        dates=read_dates(document, reading),
        parties=read_parties(document, reading),
        contacts=read_contacts(document, reading),
        terms=read_terms(document, reading),
        allowances_charges=read_allowances_charges(document, reading),
        taxes=read_taxes(document, reading),
        carrier=_carrier(document, reading),
        references=references,
        notes=read_notes(document),
        totals=_totals(document, reading),
        lines=lines,
    )


def _addressed(order: Order, partner: str | None, test: bool, origin: Origin | None) -> Order:
    return replace(order, partner=partner, test=test, origin=origin or Origin())


def _purpose(document: Document) -> str:
    code = document.value("BEG01") or "00"
    return PURPOSE_OF_BEG01.get(code, code)


def _order_type(document: Document) -> str | None:
    code = document.value("BEG02")
    return ORDER_TYPE_OF_BEG02.get(code, code) if code else None


def _reference(references: tuple[Reference, ...], qualifier: str) -> str | None:
    """The first value with the qualifier: DP is the department, IA the number we have as the buyer's vendor."""
    return next((r.value for r in references if r.qualifier == qualifier and r.value), None)


def _currency(document: Document, reading: Reading) -> str | None:
    """CUR of the heading; where only lines have one, theirs if they agree."""
    stated = document.value("CUR02")
    for place in document.occurrences("PO1/CUR"):
        own = place.value("CUR02")
        stated = stated or own
        if own and own != stated:
            reading.error(
                "currency-mixed",
                f"A line is in {own}, the order in {stated}",
                place.location("CUR02"),
                found=own,
                wanted=stated,
            )
    return stated


def _carrier(document: Document, reading: Reading) -> Carrier | None:
    """The first TD5; its code is a SCAC where TD502 is 2."""
    routes = list(document.occurrences("TD5"))
    if not routes:
        return None
    if len(routes) > 1:
        reading.warn(
            "carrier-repeated",
            f"The order names {len(routes)} carriers; the first counts",
            routes[1].location(),
            wanted="one TD5",
        )
    route = routes[0]
    qualifier, code = route.value("TD502"), route.value("TD503")
    carrier = Carrier(
        scac=code if qualifier == "2" else None,
        qualifier=qualifier if code and qualifier != "2" else None,
        identifier=code if qualifier != "2" else None,
        method=route.value("TD504"),
        service=route.value("TD512"),
        text=route.value("TD505"),
    )
    return carrier if carrier != Carrier() else None


def _totals(document: Document, reading: Reading) -> OrderTotals | None:
    """AMT*TT of the heading or the summary, CTT01 and CTT02. Other amounts are named in a warning."""
    amounts = [*document.occurrences("AMT"), *document.occurrences("CTT/AMT")]
    total = next((amount for amount in amounts if amount.value("AMT01") == "TT"), None)
    for other in (*amounts, *document.occurrences("PO1/AMT")):
        if other is not total:
            reading.warn(
                "amount-not-kept",
                f"The amount {other.value('AMT02')} of kind {other.value('AMT01')} has no place in the order",
                other.location("AMT02"),
                found=other.value("AMT02"),
            )
    totals = OrderTotals(
        amount=reading.money(total, "AMT02", "total") if total is not None else None,
        lines=reading.whole(document, "CTT01", "number of lines"),
        quantity=reading.quantity(document, "CTT02", "hash total"),
    )
    return totals if totals != OrderTotals() else None
