"""Configuration revisions: immutable sets of text files by content hash, one of them active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


def active(tx: Transaction) -> str | None:
    """The hash of the active revision; None before the first publishing."""
    return tx.execute(select(tables.active_revision.c.hash)).scalar_one_or_none()


def files(tx: Transaction, revision: str) -> dict[str, str]:
    """The files of a revision: path to text."""
    stored: dict[str, str] = tx.execute(
        select(tables.revision.c.files).where(tables.revision.c.hash == revision)
    ).scalar_one()
    return stored


def publish(
    tx: Transaction, revision: str, content: Mapping[str, str], *, parent: str | None, at: datetime
) -> bool:
    """Store a revision and make it active, if ``parent`` still is the active one (compare and swap)."""
    if active(tx) != parent:
        return False
    values = {"hash": revision, "parent": parent, "published_at": at, "files": dict(content)}
    insert_new(tx, tables.revision, ("hash",), values)
    if parent is None:
        return insert_new(tx, tables.active_revision, ("id",), {"id": 1, "hash": revision}) is not None
    swapped = tx.execute(
        update(tables.active_revision).where(tables.active_revision.c.hash == parent).values(hash=revision)
    )
    return swapped.rowcount == 1
