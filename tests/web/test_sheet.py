"""A sheet row by row: each finding at its row, and what became of the rows around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.formats import csv
from gateway.partnerships.partner import CsvLayout
from gateway.translation.order_csv import read_orders_csv
from gateway.translation.trade_show import TRADE_SHOW
from gateway.web.sheet import COLUMNS_SHOWN, ROWS_ON_A_PAGE, SheetView, view_sheet
from tests.web.pages import BAD


def findings_in(text: str, layout: CsvLayout = TRADE_SHOW) -> list[Finding]:
    sheet, findings = csv.read(text.encode())
    assert sheet is not None
    orders, more = read_orders_csv(sheet, layout)
    return [*findings, *more, *(finding for order in orders for finding in order.findings)]


def view(text: str, *, only_problems: bool | None = None, first: int = 0) -> SheetView:
    found = view_sheet(
        text.encode(), TRADE_SHOW, findings_in(text), taken=True, only_problems=only_problems, first=first
    )
    assert found is not None
    return found


def test_each_error_stands_at_its_row_and_its_order_is_not_taken() -> None:
    shown = view(BAD)
    fates = {row.number: (row.fate, row.order, [f.code for f in row.findings]) for row in shown.rows}
    assert fates == {
        1: ("header", None, []),
        2: ("wrong", "HV-2", ["not-a-quantity"]),
        3: ("beside", "HV-2", []),
        4: ("taken", "HV-3", []),
    }
    assert [row.because for row in shown.rows] == [None, 2, 2, None]
    assert [cell.tone for cell in shown.rows[1].cells] == ["", "", "", "", "", "bad", ""]
    assert [(order.number, order.lines, order.rows, order.errors) for order in shown.refused] == [
        ("HV-2", 2, (2,), 1)
    ]


def test_what_is_no_line_says_so() -> None:
    shown = view("PO,SKU,Qty\nA-1,X,2\n,Y,\n,Subtotal,2\n")
    assert [row.fate for row in shown.rows] == ["header", "taken", "none", "none"]


def test_without_its_columns_no_row_was_read() -> None:
    shown = view("PO,SKU,Qantity\nA-1,X,2\n")
    assert [(row.number, row.fate) for row in shown.rows] == [(1, "wrong"), (2, "unread")]
    assert shown.refused == ()


def test_a_finding_without_a_cell_is_about_the_file() -> None:
    whole = Finding(code="odd", message="Odd", severity=Severity.WARNING, location=Location(file="a.csv"))
    shown = view_sheet(b"PO,SKU,Qty\nA-1,X,2\n", TRADE_SHOW, [whole], taken=True)
    assert shown is not None and shown.general == (whole,)


def test_rows_of_a_held_file_are_read_but_not_taken() -> None:
    shown = view_sheet(b"PO,SKU,Qty\nA-1,X,2\n", TRADE_SHOW, [], taken=False)
    assert shown is not None and [row.fate for row in shown.rows] == ["header", "read"]


def test_a_long_sheet_comes_in_pages_the_rows_with_remarks_first() -> None:
    lines = [f"A-{n},X,{'ten' if n == 450 else 1}" for n in range(500)]
    text = "PO,SKU,Qty\n" + "\n".join(lines) + "\n"
    first = view(text)
    assert first.only_problems and [row.number for row in first.rows] == [452]
    whole = view(text, only_problems=False)
    assert len(whole.rows) == ROWS_ON_A_PAGE and whole.previous is None
    pages = [whole]
    while (following := pages[-1].next) is not None:
        pages.append(view(text, only_problems=False, first=following))
    assert [row.number for page in pages for row in page.rows] == list(range(1, 502))
    assert pages[-1].previous == ROWS_ON_A_PAGE


def test_a_wide_sheet_is_cut() -> None:
    text = "PO,SKU,Qty" + ",x" * 200 + "\nA-1,X,2" + "," * 200 + "\n"
    assert len(view(text).columns) == COLUMNS_SHOWN


def test_what_is_no_sheet_is_not_shown_as_one() -> None:
    assert view_sheet(b"ISA*00*", TRADE_SHOW, [], taken=True) is None
    assert view_sheet(b"<cXML/>", TRADE_SHOW, [], taken=True) is None
    assert view_sheet(b"", TRADE_SHOW, [], taken=True) is None


@given(st.binary(max_size=300), st.integers(0, 10), st.booleans())
def test_any_bytes_can_be_looked_at(data: bytes, first: int, only: bool) -> None:
    finding = Finding(code="odd", message="Odd", location=Location(cell="B2"))
    view_sheet(b"PO,SKU,Qty\n" + data, TRADE_SHOW, [finding], taken=True, only_problems=only, first=first)
