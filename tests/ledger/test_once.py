"""What may happen once happens once, however many workers try at the same moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from gateway.ledger import documents, orders, revisions, slots, stock, tables, taken_files, work_items
from gateway.ledger.database import Database
from tests.ledger.rows import NOW, SHA256, a_document, an_order, at_once


def test_a_slot(database: Database) -> None:
    def take(_number: int) -> bool:
        with database.transaction() as tx:
            return slots.take(tx, "poll:acme:7", NOW)

    assert sorted(at_once(8, take)) == [False] * 7 + [True]
    with database.transaction() as tx:
        assert slots.take(tx, "poll:acme:8", NOW)
        slots.forget(tx, NOW + timedelta(days=3))
        assert slots.take(tx, "poll:acme:7", NOW), "old slots are forgotten"


def test_a_payload_belongs_to_the_document_that_brought_it_first(database: Database) -> None:
    with database.transaction() as tx:
        ids = [a_document(tx) for _ in range(6)]

    def claim(number: int) -> int | None:
        with database.transaction() as tx:
            return documents.claim_payload(tx, "acme", SHA256, ids[number])

    found = at_once(6, claim)
    (winner,) = [ids[number] for number, first in enumerate(found) if first is None]
    assert {first for first in found if first is not None} == {winner}
    with database.transaction() as tx:
        assert documents.claim_payload(tx, "acme", SHA256, winner) is None, "its own payload again"
        assert documents.claim_payload(tx, "other", SHA256, ids[0]) is None, "another partner's"


def test_the_same_content_noted_by_many(database: Database) -> None:
    def keep(_number: int) -> None:
        with database.transaction() as tx:
            documents.keep_content(tx, SHA256, 3, NOW)

    at_once(8, keep)
    with database.reading() as tx:
        assert tx.execute(select(func.count()).select_from(tables.content)).scalar_one() == 1


def test_an_order_brought_by_many(database: Database) -> None:
    with database.transaction() as tx:
        document_id = a_document(tx)

    def book(_number: int) -> int | None:
        with database.transaction() as tx:
            return an_order(tx, "1", "2", document_id=document_id)

    booked = [order_id for order_id in at_once(6, book) if order_id is not None]
    assert len(booked) == 1
    with database.reading() as tx:
        assert len(orders.lines_of(tx, booked[0])) == 2
        assert len(orders.listed(tx)) == 1


class TestRevisions:
    def test_publishing_compares_and_swaps(self, database: Database) -> None:
        with database.transaction() as tx:
            assert revisions.active(tx) is None
            assert not revisions.publish(tx, "a" * 64, {}, parent="z" * 64, at=NOW)
            assert revisions.publish(tx, "a" * 64, {"x": "1"}, parent=None, at=NOW)
            assert not revisions.publish(tx, "b" * 64, {}, parent=None, at=NOW), "no longer the first"
            assert revisions.publish(tx, "b" * 64, {"x": "2"}, parent="a" * 64, at=NOW)
            assert not revisions.publish(tx, "c" * 64, {}, parent="a" * 64, at=NOW), "overtaken"
            assert revisions.publish(tx, "a" * 64, {"x": "1"}, parent="b" * 64, at=NOW), "back again"
            assert revisions.active(tx) == "a" * 64
            assert revisions.files(tx, "b" * 64) == {"x": "2"}

    def test_of_many_first_ones_one_is_published(self, database: Database) -> None:
        def publish(number: int) -> bool:
            with database.transaction() as tx:
                return revisions.publish(tx, f"{number % 3:064}", {}, parent=None, at=NOW)

        assert at_once(6, publish).count(True) == 1

    def test_of_many_successors_one_is_published(self, database: Database) -> None:
        with database.transaction() as tx:
            revisions.publish(tx, "a" * 64, {}, parent=None, at=NOW)

        def publish(number: int) -> bool:
            with database.transaction() as tx:
                return revisions.publish(tx, f"{number % 3:064}", {}, parent="a" * 64, at=NOW)

        assert at_once(6, publish).count(True) == 1


class TestTakenFiles:
    def test_a_file_whose_removal_is_due_is_known(self, database: Database) -> None:
        with database.transaction() as tx:
            document_id = a_document(tx)
            assert taken_files.unsettled(tx, "acme", "f1") is None
            taken_files.take(tx, "acme", "f1", path="in/a", sha256=SHA256, document_id=document_id)
            assert taken_files.unsettled(tx, "acme", "f1") == SHA256
            assert taken_files.unsettled(tx, "other", "f1") is None
            taken_files.settle(tx, "acme", "f1")
            assert taken_files.unsettled(tx, "acme", "f1") is None

    def test_the_same_file_may_come_again_once_it_was_let_go(self, database: Database) -> None:
        with database.transaction() as tx:
            for sha256 in ("1" * 64, "2" * 64):
                document_id = a_document(tx)
                taken_files.take(tx, "acme", "f1", path="in/a", sha256=sha256, document_id=document_id)
                assert taken_files.unsettled(tx, "acme", "f1") == sha256
                taken_files.settle(tx, "acme", "f1")

    def test_two_pollers_at_once(self, database: Database) -> None:
        """The schedule and a command line beside it: both documents are kept, the second a duplicate of the first."""

        def take(_number: int) -> int:
            with database.transaction() as tx:
                document_id = a_document(tx)
                taken_files.take(tx, "acme", "f1", path="in/a", sha256=SHA256, document_id=document_id)
                return document_id

        with database.transaction() as tx:
            a_document(tx)
        assert len(set(at_once(4, take))) == 4
        with database.reading() as tx:
            assert taken_files.unsettled(tx, "acme", "f1") == SHA256


def test_an_item_counted_by_two_at_once(database: Database) -> None:
    def put(number: int) -> Decimal:
        with database.transaction() as tx:
            return stock.put(tx, False, "A", "main", Decimal(number))

    assert at_once(4, put) == [Decimal(0)] * 4
    with database.reading() as tx:
        (row,) = stock.listed(tx, False)
    assert row["on_hand"] in (0, 1, 2, 3)


def test_a_work_item_is_resolved_once(database: Database) -> None:
    with database.transaction() as tx:
        item = work_items.open_item(tx, "dead_letter", title="T", action="do {id}", at=NOW)

    def resolve(number: int) -> bool:
        with database.transaction() as tx:
            return work_items.resolve(tx, item, by=str(number), resolution="done", at=NOW)

    assert at_once(4, resolve).count(True) == 1
    with database.reading() as tx:
        found = work_items.load(tx, item)
        assert found is not None
        assert found.action == f"do W{item}"
        assert work_items.listed(tx) == []
