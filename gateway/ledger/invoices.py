"""Invoices as issued: never edited, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInvoice:
    """An invoice as recorded."""

    id: int
    partner: str
    test: bool
    invoice_number: str
    order_id: int
    invoiced_on: date
    currency: str
    total: Decimal
    canonical: Any


def add(tx: Transaction, **values: Any) -> int:
    """Insert an invoice and return its id."""
    table = tables.invoice
    return int(tx.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def of_order(tx: Transaction, order_id: int) -> list[StoredInvoice]:
    """The invoices of an order, oldest first."""
    rows = tx.execute(
        select(tables.invoice).where(tables.invoice.c.order_id == order_id).order_by(tables.invoice.c.id)
    )
    return [StoredInvoice(**row._mapping) for row in rows]


def listed(
    tx: Transaction, *, limit: int = 100, before: int | None = None, **equal: Any
) -> list[StoredInvoice]:
    """The newest invoices first, filtered by columns; ``before`` is a cursor."""
    query = select(tables.invoice).order_by(tables.invoice.c.id.desc()).limit(limit)
    for name, value in equal.items():
        if value is not None:
            query = query.where(tables.invoice.c[name] == value)
    if before is not None:
        query = query.where(tables.invoice.c.id < before)
    return [StoredInvoice(**row._mapping) for row in tx.execute(query)]
