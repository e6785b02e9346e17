"""The database behind the ledger: engine settings, transactions, migrations, and whether it is durable."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from gateway.core.failure import TerminalFailure, TransientFailure

Transaction = Connection
"""An open transaction, as the rooms above see it: something to hand to the ledger's functions."""

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000
_AFTER_COMMIT = "gateway_after_commit"


class Database:
    """One database: SQLite (WAL, synchronous FULL, one writer at a time) or PostgreSQL (read committed).

    Every transaction on SQLite begins IMMEDIATE: a reader that later writes would otherwise fail with "locked"
    instead of waiting, whether the other writer is a thread here or a command line beside ``serve``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url, self.is_sqlite)
        # SQLite's busy handler polls; a lock among our own threads queues them instead.
        self._writer = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back on any exception. No network call belongs inside."""
        calls: list[Callable[[], None]] = []
        with (
            self._writer if self.is_sqlite else nullcontext(),
            _translated(),
            self.engine.connect().execution_options(**{_AFTER_COMMIT: calls}) as connection,
            connection.begin(),
        ):
            yield connection
        for call in calls:
            call()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for looking only; takes no writer lock."""
        with _translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.execution_options(gateway_read_only=True)
            yield connection

    def now(self) -> datetime:
        """The database's clock, which leases go by, so machines need not agree among themselves."""
        if self.is_sqlite:
            return datetime.now(UTC)
        with self.reading() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def upgrade(self) -> None:
        """Run the migrations that are due. Raises TerminalFailure when the database is newer than this program."""
        config = _alembic(self.url)
        with self.transaction() as connection:
            if not self.is_sqlite:
                # Whoever comes second finds the tables made. SQLite has one writer anyway.
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext(current_schema() || ' migrations'))")
                )
            config.attributes["connection"] = connection
            current = MigrationContext.configure(connection).get_current_revision()
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if current is not None and current not in known:
                raise TerminalFailure(
                    f"The ledger is at migration {current}, which this release does not know. Use the newer release."
                )
            command.upgrade(config, "head")

    def is_current(self) -> bool:
        """Whether all migrations have run."""
        with self.reading() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(_alembic(self.url)).get_current_head()

    def durability_fault(self) -> str | None:
        """Why a commit here might not survive power loss, in words; None when it would."""
        with self.reading() as connection:
            if self.is_sqlite:
                level = connection.execute(text("PRAGMA synchronous")).scalar_one()
                if int(level) < 2:
                    return f"SQLite runs with synchronous={level}; FULL (2) is needed"
                mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
                return (
                    None
                    if mode not in ("off", "memory")
                    else f"SQLite runs with journal_mode={mode}; use a file in WAL mode"
                )
            for setting in ("fsync", "synchronous_commit"):
                value = connection.execute(text(f"SHOW {setting}")).scalar_one()
                if value == "off":
                    return f"PostgreSQL runs with {setting}=off; turn it on"
        return None

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def after_commit(tx: Transaction, call: Callable[[], None]) -> None:
    """Call something once the transaction is committed; never if it is rolled back."""
    tx.get_execution_options()[_AFTER_COMMIT].append(call)


def _engine(url: str, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, isolation_level="READ COMMITTED", hide_parameters=True
        )
    # Parameters are orders and messages: the words of a failing statement go to logs and work items without them.
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions on its own
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        _use_write_ahead_log(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("gateway_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _use_write_ahead_log(cursor: Any) -> None:
    """WAL, which the file then keeps. SQLite does not wait for a lock here, so of two first starts at once one must."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return  # a database in memory answers with a mode of its own
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


@contextmanager
def _translated() -> Iterator[None]:
    """Turn a database that is away or busy into a failure with words; programming errors stay what they are."""
    try:
        yield
    except OperationalError as error:
        raise TransientFailure(f"The database does not answer as it should: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise TransientFailure(f"The connection to the database was lost: {error.orig}") from error
        raise
