"""What each X12 data type accepts (X12.6, data element types), and what is wrong with a value it does not.

Every element gets a quick test that says yes or no; only a refused value is looked at closely.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from gateway.x12.character_set import decode
from gateway.x12.faults import Fault
from gateway.x12.tables import Element

Accept = Callable[[str], object]

_NUMBER = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d\d{0,2})?"
_MONTH_DAY = (
    r"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|1\d|2[0-8]))"
)


@dataclass(frozen=True, slots=True)
class ValueFault:
    """Why a value is refused: the condition, and what is said of it (``has 18 digits, at most 15 are allowed``)."""

    fault: Fault
    statement: str
    wanted: str


@lru_cache(maxsize=4096)
def acceptance(element: Element) -> Accept:
    """A function that is true for the plain good values of the element; what it refuses may still be good."""
    if element.codes is not None:
        return element.codes.__contains__
    low, high = element.minimum, element.maximum
    if element.type.startswith("N"):
        return re.compile(rf"-?\d{{{low},{high}}}", re.ASCII).fullmatch
    if element.type == "R":
        # The decimal point and the sign are not part of the length; a value with a point is looked at closely
        # only near the limits.
        return re.compile(
            rf"-?(?:\d{{{low},{high}}}|(?=[\d.]{{{low + 1},{high + 1}}}\Z)\d*\.\d+)", re.ASCII
        ).fullmatch
    if element.type == "DT":
        year = r"(?!0000)\d{4}" if high >= 8 else r"\d\d"
        return re.compile(rf"{year}{_MONTH_DAY}", re.ASCII).fullmatch
    if element.type == "TM":
        return re.compile(rf"(?=\d{{{low},{high}}}\Z){_TIME}", re.ASCII).fullmatch
    return re.compile(rf"[\x20-\x7e]{{{low},{high}}}").fullmatch


def diagnose(element: Element, raw: str, encoding: str | None = None) -> ValueFault | None:
    """What is wrong with a value that is not empty, or None if it is good after all. ``encoding`` is the partner's,
    as :func:`~gateway.x12.character_set.decode` takes it.
    """
    text = decode(raw, encoding)
    control = _CONTROL.search(text)
    if control is not None and control[0] == "\ufffd":
        what = f"contains bytes that are no {encoding or 'text'}"
        return ValueFault(Fault.BAD_CHARACTER, what, f"text in {encoding or 'UTF-8 or Windows-1252'}")
    if control is not None:
        what = f"contains the control character {control[0]!r}"
        if control[0] in "\r\n":
            what = "contains a line break; a segment terminator may be missing there"
        return ValueFault(Fault.BAD_CHARACTER, what, "printable characters")
    if element.type[0] == "N":
        return _diagnose_number(
            element, text, _NUMBER, "a whole number: digits, with a leading minus if negative"
        )
    if element.type == "R":
        return _diagnose_number(
            element, text, _DECIMAL, "a decimal number: digits and a point, no exponent, no commas"
        )
    if element.type == "DT":
        return _diagnose_date(element, text)
    if element.type == "TM":
        return _diagnose_time(element, text)
    wrong = _length_fault(element, len(text), "characters")
    if wrong is None and element.codes is not None and text not in element.codes:
        return ValueFault(
            Fault.CODE_NOT_IN_LIST,
            f"is {text!r}, which is not a code of element {element.number}",
            _code_list(element.codes),
        )
    return wrong


def _diagnose_number(element: Element, text: str, pattern: re.Pattern[str], wanted: str) -> ValueFault | None:
    if not pattern.fullmatch(text):
        return ValueFault(
            Fault.BAD_CHARACTER, f"is {text!r}, which is not {wanted.partition(':')[0]}", wanted
        )
    return _length_fault(element, sum(map(str.isdigit, text)), "digits")


def _diagnose_date(element: Element, text: str) -> ValueFault | None:
    wrong = _length_fault(element, len(text), "characters")
    if wrong is not None:
        return wrong
    wanted = "a calendar date CCYYMMDD" if len(text) == 8 else "a calendar date YYMMDD"
    if is_date(text):
        return None
    return ValueFault(Fault.BAD_DATE, f"is {text!r}, which is no date", wanted)


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar as CCYYMMDD or YYMMDD."""
    if not (_DIGITS.fullmatch(text) and len(text) in (6, 8)):
        return False
    # Of a two-digit year the century is unknown: 00 is taken as a leap year, which a 29 February may have.
    year = int(text[:4]) if len(text) == 8 else 2000 + int(text[:2])
    month, day = int(text[-4:-2]), int(text[-2:])
    return year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def is_time(text: str) -> bool:
    """Whether the text is a time of day: HHMM, perhaps with seconds and one or two decimals of a second."""
    return re.fullmatch(_TIME, text, re.ASCII) is not None


def _diagnose_time(element: Element, text: str) -> ValueFault | None:
    wrong = _length_fault(element, len(text), "characters")
    if wrong is None and not is_time(text):
        return ValueFault(
            Fault.BAD_TIME, f"is {text!r}, which is no time", "a time HHMM, HHMMSS, HHMMSSD or HHMMSSDD"
        )
    return wrong


def _length_fault(element: Element, length: int, unit: str) -> ValueFault | None:
    low, high = element.minimum, element.maximum
    wanted = f"exactly {low} {unit}" if low == high else f"{low} to {high} {unit}"
    counted = f"has {length} {unit if length != 1 else unit[:-1]}"
    if length < low:
        return ValueFault(Fault.ELEMENT_TOO_SHORT, f"{counted}, at least {low} are needed", wanted)
    if length > high:
        return ValueFault(Fault.ELEMENT_TOO_LONG, f"{counted}, at most {high} are allowed", wanted)
    return None


def _code_list(codes: frozenset[str]) -> str:
    if len(codes) <= 24:
        return "one of " + ", ".join(sorted(codes))
    return f"one of the {len(codes)} codes of the list"
