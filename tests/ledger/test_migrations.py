"""Migrations make exactly the tables the code knows, whoever runs them, as often as they like, and back again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from gateway.core.failure import TerminalFailure
from gateway.ledger import tables
from gateway.ledger.database import MIGRATIONS, Database
from tests.databases import database_url

UPGRADE = """
import sys
from gateway.ledger.database import Database

database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.upgrade()
"""


def shape(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything the database itself says about its tables, by what and by table."""
    inspector = inspect(engine)
    parts: dict[str, Any] = {
        "columns": inspector.get_multi_columns(),
        "keys": {table: [key] for table, key in inspector.get_multi_pk_constraint().items()},
        "references": inspector.get_multi_foreign_keys(),
        "unique": inspector.get_multi_unique_constraints(),
        "checks": inspector.get_multi_check_constraints(),
        "indexes": inspector.get_multi_indexes(),
    }
    return {
        what: {table: by_name(found) for (_, table), found in by_table.items() if table != "alembic_version"}
        for what, by_table in parts.items()
    }


def by_name(parts: Any) -> list[str]:
    """Each part as one text; the schema differs from database to database and says nothing."""
    return sorted(
        ", ".join(f"{key}={_text(value)}" for key, value in sorted(part.items()) if key != "referred_schema")
        for part in parts
    )


def _text(value: Any) -> str:
    if isinstance(value, dict):  # dialect options hold SQL expressions
        value = {key: str(option) for key, option in sorted(value.items())}
    return " ".join(str(value).split())


def test_migrations_and_tables_are_the_same(url: str, tmp_path: Path) -> None:
    migrated = Database(url)
    migrated.upgrade()
    with migrated.reading() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), tables.metadata)
    assert differences == []
    (tmp_path / "made").mkdir()
    with database_url("sqlite" if migrated.is_sqlite else "postgresql", tmp_path / "made") as other:
        made = Database(other)
        tables.metadata.create_all(made.engine)
        assert shape(migrated.engine) == shape(made.engine)
        made.close()
    migrated.close()


def test_upgrading_again_changes_nothing(url: str) -> None:
    database = Database(url)
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()
    before = shape(database.engine)
    database.upgrade()
    assert shape(database.engine) == before
    database.close()


def test_two_processes_upgrade_at_once(url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    database = Database(url)
    assert database.is_current()
    database.close()


def test_a_ledger_newer_than_the_program_is_refused(url: str) -> None:
    database = Database(url)
    database.upgrade()
    with database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not database.is_current()
    with pytest.raises(TerminalFailure, match=r"9999.*newer release"):
        database.upgrade()
    database.close()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(url: str) -> None:
    """Both databases roll tables back; a half-migrated ledger would need a person."""
    database = Database(url)
    with database.transaction() as tx:
        tx.execute(text("CREATE TABLE work_item (id INTEGER)"))  # in the way of a late migration
    with pytest.raises(Exception, match="work_item"):
        database.upgrade()
    assert inspect(database.engine).get_table_names() == ["work_item"]
    database.close()


def test_down_to_nothing_and_up_again(url: str) -> None:
    database = Database(url)
    database.upgrade()
    before = shape(database.engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.transaction() as tx:
        config.attributes["connection"] = tx
        command.downgrade(config, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    database.upgrade()
    assert shape(database.engine) == before
    database.close()
