"""Canonical records out of the ledger's rows."""

from __future__ import annotations

from gateway.canonical.codec import Record, from_json
from gateway.canonical.order import Order
from gateway.canonical.shipment import Shipment
from gateway.core.failure import TerminalFailure
from gateway.ledger.database import Transaction
from gateway.ledger.orders import StoredOrder, lines_of
from gateway.ledger.shipments import StoredShipment
from gateway.orders.lines import LineQuantities, OpenOrder


def record_of(canonical: object, what: str) -> Record:
    """A stored canonical record. Raises TerminalFailure when this release can't read it any more."""
    record, findings = from_json(canonical)
    if record is None:
        raise TerminalFailure(f"{what} can't be read back from the ledger: {findings[0].message}")
    return record


def order_of(stored: StoredOrder) -> Order:
    """The canonical order of a row."""
    record = record_of(stored.canonical, f"Order O{stored.id}")
    if not isinstance(record, Order):
        raise TerminalFailure(f"Order O{stored.id} holds a {record.kind}, not an order")
    return record


def shipment_of(stored: StoredShipment) -> Shipment:
    """The canonical shipment of a row."""
    record = record_of(stored.canonical, f"Shipment S{stored.id}")
    if not isinstance(record, Shipment):
        raise TerminalFailure(f"Shipment S{stored.id} holds a {record.kind}, not a shipment")
    return record


def open_order(tx: Transaction, stored: StoredOrder) -> OpenOrder:
    """An order with where its lines stand; undecided orders have no lines that could ship."""
    decided = stored.acceptance in ("accepted", "accepted_partly")
    quantities = {
        line.line_number: LineQuantities(
            ordered=line.ordered,
            cancelled=line.cancelled,
            rejected=line.rejected,
            allocated=line.allocated,
            shipped=line.shipped,
            invoiced=line.invoiced,
        )
        for line in (lines_of(tx, stored.id) if decided else [])
    }
    return OpenOrder(order=order_of(stored), quantities=quantities)
