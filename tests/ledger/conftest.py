"""Every ledger test runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ledger.database import Database
from tests.databases import KINDS, database_url
from tests.ledger.empty_database import emptied, migrated_database


@pytest.fixture(scope="module", params=KINDS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that the tests of a module use one after another."""
    with migrated_database(request.param, tmp_path_factory.mktemp("ledger")) as database:
        yield database


@pytest.fixture
def database(migrated: Database) -> Database:
    """The database, all its rows gone."""
    return emptied(migrated)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    with database_url(request.param, tmp_path) as found:
        yield found
