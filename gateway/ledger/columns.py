"""Column types that are exact on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from gateway.core.quantity import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as an integer scaled by ``10**places``, so SUM, CHECK and equality are exact everywhere.

    A value with more places than the column holds raises ValueError: callers check with ``fits_ledger`` first.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

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
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text; numbers that must be exact are strings already (canonical JSON)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

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
