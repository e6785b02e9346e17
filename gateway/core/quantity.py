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
    """Whether the value is held exactly by a 64-bit integer scaled by ``10**places``."""
    scaled = value.scaleb(places)
    return scaled == scaled.to_integral_value() and abs(scaled) <= _LARGEST


def round_money(amount: Decimal, places: int = 2) -> Decimal:
    """Half away from zero, to the currency's places: the one rounding rule of money (ORDER_TO_CASH 3.1)."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
