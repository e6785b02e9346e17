"""Checks the tables of ``schemas/x12`` against their schema: which columns each has, and what a cell looks like.

The schema is a table too, ``schema.tsv``: a pattern of file names, a column, a regular expression for its cells. The
loader checks what it uses as it reads; this checks everything, before a changed table is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.core.failure import TerminalFailure
from gateway.x12.guide_tables import Row, read_rows

_SCHEMA = "schema.tsv"


def table_faults(folder: Path) -> Iterator[str]:
    """Everything wrong with the tables in the folder: ``850.tsv:3: req is 'Q', not like [MO]``.

    Raises TerminalFailure if the schema itself cannot be read.
    """
    patterns: dict[str, dict[str, re.Pattern[str]]] = {}
    for row in read_rows(folder / _SCHEMA):
        patterns.setdefault(row["table"], {})[row["column"]] = re.compile(row["pattern"], re.ASCII)
    for path in sorted(folder.rglob("*.tsv")):
        name = path.relative_to(folder)
        columns = next((found for table, found in patterns.items() if name.match(table)), None)
        if str(name) == _SCHEMA:
            continue
        if columns is None:
            yield f"{name}: no line of {_SCHEMA} describes this table"
            continue
        try:
            rows = read_rows(path)
        except TerminalFailure as failure:
            yield str(failure)
            continue
        yield from _cell_faults(rows, columns)


def _cell_faults(rows: list[Row], columns: dict[str, re.Pattern[str]]) -> Iterator[str]:
    for row in rows:
        if list(row.values) != list(columns):
            yield f"{row.path}: its columns are {' '.join(row.values)}, not {' '.join(columns)}"
            return
        for column, pattern in columns.items():
            if not pattern.fullmatch(row[column]):
                yield f"{row.path}:{row.line}: {column} is {row[column]!r}, not like {pattern.pattern}"
