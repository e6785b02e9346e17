"""What is due is run once, by whoever holds it; a lease that ran out is fenced off by its token."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from gateway.ledger import due
from gateway.ledger.database import Database, Transaction
from tests.ledger.rows import NOW, at_once

SECOND = timedelta(seconds=1)


def one(tx: Transaction) -> due.DueStep:
    (step,) = due.pending(tx)
    return step


def test_adding_again_changes_nothing(database: Database) -> None:
    with database.transaction() as tx:
        due.add(tx, "deliver", "V1", NOW)
        before = one(tx)
        due.add(tx, "deliver", "V1", NOW + SECOND)
        due.add(tx, "deliver", "V1", NOW - SECOND)
        assert one(tx) == before
        due.add(tx, "deliver", "V2", NOW)
        due.add(tx, "render", "V1", NOW)
        assert len(due.pending(tx)) == 3


def test_many_add_one_step_at_once(database: Database) -> None:
    def add(_number: int) -> None:
        with database.transaction() as tx:
            due.add(tx, "deliver", "V1", NOW)

    at_once(8, add)
    with database.reading() as tx:
        assert one(tx).subject == "V1"


def test_what_is_added_while_its_step_ends_is_still_due(database: Database) -> None:
    """Else a wake-up is lost: the adder saw the row, the step deleted it, and nobody does what was added for."""
    with database.transaction() as tx:
        due.add(tx, "render", "B", NOW)
        due_id = one(tx).id
    running, adding = threading.Event(), threading.Event()

    def step(_number: int) -> None:
        with database.transaction() as tx:
            assert due.hold(tx, due_id)
            running.set()
            adding.wait(0.3)  # never set on SQLite, where the adder waits for us
            due.done(tx, due_id)

    def adder(_number: int) -> None:
        running.wait(10)
        with database.transaction() as tx:
            due.add(tx, "render", "B", NOW)
            adding.set()

    at_once(2, lambda number: (step, adder)[number](number))
    with database.reading() as tx:
        assert one(tx).subject == "B"


def test_a_step_is_held_by_one(database: Database) -> None:
    with database.transaction() as tx:
        due.add(tx, "translate", "D1", NOW)
        due_id = one(tx).id
    with database.transaction() as tx:
        assert due.hold(tx, due_id)
        if not database.is_sqlite:  # there the second transaction would wait for the first
            with database.transaction() as other:
                assert not due.hold(other, due_id)
        due.done(tx, due_id)
    with database.transaction() as tx:
        assert not due.hold(tx, due_id), "done by somebody else"


def test_the_oldest_comes_first_and_the_future_not_yet(database: Database) -> None:
    with database.transaction() as tx:
        for subject, seconds in (("C", 0), ("A", -2), ("later", 1), ("B", -1)):
            due.add(tx, "translate", subject, NOW + seconds * SECOND)
        due.add(tx, "deliver", "V", NOW)
        assert [s.subject for s in due.ready(tx, NOW)] == ["A", "B", "C", "V"]
        assert [s.subject for s in due.ready(tx, NOW, limit=2)] == ["A", "B"]
        assert [s.subject for s in due.ready(tx, NOW, only={"deliver"})] == ["V"]
        assert [s.subject for s in due.ready(tx, NOW, without={"deliver"})] == ["A", "B", "C"]
        assert [s.subject for s in due.ready(tx, NOW + SECOND)][-1] == "later"
        assert due.next_at(tx) == NOW - 2 * SECOND


def test_nothing_is_due_in_an_empty_ledger(database: Database) -> None:
    with database.reading() as tx:
        assert due.ready(tx, NOW) == due.pending(tx) == []
        assert due.next_at(tx) is None


class TestLease:
    @pytest.fixture
    def due_id(self, database: Database) -> int:
        with database.transaction() as tx:
            due.add(tx, "deliver", "V1", NOW)
            return one(tx).id

    def test_one_owner_at_a_time(self, database: Database, due_id: int) -> None:
        with database.transaction() as tx:
            token = due.claim(tx, due_id, "a", NOW, 180)
            assert token is not None
            assert due.claim(tx, due_id, "b", NOW + 180 * SECOND, 180) is None
            assert due.ready(tx, NOW + 180 * SECOND) == []
            assert due.still_ours(tx, due_id, token)
            assert one(tx).owner == "a"

    def test_of_many_one_claims(self, database: Database, due_id: int) -> None:
        def claim(number: int) -> int | None:
            with database.transaction() as tx:
                return due.claim(tx, due_id, str(number), NOW, 180)

        assert len([token for token in at_once(8, claim) if token is not None]) == 1

    def test_a_lease_that_ran_out_is_taken_over_and_its_first_owner_fenced_off(
        self, database: Database, due_id: int
    ) -> None:
        late = NOW + 181 * SECOND
        with database.transaction() as tx:
            first = due.claim(tx, due_id, "a", NOW, 180)
        with database.transaction() as tx:
            assert [s.subject for s in due.ready(tx, late)] == ["V1"]
            second = due.claim(tx, due_id, "b", late, 180)
        with database.transaction() as tx:
            assert first is not None
            assert second is not None
            assert second > first
            assert not due.still_ours(tx, due_id, first)
            assert due.still_ours(tx, due_id, second)
            due.done(tx, due_id)
            assert not due.still_ours(tx, due_id, second)

    def test_what_was_postponed_is_not_claimed_before_its_time(self, database: Database, due_id: int) -> None:
        """Another runner saw it ready a moment ago; the partner is to be left alone for a while all the same."""
        with database.transaction() as tx:
            assert due.claim(tx, due_id, "a", NOW, 180) is not None
            due.postpone(tx, due_id, NOW + 60 * SECOND, "no route")
            assert due.claim(tx, due_id, "b", NOW, 180) is None
            assert due.claim(tx, due_id, "b", NOW + 60 * SECOND, 180) is not None

    def test_postponing_counts_and_gives_the_lease_back(self, database: Database, due_id: int) -> None:
        with database.transaction() as tx:
            due.claim(tx, due_id, "a", NOW, 180)
            due.postpone(tx, due_id, NOW + SECOND, "no route")
            step = one(tx)
        assert (step.attempts, step.last_error, step.owner, step.lease_until) == (1, "no route", None, None)
        assert step.due_at == NOW + SECOND

    def test_a_living_owner_keeps_its_lease(self, database: Database, due_id: int) -> None:
        with database.transaction() as tx:
            token = due.claim(tx, due_id, "a", NOW, 45)
            assert token is not None
            due.renew(tx, "a", NOW + 30 * SECOND, 45)
            assert due.claim(tx, due_id, "b", NOW + 75 * SECOND, 45) is None
            assert due.still_ours(tx, due_id, token)

    def test_a_lease_that_ran_out_is_not_renewed(self, database: Database, due_id: int) -> None:
        """Another one may be about to take it; it may have been taken and lost meanwhile."""
        with database.transaction() as tx:
            due.claim(tx, due_id, "a", NOW, 45)
            due.renew(tx, "a", NOW + 46 * SECOND, 45)
            due.renew(tx, "b", NOW, 450)
            assert due.claim(tx, due_id, "b", NOW + 46 * SECOND, 45) is not None
            due.renew(tx, "a", NOW + 47 * SECOND, 450)
            assert due.claim(tx, due_id, "c", NOW + 92 * SECOND, 45) is not None
