"""Every test of the work loop runs on both databases, with a clock that can be put forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.ledger.database import Database
from tests.databases import KINDS, database_url
from tests.flow.station import Station, partner_file, station
from tests.ledger.empty_database import emptied, migrated_database
from tests.work.bench import Bench, ClockedDatabase


@pytest.fixture(scope="module", params=KINDS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that the tests of a module use one after another."""
    with migrated_database(request.param, tmp_path_factory.mktemp("work")) as database:
        yield database


@pytest.fixture
def bench(migrated: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A gateway without partners whose steps the test makes up."""
    database = ClockedDatabase(emptied(migrated).url)
    yield Bench(database, tmp_path, monkeypatch)
    database.close()


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with database_url(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def auto(url: str, tmp_path: Path) -> Iterator[Station]:
    """A station with a partner whose orders are accepted as they come."""
    with station(
        tmp_path / "workspace", url, {"auto": partner_file("auto", acceptance="as_ordered")}
    ) as opened:
        yield opened


@pytest.fixture
def ahead(auto: Station, url: str) -> Iterator[Callable[[], ClockedDatabase]]:
    """Opens the station's ledger once more, with a clock that can be put forward."""
    opened: list[ClockedDatabase] = []

    def another() -> ClockedDatabase:
        opened.append(ClockedDatabase(url))
        return opened[-1]

    yield another
    for database in opened:
        database.close()
