"""Stock and reservations stay true whatever is reserved, shipped and counted, in whatever order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.ledger import stock, tables
from gateway.ledger.database import Database, Transaction
from tests.ledger.rows import at_once

ITEM = "A"
PLACES = ("main", "north", "south")
amounts = st.decimals("0", "20", places=2)
actions = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(PLACES), amounts),
    st.tuples(st.just("reserve"), st.just(""), amounts),
    st.tuples(st.just("consume"), st.just(""), amounts),
)


def totals(tx: Transaction, test: bool = False) -> tuple[Decimal, Decimal]:
    """On hand and reserved over all locations, after a look at each row's own promise."""
    table = tables.stock
    rows = tx.execute(select(table.c.on_hand, table.c.reserved).where(table.c.test == test)).all()
    assert all(0 <= reserved <= on_hand for on_hand, reserved in rows)
    return sum((r.on_hand for r in rows), Decimal(0)), sum((r.reserved for r in rows), Decimal(0))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(actions, max_size=12))
def test_the_reservations_made_are_the_reservations_kept(
    database: Database, steps: list[tuple[str, str, Decimal]]
) -> None:
    """Model: what was reserved less what was consumed; what was counted less what was consumed since."""
    with database.transaction() as tx:
        whole = tx.begin_nested()
        reserved, free = Decimal(0), Decimal(0)
        for action, place, amount in steps:
            if action == "put":
                short = stock.put(tx, False, ITEM, place, amount)
                assert short >= 0
            elif action == "reserve" and amount <= free:
                stock.reserve(tx, False, ITEM, amount)
                reserved += amount
            elif action == "consume" and amount <= reserved:
                before = totals(tx)[0]
                stock.consume(tx, False, ITEM, amount)
                reserved -= amount
                assert totals(tx)[0] == before - amount
            on_hand, held = totals(tx)
            assert held == reserved, "counting and shipping leave every other promise alone"
            free = stock.available(tx, False, [ITEM]).get(ITEM, Decimal(0))
            assert free == on_hand - held
        assert totals(tx, test=True) == (Decimal(0), Decimal(0)), "test stock is none of it"
        whole.rollback()


def test_more_than_is_free_is_refused_and_nothing_changes(database: Database) -> None:
    with database.transaction() as tx:
        stock.put(tx, False, ITEM, "main", Decimal(5))
        stock.put(tx, False, ITEM, "north", Decimal(3))
    for change in (stock.reserve, stock.consume):
        with pytest.raises(ValueError, match="more than there is"), database.transaction() as tx:
            change(tx, False, ITEM, Decimal(9))
    with database.reading() as tx:
        assert totals(tx) == (Decimal(8), Decimal(0))


def test_a_count_below_what_is_promised_keeps_the_promise_and_says_so(database: Database) -> None:
    with database.transaction() as tx:
        assert stock.put(tx, False, ITEM, "main", Decimal(10)) == 0
        stock.reserve(tx, False, ITEM, Decimal(6))
        assert stock.put(tx, False, ITEM, "main", Decimal(4)) == 2
        assert totals(tx) == (Decimal(6), Decimal(6))
        assert stock.put(tx, False, ITEM, "main", Decimal(7)) == 0
        assert stock.available(tx, False, [ITEM]) == {ITEM: Decimal(1)}


def test_an_item_never_counted_is_unknown(database: Database) -> None:
    with database.transaction() as tx:
        stock.put(tx, False, "counted", "main", Decimal(0))
        stock.put(tx, True, "only in test", "main", Decimal(5))
        assert stock.available(tx, False, ["counted", "only in test", "never"]) == {"counted": 0}
        assert stock.available(tx, False, []) == {}


def test_many_reserve_what_is_there_and_no_more(database: Database) -> None:
    with database.transaction() as tx:
        stock.put(tx, False, ITEM, "main", Decimal(5))
        stock.put(tx, False, ITEM, "north", Decimal(5))

    def reserve(_number: int) -> bool:
        with database.transaction() as tx:
            enough = stock.available(tx, False, [ITEM])[ITEM] >= 2
            if enough:
                stock.reserve(tx, False, ITEM, Decimal(2))
            return enough

    assert at_once(8, reserve).count(True) == 5
    with database.reading() as tx:
        assert totals(tx) == (Decimal(10), Decimal(10))
