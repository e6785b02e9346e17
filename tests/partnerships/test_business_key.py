"""What makes two orders the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.line import Reference
from gateway.canonical.order import Order
from gateway.partnerships.business_key import business_key, is_key_field
from gateway.partnerships.partner import OrderPolicy

ORDER = Order(
    purchase_order_number="ab  1",
    release_number="7",
    dates={"deliver_by": date(2026, 3, 30)},
    references=(Reference(qualifier="DP", value="5"), Reference(qualifier="CO", value="C-9")),
    lines=(),
)


def test_the_default_key_is_order_and_release() -> None:
    key = business_key(ORDER, OrderPolicy().business_key)
    assert key == '["AB 1", "7"]'
    assert key == business_key(replace(ORDER, purchase_order_number="AB 1 "), OrderPolicy().business_key)
    assert key != business_key(replace(ORDER, release_number=None), OrderPolicy().business_key)
    assert key != business_key(replace(ORDER, purchase_order_number="0AB 1"), OrderPolicy().business_key)


def test_keyed_fields() -> None:
    assert (
        business_key(ORDER, ("references.CO", "dates.deliver_by", "references.XX"))
        == '["C-9", "2026-03-30", ""]'
    )


def test_what_a_key_may_name() -> None:
    assert all(
        map(is_key_field, ("purchase_order_number", "ordered_on", "references.CO", "dates.deliver_by"))
    )
    assert not any(
        map(is_key_field, ("lines", "test", "references", "references.", "references.A.B", "nothing", ""))
    )


@given(
    st.lists(st.text(max_size=6), min_size=2, max_size=2),
    st.lists(st.text(max_size=6), min_size=2, max_size=2),
)
def test_different_values_never_share_a_key(first: list[str], second: list[str]) -> None:
    fields = ("purchase_order_number", "release_number")

    def key(values: list[str]) -> str:
        return business_key(replace(ORDER, purchase_order_number=values[0], release_number=values[1]), fields)

    same = [" ".join(text.split()).upper() for text in first] == [
        " ".join(text.split()).upper() for text in second
    ]
    assert (key(first) == key(second)) is same
