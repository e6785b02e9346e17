"""Shipments, what they held per order line, their cartons, and the invoices that billed them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredShipment:
    """A shipment as recorded."""

    id: int
    partner: str
    test: bool
    shipment_number: str
    canonical: Any
    shipped_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbilled:
    """A shipped quantity that no invoice holds yet."""

    shipment_id: int
    order_id: int
    line_number: int
    quantity: Decimal


def add(tx: Transaction, **values: Any) -> int | None:
    """Insert a shipment; None when its number is taken."""
    row = insert_new(tx, tables.shipment, ("test", "shipment_number"), values)
    return None if row is None else int(row.id)


def add_lines(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    """Insert what a shipment held: ``shipment_id, order_id, line_number, quantity``."""
    tx.execute(insert(tables.shipment_line), list(rows))


def add_cartons(tx: Transaction, shipment_id: int, test: bool, ssccs: Iterable[str]) -> str | None:
    """Insert the cartons of a shipment. Returns the first SSCC that was used before, else None."""
    for sscc in ssccs:
        values = {"sscc": sscc, "test": test, "shipment_id": shipment_id}
        if insert_new(tx, tables.carton, ("sscc", "test"), values) is None:
            return sscc
    return None


def load(tx: Transaction, shipment_id: int) -> StoredShipment | None:
    """One shipment, or None."""
    row = tx.execute(select(tables.shipment).where(tables.shipment.c.id == shipment_id)).first()
    return StoredShipment(**row._mapping) if row else None


def of_order(tx: Transaction, order_id: int) -> list[StoredShipment]:
    """The shipments that held lines of an order."""
    ids = select(tables.shipment_line.c.shipment_id).where(tables.shipment_line.c.order_id == order_id)
    rows = tx.execute(
        select(tables.shipment).where(tables.shipment.c.id.in_(ids)).order_by(tables.shipment.c.id)
    )
    return [StoredShipment(**row._mapping) for row in rows]


def unbilled(tx: Transaction) -> list[Unbilled]:
    """All shipped quantities not on an invoice yet, by order and shipment."""
    table = tables.shipment_line
    rows = tx.execute(
        select(table.c.shipment_id, table.c.order_id, table.c.line_number, table.c.quantity)
        .where(table.c.invoice_id.is_(None))
        .order_by(table.c.order_id, table.c.shipment_id, table.c.line_number)
    )
    return [Unbilled(**row._mapping) for row in rows]


def bill(tx: Transaction, shipment_id: int, order_id: int, invoice_id: int) -> int:
    """Mark an order's lines of a shipment as billed by an invoice; returns how many lines were not billed before."""
    table = tables.shipment_line
    done = tx.execute(
        update(table)
        .where(table.c.shipment_id == shipment_id, table.c.order_id == order_id, table.c.invoice_id.is_(None))
        .values(invoice_id=invoice_id)
    )
    return int(done.rowcount)
