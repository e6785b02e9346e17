"""A sheet of orders, one row a line, into canonical orders: each good one goes on, each bad one keeps its findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.canonical.encoding import annotations_of
from gateway.canonical.line import Identifier, Reference
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.origin import Origin
from gateway.canonical.party import Party
from gateway.core.finding import Finding, has_errors
from gateway.formats.csv import Record, Sheet
from gateway.partnerships.partner import CsvLayout
from gateway.translation.product_codes import read_identifier
from gateway.translation.reading import Reading
from gateway.translation.sheet_cells import SheetStyle, read_date, read_price, read_quantity, read_unit
from gateway.translation.sheet_columns import SheetColumns, find_columns
from gateway.translation.sheet_orders import SheetOrder, group_rows

_QUANTITY, _PRICE, _UNIT = "line.quantity", "line.unit_price", "line.unit"
_READ_APART = frozenset({_QUANTITY, _PRICE, _UNIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOfSheet:
    """One order of a sheet: ``number`` as far as it could be read, the order unless it is refused, its findings."""

    number: str | None
    order: Order | None
    findings: tuple[Finding, ...]


def read_orders_csv(
    sheet: Sheet,
    layout: CsvLayout,
    *,
    partner: str | None = None,
    test: bool = False,
    origin: Origin | None = None,
    currency: str | None = None,
) -> tuple[tuple[OrderOfSheet, ...], tuple[Finding, ...]]:
    """The orders of a sheet, and findings about the sheet as a whole.

    An error about the whole (no header, a missing column) means that there are no orders. A bad row refuses its order
    with all the order's findings; other orders go on. Rows without a quantity are no lines: a catalogue with few
    quantities filled in is an order too. ``currency`` is the partner's, for orders that name none.
    """
    columns, findings = find_columns(sheet, layout)
    if columns is None:
        return (), findings
    style = _style(sheet, columns, layout)
    groups = group_rows(sheet, columns, layout)
    orders = tuple(
        _OrderReader(rows, columns, layout, style, currency).read(partner, test, origin or Origin())
        for rows in groups
        if rows.records or has_errors(rows.findings)
    )
    spare = (
        finding for rows in groups if not rows.records for finding in rows.findings if not finding.is_error
    )
    return orders, (*findings, *spare)


def _style(sheet: Sheet, columns: SheetColumns, layout: CsvLayout) -> SheetStyle:
    numbers = [column for path, column in columns.positions.items() if path in (_QUANTITY, _PRICE)]
    dates = [column for path, column in columns.positions.items() if _is_date(path)]

    def texts(wanted: list[int]) -> Iterator[str]:
        for record in sheet.records(columns.header):
            for column in wanted:
                text = record.at(column)
                if text is not None:
                    yield text

    return SheetStyle(layout, texts(numbers), texts(dates))


def _is_date(path: str) -> bool:
    _, name, *rest = path.split(".")
    return name == "dates" or (
        path.startswith("order.") and not rest and annotations_of(Order).get(name) is date
    )


class _OrderReader:
    """Builds one order from its rows; findings gather on the way."""

    def __init__(
        self,
        rows: SheetOrder,
        columns: SheetColumns,
        layout: CsvLayout,
        style: SheetStyle,
        currency: str | None,
    ) -> None:
        self._rows = rows
        self._columns = columns
        self._layout = layout
        self._style = style
        self._reading = Reading(ask_for="sheet")
        self._currency = currency
        self._currencies: set[str] = set()
        for finding in rows.findings:
            self._reading.add(finding)

    def read(self, partner: str | None, test: bool, origin: Origin) -> OrderOfSheet:
        lines = self._lines()
        order = replace(self._header(), lines=lines, partner=partner, test=test, origin=origin)
        if order.currency is None:
            stated = next(iter(self._currencies)) if len(self._currencies) == 1 else None
            order = replace(order, currency=stated or self._currency)
        if not lines and self._rows.records and not has_errors(self._reading.findings):
            self._reading.error(
                "order-without-lines",
                "No row of the order has a quantity",
                self._rows.records[0].cell(self._columns.positions[_QUANTITY]),
                wanted="at least one quantity",
                fix="Enter the quantities and send the sheet again",
            )
        findings = self._reading.findings
        refused = self._rows.number is None or has_errors(findings)
        return OrderOfSheet(number=self._rows.number, order=None if refused else order, findings=findings)

    def _header(self) -> Order:
        """What the rows say of the order as a whole: each value once; rows that contradict each other are an error."""
        simple: dict[str, Any] = {}
        dates: dict[str, date] = {}
        references: list[Reference] = []
        parties: dict[str, dict[str, Any]] = {}
        for path, column in self._columns.positions.items():
            root, name, *rest = path.split(".")
            if root == "line":
                continue
            value = self._agreed(path, column)
            if value is None:
                continue
            if root != "order":
                parties.setdefault(root, {})[name] = tuple(value.splitlines()) if name == "address" else value
            elif name == "dates" and isinstance(value, date):
                dates[rest[0]] = value
            elif name == "references":
                references.append(Reference(qualifier=rest[0], value=value))
            else:
                simple[name] = value
        order = Order(
            purchase_order_number=simple.pop("purchase_order_number", self._rows.number or ""), lines=()
        )
        return replace(
            order,
            **simple,
            dates=dates,
            references=tuple(references),
            parties=tuple(Party(role=role, **members) for role, members in parties.items()),
        )

    def _agreed(self, path: str, column: int) -> Any:
        first: Any = None
        for record in self._rows.records:
            value: Any = record.at(column)
            if value is not None and _is_date(path):
                value = read_date(record, column, _label(path), self._style, self._reading)
            if value is None:
                continue
            if first is None:
                first = value
            elif value != first:
                self._reading.error(
                    "header-value-differs",
                    f"The order's {_label(path)} is {first} in one row and {value} in another",
                    record.cell(column),
                    found=str(value),
                    wanted=str(first),
                    fix="Give every order its own number, or correct the cell, and send the sheet again",
                )
                break
        return first

    def _lines(self) -> tuple[OrderLine, ...]:
        lines: list[OrderLine] = []
        column = self._columns.positions[_QUANTITY]
        for record in self._rows.records:
            if record.at(column) is None:
                continue
            line = self._line(record, len(lines) + 1)
            if line is not None:
                lines.append(line)
        return tuple(lines)

    def _line(self, record: Record, line_number: int) -> OrderLine | None:
        positions, reading = self._columns.positions, self._reading
        quantity, unit = read_quantity(record, positions[_QUANTITY], self._style, reading)
        if quantity == 0:
            reading.warn(
                "zero-quantity-skipped",
                f"Row {record.row.number} orders nothing and is no line",
                record.cell(positions[_QUANTITY]),
                found=record.at(positions[_QUANTITY]),
            )
            return None
        price, currency = (None, None)
        if _PRICE in positions:
            price, currency = read_price(record, positions[_PRICE], self._style, reading)
        if _UNIT in positions:
            unit = read_unit(record, positions[_UNIT], reading) or unit
        if currency is not None:
            self._currencies.add(currency)
        line = OrderLine(
            line_number=line_number,
            quantity=quantity,
            unit=unit or self._layout.unit,
            unit_price=price,
            identifiers=self._identifiers(record),
        )
        return replace(line, **self._other_values(record))

    def _identifiers(self, record: Record) -> tuple[Identifier, ...]:
        found: list[Identifier] = []
        columns = self._columns.identifiers()
        texts = [(qualifier, column, record.at(column)) for qualifier, column in columns]
        for qualifier, column, text in texts:
            if text is not None:
                identifier = read_identifier(text, qualifier, record.cell(column), self._reading)
                if identifier is not None:
                    found.append(identifier)
        if all(text is None for _, _, text in texts):
            self._reading.error(
                "missing-product-identifier",
                f"Row {record.row.number} has a quantity but names no product",
                record.cell(columns[0][1]),
                wanted="a product code",
                fix="Correct the row and send the sheet again",
            )
        return tuple(found)

    def _other_values(self, record: Record) -> dict[str, Any]:
        """The remaining columns of a line: its texts, numbers, dates and references by their paths."""
        values: dict[str, Any] = {}
        dates: dict[str, date] = {}
        references: list[Reference] = []
        for path, column in self._columns.positions.items():
            root, name, *rest = path.split(".")
            text = record.at(column)
            if root != "line" or text is None or path in _READ_APART or name == "identifiers":
                continue
            if name == "dates":
                day = read_date(record, column, _label(path), self._style, self._reading)
                if day is not None:
                    dates[rest[0]] = day
            elif name == "references":
                references.append(Reference(qualifier=rest[0], value=text))
            elif annotations_of(OrderLine).get(name) is not Decimal:
                values[name] = text
        return {**values, "dates": dates, "references": tuple(references)}


def _label(path: str) -> str:
    """A path in words: ``order.ordered_on`` is the order date, ``order.dates.cancel_after`` the cancel after date."""
    if path == "order.ordered_on":
        return "order date"
    words = path.rpartition(".")[2].replace("_", " ")
    return f"{words} date" if ".dates." in path else words
