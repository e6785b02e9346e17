"""A database whose tables the migrations made, used by one test after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.ledger import tables
from gateway.ledger.database import Database
from tests.databases import database_url


@contextmanager
def migrated_database(kind: str, folder: Path) -> Iterator[Database]:
    """A database with all its tables."""
    with database_url(kind, folder) as url:
        database = Database(url)
        database.upgrade()
        yield database
        database.close()


def emptied(database: Database) -> Database:
    """The database, all its rows gone."""
    with database.transaction() as tx:
        for table in reversed(tables.metadata.sorted_tables):
            tx.execute(table.delete())
    return database
