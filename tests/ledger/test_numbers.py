"""Numbers are unique and gapless per series and cycle, whoever draws, and a rollback returns them."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.core.failure import TerminalFailure
from gateway.ledger import numbers, tables
from gateway.ledger.database import Database, Transaction
from tests.ledger.rows import a_document, at_once


class TakeBack(Exception):
    """A transaction that fails at its end."""


def rows(tx: Transaction) -> list[tuple[int, int, str, str | None, int | None]]:
    table = tables.drawn_number
    query = select(table.c.cycle, table.c.number, table.c.state, table.c.reason, table.c.document_id)
    return [tuple(row) for row in tx.execute(query.order_by(table.c.cycle, table.c.number))]


def test_the_first_numbers(database: Database) -> None:
    with database.transaction() as tx:
        assert numbers.draw(tx, "isa:acme", False) == [1]
        assert numbers.draw(tx, "isa:acme", False, 3) == [2, 3, 4]
        assert numbers.drawn(tx, "isa:acme", False) == [1, 2, 3, 4]


def test_series_test_and_live_share_nothing(database: Database) -> None:
    with database.transaction() as tx:
        numbers.draw(tx, "isa:acme", False, 5)
        assert numbers.draw(tx, "isa:acme", True) == [1]
        assert numbers.draw(tx, "isa:other", False) == [1]
        assert numbers.draw(tx, "gs:acme", False) == [1]
        assert numbers.drawn(tx, "isa:acme", True) == [1]


def test_a_rollback_returns_its_numbers(database: Database) -> None:
    with database.transaction() as tx:
        assert numbers.draw(tx, "invoice", False) == [1]
    with pytest.raises(TakeBack), database.transaction() as tx:
        assert numbers.draw(tx, "invoice", False, 10) == list(range(2, 12))
        raise TakeBack
    with database.transaction() as tx:
        assert numbers.draw(tx, "invoice", False) == [2]
        assert numbers.drawn(tx, "invoice", False) == [1, 2]


def test_many_workers_leave_no_gap(database: Database) -> None:
    """Some transactions fail after drawing; the series is made by whoever comes first."""

    def work(seed: int) -> list[int]:
        choice = random.Random(seed)
        kept: list[int] = []
        for _ in range(6):
            try:
                with database.transaction() as tx:
                    drawn = numbers.draw(tx, "isa:acme", False, choice.randint(1, 3))
                    if choice.random() < 0.4:
                        raise TakeBack
                kept += drawn
            except TakeBack:
                pass
        return kept

    kept = [number for worker in at_once(6, work) for number in worker]
    assert sorted(kept) == list(range(1, len(kept) + 1)), "each once, none missing"
    with database.reading() as tx:
        assert numbers.drawn(tx, "isa:acme", False) == sorted(kept)


def test_a_series_at_its_end_begins_again(database: Database) -> None:
    with database.transaction() as tx:
        assert numbers.draw(tx, "isa:acme", False, 2, minimum=7, maximum=9) == [7, 8]
        assert numbers.draw(tx, "isa:acme", False, 3) == [9, 7, 8]
        assert [row[:2] for row in rows(tx)] == [(0, 7), (0, 8), (0, 9), (1, 7), (1, 8)]


def test_a_series_that_must_not_begin_again_says_so(database: Database) -> None:
    with database.transaction() as tx:
        numbers.draw(tx, "sscc", False, 2, maximum=2, rolls_over=False)
    with (
        pytest.raises(TerminalFailure, match=r"sscc is used up at 2.*new range"),
        database.transaction() as tx,
    ):
        numbers.draw(tx, "sscc", False, rolls_over=False)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minimum=st.integers(0, 3),
    size=st.integers(1, 5),
    draws=st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=8),
)
def test_any_draws_and_failures_leave_whole_cycles(
    database: Database, minimum: int, size: int, draws: list[tuple[int, bool]]
) -> None:
    cycle = range(minimum, minimum + size)
    wanted = [cycle[i % size] for i in range(100)]
    with database.transaction() as tx:
        whole = tx.begin_nested()
        kept = 0
        for count, fails in draws:
            attempt = tx.begin_nested()
            drawn = numbers.draw(tx, "s", False, count, minimum=cycle.start, maximum=cycle.stop - 1)
            assert drawn == wanted[kept : kept + count]
            if fails:
                attempt.rollback()
            else:
                attempt.commit()
                kept += count
        assert numbers.drawn(tx, "s", False) == wanted[:kept]
        whole.rollback()


def test_a_number_knows_its_document(database: Database) -> None:
    with database.transaction() as tx:
        document_id = a_document(tx)
        numbers.draw(tx, "isa:acme", False, document_id=document_id)
        assert numbers.draw(tx, "isa:acme", False, 2) == [2, 3]
        numbers.assign(tx, "isa:acme", False, 2, document_id)
        assert [row[4] for row in rows(tx)] == [document_id, document_id, None]


def test_the_last_number_of_a_cycle_knows_its_document(database: Database) -> None:
    with database.transaction() as tx:
        document_id = a_document(tx)
        assert numbers.draw(tx, "isa:acme", False, 3, minimum=1, maximum=2) == [1, 2, 1]
        numbers.assign(tx, "isa:acme", False, 2, document_id)
        assert [row[4] for row in rows(tx)] == [None, document_id, None]


def test_a_void_number_keeps_its_row_and_its_reason(database: Database) -> None:
    with database.transaction() as tx:
        numbers.draw(tx, "isa:acme", False, 2)
        numbers.void(tx, "isa:acme", False, 1, "cut by the power")
        assert [row[2:4] for row in rows(tx)] == [("void", "cut by the power"), ("sent", None)]
        assert numbers.draw(tx, "isa:acme", False) == [3], "a void number does not come back"


def test_voiding_leaves_the_same_number_of_an_earlier_cycle(database: Database) -> None:
    with database.transaction() as tx:
        numbers.draw(tx, "isa:acme", False, 4, minimum=1, maximum=2)
        numbers.void(tx, "isa:acme", False, 1, "cut by the power")
        assert [row[:3] for row in rows(tx)] == [
            (0, 1, "sent"),
            (0, 2, "sent"),
            (1, 1, "void"),
            (1, 2, "sent"),
        ]
