"""What an element accepts, as an expression: the compiled twin of :mod:`gateway.x12.element_type`.

Where an expression would be intricate it is stricter than the interpreter, never looser: what it refuses, the
interpreter judges.
"""

from __future__ import annotations

from gateway.x12.code_trie import code_trie
from gateway.x12.punctuation import Punctuation
from gateway.x12.tables import Element

TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d\d{0,2}+)?+"
_MONTH_AND_DAY = (
    r"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|1\d|2[0-8]))"
)
_FOURTH_YEAR = r"(?:0[48]|[2468][048]|[13579][26])"  # of a century, its first year left out
_LEAP_YEAR = rf"(?:\d\d{_FOURTH_YEAR}|(?:0[048]|[2468][048]|[13579][26])00)"
DATE_8 = rf"(?!0000)(?:\d{{4}}{_MONTH_AND_DAY}|{_LEAP_YEAR}0229)"
_PLACES = 4  # after the point, in nearly all numbers
DATE_6 = rf"(?:\d\d{_MONTH_AND_DAY}|(?:00|{_FOURTH_YEAR})0229)"


def element_expression(element: Element, punctuation: Punctuation) -> str:
    """Matches a value of the element that is not empty; a delimiter must follow, or a bad value may match in part.

    ``""`` for an element that no value fits, such as a code list without a code.
    """
    low, high = element.minimum, element.maximum
    if element.codes is not None:
        return code_trie(element.codes)
    if element.type.startswith("N"):
        return rf"-?+\d{{{low},{high}}}+"
    if element.type == "R":
        return _decimal(low, high)
    if element.type == "DT":
        return "|".join(date for length, date in ((8, DATE_8), (6, DATE_6)) if low <= length <= high)
    if element.type == "TM":
        return TIME if (low, high) == (4, 8) else rf"(?=\d{{{low},{high}}}+(?!\d)){TIME}"
    return _text(low, high, punctuation)


def _text(low: int, high: int, punctuation: Punctuation) -> str:
    """Lengths are of characters, of which each may have up to four bytes: what may be too short in them is refused."""
    if low <= 1:
        return f"{punctuation.character}{{{low},{high}}}+"
    plain = f"{punctuation.ascii_character}{{{low},{high}}}+"
    surely = 4 * (low - 1) + 1
    if surely > high:
        return plain
    return f"(?:{plain}(?!{punctuation.beyond_ascii})|{punctuation.character}{{{surely},{high}}}+)"


def _decimal(low: int, high: int) -> str:
    """Digits with or without a point, no exponent; sign and point are not part of the length."""
    whole = rf"\d{{{low},{high}}}+(?!\.)"
    with_point = rf"(?=[\d.]{{{low + 1},{high + 1}}}+(?![\d.]))\d*+\.\d*+"
    if low > 1 or high < _PLACES + 2:
        return f"-?+(?:{whole}|{with_point})"
    # What nearly all numbers look like needs no look ahead at their length.
    usual = rf"\d{{0,{high - _PLACES}}}+\.?+\d{{0,{_PLACES}}}+(?<=\d)(?![\d.])"
    return f"-?+(?:{usual}|{whole}|{with_point})"
