"""Each business check with an order that passes and one that fails, and what a person is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.line import Destination
from gateway.canonical.order import Order, OrderLine, OrderTotals
from gateway.canonical.origin import Origin
from gateway.core.finding import Severity
from gateway.rules import destinations, stated_totals
from gateway.rules.checks import CHECKS, check_order

QUANTITIES = st.decimals("0.01", "9999", places=2)


def order(*quantities: str | None, totals: OrderTotals | None = None) -> Order:
    lines = tuple(
        OrderLine(line_number=number, quantity=None if text is None else Decimal(text))
        for number, text in enumerate(quantities, 1)
    )
    origin = Origin(interchange="000000042", group="42", set="0001")
    return Order(purchase_order_number="1", lines=lines, totals=totals, origin=origin)


def split(quantity: str | None, *stores: str) -> Order:
    parts = tuple(
        Destination(qualifier="92", identifier=f"{n}", quantity=Decimal(q)) for n, q in enumerate(stores)
    )
    line = OrderLine(
        line_number=3, quantity=None if quantity is None else Decimal(quantity), destinations=parts
    )
    return Order(purchase_order_number="1", lines=(line,), origin=Origin(set="0001"))


class TestStatedTotals:
    @pytest.mark.parametrize(
        "totals",
        [
            None,
            OrderTotals(),
            OrderTotals(lines=2),
            OrderTotals(lines=2, quantity=Decimal("15.5")),
            OrderTotals(quantity=Decimal("15.500")),
            OrderTotals(amount=Decimal("1000000")),
        ],
    )
    def test_passes(self, totals: OrderTotals | None) -> None:
        assert list(stated_totals.check(order("10", "5.5", totals=totals))) == []

    def test_a_line_is_missing(self) -> None:
        (finding,) = stated_totals.check(order("10", totals=OrderTotals(lines=2)))
        assert (finding.code, finding.severity) == ("stated-total-differs", Severity.WARNING)
        assert (finding.found, finding.wanted, finding.location.path) == ("2", "1", "totals.lines")
        assert (finding.location.interchange, finding.location.set) == ("000000042", "0001")
        assert finding.fix

    def test_both_totals_in_one_pass(self) -> None:
        found = stated_totals.check(order("10", None, totals=OrderTotals(lines=1, quantity=Decimal(11))))
        assert [(f.found, f.wanted) for f in found] == [("1", "2"), ("11", "10")]


class TestDestinations:
    @pytest.mark.parametrize(
        "passing", [split("10", "4", "6"), split("10", "10.00"), split("10"), split(None, "4")]
    )
    def test_passes(self, passing: Order) -> None:
        assert list(destinations.check(passing)) == []

    @pytest.mark.parametrize(
        ("stores", "total"), [(("4", "5"), "9"), (("4", "6.000001"), "10.000001"), (("0",), "0")]
    )
    def test_a_split_that_does_not_add_up(self, stores: tuple[str, ...], total: str) -> None:
        (finding,) = destinations.check(split("10", *stores))
        assert (finding.code, finding.severity) == ("destinations-do-not-add-up", Severity.ERROR)
        assert (finding.found, finding.wanted) == (total, "10")
        assert finding.location.path == "lines[3].destinations"
        assert finding.location.set == "0001"

    @settings(deadline=None)
    @given(stores=st.lists(QUANTITIES, min_size=1, max_size=6), extra=QUANTITIES)
    def test_any_split_passes_and_one_more_does_not(self, stores: list[Decimal], extra: Decimal) -> None:
        texts = [str(quantity) for quantity in stores]
        total = str(sum(stores, Decimal(0)))
        assert list(destinations.check(split(total, *texts))) == []
        assert len(list(destinations.check(split(total, *texts, str(extra))))) == 1


def test_every_check_is_run_in_one_pass() -> None:
    wrong = split("10", "9")
    wrong = Order(purchase_order_number="1", lines=wrong.lines, totals=OrderTotals(lines=7))
    assert {f.code for f in check_order(wrong)} == {"stated-total-differs", "destinations-do-not-add-up"}
    assert len(CHECKS) == 2, "a new check gets its tests here"
