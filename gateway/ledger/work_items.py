"""Work items: everything that waits for a person, whatever the cause, each naming the action that resolves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One thing for a person to decide. ``action`` is the command that resolves it."""

    id: int
    kind: str
    state: str
    partner: str | None
    test: bool | None
    document_id: int | None
    order_id: int | None
    delivery_id: int | None
    title: str
    action: str
    details: Any
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None


def open_item(tx: Transaction, kind: str, *, title: str, action: str, at: datetime, **about: Any) -> int:
    """Open a work item and return its id. ``{id}`` in the action becomes the item's own id.

    ``about``: partner, test, document_id, order_id, delivery_id, details.
    """
    table = tables.work_item
    values = {"kind": kind, "state": "open", "title": title, "action": action, "opened_at": at, **about}
    item_id = int(tx.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
    if "{id}" in action:
        tx.execute(
            update(table).where(table.c.id == item_id).values(action=action.replace("{id}", f"W{item_id}"))
        )
    return item_id


def resolve(tx: Transaction, item_id: int, *, by: str, resolution: str, at: datetime) -> bool:
    """Close an open item; False when it was closed already."""
    table = tables.work_item
    closed = tx.execute(
        update(table)
        .where(table.c.id == item_id, table.c.state == "open")
        .values(state="resolved", resolved_at=at, resolved_by=by, resolution=resolution)
    )
    return closed.rowcount == 1


def resolve_for(tx: Transaction, *, by: str, resolution: str, at: datetime, kind: str, **about: int) -> None:
    """Close the open items of a kind about a document, order or delivery: the cause is gone."""
    table = tables.work_item
    query = update(table).where(table.c.state == "open", table.c.kind == kind)
    for name, value in about.items():
        query = query.where(table.c[name] == value)
    tx.execute(query.values(state="resolved", resolved_at=at, resolved_by=by, resolution=resolution))


def load(tx: Transaction, item_id: int) -> WorkItem | None:
    """One work item, or None."""
    row = tx.execute(select(tables.work_item).where(tables.work_item.c.id == item_id)).first()
    return WorkItem(**row._mapping) if row else None


def listed(
    tx: Transaction, *, state: str | None = "open", limit: int = 200, after: int | None = None, **equal: Any
) -> list[WorkItem]:
    """Work items, oldest first; by default the open ones. ``after`` is a cursor; ``equal`` filters by columns."""
    query = select(tables.work_item).order_by(tables.work_item.c.id).limit(limit)
    if state is not None:
        query = query.where(tables.work_item.c.state == state)
    if after is not None:
        query = query.where(tables.work_item.c.id > after)
    for name, value in equal.items():
        if value is not None:
            query = query.where(tables.work_item.c[name] == value)
    return [WorkItem(**row._mapping) for row in tx.execute(query)]
