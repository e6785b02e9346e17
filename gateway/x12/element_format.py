"""How values become the text of an element: N and R numbers, dates and times (X12.6, data element types).

Everything is exact: a value that the type cannot hold as it is must be rounded by the caller, who knows the
rule of money or measure; nothing is rounded here.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal


class InexactNumberError(ValueError):
    """The number has more decimal places than the element holds. Rounding is the caller's decision."""


def is_exact(value: Decimal, places: int) -> bool:
    """Whether the value has at most ``places`` decimal places (trailing zeros aside), so an N type holds
    it.
    """
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # finite values have a number there
    beyond = -(exponent + places)
    # Judged by digits: arithmetic would round to the context's precision, 28 digits.
    return beyond <= 0 or value.is_zero() or not any(digits[-beyond:])


def n_type(value: Decimal, places: int) -> str:
    """A number with an implied decimal point, type ``N<places>``: ``n_type(Decimal("108.53"), 2)`` is
    ``10853``.

    Leading zeros are suppressed and a minus sign is kept (X12.6). Raises :class:`InexactNumberError` where
    the value has more places than that, or is no number.
    """
    if not is_exact(value, places):
        raise InexactNumberError(
            f"{value} cannot be written with {places} implied decimal places: round it first"
        )
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # finite: is_exact said so
    shift = exponent + places
    text = "".join(map(str, digits))
    shifted = text + "0" * shift if shift >= 0 else text[:shift]
    whole = shifted.lstrip("0") or "0"
    return f"-{whole}" if sign and whole != "0" else whole


def r_type(value: Decimal) -> str:
    """A number with an explicit decimal point, type ``R``: no exponent, no grouping, no point without
    decimals.

    Trailing zeros of the value stay, because they tell its precision (X12.6): ``14.40`` stays ``14.40``.
    Raises :class:`InexactNumberError` for infinities and not-a-number.
    """
    if not value.is_finite():
        raise InexactNumberError(f"{value} is not a number that X12 can hold")
    text = format(value, "f")
    return text[1:] if value.is_zero() and text.startswith("-") else text


def digit_count(text: str) -> int:
    """The length of an N or R value as the standard counts it: sign and decimal point are not part of it
    (X12.6).
    """
    return len(text.removeprefix("-").replace(".", "", 1))


def date8(day: date | datetime) -> str:
    """CCYYMMDD, type DT of length 8 (from version 004010 on)."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def date6(day: date | datetime) -> str:
    """YYMMDD: ISA09 in every version, and DT before 004010."""
    return date8(day)[2:]


def time4(moment: time | datetime) -> str:
    """HHMM, type TM of length 4; seconds are cut off, as a clock shows them."""
    return f"{moment.hour:02d}{moment.minute:02d}"


def time6(moment: time | datetime) -> str:
    """HHMMSS, type TM of length 6."""
    return f"{time4(moment)}{moment.second:02d}"


def time8(moment: time | datetime) -> str:
    """HHMMSSDD with hundredths of a second, type TM of length 8."""
    return f"{time6(moment)}{moment.microsecond // 10_000:02d}"
