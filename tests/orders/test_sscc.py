from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.failure import TerminalFailure
from gateway.orders.sscc import is_sscc, sscc


@pytest.mark.parametrize(
    ("serial", "number"),
    [
        (1, "006141410000000012"),
        (2, "006141410000000029"),
        (3, "006141410000000036"),
        (999_999_999, "006141419999999994"),
    ],
)
def test_numbers_of_prefix_0614141(serial: int, number: str) -> None:
    """ORDER_TO_CASH 4.5."""
    assert sscc("0614141", 0, serial) == number


def test_serials_run_out_and_never_wrap() -> None:
    with pytest.raises(TerminalFailure, match="another extension digit than 0"):
        sscc("0614141", 0, 1_000_000_000)


@pytest.mark.parametrize(
    ("prefix", "extension", "serial"),
    [
        ("0614141", 0, 0),
        ("0614141", 10, 1),
        ("061", 0, 1),
        ("0614141000005", 0, 1),
        ("06141٤1", 0, 1),
        ("", 0, 1),
    ],
)
def test_what_makes_no_number(prefix: str, extension: int, serial: int) -> None:
    with pytest.raises(TerminalFailure):
        sscc(prefix, extension, serial)


@given(
    prefix=st.text("0123456789", min_size=4, max_size=12),
    extension=st.integers(0, 9),
    serial=st.integers(1, 9999),
)
def test_the_check_digit_is_that_of_gs1(prefix: str, extension: int, serial: int) -> None:
    number = sscc(prefix, extension, serial)
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(number))
    assert len(number) == 18 and weighted % 10 == 0 and is_sscc(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_sscc(wrong)
