"""Exact numbers as text: reading, writing, rounding, and what fits the ledger's scaled 64-bit integers."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

QUANTITY_PLACES = 6
PRICE_PLACES = 6
MONEY_PLACES = 4

_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_LARGEST = 2**63 - 1


def parse_decimal(text: str) -> Decimal | None:
    """The exact value of a plain decimal number (no exponent, no grouping), or None if the text is not one."""
    return Decimal(text) if len(text) <= 40 and _PLAIN_NUMBER.fullmatch(text) else None


def decimal_text(value: Decimal) -> str:
    """The shortest plain text of a number as written: no exponent; trailing zeros of the value are kept."""
    return format(value, "f")


def fits_ledger(value: Decimal, places: int) -> bool:
    """Whether the value is held exactly by a 64-bit integer scaled by ``10**places``.

    Counts digits instead of multiplying: a decimal context would round a long number, or overflow on a large exponent.
    """
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    if not value:
        return True
    if not isinstance(exponent, int) or value.adjusted() + places > 18:
        return False
    coefficient, shift = int("".join(map(str, digits))), exponent + places
    if shift >= 0:
        return bool(coefficient * 10**shift <= _LARGEST)
    whole, rest = divmod(coefficient, 10**-shift) if -shift <= len(digits) else (0, coefficient)
    return rest == 0 and whole <= _LARGEST


def round_money(amount: Decimal, places: int = 2) -> Decimal:
    """Half away from zero, to the currency's places: the one rounding rule of money (ORDER_TO_CASH 3.1)."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
