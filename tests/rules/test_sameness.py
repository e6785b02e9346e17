"""Whether two orders say the same: numbers as numbers, names as names, and every difference by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.codec import to_json
from gateway.canonical.order import Order
from gateway.canonical.origin import Origin
from gateway.rules.sameness import Difference, content_hash, differences
from tests.canonical.records import records

some_orders = settings(deadline=None, max_examples=40)

ORDER: dict[str, Any] = {
    "kind": "order",
    "partner": "acme",
    "test": False,
    "origin": {"file": "a.edi"},
    "purchase_order_number": "1",
    "lines": [{"line_number": 1, "quantity": "10", "unit": "EA", "unit_price": "14.40"}],
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**ORDER, **changes}


def line(**changes: Any) -> dict[str, Any]:
    return changed(lines=[{**ORDER["lines"][0], **changes}])


@pytest.mark.parametrize(
    "same",
    [
        changed(origin={"file": "other.xml", "interchange": "7"}),
        changed(partner="other", test=True),
        line(quantity="10.00", unit_price="14.4"),
        line(quantity="+10"),
        dict(reversed(ORDER.items())),
    ],
    ids=["how it came", "who sent it", "places", "sign", "order of members"],
)
def test_what_says_the_same(same: dict[str, Any]) -> None:
    assert content_hash(same) == content_hash(ORDER)
    assert differences(ORDER, same) == []


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (line(quantity="12"), Difference(path="lines[1].quantity", before="10", after="12")),
        (line(unit="CA"), Difference(path="lines[1].unit", before="EA", after="CA")),
        (line(color="red"), Difference(path="lines[1].color", before=None, after="red")),
        (changed(currency="USD"), Difference(path="currency", before=None, after="USD")),
        (
            changed(purchase_order_number="1.0"),
            Difference(path="purchase_order_number", before="1", after="1.0"),
        ),
    ],
)
def test_what_does_not(other: dict[str, Any], difference: Difference) -> None:
    assert content_hash(other) != content_hash(ORDER)
    assert differences(ORDER, other) == [difference]
    (back,) = differences(other, ORDER)
    assert (back.before, back.after) == (difference.after, difference.before)


def test_a_line_more_is_every_part_of_it() -> None:
    longer = changed(lines=[*ORDER["lines"], {"line_number": 2, "quantity": "1"}])
    assert [d.path for d in differences(ORDER, longer)] == ["lines[2].line_number", "lines[2].quantity"]


def test_an_item_number_is_no_number() -> None:
    items = [line(identifiers=[{"qualifier": "VN", "value": value}]) for value in ("12", "0012", "12.0")]
    assert len({content_hash(item) for item in items}) == 3


@some_orders
@given(order=records(Order))
def test_an_order_says_the_same_as_itself_with_its_numbers_written_longer(order: Order) -> None:
    """Whatever numbers a record has now or gets later: each is compared as a number."""
    longer = written_longer(order)
    assert longer == order
    assert differences(to_json(order), to_json(longer)) == []
    assert content_hash(to_json(order)) == content_hash(to_json(longer))


@some_orders
@given(order=records(Order), origin=records(Origin))
def test_how_it_came_is_not_what_it_says(order: Order, origin: Origin) -> None:
    assert content_hash(to_json(replace(order, origin=origin))) == content_hash(to_json(order))


@pytest.mark.parametrize("text", ["-0", "0.00", "+0"])
def test_nothing_is_nothing(text: str) -> None:
    assert content_hash(line(quantity=text)) == content_hash(line(quantity="0"))


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**25), max_value=10**25)


@some_orders
@given(one=NUMBERS, two=NUMBERS)
def test_numbers_differ_where_they_differ(one: Decimal, two: Decimal) -> None:
    first, second = (line(quantity=format(number, "f")) for number in (one, two))
    assert (content_hash(first) == content_hash(second)) is (one == two)


@some_orders
@given(number=NUMBERS)
def test_the_smallest_difference_counts(number: Decimal) -> None:
    digits = format(number, "f")
    other = digits[:-1] + ("1" if digits[-1] != "1" else "2")
    assert [d.path for d in differences(line(quantity=digits), line(quantity=other))] == ["lines[1].quantity"]


@some_orders
@given(before=records(Order), after=records(Order))
def test_the_differences_are_empty_exactly_where_the_hashes_agree(before: Order, after: Order) -> None:
    one, two = to_json(before), to_json(after)
    assert (differences(one, two) == []) is (content_hash(one) == content_hash(two))
    assert differences(one, one) == []


def written_longer(value: Any) -> Any:
    """The record with two more places in each of its numbers."""
    if isinstance(value, Decimal):
        return Decimal(format(value, "f") + ("00" if "." in format(value, "f") else ".00"))
    if isinstance(value, tuple):
        return tuple(written_longer(member) for member in value)
    if isinstance(value, Mapping):
        return {name: written_longer(member) for name, member in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        init = {f.name: written_longer(getattr(value, f.name)) for f in fields(value) if f.init}
        return replace(value, **init)
    return value
