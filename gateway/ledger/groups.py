"""Functional groups and transaction sets, in and out, and which acknowledgement answered them.

Inbound control numbers are indexed, never unique: numbers roll over (RELIABILITY 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGroup:
    """A functional group in the ledger."""

    id: int
    document_id: int
    direction: str
    partner: str
    test: bool
    functional_identifier: str
    version: str
    interchange_control_number: str
    group_control_number: str
    state: str
    acknowledged_by: int | None
    at: datetime


def add(tx: Transaction, **values: Any) -> int:
    """Insert a functional group and return its id."""
    table = tables.functional_group
    return int(tx.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def add_sets(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Insert transaction sets: ``group_id, document_id, set_code, set_control_number, state, subject``."""
    if rows:
        tx.execute(insert(tables.transaction_set), list(rows))


def find_sent(
    tx: Transaction, partner: str, test: bool, functional_identifier: str, group_control_number: str
) -> StoredGroup | None:
    """The newest group we sent under a control number (as text without leading zeros, as we wrote it)."""
    table = tables.functional_group
    row = tx.execute(
        select(table)
        .where(
            table.c.partner == partner,
            table.c.direction == "out",
            table.c.test == test,
            table.c.group_control_number == group_control_number,
            table.c.functional_identifier == functional_identifier,
        )
        .order_by(table.c.id.desc())
        .limit(1)
    ).first()
    return StoredGroup(**row._mapping) if row else None


def seen_before(
    tx: Transaction, partner: str, interchange_control_number: str, document_id: int
) -> int | None:
    """An earlier inbound document of the partner with the same ISA13, or None."""
    table = tables.functional_group
    return tx.execute(
        select(table.c.document_id)
        .where(
            table.c.partner == partner,
            table.c.direction == "in",
            table.c.interchange_control_number == interchange_control_number,
            table.c.document_id != document_id,
        )
        .limit(1)
    ).scalar_one_or_none()


def acknowledge(tx: Transaction, group_id: int, state: str, by_document: int) -> None:
    """Note the partner's verdict on a group we sent."""
    table = tables.functional_group
    tx.execute(update(table).where(table.c.id == group_id).values(state=state, acknowledged_by=by_document))


def acknowledge_set(tx: Transaction, group_id: int, set_control_number: str | None, state: str) -> list[str]:
    """Note the verdict on one set of a group (None: on all not yet judged); returns the subjects concerned."""
    table = tables.transaction_set
    which = table.c.group_id == group_id
    which &= (
        table.c.state == "sent"
        if set_control_number is None
        else table.c.set_control_number == set_control_number
    )
    subjects = [s for (s,) in tx.execute(select(table.c.subject).where(which)) if s]
    tx.execute(update(table).where(which).values(state=state))
    return subjects


def drop(tx: Transaction, document_id: int) -> None:
    """Forget the groups and sets of a document that is about to be read again."""
    for table in (tables.transaction_set, tables.functional_group):
        tx.execute(delete(table).where(table.c.document_id == document_id))


def of_document(tx: Transaction, document_id: int) -> list[dict[str, Any]]:
    """The groups of a document with their sets, as plain values for showing."""
    groups = tx.execute(
        select(tables.functional_group).where(tables.functional_group.c.document_id == document_id)
    ).all()
    sets = tx.execute(
        select(tables.transaction_set)
        .where(tables.transaction_set.c.document_id == document_id)
        .order_by(tables.transaction_set.c.id)
    ).all()
    return [
        {
            "functional_identifier": group.functional_identifier,
            "version": group.version,
            "interchange": group.interchange_control_number,
            "group": group.group_control_number,
            "state": group.state,
            "sets": [
                {"set_code": s.set_code, "set": s.set_control_number, "state": s.state}
                for s in sets
                if s.group_id == group.id
            ],
        }
        for group in groups
    ]
