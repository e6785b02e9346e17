"""Numbers as people write them in sheets: ``$1,024.50``, ``1.024,50 €``, ``2 cs``."""

from __future__ import annotations

import re
from collections.abc import Iterable

UNIT_OF_WORD = {
    **dict.fromkeys(("ea", "each", "pc", "pcs", "piece", "pieces", "unit", "units", "stk", "stück"), "EA"),
    **dict.fromkeys(("cs", "case", "cases", "ca", "ctn", "carton", "cartons"), "CA"),
    **dict.fromkeys(("dz", "doz", "dozen"), "DZ"),
    **dict.fromkeys(("pr", "pair", "pairs"), "PR"),
    **dict.fromkeys(("pk", "pack", "packs", "pkg"), "PK"),
    **dict.fromkeys(("bx", "box", "boxes"), "BX"),
    **dict.fromkeys(("st", "set", "sets"), "ST"),
    "lb": "LB",
    "lbs": "LB",
    "kg": "KG",
}
"""Words of a unit column, or behind a quantity, to X12 355 codes."""

CURRENCY_OF_SIGN = {"€": "EUR", "£": "GBP", "EUR": "EUR", "GBP": "GBP", "USD": "USD", "CAD": "CAD"}
"""Signs that name one currency. The dollar sign names several, so it names none."""

_AMOUNT = re.compile(
    r"(?P<before>[$€£]|[A-Z]{3})?\s*(?P<number>[+-]?[\d.,'\u00a0\u202f ]*\d[.,]?)\s*(?P<after>\$|€|£|[^\W\d_]+\.?)?"
)
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_COMMA_DECIMAL = re.compile(r"\d,\d{1,2}$|,\d{4,}$|\.\d{3},")
_POINT_DECIMAL = re.compile(r"\d\.\d{1,2}$|\.\d{4,}$|,\d{3}\.")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:([,' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d*)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:([.' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:,\d*)?"),
}
_PLAIN = {".": re.compile(r"[+-]?\d*\.?\d*"), ",": re.compile(r"[+-]?\d*,?\d*")}


def has_exponent(text: str) -> bool:
    """Whether the text is a number in scientific notation, as spreadsheets write long codes: ``6.14141E+11``."""
    return _EXPONENT.fullmatch(text.strip()) is not None


def decide_decimal(texts: Iterable[str]) -> str:
    """The decimal sign that the numbers of a sheet prove, the point where they prove none.

    ``12,50`` proves the comma, ``1,024.50`` the point; ``1,024`` proves nothing. Where both are proved, the point is
    returned, and what does not fit it is found cell by cell.
    """
    comma = point = False
    for text in texts:
        number = split_amount(text)[0] or ""
        comma = comma or _COMMA_DECIMAL.search(number) is not None
        point = point or _POINT_DECIMAL.search(number) is not None
    return "," if comma and not point else "."


def split_amount(text: str) -> tuple[str | None, str | None, str | None]:
    """The number, the currency sign and the word behind it: ``$24.00``, ``2 cs``, ``1.024,50 €``."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or has_exponent(text):
        return None, None, None
    before, after = match["before"], match["after"]
    sign = before or (after if after in CURRENCY_OF_SIGN or after == "$" else None)
    return match["number"].strip(), sign, None if after == sign else after


def plain_number(number: str, decimal: str) -> str | None:
    """The number with a point and without grouping, or None if it is none in this style."""
    if _PLAIN[decimal].fullmatch(number) or _GROUPED[decimal].fullmatch(number):
        text = re.sub(f"[^0-9{decimal}+-]", "", number).replace(decimal, ".")
        return text if any(character.isdigit() for character in text) else None
    return None
