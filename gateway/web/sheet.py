"""A sheet as its sender knows it: every row with what became of it, each error beside its row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.core.finding import Finding, has_errors
from gateway.formats import csv
from gateway.formats.csv import Row, Sheet, column_letters
from gateway.partnerships.partner import CsvLayout
from gateway.translation.sheet_columns import find_columns
from gateway.translation.sheet_orders import SheetOrder, group_rows
from gateway.translation.syntax import HEAD_BYTES, recognise
from gateway.translation.translation import Syntax

LARGEST_SHOWN = 8 << 20
"""Larger sheets are read as ever, but only their findings are shown: a page is no place for a hundred thousand rows."""
ROWS_ON_A_PAGE = 200
COLUMNS_SHOWN = 40
LONGEST_CELL = 120

_CELL = re.compile(r"([A-Z]{1,4})(\d{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell; ``tone`` is ``bad`` or ``wait`` where a finding points at it, else empty."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row. ``fate``: header, taken, read (but the file is held), wrong, beside (another row of its order is wrong),
    none (it is no line of an order) or unread (the columns are not known).
    """

    number: int
    cells: tuple[ShownCell, ...]
    findings: tuple[Finding, ...]
    fate: str
    order: str | None = None
    because: int | None = None  # the row that keeps this one's order from being taken


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedOrder:
    """An order of the sheet that was not taken: its number, if it has one, its lines, its errors and their rows."""

    number: str | None
    lines: int
    rows: tuple[int, ...]
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A sheet for showing: the rows asked for, the orders refused, and findings that belong to no row."""

    rows: tuple[ShownRow, ...]
    columns: tuple[str, ...]
    total: int
    matching: int
    first: int
    only_problems: bool
    refused: tuple[RefusedOrder, ...]
    general: tuple[Finding, ...]

    @property
    def next(self) -> int | None:
        """Where the next page starts, or None on the last."""
        after = self.first + len(self.rows)
        return after if after < self.matching else None

    @property
    def previous(self) -> int | None:
        """Where the page before starts, or None on the first."""
        return max(0, self.first - ROWS_ON_A_PAGE) if self.first else None


@dataclass(slots=True)
class _Fate:
    """What became of one row, while orders are walked."""

    kind: str = "none"
    order: str | None = None
    because: int | None = None


@dataclass(slots=True)
class _Reading:
    """A sheet with its findings by row."""

    sheet: Sheet
    by_row: dict[int, list[Finding]]
    fates: dict[int, _Fate] = field(default_factory=dict)
    usual: _Fate = field(default_factory=_Fate)  # of rows that are not among the fates
    refused: list[RefusedOrder] = field(default_factory=list)


def view_sheet(
    data: bytes,
    layout: CsvLayout,
    findings: Sequence[Finding],
    *,
    taken: bool,
    only_problems: bool | None = None,
    first: int = 0,
) -> SheetView | None:
    """A page of a sheet; None where the bytes are no sheet, or one too large to show.

    ``taken`` says whether its faultless orders were taken at all (the file is not held). ``only_problems`` None: only
    the rows with findings, where the sheet has more than one page and there are any.
    """
    reading = _read(data, layout, findings)
    if reading is None:
        return None
    _walk(reading, layout, taken)
    rows = [row for row in reading.sheet.rows if row.number in reading.by_row or not row.is_blank]
    if only_problems is None:
        only_problems = len(rows) > ROWS_ON_A_PAGE and bool(reading.by_row)
    wanted = [row for row in rows if row.number in reading.by_row] if only_problems else rows
    shown = wanted[first : first + ROWS_ON_A_PAGE]
    width = min(COLUMNS_SHOWN, max((len(row.cells) for row in shown), default=0))
    return SheetView(
        rows=tuple(_shown(reading, row, width) for row in shown),
        columns=tuple(column_letters(column) for column in range(width)),
        total=len(rows),
        matching=len(wanted),
        first=first,
        only_problems=only_problems,
        refused=tuple(reading.refused),
        general=tuple(finding for finding in findings if row_of(finding) is None),
    )


def row_of(finding: Finding) -> int | None:
    """The row a finding points at, or None."""
    match = _CELL.fullmatch(finding.location.cell or "")
    return int(match[2]) if match else None


def _read(data: bytes, layout: CsvLayout, findings: Iterable[Finding]) -> _Reading | None:
    if len(data) > LARGEST_SHOWN or recognise(data[:HEAD_BYTES])[0] is not Syntax.CSV:
        return None
    sheet, _ = csv.read(data, encoding=layout.encoding, delimiter=layout.delimiter)
    if sheet is None:
        return None
    reading = _Reading(sheet, {})
    for finding in findings:
        row = row_of(finding)
        if row is not None:
            reading.by_row.setdefault(row, []).append(finding)
    return reading


def _walk(reading: _Reading, layout: CsvLayout, taken: bool) -> None:
    """Say of every row what became of it: nothing at all was taken where a column is missing."""
    columns, _ = find_columns(reading.sheet, layout)
    if columns is None:
        for row in reading.by_row:
            reading.fates[row] = _Fate("wrong")
        reading.usual = _Fate("unread")
        return
    reading.fates[columns.header.number] = _Fate("header")
    for order in group_rows(reading.sheet, columns, layout):
        _judge(reading, order, columns.positions["line.quantity"], taken)
    for row, findings in reading.by_row.items():
        if has_errors(findings) and reading.fates.setdefault(row, _Fate()).kind == "none":
            reading.fates[row].kind = "wrong"


def _judge(reading: _Reading, order: SheetOrder, quantity: int, taken: bool) -> None:
    lines = {record.row.number for record in order.records if record.at(quantity) is not None}
    # A row that can't be read is no record of the order, yet its error refuses it.
    rows = {record.row.number for record in order.records} | set(filter(None, map(row_of, order.findings)))
    wrong = sorted(row for row in rows if has_errors(reading.by_row.get(row, ())))
    for row in rows:
        if row in wrong:
            reading.fates[row] = _Fate("wrong", order.number, wrong[0])
        elif row in lines:
            kind = "beside" if wrong else "taken" if taken else "read"
            reading.fates[row] = _Fate(kind, order.number, wrong[0] if wrong else None)
    if wrong:
        errors = sum(finding.is_error for row in wrong for finding in reading.by_row[row])
        reading.refused.append(
            RefusedOrder(number=order.number, lines=len(lines), rows=tuple(wrong), errors=errors)
        )


def _shown(reading: _Reading, row: Row, width: int) -> ShownRow:
    findings = tuple(sorted(reading.by_row.get(row.number, ()), key=_column_of))
    fate = reading.fates.get(row.number, reading.usual)
    tones = _tones(findings)
    texts = [*row.cells[:width], *[""] * (width - len(row.cells))]
    cells = tuple(
        ShownCell(text=_short(text), tone=tones.get(column_letters(column), ""))
        for column, text in enumerate(texts)
    )
    return ShownRow(
        number=row.number,
        cells=cells,
        findings=findings,
        fate=fate.kind,
        order=fate.order,
        because=fate.because,
    )


def _column_of(finding: Finding) -> tuple[int, str]:
    """A key that sorts findings of one row from left to right: A, B … Z, AA."""
    match = _CELL.fullmatch(finding.location.cell or "")
    return (len(match[1]), match[1]) if match else (0, "")


def _tones(findings: Iterable[Finding]) -> Mapping[str, str]:
    """Which columns findings point at; an error outweighs a warning."""
    tones: dict[str, str] = {}
    for finding in sorted(findings, key=lambda finding: finding.is_error):
        match = _CELL.fullmatch(finding.location.cell or "")
        if match:
            tones[match[1]] = "bad" if finding.is_error else "wait"
    return tones


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
