"""The database itself refuses what must never be, whatever the code above it does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.ledger import numbers, orders, shipments, tables
from gateway.ledger.database import Database, Transaction
from tests.ledger.rows import NOW, a_document, an_order


def refused(tx: Transaction, statement: Any) -> bool:
    """Whether the database refuses a statement; the transaction goes on."""
    savepoint = tx.begin_nested()
    try:
        tx.execute(statement)
    except IntegrityError:
        savepoint.rollback()
        return True
    savepoint.commit()
    return False


def test_one_order_a_business_key_within_partner_and_test(database: Database) -> None:
    with database.transaction() as tx:
        first = an_order(tx, "1")
        assert first is not None
        assert an_order(tx, "1") is None, "the same key again"
        assert an_order(tx, "1", test=True) is not None
        assert an_order(tx, "1", partner="other") is not None
        assert an_order(tx, "1", business_key='["1","2"]') is not None
        clash = update(tables.orders).where(tables.orders.c.business_key == '["1","2"]')
        assert refused(tx, clash.values(business_key='["1",""]')), "nor by a change"
        found = orders.by_key(tx, "acme", False, '["1",""]')
        assert found is not None
        assert found.id == first


def test_an_order_that_breaks_another_rule_is_not_taken_for_a_repeated_one(database: Database) -> None:
    """None would say that the order is there already, and it would be lost without a word."""
    with pytest.raises(IntegrityError), database.transaction() as tx:
        an_order(tx, "1", revision="not published")


def test_a_shipment_that_breaks_another_rule_is_not_taken_for_a_repeated_one(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:
        shipments.add(tx, partner="acme", test=False, shipment_number=None, canonical={}, shipped_at=NOW)
    with pytest.raises(IntegrityError), database.transaction() as tx:
        shipments.add_cartons(tx, 4711, False, ["006141410000000012"])
        tx.execute(select(tables.carton))


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"allocated": "10"}, True),
        ({"allocated": "10.000001"}, False),
        ({"allocated": "6", "shipped": "4"}, True),
        ({"allocated": "6", "shipped": "5"}, False),
        ({"cancelled": "4", "rejected": "3", "allocated": "3"}, True),
        ({"cancelled": "4", "rejected": "3", "allocated": "4"}, False),
        ({"cancelled": "11"}, False),
        ({"shipped": "10", "invoiced": "10"}, True),
        ({"shipped": "3", "invoiced": "4"}, False),
        ({"allocated": "3", "reserved": "3"}, True),
        ({"allocated": "3", "reserved": "4"}, False),
        *[({name: "-1"}, False) for name in ("ordered", "cancelled", "rejected", "allocated", "reserved")],
        ({"shipped": "-1"}, False),
        ({"invoiced": "-1"}, False),
    ],
)
def test_the_quantities_of_a_line(database: Database, changes: dict[str, str], allowed: bool) -> None:
    values = {name: Decimal(value) for name, value in changes.items()}
    with database.transaction() as tx:
        order_id = an_order(tx, "10")
        statement = update(tables.order_line).where(tables.order_line.c.order_id == order_id)
        assert refused(tx, statement.values(**values)) is not allowed


@pytest.mark.parametrize(
    ("on_hand", "reserved", "allowed"),
    [("5", "5", True), ("5", "6", False), ("5", "-1", False), ("-1", "-1", False)],
)
def test_stock_is_never_reserved_beyond_what_is_there(
    database: Database, on_hand: str, reserved: str, allowed: bool
) -> None:
    values = {"on_hand": Decimal(on_hand), "reserved": Decimal(reserved)}
    with database.transaction() as tx:
        statement = insert(tables.stock).values(test=False, item="A", location="main", **values)
        assert refused(tx, statement) is not allowed


def test_a_number_is_drawn_once_a_cycle(database: Database) -> None:
    with database.transaction() as tx:
        (number,) = numbers.draw(tx, "isa:acme", False)
        row = dict(tx.execute(select(tables.drawn_number)).one()._mapping)
        assert refused(tx, insert(tables.drawn_number).values(**row))
        assert not refused(tx, insert(tables.drawn_number).values(**{**row, "cycle": 1}))
        assert number == 1


def test_a_void_number_says_why(database: Database) -> None:
    with database.transaction() as tx:
        numbers.draw(tx, "isa:acme", False)
        void = update(tables.drawn_number).values(state="void")
        assert refused(tx, void)
        assert not refused(tx, void.values(reason="the partner could not read it"))
        assert refused(tx, void.values(state="lost"))


def test_a_carton_number_is_used_once(database: Database) -> None:
    with database.transaction() as tx:
        ids = [
            shipments.add(tx, partner="acme", test=test, shipment_number=n, canonical={}, shipped_at=NOW)
            for n, test in (("S-1", False), ("S-2", False), ("S-1", True))
        ]
        one, two, test_one = [shipment_id for shipment_id in ids if shipment_id is not None]
        sscc = "006141410000000012"
        assert shipments.add_cartons(tx, one, False, [sscc]) is None
        assert shipments.add_cartons(tx, two, False, ["006141410000000029", sscc]) == sscc
        assert shipments.add_cartons(tx, test_one, True, [sscc]) is None, "test cartons are none"
        taken = shipments.add(
            tx, partner="other", test=False, shipment_number="S-1", canonical={}, shipped_at=NOW
        )
        assert taken is None, "shipment numbers are ours, whoever the partner"


def test_an_invoice_number_is_used_once_for_live_and_once_for_test(database: Database) -> None:
    with database.transaction() as tx:
        values: dict[str, Any] = {
            "partner": "acme",
            "invoice_number": "000001",
            "order_id": an_order(tx, "1"),
            "invoiced_on": NOW.date(),
            "currency": "USD",
            "total": Decimal("144.00"),
            "canonical": {},
        }
        invoice = insert(tables.invoice)
        assert not refused(tx, invoice.values(test=False, **values))
        assert not refused(tx, invoice.values(test=True, **values))
        assert refused(tx, invoice.values(test=False, **{**values, "partner": "other"}))


def test_what_is_referred_to_is_there(database: Database) -> None:
    """SQLite checks references only where it is told to."""
    with database.transaction() as tx:
        document_id = a_document(tx)
        assert refused(tx, update(tables.document).values(duplicate_of=document_id + 1))
        assert not refused(tx, update(tables.document).values(duplicate_of=document_id))
        assert refused(tx, update(tables.document).values(direction="up"))


def test_one_revision_is_active(database: Database) -> None:
    with database.transaction() as tx:
        a_document(tx)
        row = tx.execute(select(tables.active_revision)).one()
        assert refused(tx, insert(tables.active_revision).values(id=2, hash=row.hash))


def test_nothing_ships_in_no_quantity(database: Database) -> None:
    with database.transaction() as tx:
        order_id = an_order(tx, "1")
        shipment_id = shipments.add(
            tx, partner="acme", test=False, shipment_number="S-1", canonical={}, shipped_at=NOW
        )
        line = insert(tables.shipment_line).values(shipment_id=shipment_id, order_id=order_id, line_number=1)
        assert refused(tx, line.values(quantity=Decimal(0)))
        assert not refused(tx, line.values(quantity=Decimal("0.000001")))
