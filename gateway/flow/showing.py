"""What there is, as plain JSON values: the one shape that the command line, the API and the pages show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.ledger import (
    deliveries,
    documents,
    groups,
    invoices,
    journal,
    orders,
    outbound,
    shipments,
    work_items,
)
from gateway.ledger.database import Transaction
from gateway.ledger.deliveries import Delivery
from gateway.ledger.documents import StoredDocument
from gateway.ledger.invoices import StoredInvoice
from gateway.ledger.journal import Entry
from gateway.ledger.orders import StoredLine, StoredOrder
from gateway.ledger.work_items import WorkItem
from gateway.orders.lines import LineQuantities

KIND_OF_LETTER = {"D": "document", "O": "order", "V": "delivery", "I": "invoice", "W": "work item"}


class BadReference(ValueError):
    """A reference that is not one of ours, in words."""


def number_of(reference: str, letter: str) -> int:
    """``O12`` (or ``12``) to 12. Raises BadReference, saying what was wanted."""
    digits = reference[1:] if reference[:1].upper() == letter else reference
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise BadReference(f"{reference!r} is no {KIND_OF_LETTER[letter]}; they look like {letter}12")
    return int(digits)


def document_row(document: StoredDocument) -> dict[str, Any]:
    """A document as lists show it."""
    return _without_absent(
        document=f"D{document.id}",
        direction=document.direction,
        door=document.door,
        partner=document.partner,
        test=document.test,
        kind=document.kind,
        state=document.state,
        reason=document.reason,
        file=document.file_name,
        sha256=document.payload_sha256,
        duplicate_of=f"D{document.duplicate_of}" if document.duplicate_of else None,
        answers=f"D{document.answers}" if document.answers else None,
        revision=document.revision,
        received_at=instant(document.received_at),
        finished_at=instant(document.finished_at),
    )


def document_detail(tx: Transaction, document_id: int) -> dict[str, Any] | None:
    """Everything about a document: groups, findings, deliveries, journal. None if there is none."""
    document = documents.load(tx, document_id)
    if document is None:
        return None
    return {
        **document_row(document),
        "content_sha256": document.content_sha256,
        "groups": groups.of_document(tx, document_id),
        "findings": [finding.to_json() for finding in documents.findings_of(tx, document_id)],
        "deliveries": [delivery_row(delivery) for delivery in deliveries.of_document(tx, document_id)],
        "journal": [entry_row(entry) for entry in journal.of_document(tx, document_id)],
    }


def order_row(order: StoredOrder) -> dict[str, Any]:
    """An order as lists show it."""
    return _without_absent(
        order=f"O{order.id}",
        partner=order.partner,
        test=order.test,
        purchase_order_number=order.purchase_order_number,
        business_key=order.business_key,
        acceptance=order.acceptance,
        currency=order.currency,
        document=f"D{order.document_id}",
        revision=order.revision,
        received_at=instant(order.received_at),
        decided_at=instant(order.decided_at),
        decided_by=order.decided_by,
    )


def order_detail(tx: Transaction, order_id: int) -> dict[str, Any] | None:
    """Everything about an order: record, quantities, answers, shipments, invoices, documents, time line."""
    order = orders.load(tx, order_id)
    if order is None:
        return None
    decided = order.acceptance not in ("waiting", "held")
    return {
        **order_row(order),
        "canonical": order.canonical,
        "lines": [line_row(line, decided) for line in orders.lines_of(tx, order_id)],
        "acknowledgements": orders.acknowledgements_of(tx, order_id),
        "shipments": [shipment.canonical for shipment in shipments.of_order(tx, order_id)],
        "invoices": [invoice.canonical for invoice in invoices.of_order(tx, order_id)],
        "documents": _documents_of(tx, order),
        "timeline": [entry_row(entry) for entry in journal.of_order(tx, order_id)],
        "work": [work_row(item) for item in work_items.listed(tx, state=None, order_id=order_id)],
    }


def _documents_of(tx: Transaction, order: StoredOrder) -> list[dict[str, Any]]:
    """The document that brought an order and those sent about it."""
    sent = [r.document_id for r in outbound.of_subject(tx, f"O{order.id}") if r.document_id is not None]
    found = (documents.load(tx, document_id) for document_id in dict.fromkeys([order.document_id, *sent]))
    return [document_row(document) for document in found if document is not None]


def line_row(line: StoredLine, decided: bool) -> dict[str, Any]:
    """A line's quantities; what is backordered is undefined before the order is decided."""
    quantities = LineQuantities(
        ordered=line.ordered,
        cancelled=line.cancelled,
        rejected=line.rejected,
        allocated=line.allocated,
        shipped=line.shipped,
        invoiced=line.invoiced,
    )
    return _without_absent(
        line_number=line.line_number,
        unit=line.unit,
        unit_price=_text(line.unit_price),
        ordered=_text(line.ordered),
        cancelled=_text(line.cancelled),
        rejected=_text(line.rejected),
        allocated=_text(line.allocated),
        reserved=_text(line.reserved),
        backordered=_text(quantities.backordered) if decided else None,
        shipped=_text(line.shipped),
        invoiced=_text(line.invoiced),
    )


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery as lists show it."""
    return _without_absent(
        delivery=f"V{delivery.id}",
        document=f"D{delivery.document_id}",
        partner=delivery.partner,
        test=delivery.test,
        connection=delivery.connection,
        file=delivery.name,
        state=delivery.state,
        attempts=delivery.attempts,
        last_error=delivery.last_error,
        message_id=(delivery.message or {}).get("message_id"),
        receipt=delivery.receipt,
        created_at=instant(delivery.created_at),
        delivered_at=instant(delivery.delivered_at),
    )


def work_row(item: WorkItem) -> dict[str, Any]:
    """A work item with the action that resolves it."""
    return _without_absent(
        work=f"W{item.id}",
        kind=item.kind,
        state=item.state,
        title=item.title,
        action=item.action,
        partner=item.partner,
        test=item.test,
        document=f"D{item.document_id}" if item.document_id else None,
        order=f"O{item.order_id}" if item.order_id else None,
        delivery=f"V{item.delivery_id}" if item.delivery_id else None,
        details=item.details,
        opened_at=instant(item.opened_at),
        resolved_at=instant(item.resolved_at),
        resolved_by=item.resolved_by,
        resolution=item.resolution,
    )


def invoice_row(invoice: StoredInvoice) -> dict[str, Any]:
    """An invoice as lists show it."""
    return {
        "invoice": f"I{invoice.id}",
        "partner": invoice.partner,
        "test": invoice.test,
        "invoice_number": invoice.invoice_number,
        "order": f"O{invoice.order_id}",
        "invoiced_on": invoice.invoiced_on.isoformat(),
        "currency": invoice.currency,
        "total": str(invoice.canonical["totals"]["total"]),
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """A journal entry."""
    return _without_absent(
        at=instant(entry.at),
        event=entry.event,
        actor=entry.actor,
        document=f"D{entry.document_id}" if entry.document_id else None,
        order=f"O{entry.order_id}" if entry.order_id else None,
        delivery=f"V{entry.delivery_id}" if entry.delivery_id else None,
        details=entry.details,
    )


def instant(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, as the contract writes instants."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(value: object) -> str | None:
    return None if value is None else format(value, "f")


def _without_absent(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
