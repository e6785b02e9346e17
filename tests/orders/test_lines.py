from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.orders.lines import LineQuantities

D = Decimal


def test_backordered_is_what_is_expected_and_not_promised() -> None:
    quantities = LineQuantities(ordered=D(10), rejected=D(1), cancelled=D(1), allocated=D(3), shipped=D(2))
    assert (quantities.deliverable, quantities.backordered) == (6, 3)


def test_cancelling_the_rest_leaves_what_shipped_billable() -> None:
    """ORDER_TO_CASH S08: 4 of 10 shipped, the rest is cancelled."""
    quantities = LineQuantities(ordered=D(10), allocated=D(6), shipped=D(4)).after_cancelling_rest()
    assert (quantities.cancelled, quantities.billable, quantities.deliverable) == (6, 4, 0)
    assert quantities.allocated == quantities.backordered == 0


@pytest.mark.parametrize(
    ("quantities", "words"),
    [
        (LineQuantities(ordered=D(1), cancelled=D(-1)), "below zero"),
        (LineQuantities(ordered=D(1), shipped=D(2)), "than was ordered"),
        (LineQuantities(ordered=D(1), allocated=D(2)), "than was accepted"),
        (LineQuantities(ordered=D(1), invoiced=D(1)), "than was shipped"),
    ],
)
def test_each_broken_invariant_is_named(quantities: LineQuantities, words: str) -> None:
    assert any(words in sentence for sentence in quantities.violations())


@given(
    ordered=st.integers(0, 50),
    promised=st.integers(0, 50),
    steps=st.lists(st.tuples(st.sampled_from(["ship", "invoice", "cancel"]), st.integers(0, 20)), max_size=8),
)
def test_no_sequence_of_steps_breaks_an_invariant(
    ordered: int, promised: int, steps: list[tuple[str, int]]
) -> None:
    quantities = LineQuantities(ordered=D(ordered), allocated=D(min(ordered, promised)))
    for step, quantity in steps:
        try:
            if step == "ship":
                quantities = quantities.after_shipping(D(quantity))
            elif step == "invoice":
                quantities = quantities.after_invoicing(D(quantity))
            else:
                quantities = quantities.after_cancelling_rest()
        except ValueError:
            most = quantities.deliverable if step == "ship" else quantities.billable
            assert quantity > most
        assert not quantities.violations()
