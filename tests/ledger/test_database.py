"""Writers wait for each other, readers for nobody, commits are durable, and a failing database says so in words."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from gateway.core.failure import TransientFailure
from gateway.ledger import slots, tables
from gateway.ledger.database import Database, Transaction, after_commit
from tests.databases import database_url
from tests.ledger.rows import NOW, at_once

ANOTHER_PROCESS = """
import sys
from datetime import UTC, datetime
from gateway.ledger import slots
from gateway.ledger.database import Database

database = Database(sys.argv[1])
with database.transaction() as tx:
    slots.take(tx, "here", datetime.now(UTC))
    print("writing", flush=True)
    sys.stdin.readline()
    slots.take(tx, "and here", datetime.now(UTC))
"""


def keys(tx: Transaction) -> set[str]:
    return set(tx.execute(select(tables.slot.c.key)).scalars())


def add_one(tx: Transaction) -> None:
    """Read, wait a little, write what was read and one more: lost where writers overlap."""
    series = tables.number_series
    found = tx.execute(select(series).where(series.c.scope == "s").with_for_update()).one()
    time.sleep(0.002)
    tx.execute(series.update().where(series.c.id == found.id).values(next=found.next + 1))


def test_writers_wait_and_lose_nothing(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(
            tables.number_series.insert().values(scope="s", test=False, next=1, minimum=1, maximum=1000)
        )

    def work(_number: int) -> None:
        for _ in range(5):
            with database.transaction() as tx:
                add_one(tx)

    at_once(8, work)
    with database.reading() as tx:
        assert tx.execute(select(tables.number_series.c.next)).scalar_one() == 41


def test_a_second_process_that_writes_is_waited_for(tmp_path: Path) -> None:
    """SQLite: a command line beside ``serve``. A transaction that began deferred would fail with "locked"."""
    with database_url("sqlite", tmp_path) as url:
        database = Database(url)
        database.upgrade()
        with subprocess.Popen(
            [sys.executable, "-c", ANOTHER_PROCESS, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdin is not None
            assert other.stdout is not None
            assert other.stdout.readline() == "writing\n"
            release = threading.Timer(
                0.3, lambda: other.stdin and other.stdin.write("\n") and other.stdin.close()
            )
            release.start()
            with database.reading() as tx:
                assert keys(tx) == set(), "reading waits for nobody and sees what is committed"
            with database.transaction() as tx:
                assert keys(tx) == {"here", "and here"}, "our transaction began when theirs had ended"
                slots.take(tx, "ours", NOW)
            assert other.wait(30) == 0
        database.close()


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as writer:
        slots.take(writer, "open", NOW)
        before = time.monotonic()
        assert at_once(1, lambda _: _keys_seen(database)) == [set()]
        assert time.monotonic() - before < 5
    assert _keys_seen(database) == {"open"}


def _keys_seen(database: Database) -> set[str]:
    with database.reading() as tx:
        return keys(tx)


def test_an_exception_takes_everything_back(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as tx:
        slots.take(tx, "gone", NOW)
        raise KeyError
    assert _keys_seen(database) == set()


def test_what_follows_a_commit_happens_after_it_and_only_then(database: Database) -> None:
    seen: list[Any] = []
    with database.transaction() as tx:
        slots.take(tx, "kept", NOW)
        after_commit(tx, lambda: seen.append(_keys_seen(database)))
        assert seen == []
    assert seen == [{"kept"}]
    with pytest.raises(KeyError), database.transaction() as tx:
        after_commit(tx, lambda: seen.append("rolled back"))
        raise KeyError
    with database.transaction():
        pass
    assert seen == [{"kept"}]


def test_a_commit_here_is_durable(database: Database) -> None:
    assert database.durability_fault() is None


@pytest.mark.parametrize("pragma", ["synchronous=OFF", "synchronous=NORMAL", "journal_mode=OFF"])
def test_sqlite_that_does_not_sync_is_noticed(tmp_path: Path, pragma: str) -> None:
    with database_url("sqlite", tmp_path) as url:
        database = Database(url)

        @event.listens_for(database.engine, "connect")
        def _careless(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA {pragma}")

        fault = database.durability_fault()
        database.close()
    assert fault is not None
    assert pragma.split("=", maxsplit=1)[0] in fault


def test_a_database_in_memory_is_not_durable() -> None:
    database = Database("sqlite://")
    fault = database.durability_fault()
    database.close()
    assert fault is not None


def test_postgresql_that_answers_before_it_syncs_is_noticed(tmp_path: Path) -> None:
    with database_url("postgresql", tmp_path) as url:
        database = Database(f"{url}%20-csynchronous_commit%3Doff")
        fault = database.durability_fault()
        database.close()
    assert fault is not None
    assert "synchronous_commit=off" in fault


def test_the_clock_is_the_databases(database: Database) -> None:
    assert abs(database.now() - datetime.now(UTC)) < timedelta(seconds=30)
    assert database.now().tzinfo is UTC
    if not database.is_sqlite:
        statements: list[str] = []
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda _c, _x, statement, *_: statements.append(statement),
        )
        database.now()
        assert any("clock_timestamp" in statement for statement in statements)


def test_a_database_that_is_away_is_a_failure_that_may_pass(tmp_path: Path) -> None:
    folder = tmp_path / "away"
    for url in (f"sqlite:///{folder / 'gateway.db'}", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        database = Database(url)
        with pytest.raises(TransientFailure, match="database"), database.reading() as tx:
            tx.execute(text("SELECT 1"))
        database.close()


def test_a_connection_that_broke_is_a_failure_that_may_pass(tmp_path: Path) -> None:
    with database_url("postgresql", tmp_path) as url:
        database = Database(url)
        with pytest.raises(TransientFailure), database.transaction() as tx:
            process = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with database.transaction() as other:
                other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
            tx.execute(text("SELECT 1"))
        with database.reading() as tx:
            assert tx.execute(text("SELECT 1")).scalar_one() == 1, "the next one connects anew"
        database.close()


def test_a_mistake_of_ours_stays_one(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught, database.reading() as tx:
        tx.execute(text("SELECT 1 FROM no_such_table"))
    if not database.is_sqlite:  # SQLite calls it an operational error, as it does "locked"
        assert not isinstance(caught.value, TransientFailure)
