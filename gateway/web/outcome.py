"""What became of a file: the orders found in it, and its sheet row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.core.failure import Failure
from gateway.core.finding import Finding
from gateway.flow.gateway import Gateway
from gateway.ledger import journal, orders
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.partner import CsvLayout
from gateway.translation.trade_show import TRADE_SHOW
from gateway.web.sheet import SheetView, view_sheet

# The journal's events that tie a document to an order, and what they mean to the reader.
VERDICTS = {
    "ordered": "New order",
    "repeated": "We have this order already; nothing changed",
    "conflict": "We have this order with other content; a person compares them",
    "change": "A change; a person looks at it",
    "replace": "A replacement; a person looks at it",
    "cancel": "A cancellation; a person looks at it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrder:
    """An order that a file brought or spoke of."""

    reference: str
    number: str
    lines: int
    verdict: str
    acceptance: str
    test: bool
    partner: str


def orders_found(tx: Transaction, document_id: int) -> list[FoundOrder]:
    """The orders of a file in its own order, each once."""
    found: dict[int, FoundOrder] = {}
    for entry in journal.of_document(tx, document_id):
        if entry.order_id is None or entry.event not in VERDICTS or entry.order_id in found:
            continue
        order = orders.load(tx, entry.order_id)
        if order is not None:
            found[order.id] = FoundOrder(
                reference=f"O{order.id}",
                number=order.purchase_order_number,
                lines=len(order.canonical.get("lines", ())),
                verdict=VERDICTS[entry.event],
                acceptance=order.acceptance,
                test=order.test,
                partner=order.partner,
            )
    return list(found.values())


def sheet_of(
    gateway: Gateway,
    tx: Transaction,
    document: StoredDocument,
    findings: Sequence[Finding],
    *,
    only_problems: bool | None,
    first: int,
) -> SheetView | None:
    """The document's sheet as it was read, with the layout of its own revision; None where it is no sheet."""
    if document.direction != "in" or document.state == "received":
        return None
    try:
        data = gateway.archive.read(document.payload_sha256)
        layout = _layout(gateway, tx, document)
    except Failure:
        return None  # a lost archive file or revision is told elsewhere; the page goes on without its sheet
    return view_sheet(
        data,
        layout,
        findings,
        taken=document.state != "held",
        only_problems=only_problems,
        first=first,
    )


def _layout(gateway: Gateway, tx: Transaction, document: StoredDocument) -> CsvLayout:
    partner = gateway.configuration(tx, document.revision).partners.get(document.partner or "")
    return partner.csv if partner is not None and partner.csv is not None else TRADE_SHOW


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings for a table: place in words, errors before warnings, in the order of the file otherwise."""
    ordered = sorted(findings, key=lambda finding: not finding.is_error)
    return [{**finding.to_json(), "place": finding.location.describe()} for finding in ordered]


def order_lines(order: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of an order: what was ordered in words, with the quantities of the book.

    ``accepted`` is what we promised, shipped already or not.
    """
    said = {line.get("line_number"): line for line in order["canonical"].get("lines", [])}
    return [
        {**said.get(line["line_number"], {}), **line, "accepted": _sum(line["allocated"], line["shipped"])}
        for line in order["lines"]
    ]


def _sum(*quantities: str) -> str:
    return format(sum(map(Decimal, quantities), Decimal(0)), "f")
