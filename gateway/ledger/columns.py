"""Column types that are exact on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from gateway.core.quantity import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, fits_ledger

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as an integer scaled by ``10**places``, so SUM, CHECK and equality are exact everywhere.

    A value that the column can't hold exactly raises ValueError: callers check with ``fits_ledger`` first.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not fits_ledger(value, self.places):
            raise ValueError(f"{value} does not fit the ledger: {self.places} places, 64 bits scaled")
        return int(value.scaleb(self.places))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places).normalize() + 0


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as sortable text ``2026-03-17T09:30:00.000000Z`` that a person can read in SQL."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        # strftime would write the year 999 with three digits, which neither sorts nor reads back.
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Words(TypeDecorator[str]):
    """Text that came from outside. What no database can hold (NUL, halves of surrogate pairs) becomes U+FFFD.

    PostgreSQL would refuse the row, and the document with it; the exact bytes are in the archive.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _storable(value)


class Code(TypeDecorator[str]):
    """A short code from outside, cut to its length: a longer one has been found wrong already."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _storable(value)[: self.length]


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text; numbers that must be exact are strings already (canonical JSON)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def quantity() -> Scaled:
    """A quantity: six places."""
    return Scaled(QUANTITY_PLACES)


def price() -> Scaled:
    """A unit price: six places."""
    return Scaled(PRICE_PLACES)


def money() -> Scaled:
    """An amount of money: four places."""
    return Scaled(MONEY_PLACES)
