"""Typed values out of the cells of one sheet, in the one style of numbers and dates that the sheet has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from gateway.core.quantity import PRICE_PLACES, QUANTITY_PLACES
from gateway.formats.csv import Record
from gateway.partnerships.partner import CsvLayout
from gateway.translation.reading import Reading
from gateway.translation.sheet_dates import AUTO, decide_day_first, is_ambiguous, sheet_date
from gateway.translation.sheet_numbers import (
    CURRENCY_OF_SIGN,
    UNIT_OF_WORD,
    decide_decimal,
    plain_number,
    split_amount,
)


class SheetStyle:
    """The decimal sign and the order of day and month of a sheet: the layout's, or what its cells prove together."""

    def __init__(self, layout: CsvLayout, numbers: Iterable[str], dates: Iterable[str]) -> None:
        self.date_format = layout.date_format
        self.decimal = decide_decimal(numbers) if layout.decimal == AUTO else layout.decimal
        self.day_first = decide_day_first(dates) if layout.date_format == AUTO else None


def read_quantity(
    record: Record, column: int, style: SheetStyle, reading: Reading
) -> tuple[Decimal | None, str | None]:
    """The quantity, and the unit if one stands behind it (``2 cs``)."""
    text = record.at(column) or ""
    number, _, word = split_amount(text)
    unit = UNIT_OF_WORD.get(word.rstrip(".").lower()) if word else None
    plain = plain_number(number, style.decimal) if number is not None else None
    if plain is None or (word is not None and unit is None):
        reading.error(
            "not-a-quantity",
            f"The quantity {text!r} cannot be read",
            record.cell(column),
            found=text,
            wanted="a number such as 12, or one with a unit such as 2 cs",
            fix="Correct the cell and send the sheet again",
        )
        return None, None
    return _positive(record, column, plain, reading), unit


def read_price(
    record: Record, column: int, style: SheetStyle, reading: Reading
) -> tuple[Decimal | None, str | None]:
    """The price of one unit, and the currency if its sign names one."""
    text = record.at(column)
    if text is None:
        return None, None
    number, sign, word = split_amount(text)
    plain = plain_number(number, style.decimal) if number is not None and word is None else None
    if plain is None or plain.startswith("-"):
        reading.error(
            "not-a-price",
            f"The price {text!r} cannot be read",
            record.cell(column),
            found=text,
            wanted=f"a number such as 12{style.decimal}50",
            fix="Correct the cell and send the sheet again",
        )
        return None, None
    value = reading.number(plain, record.cell(column), "price", PRICE_PLACES)
    return value, CURRENCY_OF_SIGN.get(sign or "")


def read_unit(record: Record, column: int, reading: Reading) -> str | None:
    """The X12 unit of a word or code; a word that is neither is kept, with a warning."""
    text = record.at(column)
    if text is None:
        return None
    unit = UNIT_OF_WORD.get(text.rstrip(".").lower())
    if unit is None and not (len(text) == 2 and text.isascii() and text.isalnum()):
        reading.warn(
            "unit-unknown",
            f"The unit {text!r} is not known",
            record.cell(column),
            found=text,
            wanted="a unit such as EA, CA, DZ",
            fix="Say what is meant before accepting the order",
        )
    return unit or text.upper()


def read_date(record: Record, column: int, label: str, style: SheetStyle, reading: Reading) -> date | None:
    """The day; one that could be two days without proof in the sheet is refused, never guessed."""
    text = record.at(column)
    if text is None:
        return None
    day = sheet_date(text, style.date_format, style.day_first)
    if day is not None:
        return day
    if style.date_format == AUTO and is_ambiguous(text):
        reading.error(
            "ambiguous-date",
            f"The {label} {text!r} can be two days, and no date of the sheet proves which of day and month comes first",
            record.cell(column),
            found=text,
            wanted="a date such as 2026-02-03",
            fix="Write dates as 2026-02-03, or give date_format in the partner's csv layout",
        )
        return None
    reading.error(
        "not-a-date",
        f"The {label} {text!r} cannot be read as a date",
        record.cell(column),
        found=text,
        wanted="a date such as 2026-02-03"
        if style.date_format == AUTO
        else f"a date written as {style.date_format}",
        fix="Correct the cell and send the sheet again",
    )
    return None


def _positive(record: Record, column: int, plain: str, reading: Reading) -> Decimal | None:
    quantity = reading.number(plain, record.cell(column), "quantity", QUANTITY_PLACES)
    if quantity is not None and quantity < 0:
        reading.error(
            "negative-quantity",
            f"The row orders {quantity}",
            record.cell(column),
            found=str(quantity),
            wanted="zero or more",
            fix="Correct the cell and send the sheet again",
        )
        return None
    return quantity
