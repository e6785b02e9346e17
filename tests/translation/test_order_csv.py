"""Sheets of orders where the golden cases do not say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.order import Order
from gateway.core.finding import Finding
from gateway.formats import csv
from gateway.partnerships.partner import CsvLayout
from gateway.translation.order_csv import OrderOfSheet, read_orders_csv
from gateway.translation.reading import FINDINGS_OF_A_DOCUMENT
from gateway.translation.trade_show import TRADE_SHOW


def read(
    text: str, layout: CsvLayout = TRADE_SHOW
) -> tuple[dict[str | None, OrderOfSheet], tuple[Finding, ...]]:
    sheet, findings = csv.read(text.encode(), delimiter=layout.delimiter)
    assert sheet is not None, findings
    orders, findings = read_orders_csv(sheet, layout)
    return {order.number: order for order in orders}, findings


def only_order(text: str, layout: CsvLayout = TRADE_SHOW) -> Order:
    orders, _ = read(text, layout)
    (order,) = orders.values()
    assert order.order is not None, order.findings
    return order.order


def faults(text: str, layout: CsvLayout = TRADE_SHOW) -> list[tuple[str, str | None]]:
    orders, findings = read(text, layout)
    every = [*findings, *(finding for order in orders.values() for finding in order.findings)]
    return [(finding.code, finding.location.cell) for finding in every]


def test_rows_of_one_order_need_not_stand_together() -> None:
    orders, _ = read("PO,SKU,Qty\n1,A,1\n2,B,2\n1,C,3\n")
    assert {
        number: [line.quantity for line in one.order.lines] for number, one in orders.items() if one.order
    } == {
        "1": [Decimal(1), Decimal(3)],
        "2": [Decimal(2)],
    }


def test_releases_of_one_number_are_orders_of_their_own() -> None:
    sheet, _ = csv.read(b"PO,Release,SKU,Qty\n1,A,X,1\n1,B,X,2\n")
    assert sheet is not None
    orders, _ = read_orders_csv(sheet, TRADE_SHOW)
    assert [one.order.release_number for one in orders if one.order] == ["A", "B"]


def test_a_bad_row_refuses_its_order_with_all_its_findings_and_no_other() -> None:
    orders, _ = read("PO,SKU,Qty,Price\n1,A,x,1\n1,B,2,y\n2,C,3,1\n")
    assert orders["1"].order is None
    assert [one.location.cell for one in orders["1"].findings] == ["C2", "D3"]
    assert orders["2"].order is not None
    assert orders["2"].findings == ()


def test_a_blank_number_continues_the_order_above_only_where_the_layout_says_so() -> None:
    text = "PO,SKU,Qty\n1,A,1\n,B,2\n2,C,1\n"
    assert [len(one.order.lines) for one in read(text)[0].values() if one.order] == [2, 1]
    strict = replace(TRADE_SHOW, blank_key_continues=False)
    orders, _ = read(text, strict)
    assert orders["1"].order is None, "nobody can tell whether row 3 belongs to order 1"
    assert [(one.code, one.location.cell) for one in orders["1"].findings] == [
        ("missing-purchase-order-number", "A3")
    ]
    assert orders["2"].order is not None


def test_rows_above_the_first_number_belong_to_nobody() -> None:
    orders, _ = read("PO,SKU,Qty\n,A,1\n1,B,2\n")
    assert orders[None].order is None
    assert [(one.code, one.location.cell) for one in orders[None].findings] == [
        ("missing-purchase-order-number", "A2")
    ]
    assert orders["1"].order is not None


def test_a_missing_column_names_the_one_that_may_be_meant() -> None:
    orders, (finding,) = read("PO,SKU,Qantity\n1,A,1\n")
    assert orders == {}
    assert (finding.code, finding.location.cell) == ("missing-column", "A1")
    assert "'Qantity'" in (finding.fix or "")


def test_all_missing_columns_are_found_at_once() -> None:
    assert [code for code, _ in faults("Color,Size\nred,M\n")] == ["missing-column"] * 3


def test_the_header_may_stand_below_a_title() -> None:
    order = only_order("Spring order,,\nfrom Hill & Vale,,\n,,\nPO,SKU,Qty\n1,A,4\n")
    assert order.lines[0].quantity == 4


def test_the_layout_of_the_partner_rules() -> None:
    layout = CsvLayout(
        columns={
            "order.purchase_order_number": ("Auftrag",),
            "order.ordered_on": ("Tag",),
            "order.references.IO": ("Beleg",),
            "line.quantity": ("Stück",),
            "line.unit_price": ("Preis",),
            "line.identifiers.EN": ("EAN",),
            "line.references.LI": ("Zeile",),
            "line.dates.deliver_by": ("Termin",),
            "ship_to.name": ("Filiale",),
            "ship_to.address": ("Anschrift",),
        },
        date_format="%d.%m.%y",
        decimal=",",
        delimiter=";",
    )
    order = only_order(
        "Auftrag;Tag;Beleg;Stück;Preis;EAN;Zeile;Termin;Filiale;Anschrift\n"
        '7;03.02.26;B-1;1.200;8,50;4006381333931;10;04.02.26;Mitte;"Weg 1\nHof 2"\n',
        layout,
    )
    line = order.lines[0]
    assert order.ordered_on == date(2026, 2, 3)
    assert (line.quantity, line.unit_price, line.unit) == (Decimal(1200), Decimal("8.50"), None)
    assert line.dates["deliver_by"].isoformat() == "2026-02-04"
    assert (order.references[0].value, line.references[0].value) == ("B-1", "10")
    assert order.parties[0].address == ("Weg 1", "Hof 2")
    bad = "Auftrag;Tag;Stück;EAN\n7;2026-02-03;1;4006381333931\n"
    assert faults(bad, layout) == [("not-a-date", "B2")]


@pytest.mark.parametrize(
    ("code", "kept", "finding"),
    [
        ("614141000418", "614141000418", None),
        ("6141410029", "006141410029", "leading-zero-restored"),
        ("6141410028", "6141410028", "check-digit-wrong"),
        ("555666411", "555666411", "check-digit-wrong"),
        ("6 14141 00041 8", "614141000418", None),
        ("614141000418.0", "614141000418", None),
        ("N/A", "N/A", "not-a-product-code"),
        ("6.14141E+11", None, "digits-lost"),
        ("6,14141e+11", None, "digits-lost"),
    ],
)
def test_product_codes(code: str, kept: str | None, finding: str | None) -> None:
    orders, _ = read(f'PO,UPC,Qty\n1,"{code}",1\n')
    one = orders["1"]
    assert [found.code for found in one.findings] == ([finding] if finding else [])
    assert (one.order is None) == (kept is None)
    if one.order is not None:
        assert one.order.lines[0].identifiers[0].value == kept


def test_an_ean_or_gtin_in_the_upc_column_keeps_its_own_qualifier() -> None:
    order = only_order("PO,UPC,Qty\n1,4006381333931,1\n1,10614141000415,1\n")
    assert [line.identifiers[0].qualifier for line in order.lines] == ["EN", "UK"]


def test_an_order_number_in_scientific_notation_is_lost() -> None:
    assert faults("PO,SKU,Qty\n4.50001E+09,A,1\n") == [("digits-lost", "A2")]


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (["2026-02-03"], "2026-02-03"),
        (["20260203"], "2026-02-03"),
        (["3 Feb 2026"], "2026-02-03"),
        (["Feb 3, 2026"], "2026-02-03"),
        (["03.02.2026"], "2026-02-03"),
        (["2/3/2026", "2/13/2026"], "2026-02-03"),
        (["3/2/26", "13/2/26"], "2026-02-03"),
        (["3/3/26"], "2026-03-03"),
    ],
)
def test_dates_and_their_proof(cells: list[str], day: str) -> None:
    rows = "".join(f'{number},A,1,"{cell}"\n' for number, cell in enumerate(cells))
    orders, _ = read("PO,SKU,Qty,PO Date\n" + rows)
    first = orders["0"].order
    assert first is not None
    assert first.ordered_on is not None
    assert first.ordered_on.isoformat() == day


@pytest.mark.parametrize("cells", [["3/2/26"], ["3/2/26", "13/2/26", "2/13/26"]])
def test_a_date_without_proof_is_refused(cells: list[str]) -> None:
    rows = "".join(f"{number},A,1,{cell}\n" for number, cell in enumerate(cells))
    assert ("ambiguous-date", "D2") in faults("PO,SKU,Qty,PO Date\n" + rows)


@pytest.mark.parametrize("cell", ["2026-02-30", "soon", "46056", "32.1.2026", "1/2/3/4"])
def test_what_is_no_date(cell: str) -> None:
    assert faults(f"PO,SKU,Qty,PO Date\n1,A,1,{cell}\n") == [("not-a-date", "D2")]


@pytest.mark.parametrize(
    ("cell", "quantity", "unit"),
    [
        ("12", "12", "EA"),
        ("2 cs", "2", "CA"),
        ("1 dz", "1", "DZ"),
        ('"1,200"', "1200", "EA"),
        ("3pcs", "3", "EA"),
    ],
)
def test_quantities(cell: str, quantity: str, unit: str) -> None:
    line = only_order(f"PO,SKU,Qty\n1,A,{cell}\n").lines[0]
    assert (line.quantity, line.unit) == (Decimal(quantity), unit)


@pytest.mark.parametrize("cell", ["ten", "1 bag", "1e3", "--1", "1.2.3", "NaN", "=SUM(A1)", "½", "١٢"])
def test_what_is_no_quantity(cell: str) -> None:
    assert faults(f"PO,SKU,Qty\n1,A,{cell}\n") == [("not-a-quantity", "C2")]


def test_a_quantity_beyond_the_ledger_is_refused() -> None:
    assert faults("PO,SKU,Qty\n1,A,99999999999999\n1,A,1.1234567\n") == [
        ("number-out-of-range", "C2"),
        ("number-out-of-range", "C3"),
    ]


@pytest.mark.parametrize(
    ("cell", "price", "currency"),
    [
        ("24", "24", None),
        ("$24.00", "24.00", None),
        ('"$1,024.50"', "1024.50", None),
        ('"1.024,50 €"', "1024.50", "EUR"),
        ("£8.50", "8.50", "GBP"),
        ("USD 8.50", "8.50", "USD"),
        ('"8,5"', "8.5", None),
    ],
)
def test_prices(cell: str, price: str, currency: str | None) -> None:
    order = only_order(f"PO,SKU,Qty,Price\n1,A,1,{cell}\n")
    assert (order.lines[0].unit_price, order.currency) == (Decimal(price), currency)


def test_rows_without_quantity_are_no_lines_and_an_order_needs_one() -> None:
    assert len(only_order("PO,SKU,Qty\n1,A,\n1,B,6\n").lines) == 1
    assert faults("PO,SKU,Qty\n1,A,\n1,B,\n") == [("order-without-lines", "C2")]


def test_stock_is_never_taken_for_an_order() -> None:
    assert ("missing-column", "A1") in faults("PO,SKU,Available,On hand,Max Order\n1,A,5,6,7\n")


def test_columns_without_a_place_are_named() -> None:
    _, (finding,) = read("PO,SKU,Qty,Horoscope\n1,A,1,Leo\n")
    assert (finding.code, finding.found, finding.location.cell) == ("columns-not-carried", "Horoscope", "D1")


def test_a_header_repeated_in_the_middle_is_no_row() -> None:
    assert len(only_order("PO,SKU,Qty\n1,A,1\nPO,SKU,Qty\n1,B,2\n").lines) == 2


CELLS = st.sampled_from(
    ["", "1", "2", "A", "ten", "6.1E+11", "3/2/26", "Total", "614141000418", '"', "x;y", "-1", "0"]
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8))
def test_any_cells_give_orders_or_findings(rows: list[list[str]]) -> None:
    text = "PO,UPC,Qty,Price,PO Date\n" + "".join(",".join(row) + "\n" for row in rows)
    sheet, findings = csv.read(text.encode())
    if sheet is None:
        assert findings
        return
    orders, _ = read_orders_csv(sheet, TRADE_SHOW)
    for one in orders:
        assert (one.order is None) == any(finding.is_error for finding in one.findings)
        assert one.order is None or one.order.lines


def test_a_thousand_findings_are_enough() -> None:
    orders, _ = read("PO,SKU,Qty\n" + "1,A,ten\n" * 3000)
    findings = orders["1"].findings
    assert len(findings) == FINDINGS_OF_A_DOCUMENT + 1
    assert findings[-1].code == "more-findings"
