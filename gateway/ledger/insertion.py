"""Insert a row unless its key is taken: the one way in which "once" is decided, on both databases alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from gateway.ledger.database import Transaction


def insert_new(
    tx: Transaction, table: Table, unique: tuple[str, ...], values: dict[str, Any]
) -> Row[Any] | None:
    """The primary key of the row inserted, or None where another row has the same ``unique`` columns.

    Waits for a transaction that is inserting the same key, and decides by how that ends. Only this key makes None:
    whatever else is wrong with the row raises IntegrityError, for it is a mistake and no repetition.
    """
    statement = _insert(tx)(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    return tx.execute(statement.returning(*table.primary_key)).first()


def insert_or_lock(tx: Transaction, table: Table, unique: tuple[str, ...], values: dict[str, Any]) -> None:
    """Insert a row; where its key is taken, leave that row as it is and lock it until the transaction ends."""
    statement = _insert(tx)(table).values(**values)
    unchanged = {name: getattr(statement.excluded, name) for name in unique}
    tx.execute(statement.on_conflict_do_update(index_elements=unique, set_=unchanged))


def _insert(tx: Transaction) -> Any:
    return postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
