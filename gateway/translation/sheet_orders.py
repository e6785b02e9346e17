"""The rows of a sheet by the order they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.core.finding import Finding, Severity
from gateway.formats.csv import Record, Sheet
from gateway.partnerships.partner import CsvLayout
from gateway.translation.sheet_columns import SheetColumns
from gateway.translation.sheet_numbers import has_exponent

_TOTAL = re.compile(r"(?:grand|sub)?\s*-?total\b.*|.*\btotals?:?", re.IGNORECASE)
_FIX = "Correct the cell and send the sheet again"


@dataclass(slots=True)
class SheetOrder:
    """The rows of one order. ``number`` is None for rows that no order number stands above."""

    number: str | None
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def group_rows(sheet: Sheet, columns: SheetColumns, layout: CsvLayout) -> list[SheetOrder]:
    """Orders in the order they first appear; rows of one order need not stand together.

    A row without order number continues the order above where the layout says so; otherwise it is an error of that
    order, for nobody can tell whether the row belongs to it. Totals and repeated headers are no rows of an order.
    """
    grouping = _Grouping(columns, layout)
    for record in sheet.records(columns.header):
        grouping.take(record)
    return list(grouping.orders.values())


class _Grouping:
    """Walks down the sheet and remembers the order it is in."""

    def __init__(self, columns: SheetColumns, layout: CsvLayout) -> None:
        self.orders: dict[tuple[str | None, str | None], SheetOrder] = {}
        self._columns = columns
        self._layout = layout
        self._current: SheetOrder | None = None
        self._number = columns.positions["order.purchase_order_number"]
        self._release = columns.positions.get("order.release_number")

    def take(self, record: Record) -> None:
        if record.row.cells == self._columns.header.cells:
            return
        if self._is_total(record):
            self._above().findings.append(_total_skipped(record))
            return
        number = record.at(self._number)
        if number is None:
            order = self._without_number(record)
        else:
            release = record.at(self._release) if self._release is not None else None
            order = self.orders.setdefault((number, release), SheetOrder(number))
            if has_exponent(number):
                order.findings.append(_digits_lost(record, self._number, number))
        self._current = order
        order.findings += record.findings()
        if record.row.cells:
            order.records.append(record)

    def _without_number(self, record: Record) -> SheetOrder:
        order = self._above()
        if record.row.cells and (order.number is None or not self._layout.blank_key_continues):
            order.findings.append(_number_missing(record, self._number, order.number))
        return order

    def _above(self) -> SheetOrder:
        """The order the row above belongs to; before any, that of rows without a number."""
        return self._current or self.orders.setdefault((None, None), SheetOrder(None))

    def _is_total(self, record: Record) -> bool:
        """A row that says total and names no product."""
        if any(
            record.at(column)
            for _, column in self._columns.identifiers()
            if not _says_total(record.at(column))
        ):
            return False
        return any(_says_total(cell) for cell in record.row.cells)


def _says_total(cell: str | None) -> bool:
    return bool(cell) and _TOTAL.fullmatch((cell or "").strip()) is not None


def _total_skipped(record: Record) -> Finding:
    return Finding(
        code="total-row-skipped",
        message=f"Row {record.row.number} is a total and no line of an order",
        severity=Severity.WARNING,
        location=record.cell(0),
        found=", ".join(cell for cell in record.row.cells if cell.strip())[:80],
    )


def _number_missing(record: Record, column: int, above: str | None) -> Finding:
    place = f"; the row above belongs to order {above}" if above else ""
    return Finding(
        code="missing-purchase-order-number",
        message=f"Row {record.row.number} has no purchase order number{place}",
        location=record.cell(column),
        wanted="a purchase order number",
        fix=_FIX,
    )


def _digits_lost(record: Record, column: int, number: str) -> Finding:
    return Finding(
        code="digits-lost",
        message=f"The purchase order number {number!r} is a rounded number: a spreadsheet has cut its last digits",
        location=record.cell(column),
        found=number,
        wanted="all digits, as text",
        fix="Format the column as text, enter the number again and send the sheet again",
    )
