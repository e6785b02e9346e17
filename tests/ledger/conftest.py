"""Every ledger test runs on both databases, each with its tables made by the migrations and empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ledger import tables
from gateway.ledger.database import Database
from tests.databases import KINDS, database_url


@pytest.fixture(scope="module", params=KINDS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that the tests of a module use one after another."""
    with database_url(request.param, tmp_path_factory.mktemp("ledger")) as url:
        database = Database(url)
        database.upgrade()
        yield database
        database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """The database, all its rows gone."""
    with migrated.transaction() as tx:
        for table in reversed(tables.metadata.sorted_tables):
            tx.execute(table.delete())
    return migrated


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    with database_url(request.param, tmp_path) as found:
        yield found
