from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.invoice import Invoice
from gateway.canonical.money import AllowanceCharge, Terms
from gateway.canonical.order import Order
from gateway.canonical.shipment import Shipment
from gateway.orders.billing import Billing, bill
from gateway.orders.extension import currency_places, extend
from gateway.orders.lines import LineQuantities, OpenOrder
from tests.orders.sample import TODAY, codes, item, line, order, shipment, shipped

D = Decimal

PERCENT_OFF_LINE = AllowanceCharge(kind="allowance", code="C310", method="02", percent=D(5))
RATE_ON_LINE = AllowanceCharge(kind="charge", code="F050", method="06", rate=D("0.05"), unit="EA")
PERCENT_OFF = AllowanceCharge(kind="allowance", code="C310", method="02", percent=D(2))
FREIGHT = AllowanceCharge(kind="charge", code="D240", method="06", amount=D("15.00"))

GOLDEN = order(
    line(1, "7", "19.99", unit="CA", allowances_charges=(PERCENT_OFF_LINE,)),
    line(2, "333", "7.77", price_basis="HP"),
    line(3, "12", "0.335", allowances_charges=(RATE_ON_LINE,)),
    allowances_charges=(PERCENT_OFF, FREIGHT),
    terms=(Terms(type="01", basis="3", discount_percent=D(2), discount_days=10, net_days=30),),
)
"""ORDER_TO_CASH 4.3."""


def billed(book: OpenOrder, *shipments: Shipment, **more: object) -> Billing:
    arguments: dict[str, object] = {"invoice_number": "INV-1", "invoiced_on": TODAY, "currency": "USD"}
    return bill(book, shipments, **{**arguments, **more})  # type: ignore[arg-type]


def invoice(billing: Billing) -> Invoice:
    assert billing.invoice is not None, billing.findings
    return billing.invoice


@pytest.mark.parametrize(
    ("quantity", "price", "basis", "amount"),
    [
        ("5000", "12.345", "HP", "617.25"),
        ("333", "7.77", "HP", "25.87"),
        ("12500", "3.80", "TP", "47.50"),
        ("30", "14.40", "PD", "36.00"),
        ("5000", "12.345", None, "61725.00"),
        ("1", "7", "PN", "0.70"),
        ("100000", "7", "HT", "7.00"),
        ("10", "57.60", "CA", "576.00"),
    ],
)
def test_extension_by_price_basis(quantity: str, price: str, basis: str | None, amount: str) -> None:
    """ORDER_TO_CASH 4.1."""
    assert extend(D(quantity), D(price), basis) == D(amount)


def test_extension_is_exact_beyond_the_usual_precision_of_decimals() -> None:
    """10^15 - 1 times 10^15 - 0.005 has 33 digits; 28 are kept by default."""
    assert extend(D("999999999999999"), D("999999999999999.995"), None) == D(
        "999999999999998995000000000000.01"
    )


def test_the_golden_invoice_without_tax() -> None:
    """ORDER_TO_CASH 4.3: nets 132.93, 25.87, 4.62; subtotal 163.42; header -3.27 and +15.00."""
    document = invoice(billed(shipped(GOLDEN), shipment(item(1, "7"), item(2, "333"), item(3, "12"))))
    assert [each.net for each in document.lines] == [D("132.93"), D("25.87"), D("4.62")]
    line_amounts = [each.amount for part in document.lines for each in part.allowances_charges]
    assert line_amounts == [D("7.00"), D("0.60")]
    assert [each.amount for each in document.allowances_charges] == [D("3.27"), D("15.00")]
    assert (document.totals.subtotal, document.totals.total) == (D("163.42"), D("175.15"))
    assert document.terms == GOLDEN.terms


def test_the_invoice_carries_order_and_shipment() -> None:
    ship = shipment(item(1, "10"))
    document = invoice(billed(shipped(order(line(1, "10"))), ship))
    assert (document.purchase_order_number, document.shipment_number) == ("4711", "S-1")
    assert (document.department, document.shipped_on) == ("531", date(2026, 3, 20))
    assert document.parties[0].role == "ship_to" and document.lines[0].buyer_line_id == "001"


def test_the_ship_date_is_a_day_of_the_partner() -> None:
    """ORDER_TO_CASH 4.7: 2026-04-01T04:30Z is 31 March in Chicago."""
    late = shipment(item(1, "10"), shipped_at=datetime(2026, 4, 1, 4, 30, tzinfo=UTC))
    document = invoice(billed(shipped(order(line(1, "10"))), late, zone=ZoneInfo("America/Chicago")))
    assert document.shipped_on == date(2026, 3, 31)


def test_a_missing_price_is_found() -> None:
    billing = billed(shipped(order(line(1, "10", None))), shipment(item(1, "10")))
    assert billing.invoice is None and codes(billing.findings) == ["price-missing"]
    assert billing.findings[0].location.path == "lines[0].unit_price"


def test_free_goods_are_billed_at_nothing() -> None:
    document = invoice(billed(shipped(order(line(1, "10", "0"))), shipment(item(1, "10"))))
    assert document.totals.total == 0


def test_no_shipment_is_billed_twice() -> None:
    billing = billed(shipped(order(line(1, "10")), line_1="10"), shipment(item(1, "10")))
    assert billing.invoice is None and codes(billing.findings) == ["bills-more-than-shipped"]


def test_what_did_not_ship_is_not_billed() -> None:
    ship = shipment(item(1, "10"))
    unshipped = OpenOrder(order=order(line(1, "10")), quantities={1: LineQuantities(ordered=D(10))})
    assert codes(billed(unshipped, ship).findings) == ["bills-more-than-shipped"]
    other = replace(ship, orders=(replace(ship.orders[0], purchase_order_number="0000"),))
    assert codes(billed(shipped(order(line(1, "10"))), other).findings) == ["nothing-to-bill"]


def test_a_line_the_order_has_not() -> None:
    assert codes(billed(shipped(order(line(1, "1"))), shipment(item(2, "1"))).findings) == ["unknown-line"]


def test_an_amount_no_ledger_could_keep() -> None:
    huge = order(line(1, "999999999999", "999999999999"))
    assert codes(billed(shipped(huge), shipment(item(1, "999999999999"))).findings) == ["amount-too-large"]


def test_the_amount_wins_over_the_percent() -> None:
    """Note of segment SAC: where both are given, the amount counts."""
    both = AllowanceCharge(kind="allowance", code="C310", percent=D(2), amount=D("3.00"))
    document = invoice(
        billed(shipped(order(line(1, "100"), allowances_charges=(both,))), shipment(item(1, "100")))
    )
    assert document.totals.total == D("97.00")


@pytest.mark.parametrize(
    "elsewhere",
    [
        AllowanceCharge(kind="allowance", code="A520", method="01", amount=D(5)),
        AllowanceCharge(kind="allowance", code="A520", method="04", amount=D(5)),
        AllowanceCharge(kind="charge", code="D240", method="05", amount=D(5)),
        AllowanceCharge(kind="service", code="D240", amount=D(5)),
        AllowanceCharge(kind="charge", code="D240", method="06"),
    ],
)
def test_what_is_settled_elsewhere_stays_off_the_invoice(elsewhere: AllowanceCharge) -> None:
    billing = billed(shipped(order(line(1, "10"), allowances_charges=(elsewhere,))), shipment(item(1, "10")))
    assert invoice(billing).totals.total == 10 and invoice(billing).allowances_charges == ()
    assert codes(billing.findings) == ["allowance-not-on-invoice"]
    assert billing.findings[0].location.path == "allowances_charges[0]"


def test_no_allowance_or_charge_is_silent() -> None:
    none = AllowanceCharge(kind="no_allowance_or_charge", code="D240")
    billing = billed(shipped(order(line(1, "10"), allowances_charges=(none,))), shipment(item(1, "10")))
    assert billing.findings == () and invoice(billing).totals.total == 10


def test_percent_is_of_this_invoice_and_freight_by_its_share() -> None:
    po = order(line(1, "10", "10.00"), allowances_charges=(PERCENT_OFF, FREIGHT))
    part = OpenOrder(order=po, quantities={1: LineQuantities(ordered=D(10), allocated=D(6), shipped=D(4))})
    document = invoice(billed(part, shipment(item(1, "4"))))
    assert [each.amount for each in document.allowances_charges] == [D("0.80"), D("6.00")]
    assert document.totals.total == D("45.20")


def test_a_rate_is_taken_of_its_own_quantity_by_the_part_billed() -> None:
    handling = AllowanceCharge(kind="charge", code="D240", rate=D("1.50"), quantity=D(4), unit="CA")
    po = order(line(1, "10", "1.00", allowances_charges=(handling,)))
    document = invoice(billed(shipped(po, line_1="5"), shipment(item(1, "5"))))
    applied = document.lines[0].allowances_charges[0]
    assert (applied.amount, applied.quantity) == (D("3.00"), D(2))


def test_several_shipments_make_one_invoice() -> None:
    later = shipment(item(1, "6"), shipment_number="S-2", shipped_at=datetime(2026, 3, 22, tzinfo=UTC))
    document = invoice(billed(shipped(order(line(1, "10"))), shipment(item(1, "4")), later))
    assert document.lines[0].quantity == 10
    assert (document.shipment_number, document.shipped_on) == (None, date(2026, 3, 22))


@pytest.mark.parametrize(("currency", "total"), [("JPY", "33"), ("USD", "33.33"), ("KWD", "33.333")])
def test_amounts_have_the_places_of_their_currency(currency: str, total: str) -> None:
    po = order(line(1, "1", "33.3333"), currency=currency)
    assert invoice(billed(shipped(po), shipment(item(1, "1")))).totals.total == D(total)
    assert currency_places(currency) == -int(D(total).as_tuple().exponent)


def test_the_partners_currency_stands_in_where_the_order_has_none() -> None:
    document = invoice(
        billed(shipped(order(line(1, "1"), currency=None)), shipment(item(1, "1")), currency="CAD")
    )
    assert document.currency == "CAD"


@given(
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    price=st.decimals("0.01", "99.99", places=2),
    fixed=st.decimals("0.01", "50", places=2),
    kind=st.sampled_from(["allowance", "charge"]),
)
def test_fixed_amounts_are_billed_exactly_once_however_the_order_is_cut_up(
    cuts: list[int], price: Decimal, fixed: Decimal, kind: str
) -> None:
    """And every invoice's total is its lines plus charges less allowances."""
    whole = D(sum(cuts))
    amount = AllowanceCharge(kind=kind, code="D240", amount=fixed)
    po: Order = order(
        line(1, str(whole), str(price), allowances_charges=(amount,)), allowances_charges=(amount,)
    )
    at_header = at_line = invoiced = D(0)
    for cut in cuts:
        standing = LineQuantities(ordered=whole, shipped=whole, invoiced=invoiced)
        document = invoice(billed(OpenOrder(order=po, quantities={1: standing}), shipment(item(1, str(cut)))))
        header, own = document.allowances_charges[0], document.lines[0].allowances_charges[0]
        assert header.amount is not None and own.amount is not None
        sign = -1 if kind == "allowance" else 1
        assert document.totals.total == document.totals.subtotal + sign * header.amount
        assert document.totals.subtotal == extend(D(cut), price, None) + sign * own.amount
        at_header, at_line, invoiced = at_header + header.amount, at_line + own.amount, invoiced + cut
    assert (at_header, at_line) == (fixed, fixed)
