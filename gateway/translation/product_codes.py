"""GS1 codes that went through a spreadsheet: digits lost for good, and zeros that the check digit brings back."""

from __future__ import annotations

import re

from stdnum import ean

from gateway.canonical.line import Identifier
from gateway.core.location import Location
from gateway.translation.reading import Reading
from gateway.translation.sheet_numbers import has_exponent

_GS1_QUALIFIERS = frozenset({"UP", "EN", "UK", "UA"})
"""X12 235: U.P.C. consumer package, EAN, GTIN-14, U.P.C. case."""

_QUALIFIER_OF_LENGTH = {12: "UP", 13: "EN", 14: "UK"}
_DECIMAL_TAIL = re.compile(r"(\d+)[.,]0+")
_UPC_LENGTH = 12
_SHORTEST_CUT_UPC = 10
"""A U.P.C. of 12 digits that lost one or two leading zeros. Shorter codes prove nothing: every tenth would fit."""


def read_identifier(text: str, qualifier: str, place: Location, reading: Reading) -> Identifier | None:
    """The identifier in a cell; None, with an error, where a spreadsheet has destroyed it."""
    if has_exponent(text):
        reading.error(
            "digits-lost",
            f"{text!r} is a rounded number: a spreadsheet has cut the code's last digits",
            place,
            found=text,
            wanted="all digits of the code, as text",
            fix="Format the column as text, enter the code again and send the sheet again",
        )
        return None
    if qualifier not in _GS1_QUALIFIERS:
        return Identifier(qualifier=qualifier, value=text)
    return _gs1(text, qualifier, place, reading)


def _gs1(text: str, qualifier: str, place: Location, reading: Reading) -> Identifier:
    tail = _DECIMAL_TAIL.fullmatch(text)
    digits = tail[1] if tail else re.sub(r"[ -]", "", text)
    if not digits.isascii() or not digits.isdigit():
        reading.warn(
            "not-a-product-code",
            f"{text!r} stands in a column of product codes, but is none",
            place,
            found=text,
            wanted="8, 12, 13 or 14 digits",
        )
        return Identifier(qualifier=qualifier, value=text)
    restored = digits.zfill(_UPC_LENGTH)
    if qualifier == "UP" and _SHORTEST_CUT_UPC <= len(digits) < _UPC_LENGTH and ean.is_valid(restored):
        reading.warn(
            "leading-zero-restored",
            f"{text!r} lost its leading zeros; the check digit proves {restored}",
            place,
            found=text,
            wanted=restored,
            rule="GS1 check digit",
            fix="Format the column as text, so that zeros stay",
        )
        return Identifier(qualifier=qualifier, value=restored)
    if not ean.is_valid(digits):
        reading.warn(
            "check-digit-wrong",
            f"{digits} is no valid product code: its length or check digit is wrong",
            place,
            found=digits,
            wanted="8, 12, 13 or 14 digits with a right check digit",
            rule="GS1 check digit",
            fix="Compare the code with the catalogue before accepting the order",
        )
        return Identifier(qualifier=qualifier, value=digits)
    return Identifier(qualifier=_QUALIFIER_OF_LENGTH.get(len(digits), qualifier), value=digits)
