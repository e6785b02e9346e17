"""The order book's rows: orders, their lines' quantities, acknowledgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order. ``acceptance``: waiting, held, accepted, accepted_partly, rejected, cancelled."""

    id: int
    partner: str
    test: bool
    business_key: str
    purchase_order_number: str
    acceptance: str
    content_hash: str
    currency: str | None
    canonical: Any
    document_id: int
    revision: str
    received_at: datetime
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A line's quantities, all in the unit ordered. ``reserved`` is the part of ``allocated`` held in stock."""

    order_id: int
    line_number: int
    item: str | None
    unit: str | None
    unit_price: Decimal | None
    ordered: Decimal
    cancelled: Decimal
    rejected: Decimal
    allocated: Decimal
    reserved: Decimal
    shipped: Decimal
    invoiced: Decimal


def by_key(tx: Transaction, partner: str, test: bool, business_key: str) -> StoredOrder | None:
    """The order with a business key, or None."""
    table = tables.orders
    row = tx.execute(
        select(table).where(
            table.c.partner == partner, table.c.test == test, table.c.business_key == business_key
        )
    ).first()
    return StoredOrder(**row._mapping) if row else None


def add(tx: Transaction, lines: Sequence[dict[str, Any]], **values: Any) -> int | None:
    """Insert an order with its lines. None when another worker inserted the same business key meanwhile."""
    row = insert_new(tx, tables.orders, ("partner", "test", "business_key"), values)
    if row is None:
        return None
    order_id = int(row.id)
    if lines:
        tx.execute(insert(tables.order_line), [{"order_id": order_id, **line} for line in lines])
    return order_id


def load(tx: Transaction, order_id: int) -> StoredOrder | None:
    """One order, or None."""
    row = tx.execute(select(tables.orders).where(tables.orders.c.id == order_id)).first()
    return StoredOrder(**row._mapping) if row else None


def lock(tx: Transaction, order_id: int) -> StoredOrder | None:
    """One order, its row locked: whoever changes an order's lines holds this first."""
    row = tx.execute(select(tables.orders).where(tables.orders.c.id == order_id).with_for_update()).first()
    return StoredOrder(**row._mapping) if row else None


def lines_of(tx: Transaction, order_id: int) -> list[StoredLine]:
    """The lines' quantities, in line order."""
    table = tables.order_line
    rows = tx.execute(select(table).where(table.c.order_id == order_id).order_by(table.c.line_number))
    return [StoredLine(**row._mapping) for row in rows]


def change(tx: Transaction, order_id: int, **values: Any) -> None:
    """Change columns of an order."""
    tx.execute(update(tables.orders).where(tables.orders.c.id == order_id).values(**values))


def change_line(tx: Transaction, order_id: int, line_number: int, **values: Any) -> None:
    """Change quantities of a line; the database refuses what breaks an invariant."""
    table = tables.order_line
    tx.execute(
        update(table).where(table.c.order_id == order_id, table.c.line_number == line_number).values(**values)
    )


def listed(
    tx: Transaction, *, limit: int = 100, before: int | None = None, number: str | None = None, **equal: Any
) -> list[StoredOrder]:
    """The newest orders first; ``number`` is the purchase order number, ``equal`` filters by columns."""
    table = tables.orders
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if number is not None:
        query = query.where(table.c.purchase_order_number == number)
    if before is not None:
        query = query.where(table.c.id < before)
    for name, value in equal.items():
        if value is not None:
            query = query.where(table.c[name] == value)
    return [StoredOrder(**row._mapping) for row in tx.execute(query)]


def find(tx: Transaction, partner: str, test: bool, purchase_order_number: str) -> list[StoredOrder]:
    """A partner's orders with a purchase order number (several where releases share it)."""
    table = tables.orders
    rows = tx.execute(
        select(table).where(
            table.c.partner == partner,
            table.c.test == test,
            table.c.purchase_order_number == purchase_order_number,
        )
    )
    return [StoredOrder(**row._mapping) for row in rows]


def add_acknowledgement(tx: Transaction, order_id: int, canonical: dict[str, object], at: datetime) -> int:
    """Keep what was answered to an order."""
    table = tables.acknowledgement
    query = insert(table).values(order_id=order_id, canonical=canonical, at=at).returning(table.c.id)
    return int(tx.execute(query).scalar_one())


def acknowledgements_of(tx: Transaction, order_id: int) -> list[Any]:
    """What was answered to an order, oldest first."""
    table = tables.acknowledgement
    rows = tx.execute(select(table.c.canonical).where(table.c.order_id == order_id).order_by(table.c.id))
    return [canonical for (canonical,) in rows]
