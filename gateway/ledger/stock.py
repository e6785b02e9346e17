"""Stock: what is on hand and what is reserved. An item never imported is unknown, not zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import func, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


def available(tx: Transaction, test: bool, items: Iterable[str]) -> dict[str, Decimal]:
    """On hand less reserved over all locations; items that were never imported are absent. Locks the rows."""
    table = tables.stock
    wanted = sorted(set(items))
    rows = tx.execute(
        select(table.c.item, table.c.on_hand, table.c.reserved)
        .where(table.c.test == test, table.c.item.in_(wanted))
        .order_by(table.c.item, table.c.location)
        .with_for_update()
    )
    free: dict[str, Decimal] = {}
    for item, on_hand, reserved in rows:
        free[item] = free.get(item, Decimal(0)) + on_hand - reserved
    return free


def reserve(tx: Transaction, test: bool, item: str, quantity: Decimal) -> None:
    """Reserve a quantity, location by location. Raises ValueError when less is free (callers look first)."""
    _spread(tx, test, item, quantity, reserve=True)


def consume(tx: Transaction, test: bool, item: str, quantity: Decimal) -> None:
    """Ship a reserved quantity: it leaves stock and reservation alike."""
    _spread(tx, test, item, quantity, reserve=False)


def _spread(tx: Transaction, test: bool, item: str, quantity: Decimal, *, reserve: bool) -> None:
    table = tables.stock
    rows = tx.execute(
        select(table)
        .where(table.c.test == test, table.c.item == item)
        .order_by(table.c.location)
        .with_for_update()
    ).all()
    left = quantity
    for row in rows:
        part = min(left, row.on_hand - row.reserved if reserve else row.reserved)
        if part <= 0:
            continue
        change = (
            {"reserved": row.reserved + part}
            if reserve
            else {
                "reserved": row.reserved - part,
                "on_hand": row.on_hand - part,
            }
        )
        where = (table.c.test == test) & (table.c.item == item) & (table.c.location == row.location)
        tx.execute(update(table).where(where).values(**change))
        left -= part
    if left > 0:
        raise ValueError(f"{item}: {left} more than there is")


def put(tx: Transaction, test: bool, item: str, location: str, on_hand: Decimal) -> Decimal:
    """Set what is on hand from a count. Returns by how much reservations exceed it (then on hand stays reserved)."""
    table = tables.stock
    values = {"test": test, "item": item, "location": location, "on_hand": on_hand}
    if insert_new(tx, table, ("test", "item", "location"), values) is not None:
        return Decimal(0)
    where = (table.c.test == test) & (table.c.item == item) & (table.c.location == location)
    reserved: Decimal = tx.execute(select(table.c.reserved).where(where).with_for_update()).scalar_one()
    short = max(reserved - on_hand, Decimal(0))
    tx.execute(update(table).where(where).values(on_hand=on_hand + short))
    return short


def listed(tx: Transaction, test: bool) -> list[Mapping[str, object]]:
    """All stock rows, for showing."""
    rows = tx.execute(select(tables.stock).where(tables.stock.c.test == test).order_by(tables.stock.c.item))
    return [dict(row._mapping) for row in rows]


def count(tx: Transaction) -> int:
    """How many stock rows there are."""
    return int(tx.execute(select(func.count()).select_from(tables.stock)).scalar_one())
