"""Which row of a sheet is its header, and which column holds which canonical value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.core.finding import Finding, Severity
from gateway.formats.csv import Row, Sheet, column_name
from gateway.partnerships.partner import CsvLayout

_HEADER_ROWS = 30

_NUMBER = "order.purchase_order_number"
_QUANTITY = "line.quantity"
_IDENTIFIERS = "line.identifiers."


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """The header row, and the column of each canonical path, counted from 0."""

    header: Row
    positions: Mapping[str, int]

    def identifiers(self) -> tuple[tuple[str, int], ...]:
        """The qualifier and column of each product identifier, in the layout's order."""
        return tuple(
            (path.removeprefix(_IDENTIFIERS), column)
            for path, column in self.positions.items()
            if path.startswith(_IDENTIFIERS)
        )


def find_columns(sheet: Sheet, layout: CsvLayout) -> tuple[SheetColumns | None, tuple[Finding, ...]]:
    """The header and its columns, or the findings that say what is missing.

    The header is the row, among the first thirty, in which most of the layout's names stand. A header that the layout
    does not know is named in a warning.
    """
    header: Row | None = None
    positions: dict[str, int] = {}
    for row in sheet.rows[:_HEADER_ROWS]:
        found = _positions(row, layout)
        if len(found) > len(positions):
            header, positions = row, found
    if header is None:
        return None, (_no_header(sheet, layout),)
    missing = tuple(_missing(sheet, header, positions, layout))
    if missing:
        return None, missing
    return SheetColumns(header, positions), _unused(sheet, header, positions)


def _positions(row: Row, layout: CsvLayout) -> dict[str, int]:
    """The columns of the paths in the row: path by path, each name as the layout ranks it, each column once."""
    cells: dict[str, int] = {}
    for column, cell in enumerate(row.cells):
        cells.setdefault(column_name(cell), column)
    taken: dict[str, int] = {}
    for path, names in layout.columns.items():
        for name in names:
            place = cells.get(column_name(name))
            if place is not None and place not in taken.values():
                taken[path] = place
                break
    return taken


def _no_header(sheet: Sheet, layout: CsvLayout) -> Finding:
    first = next((row for row in sheet.rows if not row.is_blank), None)
    return Finding(
        code="header-not-found",
        message=f"None of the first {_HEADER_ROWS} rows is a header the layout knows",
        location=sheet.cell(first.number if first else 1, 0),
        found=", ".join(first.cells)[:200] if first else None,
        wanted=f"a row with {_examples(layout, _NUMBER)} and {_examples(layout, _QUANTITY)}",
        fix="Put a header row above the lines, or name the columns in the partner's csv layout",
    )


def _missing(sheet: Sheet, header: Row, positions: Mapping[str, int], layout: CsvLayout) -> list[Finding]:
    """The order number, the quantity and at least one product identifier must have a column."""
    wanted = [("purchase order number", _NUMBER), ("quantity", _QUANTITY)]
    missing: list[tuple[str, tuple[str, ...]]] = [
        (label, (path,)) for label, path in wanted if path not in positions
    ]
    identifiers = tuple(path for path in layout.columns if path.startswith(_IDENTIFIERS))
    if not any(path in positions for path in identifiers):
        missing.append(("product identifier", identifiers))
    return [_missing_column(sheet, header, label, paths, layout) for label, paths in missing]


def _missing_column(
    sheet: Sheet, header: Row, label: str, paths: tuple[str, ...], layout: CsvLayout
) -> Finding:
    names = [name for path in paths for name in layout.columns.get(path, ())]
    near = next((cell for cell in header.cells if get_close_matches(cell, names, n=1, cutoff=0.7)), None)
    return Finding(
        code="missing-column",
        message=f"The sheet has no column for the {label}",
        location=sheet.cell(header.number, 0),
        found=", ".join(cell for cell in header.cells if cell)[:200],
        wanted=f"a column named {', '.join(names[:6])}" if names else f"a column for the {label}",
        rule="csv layout: " + ", ".join(paths or ("line.identifiers",)),
        fix=f"Is it the column {near!r}? Rename it, or name it in the partner's csv layout"
        if near
        else "Add the column, or name it in the partner's csv layout",
    )


def _unused(sheet: Sheet, header: Row, positions: Mapping[str, int]) -> tuple[Finding, ...]:
    used = set(positions.values())
    unused = [column for column, cell in enumerate(header.cells) if cell.strip() and column not in used]
    if not unused:
        return ()
    names = ", ".join(header.cells[column].strip() for column in unused)
    return (
        Finding(
            code="columns-not-carried",
            message=f"The order has no place for the columns {names}",
            severity=Severity.WARNING,
            location=sheet.cell(header.number, unused[0]),
            found=names[:200],
            fix="If they matter, name them in the partner's csv layout",
        ),
    )


def _examples(layout: CsvLayout, path: str) -> str:
    return " or ".join(layout.columns.get(path, (path,))[:3])
