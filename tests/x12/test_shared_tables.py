"""The tables against their schema, and against the facts they were made from, where these lie beside the checkout."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from gateway.x12.guide_tables import read_rows
from gateway.x12.table_schema import table_faults
from tests.x12.reading import GUIDES, ROOT, SHARED

TABLES = ROOT / "schemas" / "x12"
FACTS = SHARED / "x12"
VERSIONS = ("004010", "005010")
COLUMNS = {
    "elements": ("element", "name", "type", "min", "max"),
    "segments": ("segment", "segment_name", "pos", "element", "req", "repeat"),
    "syntax": ("segment", "condition"),
}
SET_COLUMNS = ("seq", "area", "loop", "loop_req", "loop_max", "segment", "req", "max")

Difference = tuple[str, str, str, str, str]  # table, version, key, ours, facts


def rows(path: Path, columns: tuple[str, ...], version: str | None = None) -> list[tuple[str, ...]]:
    """Some columns of a table, in its order; of one version where the table has several."""
    with path.open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [tuple(row[c] for c in columns) for row in read if version in (None, row.get("version"))]


def test_the_tables_follow_their_schema() -> None:
    assert list(table_faults(TABLES)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("sets/004010/850.tsv", "\tBEG\tM\t1", "\tBEG\tQ\t1", "850.tsv:3: req is 'Q', not like [MO]"),
        ("sets/004010/850.tsv", "\theading\tN1\t", "\theading\tn1\t", "loop is"),
        ("004010/segments.tsv", "segment_name", "title", "its columns are segment title pos"),
        ("004010/syntax.tsv", "ACK\tP0203", "ACK\tP02", "condition is 'P02'"),
        ("005010/codes.tsv", "98\t", "98\t ", "codes is"),
        ("code_labels.tsv", "353\t00\toriginal\t004010", "353\t00\toriginal\t4010", "versions is"),
        ("sets/index.tsv", "\tPO\n", "\tPO\tX\n", "5 cells, the header line has 4"),
    ],
)
def test_a_table_that_does_not_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    shutil.copytree(TABLES, tmp_path / "x12")
    table = tmp_path / "x12" / file
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = list(table_faults(tmp_path / "x12"))
    assert faults and all(said in fault for fault in faults[:1])


def test_a_table_without_schema_is_named(tmp_path: Path) -> None:
    shutil.copytree(TABLES, tmp_path / "x12")
    (tmp_path / "x12" / "extra.tsv").write_text("a\n1\n", encoding="utf-8")
    assert list(table_faults(tmp_path / "x12")) == ["extra.tsv: no line of schema.tsv describes this table"]


@pytest.mark.skipif(not FACTS.is_dir(), reason="no shared facts beside this checkout")
def test_every_difference_from_the_facts_is_listed_with_its_reason() -> None:
    listed = {
        (row["table"], row["version"], row["key"], row["ours"], row["facts"])
        for row in read_rows(TABLES / "differences.tsv")
    }
    assert differences() == listed


def differences() -> set[Difference]:
    """Every place where our tables and the facts are not the same."""
    found: set[Difference] = set()
    for version in VERSIONS:
        for table, columns in COLUMNS.items():
            ours = rows(TABLES / version / f"{table}.tsv", columns)
            theirs = rows(FACTS / f"{table}.tsv", columns, version)
            found |= _differing(table, version, ours, theirs)
        codes = rows(FACTS / "codes.tsv", ("element", "codes"), version)
        # Element 143 is the list of sets, which stands in transaction_sets.tsv.
        theirs = _each_code([(e, c) for e, c in codes if c != "-" and e != "143"])
        ours = _each_code([(e, c) for e, c in rows(TABLES / version / "codes.tsv", ("element", "codes"))])
        found |= _differing("codes", version, ours, theirs)
        sets = {code for element, listed in codes if element == "143" for code in listed.split()}
        found |= {("transaction_sets", "-", code, "listed", "-") for code in set(GUIDES.known_sets) - sets}
        assert sets <= set(GUIDES.known_sets)
    for code, versions in GUIDES.available.items():
        for version in versions:
            path = Path("sets") / version / f"{code}.tsv"
            ours, theirs = rows(TABLES / path, SET_COLUMNS), rows(FACTS / path, SET_COLUMNS)
            found |= _differing(f"set_{code}", version, ours, theirs)
    return found


def _each_code(lists: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    return [(f"{element} {code}",) for element, codes in lists for code in codes.split(" ")]


def _differing(
    table: str, version: str, ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]
) -> set[Difference]:
    if [row for row in ours if row in set(theirs)] != [row for row in theirs if row in set(ours)]:
        return {(table, version, "order", "other", "other")}
    more = {(table, version, " ".join(row), "listed", "-") for row in set(ours) - set(theirs)}
    return more | {(table, version, " ".join(row), "-", "listed") for row in set(theirs) - set(ours)}
