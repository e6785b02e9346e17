"""Column types are exact on both databases: in what comes back, in sums, in comparisons made by SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from gateway.core.quantity import fits_ledger
from gateway.ledger.columns import Code, Instant, Json, Words, money, quantity
from gateway.ledger.database import Database, Transaction

VALUES = Table(
    "column_values",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("quantity", quantity()),
    Column("amount", money()),
    Column("instant", Instant),
    Column("json", Json),
    Column("words", Words),
    Column("code", Code(3)),
)

with_fixture = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    """A transaction with an empty table of every column type; both end with the test."""
    with database.reading() as tx:
        VALUES.create(tx)
        yield tx


def kept(tx: Transaction, **value: Any) -> Any:
    """What comes back for a value."""
    (name,) = value
    tx.execute(VALUES.delete())
    tx.execute(insert(VALUES).values(id=1, **value))
    return tx.execute(select(VALUES.c[name])).scalar_one()


def test_three_dimes_are_thirty_cents_in_sql(tx: Transaction) -> None:
    tx.execute(insert(VALUES), [{"id": i, "quantity": Decimal("0.1")} for i in range(3)])
    total = func.sum(VALUES.c.quantity)
    assert tx.execute(select(total)).scalar_one() == Decimal("0.3")
    assert tx.execute(select(total == Decimal("0.3"))).scalar_one()
    assert tx.execute(select(func.count()).where(VALUES.c.quantity == Decimal("0.10"))).scalar_one() == 3


def test_a_value_beyond_a_double_comes_back_exactly(tx: Transaction) -> None:
    assert kept(tx, quantity=Decimal("9007199254740.993001")) == Decimal("9007199254740.993001")
    assert kept(tx, amount=Decimal("900719925474099.3001")) == Decimal("900719925474099.3001")
    assert kept(tx, quantity=Decimal("-9223372036854.775807")) == Decimal("-9223372036854.775807")


@with_fixture
@given(scaled=st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_scaled_number_comes_back(tx: Transaction, scaled: int) -> None:
    value = Decimal(scaled).scaleb(-6)
    found = kept(tx, quantity=value)
    assert found == value
    assert "E+" not in str(found), "shown to people as it is"


@with_fixture
@given(value=st.decimals(allow_nan=True, allow_infinity=True))
def test_what_does_not_fit_is_refused_and_never_rounded(tx: Transaction, value: Decimal) -> None:
    if fits_ledger(value, 6):
        assert kept(tx, quantity=value) == value
    else:
        with pytest.raises(StatementError, match="does not fit the ledger"):
            kept(tx, quantity=value)


@pytest.mark.parametrize(
    "value", ["0.0000001", "1.0000000000000000000000000000000001", "9223372036855", "1E+30"]
)
def test_too_many_places_or_digits_are_refused(tx: Transaction, value: str) -> None:
    with pytest.raises(StatementError, match="does not fit the ledger"):
        kept(tx, quantity=Decimal(value))


def test_an_instant_comes_back_in_utc(tx: Transaction) -> None:
    moment = datetime(2026, 3, 17, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-4)))
    found = kept(tx, instant=moment)
    assert found == moment
    assert found.tzinfo is UTC


@with_fixture
@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_every_instant_comes_back(tx: Transaction, moment: datetime) -> None:
    assert kept(tx, instant=moment) == moment


def test_instants_sort_as_time_does(tx: Transaction) -> None:
    first = datetime(2026, 3, 8, 6, 59, 59, 999999, tzinfo=UTC)
    moments = [first + timedelta(microseconds=step) for step in (0, 1, 2, 3_600_000_000)]
    moments.insert(0, datetime(999, 12, 31, tzinfo=UTC))
    tx.execute(insert(VALUES), [{"id": i, "instant": m} for i, m in enumerate(reversed(moments))])
    assert list(tx.execute(select(VALUES.c.instant).order_by(VALUES.c.instant)).scalars()) == moments
    early = select(func.count()).where(VALUES.c.instant <= first)
    assert tx.execute(early).scalar_one() == 2


def test_an_instant_without_a_zone_is_refused(tx: Transaction) -> None:
    with pytest.raises(StatementError, match="time zone"):
        kept(tx, instant=datetime(2026, 3, 17))  # noqa: DTZ001 - the fault under test


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@with_fixture
@given(value=json_values)
def test_json_comes_back(tx: Transaction, value: Any) -> None:
    assert kept(tx, json=value) == value


def test_json_can_be_read_by_a_person_in_sql(tx: Transaction) -> None:
    kept(tx, json={"name": "Zürich", "quantity": "12.50"})
    text = tx.exec_driver_sql("SELECT json FROM column_values").scalar_one()
    assert text == '{"name":"Zürich","quantity":"12.50"}'


@with_fixture
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_words_come_back(tx: Transaction, text: str) -> None:
    assert kept(tx, words=text) == text


def test_what_no_database_can_hold_is_marked(tx: Transaction) -> None:
    assert kept(tx, words="a\0b\ud800c") == "a\ufffdb\ufffdc"
    assert kept(tx, json={"a": "\udfff"}) == {"a": "\ufffd"}


def test_a_code_is_cut_to_its_length(tx: Transaction) -> None:
    assert kept(tx, code="EACHES") == "EAC"
    assert kept(tx, code="EA") == "EA"
