"""Exact numbers: what fits a scaled 64-bit integer, whatever its length or exponent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.quantity import decimal_text, fits_ledger, parse_decimal, round_money


@pytest.mark.parametrize(
    ("text", "places", "fits"),
    [
        ("922337203685.4775807", 7, True),
        ("922337203685.4775808", 7, False),
        ("1.0000000000", 4, True),
        ("1.00001", 4, False),
        ("1.000000000000000000000000000000000001", 6, False),
        ("1E+999999", 6, False),
        ("1E-999999", 6, False),
        ("0E+999999", 6, True),
        ("NaN", 6, False),
        ("Infinity", 6, False),
        ("-12", 0, True),
    ],
)
def test_what_fits_the_ledger(text: str, places: int, fits: bool) -> None:
    assert fits_ledger(Decimal(text), places) is fits


@given(st.integers(-(2**64), 2**64), st.integers(0, 8))
def test_fitting_is_the_range_of_the_scaled_integer(scaled: int, places: int) -> None:
    value = Decimal(scaled).scaleb(-places)
    assert fits_ledger(value, places) is (abs(scaled) <= 2**63 - 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_text_and_value_are_inverse(value: Decimal) -> None:
    text = decimal_text(value)
    again = parse_decimal(text)
    assert again is not None
    assert (again, str(again.as_tuple().exponent)) == (value, str(value.as_tuple().exponent))


@pytest.mark.parametrize("text", ["", "1e3", "1,0", " 1", "1 ", "+", ".", "--1", "NaN", "٣", "1" * 41])
def test_what_is_no_plain_number(text: str) -> None:
    assert parse_decimal(text) is None


@pytest.mark.parametrize(("amount", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("1.0049", "1.00")])
def test_money_is_rounded_half_away_from_zero(amount: str, rounded: str) -> None:
    assert str(round_money(Decimal(amount))) == rounded
