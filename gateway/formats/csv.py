"""CSV into rows whose cells know their place: ``B7``, as a spreadsheet shows it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.formats.text import control_character, decode

_CANDIDATES = (",", ";", "\t", "|")
_VOTE_CHARACTERS = 32_768
_VOTE_ROWS = 200
_SEPARATOR_LINE = re.compile(r"sep=([^\w\s\"']|\t)(?:\r\n|\r|\n|$)", re.IGNORECASE)
_NAME_NOISE = re.compile(r"[^\w#]|_")
_NO_DELIMITER = "\"'\r\n \x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLimits:
    """What one sheet may hold; ``cell`` is in characters and may not exceed 131072, the csv module's own limit."""

    size: int = 64 * 1024 * 1024  # bytes
    rows: int = 200_000
    columns: int = 2_000
    cell: int = 32_767  # what a spreadsheet's cell holds


@dataclass(frozen=True, slots=True)
class Row:
    """One record. ``number`` counts from 1 and includes blank rows, so it is the row a spreadsheet shows.

    ``findings`` are faults of this row alone (a quote that never closes, a control character).
    """

    number: int
    cells: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


class Sheet:
    """The rows of a file, and how they were read."""

    __slots__ = ("delimiter", "encoding", "file", "rows")

    def __init__(self, rows: tuple[Row, ...], *, encoding: str, delimiter: str, file: str | None) -> None:
        self.rows = rows
        self.encoding = encoding
        self.delimiter = delimiter
        self.file = file

    def cell(self, row: int, column: int) -> Location:
        """The place of a cell; ``row`` counts from 1, ``column`` from 0."""
        return Location(file=self.file, cell=f"{column_letters(column)}{row}")

    def records(self, header: Row) -> Iterator[Record]:
        """Each row below the header that is not blank, as a Document whose paths are the header's names."""
        columns = header_columns(header.cells)
        for row in self.rows:
            if row.number > header.number and (row.findings or not row.is_blank):
                yield Record(self, row, columns, len(header.cells))


class Record:
    """One row as a :class:`~gateway.core.document.Document`; names are compared without case, blanks and signs."""

    __slots__ = ("_columns", "_sheet", "_width", "row")

    def __init__(self, sheet: Sheet, row: Row, columns: dict[str, int], width: int) -> None:
        self._sheet = sheet
        self._columns = columns
        self._width = width
        self.row = row

    def value(self, path: str) -> str | None:
        """The trimmed text of the column, or None where the cell is empty or the column absent."""
        column = self._columns.get(column_name(path))
        return self.at(column) if column is not None else None

    def at(self, column: int) -> str | None:
        """The trimmed text of the column by its position, from 0."""
        return (self.row.cells[column].strip() or None) if column < len(self.row.cells) else None

    def occurrences(self, path: str) -> Iterator[Record]:
        """A row has no parts that repeat: itself, if the column has a value."""
        return iter((self,) if self.value(path) is not None else ())

    def location(self, path: str | None = None) -> Location:
        """The cell of the column; without one, the row's first cell."""
        column = self._columns.get(column_name(path), 0) if path is not None else 0
        return self.cell(column)

    def cell(self, column: int) -> Location:
        """The place of a cell of this row by column position, from 0."""
        return self._sheet.cell(self.row.number, column)

    def findings(self) -> tuple[Finding, ...]:
        """Faults of the row itself: those of reading, and cells beyond or short of the header's."""
        extra = [n for n, cell in enumerate(self.row.cells) if n >= self._width and cell.strip()]
        if extra:
            return (*self.row.findings, self._too_long(extra[0]))
        if len(self.row.cells) < self._width and not self.row.findings:
            return (self._too_short(),)
        return self.row.findings

    def _too_long(self, column: int) -> Finding:
        return Finding(
            code="row-too-long",
            message=f"Row {self.row.number} has {len(self.row.cells)} cells, the header has {self._width}",
            location=self.cell(column),
            found=self.row.cells[column].strip()[:80],
            wanted=f"{self._width} cells",
            fix="A cell may hold the delimiter without quotes; correct the row and send the sheet again",
        )

    def _too_short(self) -> Finding:
        return Finding(
            code="row-too-short",
            message=f"Row {self.row.number} has {len(self.row.cells)} cells, the header has {self._width}; "
            "the missing ones are taken as empty",
            severity=Severity.WARNING,
            location=self.cell(len(self.row.cells)),
            found=f"{len(self.row.cells)} cells",
            wanted=f"{self._width} cells",
        )


def read(
    data: bytes,
    *,
    file: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: CsvLimits | None = None,
) -> tuple[Sheet | None, tuple[Finding, ...]]:
    """The sheet, or the findings that say why there is none. Faults of single rows stay with their rows.

    ``encoding`` and ``delimiter`` are the partner's, if it has any. Any bytes may come in: nothing raises.
    """
    limits = limits or CsvLimits()
    if len(data) > limits.size:
        return None, (_too_large(f"{len(data)} bytes", f"{limits.size} bytes").in_file(file),)
    if delimiter is not None and (len(delimiter) != 1 or delimiter in _NO_DELIMITER):
        return None, (_bad_delimiter(delimiter).in_file(file),)
    text, encoding, fault = decode(data, encoding=encoding)
    if text is None or fault is not None:
        return None, (fault.in_file(file),) if fault else ()
    if not text.strip():
        return None, (
            Finding(code="empty-file", message="The file is empty", fix="Send it again").in_file(file),
        )
    text, delimiter = _separator(text, delimiter)
    rows: list[Row] = []
    for row in _rows(text, delimiter, file, limits):
        if isinstance(row, Finding):
            return None, (row,)
        rows.append(row)
        if len(rows) > limits.rows:
            return None, (_too_large("more rows", f"{limits.rows} rows").in_file(file),)
    return Sheet(tuple(rows), encoding=encoding, delimiter=delimiter, file=file), ()


def vote_delimiter(text: str) -> str:
    """The delimiter under which the rows of the first 32 KB agree best on their width; a comma if none divides them.

    csv.Sniffer is not used: it took half a minute on half a megabyte.
    """
    head = text[:_VOTE_CHARACTERS]
    if len(text) > len(head):
        head = head[: head.rfind("\n") + 1] or head
    return max(_CANDIDATES, key=lambda candidate: _agreement(head, candidate))


def column_letters(column: int) -> str:
    """Column 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_name(text: str) -> str:
    """A header as compared: letters, digits and ``#``, in lower case: ``PO #`` is ``po#``."""
    return _NAME_NOISE.sub("", text).casefold()


def header_columns(cells: Sequence[str]) -> dict[str, int]:
    """The position of each header by its compared name; of two alike, the first."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        name = column_name(cell)
        if name:
            columns.setdefault(name, position)
    return columns


def _agreement(head: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest width above one, and that width."""
    widths: Counter[int] = Counter()
    rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for cells in islice(rows, _VOTE_ROWS):
            if any(cell.strip() for cell in cells):
                widths[len(cells)] += 1
    except csv.Error:
        pass  # what was counted so far may still win
    total = sum(widths.values())
    width, count = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1], pair[0]), default=(1, 0))
    return (count / total, width) if width > 1 else (0.0, 1)


def _separator(text: str, delimiter: str | None) -> tuple[str, str]:
    """Excel's first line ``sep=;`` names the delimiter and is no row."""
    line = _SEPARATOR_LINE.match(text)
    if line is not None:
        return text[line.end() :], line[1]
    return text, delimiter or vote_delimiter(text)


class _Lines:
    """The lines of a text, remembering those taken since the last record, so that a broken one can be looked at."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        return line


def _rows(text: str, delimiter: str, file: str | None, limits: CsvLimits) -> Iterator[Row | Finding]:
    """Each row; a finding instead, as the last value, where a quote runs on and nobody can tell where rows begin."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if len(lines.taken) != 1:
                yield _quote_runs_on(number).in_file(file)
                return
            cells = _leniently(lines.taken, delimiter)
            if not cells:
                yield _too_large(
                    f"a cell in row {number} that is too long", f"{limits.cell} characters"
                ).in_file(file)
                return
            yield Row(number, tuple(cells[: limits.columns]), (_broken(error, number).in_file(file),))
            continue
        yield Row(number, tuple(cells[: limits.columns]), tuple(_cell_findings(cells, number, file, limits)))


def _leniently(lines: list[str], delimiter: str) -> list[str]:
    """The cells of one broken line as far as they can be made out, so that the row's order is known."""
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []


def _cell_findings(cells: list[str], number: int, file: str | None, limits: CsvLimits) -> Iterator[Finding]:
    if len(cells) > limits.columns:
        yield _too_large(f"{len(cells)} cells in row {number}", f"{limits.columns} cells").in_file(file)
    for column, cell in enumerate(cells[: limits.columns]):
        place = Location(file=file, cell=f"{column_letters(column)}{number}")
        if len(cell) > limits.cell:
            yield Finding(
                code="cell-too-long",
                message=f"A cell has {len(cell)} characters, at most {limits.cell} are read",
                location=place,
                found=f"{cell[:40]}…",
                wanted=f"at most {limits.cell} characters",
                fix="A quote may be missing its partner; correct the row",
            )
        control = control_character(cell)
        if control is not None:
            yield Finding(
                code="control-character",
                message=f"A cell holds the control character {control}",
                location=place,
                found=control,
                wanted="text",
                fix="Enter the cell again",
            )


def _broken(error: csv.Error, number: int) -> Finding:
    return Finding(
        code="row-not-readable",
        message=f"Row {number} cannot be read: {error}",
        location=Location(cell=f"A{number}"),
        wanted="quotes that open and close, and are doubled inside a quoted cell",
        fix="Correct the quotes in this row and send the sheet again",
    )


def _quote_runs_on(number: int) -> Finding:
    return Finding(
        code="quote-not-closed",
        message=f"A quote that opens in row {number} runs on over the lines below, so rows cannot be told apart",
        location=Location(cell=f"A{number}"),
        wanted="quotes that open and close, and are doubled inside a quoted cell",
        fix="Correct the quotes in this row and send the sheet again",
    )


def _too_large(found: str, wanted: str) -> Finding:
    return Finding(
        code="file-too-large",
        message=f"The sheet has {found}, at most {wanted} are read",
        found=found,
        wanted=f"at most {wanted}",
        fix="Split the sheet into several files",
    )


def _bad_delimiter(delimiter: str) -> Finding:
    return Finding(
        code="delimiter-unusable",
        message=f"The csv layout names {delimiter!r} as delimiter, which cannot be one",
        found=delimiter,
        wanted="one character, such as , ; | or a tab",
        fix="Correct csv.delimiter in the partner's file, or leave it out",
    )
