"""Deliveries: one document on its way over one connection. Transport state lives here, document state elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction

# due → (uncertain ↔ due) → delivered | failed
STATES = ("due", "uncertain", "delivered", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery. ``message`` holds AS2 headers, Message-ID and MIC; ``message_sha256`` the body as it is sent."""

    id: int
    document_id: int
    partner: str
    test: bool
    connection: str
    name: str
    state: str
    attempts: int
    last_error: str | None
    message: Any
    message_sha256: str | None
    receipt: Any
    created_at: datetime
    delivered_at: datetime | None


def add(tx: Transaction, **values: Any) -> int:
    """Insert a delivery and return its id; the caller makes its ``deliver`` step due."""
    table = tables.delivery
    return int(tx.execute(insert(table).values(state="due", **values).returning(table.c.id)).scalar_one())


def load(tx: Transaction, delivery_id: int) -> Delivery | None:
    """One delivery, or None."""
    row = tx.execute(select(tables.delivery).where(tables.delivery.c.id == delivery_id)).first()
    return Delivery(**row._mapping) if row else None


def change(tx: Transaction, delivery_id: int, **values: Any) -> None:
    """Change columns of a delivery."""
    tx.execute(update(tables.delivery).where(tables.delivery.c.id == delivery_id).values(**values))


def of_document(tx: Transaction, document_id: int) -> list[Delivery]:
    """The deliveries of a document, oldest first."""
    table = tables.delivery
    rows = tx.execute(select(table).where(table.c.document_id == document_id).order_by(table.c.id))
    return [Delivery(**row._mapping) for row in rows]


def listed(tx: Transaction, *, limit: int = 100, before: int | None = None, **equal: Any) -> list[Delivery]:
    """The newest deliveries first, filtered by columns."""
    query = select(tables.delivery).order_by(tables.delivery.c.id.desc()).limit(limit)
    for name, value in equal.items():
        if value is not None:
            query = query.where(tables.delivery.c[name] == value)
    if before is not None:
        query = query.where(tables.delivery.c.id < before)
    return [Delivery(**row._mapping) for row in tx.execute(query)]
