"""The journal: what happened, to what, by whom. Append-only; an order's time line is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened."""

    id: int
    at: datetime
    event: str
    actor: str
    document_id: int | None
    order_id: int | None
    delivery_id: int | None
    details: Any


def write(
    tx: Transaction,
    event: str,
    *,
    at: datetime,
    actor: str = "gateway",
    document_id: int | None = None,
    order_id: int | None = None,
    delivery_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one entry. ``details`` hold numbers and names, never payloads or secrets."""
    tx.execute(
        insert(tables.journal).values(
            at=at,
            event=event,
            actor=actor,
            document_id=document_id,
            order_id=order_id,
            delivery_id=delivery_id,
            details=details,
        )
    )


def of_order(tx: Transaction, order_id: int) -> list[Entry]:
    """The time line of an order: its own entries and those of the documents that carry or answer it."""
    sent = select(tables.outbound.c.document_id).where(
        tables.outbound.c.subject == f"O{order_id}", tables.outbound.c.document_id.is_not(None)
    )
    arrived = select(tables.orders.c.document_id).where(tables.orders.c.id == order_id)
    rows = tx.execute(
        select(tables.journal)
        .where(
            or_(
                tables.journal.c.order_id == order_id,
                tables.journal.c.document_id.in_(sent),
                tables.journal.c.document_id.in_(arrived) & tables.journal.c.order_id.is_(None),
            )
        )
        .order_by(tables.journal.c.id)
    )
    return [Entry(**row._mapping) for row in rows]


def of_document(tx: Transaction, document_id: int) -> list[Entry]:
    """What happened to a document, in order."""
    rows = tx.execute(
        select(tables.journal)
        .where(tables.journal.c.document_id == document_id)
        .order_by(tables.journal.c.id)
    )
    return [Entry(**row._mapping) for row in rows]
