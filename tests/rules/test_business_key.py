"""The key that makes two orders the same order."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.line import Reference
from gateway.canonical.order import Order
from gateway.rules.business_key import business_key

DEFAULT = ("purchase_order_number", "release_number")
WORDS = st.lists(
    st.text(string.ascii_letters + string.digits + "-/", min_size=1), min_size=1, max_size=3
).map(tuple)
BLANKS = st.text(" \t\n", min_size=1, max_size=3)


def order(number: str, release: str | None = None, **references: str) -> Order:
    return Order(
        purchase_order_number=number,
        release_number=release,
        references=tuple(Reference(qualifier=q, value=v) for q, v in references.items()),
        lines=(),
    )


def test_the_default_key_can_be_read_by_a_person() -> None:
    assert business_key(order("4500012345", "7"), DEFAULT) == '["4500012345", "7"]'
    assert business_key(order("4500012345"), DEFAULT) == '["4500012345", ""]'


@pytest.mark.parametrize("written", ["po 12", " PO 12 ", "Po\t 12", "PO\n12"])
def test_blanks_and_capitals_make_no_other_order(written: str) -> None:
    assert business_key(order(written), DEFAULT) == business_key(order("PO 12"), DEFAULT)


@pytest.mark.parametrize("other", [order("PO12"), order("PO 12", "1"), order("PO 012"), order("PO 12.")])
def test_everything_else_does(other: Order) -> None:
    assert business_key(other, DEFAULT) != business_key(order("PO 12"), DEFAULT)


def test_a_reference_may_be_part_of_the_key() -> None:
    fields = ("purchase_order_number", "reference.CO")
    one, two = order("1", CO="A", DP="531"), order("1", CO="B", DP="531")
    assert business_key(one, fields) == '["1", "A"]'
    assert business_key(one, fields) != business_key(two, fields)
    assert business_key(one, ("purchase_order_number", "reference.DP")) == business_key(
        two, ("purchase_order_number", "reference.DP")
    )
    assert business_key(order("1"), fields) == '["1", ""]', "an absent one is an empty place"


def test_a_reference_without_a_value_is_an_empty_place() -> None:
    bare = Order(
        purchase_order_number="1", references=(Reference(qualifier="CO", description="none"),), lines=()
    )
    assert business_key(bare, ("reference.CO",)) == '[""]'


@settings(deadline=None)
@given(words=WORDS, blanks=BLANKS, around=BLANKS)
def test_however_it_is_spaced_and_capitalised(words: tuple[str, ...], blanks: str, around: str) -> None:
    plain, spaced = " ".join(words), around + blanks.join(words).swapcase() + around
    assert business_key(order(plain), DEFAULT) == business_key(order(spaced), DEFAULT)


@settings(deadline=None)
@given(first=st.tuples(st.text(), st.text()), second=st.tuples(st.text(), st.text()))
def test_places_never_run_into_each_other(first: tuple[str, str], second: tuple[str, str]) -> None:
    keys = [business_key(order(*values), DEFAULT) for values in (first, second)]
    told_apart = [[" ".join(value.split()).upper() for value in values] for values in (first, second)]
    assert (keys[0] == keys[1]) is (told_apart[0] == told_apart[1])
    assert json.loads(keys[0]) == told_apart[0]
