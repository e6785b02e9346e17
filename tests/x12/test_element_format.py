"""Numbers, dates and times as element text: the examples of X12.6, and exactness whatever the number."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.x12.element_format import (
    InexactNumberError,
    date6,
    date8,
    digit_count,
    is_exact,
    n_type,
    r_type,
    time4,
    time6,
    time8,
)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("108.53", 2, "10853"),
        ("108.5", 2, "10850"),
        ("0.05", 2, "5"),
        ("-0.05", 2, "-5"),
        ("-0.00", 2, "0"),
        ("12", 0, "12"),
        ("12.00", 0, "12"),
        ("1.200", 2, "120"),
        ("1E+3", 2, "100000"),
        ("0", 2, "0"),
        ("12345678901234567890123456789012.34", 2, "1234567890123456789012345678901234"),
    ],
)
def test_n_type_implies_the_decimal_point(value: str, places: int, text: str) -> None:
    assert n_type(Decimal(value), places) == text


@pytest.mark.parametrize(
    "value", ["108.535", "1E-40", "NaN", "Infinity", "123456789012345678901234567890.001"]
)
def test_n_type_never_rounds(value: str) -> None:
    assert not is_exact(Decimal(value), 2)
    with pytest.raises(InexactNumberError, match="round it first"):
        n_type(Decimal(value), 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("14.40", "14.40"),
        ("0.5", "0.5"),
        ("-3.27", "-3.27"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        ("10", "10"),
    ],
)
def test_r_type_has_no_exponent(value: str, text: str) -> None:
    assert r_type(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_r_type_refuses_what_is_no_number(value: str) -> None:
    with pytest.raises(InexactNumberError):
        r_type(Decimal(value))


def test_length_counts_digits_only() -> None:
    assert [digit_count(text) for text in ("-12.50", "12", "0.5", "-1")] == [4, 2, 2, 1]


def test_dates_and_times() -> None:
    moment = datetime(2026, 3, 7, 9, 5, 59, 990_000, tzinfo=UTC)
    assert (date8(moment), date6(date(2026, 3, 7))) == ("20260307", "260307")
    assert (time4(moment), time6(moment), time8(moment)) == ("0905", "090559", "09055999")
    assert (time4(time(23, 59, 59)), date8(date(987, 1, 2))) == ("2359", "09870102")


_numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)


@given(st.integers(-(10**40), 10**40), st.integers(0, 9))
def test_n_type_reads_back_exactly(scaled: int, places: int) -> None:
    value = Decimal(f"{scaled}E-{places}")
    assert n_type(value, places) == str(scaled)


@given(_numbers)
def test_r_type_reads_back_exactly(value: Decimal) -> None:
    text = r_type(value)
    assert Decimal(text) == value
    assert set(text) <= set("-.0123456789")
