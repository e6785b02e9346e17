"""Reads the tables of ``schemas/x12`` into dictionaries and guides.

A fault in a table is a fault of the installation: :class:`~gateway.core.failure.TerminalFailure` names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.core.failure import TerminalFailure
from gateway.x12.tables import (
    Condition,
    Dictionary,
    Element,
    ElementUse,
    Guide,
    KnownSet,
    LoopUse,
    SegmentTable,
    SegmentUse,
)

_CONDITION = re.compile(r"[PRECL](?:\d\d){2,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it stands for messages."""

    path: Path
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        try:
            return self.values[column]
        except KeyError:
            raise self.fault(f"has no column {column}") from None

    def number(self, column: str) -> int:
        """A whole number."""
        text = self[column]
        if not (text.isascii() and text.isdigit()):
            raise self.fault(f"{column} is {text!r}, not a whole number")
        return int(text)

    def limit(self, column: str) -> int | None:
        """A number of times; ``>1`` is without limit and comes as None."""
        return None if self[column] == ">1" else self.number(column)

    def one_of(self, column: str, allowed: str) -> str:
        """A text that must be one of some letters."""
        text = self[column]
        if len(text) != 1 or text not in allowed:
            raise self.fault(f"{column} is {text!r}, not one of {' '.join(allowed)}")
        return text

    def fault(self, text: str) -> TerminalFailure:
        """The failure to raise about this line."""
        return TerminalFailure(f"{self.path}:{self.line}: {text}")


def read_rows(path: Path) -> list[Row]:
    """The lines of a tab-separated table with a header line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise TerminalFailure(f"{path}: the X12 table cannot be read: {error.strerror}") from error
    header = lines[0].split("\t")
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], 2):
        if line:
            cells = line.split("\t")
            if len(cells) != len(header):
                raise TerminalFailure(
                    f"{path}:{number}: {len(cells)} cells, the header line has {len(header)}"
                )
            rows.append(Row(path, number, dict(zip(header, cells, strict=True))))
    return rows


def read_dictionary(folder: Path, version: str) -> Dictionary:
    """The segments, elements and codes of one version."""
    codes = {
        row["element"]: frozenset(row["codes"].split(" "))
        for row in read_rows(folder / version / "codes.tsv")
    }
    codes["143"] = frozenset(row["set"] for row in read_rows(folder / "transaction_sets.tsv"))
    labels: dict[str, dict[str, str]] = {}
    for row in read_rows(folder / "code_labels.tsv"):
        labels.setdefault(row["element"], {})[row["code"]] = row["label"]
    elements: dict[str, Element] = {}
    for row in read_rows(folder / version / "elements.tsv"):
        composite = row["type"] == "composite"
        elements[row["element"]] = Element(
            number=row["element"],
            name=row["name"],
            type=row["type"],
            minimum=0 if composite else row.number("min"),
            maximum=0 if composite else row.number("max"),
            codes=codes.get(row["element"]),
            labels=labels.get(row["element"], {}),
        )
    return Dictionary(version, _read_segments(folder / version, elements), elements)


def _read_segments(folder: Path, elements: Mapping[str, Element]) -> dict[str, SegmentTable]:
    rows: dict[str, list[Row]] = {}
    for row in read_rows(folder / "segments.tsv"):
        if row["element"] not in elements:
            raise row.fault(f"element {row['element']} is not in elements.tsv")
        rows.setdefault(row["segment"], []).append(row)
    conditions: dict[str, list[Condition]] = {}
    for row in read_rows(folder / "syntax.tsv"):
        elements_there = len(rows.get(row["segment"], ()))
        conditions.setdefault(row["segment"], []).append(_condition(row, elements_there))
    tables: dict[str, SegmentTable] = {}
    # Composites first: segments refer to them.
    for tag in sorted(rows, key=lambda tag: tag not in elements):
        uses = tuple(_element_use(row, elements, tables) for row in rows[tag])
        _check_positions(rows[tag], uses)
        tables[tag] = SegmentTable(tag, rows[tag][0]["segment_name"], uses, tuple(conditions.get(tag, ())))
    return tables


def _element_use(
    row: Row, elements: Mapping[str, Element], composites: Mapping[str, SegmentTable]
) -> ElementUse:
    element = elements[row["element"]]
    components = None
    if element.type == "composite":
        components = composites.get(element.number)
        if components is None:
            raise row.fault(f"composite {element.number} has no rows in segments.tsv")
    return ElementUse(row.number("pos"), element, row.one_of("req", "MOX"), row.limit("repeat"), components)


def _condition(row: Row, elements: int) -> Condition:
    text = row["condition"]
    if not _CONDITION.fullmatch(text):
        raise row.fault(f"condition {text!r} is not like P0304")
    positions = tuple(int(text[at : at + 2]) for at in range(1, len(text), 2))
    if not all(1 <= position <= elements for position in positions):
        raise row.fault(f"condition {text} points beyond the {elements} elements of {row['segment']}")
    return Condition(text[0], positions)


def _check_positions(rows: list[Row], uses: tuple[ElementUse, ...]) -> None:
    for place, (row, use) in enumerate(zip(rows, uses, strict=True), 1):
        if use.position != place:
            raise row.fault(f"position {use.position} stands where {place} is due")


def read_guide(folder: Path, known: KnownSet, dictionary: Dictionary) -> Guide:
    """The table of one set: ``sets/<version>/<set>.tsv``."""
    root = LoopUse("", "M", 1, None)
    loops = {"": root}
    uses: list[SegmentUse] = []
    for number, row in enumerate(read_rows(folder / "sets" / dictionary.version / f"{known.code}.tsv")):
        segment = dictionary.segments.get(row["segment"])
        if segment is None:
            raise row.fault(f"segment {row['segment']} is not in segments.tsv of {dictionary.version}")
        loop = _loop_of(row, loops)
        use = SegmentUse(number, row["area"], segment, row.one_of("req", "MO"), row.limit("max"), loop)
        loop.members.append(use)
        uses.append(use)
    return Guide(
        known.code,
        dictionary.version,
        known.title,
        known.functional_identifier,
        tuple(uses),
        root,
        dictionary,
    )


def _loop_of(row: Row, loops: dict[str, LoopUse]) -> LoopUse:
    path = "" if row["loop"] == "-" else row["loop"]
    if path not in loops:
        parent = loops.get(path.rpartition("/")[0])
        if parent is None:
            raise row.fault(f"loop {path} stands before the loop that holds it")
        loop = LoopUse(path, row.one_of("loop_req", "MO"), row.limit("loop_max"), parent)
        parent.members.append(loop)
        loops[path] = loop
    return loops[path]
