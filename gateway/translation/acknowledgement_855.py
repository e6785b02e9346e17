"""An acknowledgement as X12 855: the buyer's own line ids and identifiers back, one ACK a status."""

from __future__ import annotations

from gateway.canonical.acknowledgement import Acknowledgement, AcknowledgementLine, LineStatus
from gateway.core.finding import Severity
from gateway.translation.outbound_segments import add_parties, add_references, purpose
from gateway.translation.outbound_set import OutboundDraft, OutboundSet, at

ACK01_OF_STATUS = {
    "accepted": "IA",
    "backordered": "IB",
    "rejected": "IR",
    "quantity_changed": "IQ",
    "deleted": "ID",
    "price_changed": "IP",
    "date_changed": "DR",
    "substituted": "IS",
    "on_hold": "IH",
}
"""Our word to element 668; a status without a word is its code."""

_PROMISED_SHIP = "068"
_PROMISED_DELIVERY = "067"


def draft_855(record: Acknowledgement) -> OutboundDraft:
    """BAK, CUR, REF, N1 loops, then a PO1 loop for each line. A line's ``reason`` is for us and not sent."""
    out = OutboundSet("855")
    if record.ordered_on is None:
        _order_date_unknown(out)
    out.add(
        "BAK",
        purpose(record.purpose),
        at("type", record.type),
        at("purchase_order_number", record.purchase_order_number),
        at("ordered_on", record.ordered_on or record.acknowledged_on),
        at("release_number", record.release_number),
        *(None, None, None),  # BAK06 to BAK08: request reference, contract, reference
        at("acknowledged_on", record.acknowledged_on),
    )
    if record.currency:
        out.add("CUR", "SE", at("currency", record.currency))
    add_references(out, "references", record.references, [("vendor_number", "IA", record.vendor_number)])
    add_parties(out, "parties", record.parties)
    for index, line in enumerate(record.lines):
        _add_line(out, f"lines[{index}]", line)
    if record.lines:
        out.add("CTT", str(len(record.lines)))
    return out.finished()


def _order_date_unknown(out: OutboundSet) -> None:
    """BAK04, the buyer's date of the order, is mandatory, and orders by sheet often have none."""
    out.find(
        "order-date-unknown",
        "The order has no date; the 855 requires one, so the day of the answer is sent",
        "ordered_on",
        wanted="the date the buyer gave the order",
        fix="Nothing, if the buyer does not compare this date",
        severity=Severity.WARNING,
    )


def _add_line(out: OutboundSet, path: str, line: AcknowledgementLine) -> None:
    # PO102 needs its unit and PO105 its price (conditions C0302, C0504).
    priced = line.unit_price is not None
    out.add(
        "PO1",
        at(f"{path}.buyer_line_id", line.buyer_line_id),
        at(f"{path}.quantity", line.quantity),
        at(f"{path}.unit", line.unit),
        at(f"{path}.unit_price", line.unit_price),
        at(f"{path}.price_basis", line.price_basis) if priced else None,
        *out.identifiers(f"{path}.identifiers", line.identifiers, 10),
    )
    if not line.statuses:
        out.find(
            "line-without-status",
            f"Line {line.line_number} says nothing of what happens to it",
            f"{path}.statuses",
            wanted="one status at least",
            fix="Accept, backorder or reject the line",
        )
    for position, status in enumerate(line.statuses):
        _add_status(out, f"{path}.statuses[{position}]", status)


def _add_status(out: OutboundSet, path: str, status: LineStatus) -> None:
    """ACK holds one date: the ship promise, else the delivery promise; both together need a DTM besides."""
    ships, delivers = status.ship_on, status.deliver_on
    promise = (_PROMISED_SHIP, at(f"{path}.ship_on", ships)) if ships else (None, None)
    if delivers and not ships:
        promise = (_PROMISED_DELIVERY, at(f"{path}.deliver_on", delivers))
    code = at(f"{path}.status", ACK01_OF_STATUS.get(status.status, status.status))
    out.add("ACK", code, at(f"{path}.quantity", status.quantity), at(f"{path}.unit", status.unit), *promise)
    if ships and delivers:
        out.add("DTM", _PROMISED_DELIVERY, at(f"{path}.deliver_on", delivers))
