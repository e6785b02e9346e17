"""Slots: a scheduled run happens once, whoever's timer fires (schedulers in several processes fire several times)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


def take(tx: Transaction, key: str, at: datetime) -> bool:
    """Take a slot; False when it is taken already. The key names job and time: ``poll:acme:2026-03-17T09:30``."""
    return insert_new(tx, tables.slot, ("key",), {"key": key, "taken_at": at}) is not None


def forget(tx: Transaction, at: datetime, keep: timedelta = timedelta(days=2)) -> None:
    """Drop slots too old to matter."""
    tx.execute(delete(tables.slot).where(tables.slot.c.taken_at < at - keep))
