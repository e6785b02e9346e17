"""Record a shipment: quantities, cartons and their SSCCs, and the 856 that is due. One transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.canonical.codec import to_json
from gateway.canonical.line import Carrier
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding, has_errors
from gateway.core.location import Location
from gateway.flow.gateway import Gateway
from gateway.flow.order_decision import NotAllowed
from gateway.flow.outbox import request_document
from gateway.flow.records import open_order
from gateway.ledger import journal, numbers, orders, shipments, stock
from gateway.ledger.database import Transaction
from gateway.ledger.orders import StoredOrder
from gateway.orders.contents import order_of, shipped_quantities, units_of
from gateway.orders.lines import OpenOrder
from gateway.orders.packing import numbered, pack, unnumbered
from gateway.orders.shipping import check_shipment, ship_all, with_order_details
from gateway.orders.sscc import sscc

SSCC_EXTENSION = 0
UNNUMBERED = "0"
"""Stands in a shipment until nothing speaks against it: only then is its number drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What became of a shipment: its id and record, or the findings that speak against it."""

    shipment_id: int | None
    shipment: Shipment | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Book:
    """The orders a shipment touches, locked, with where their lines stand."""

    stored: list[StoredOrder]
    open: list[OpenOrder]


def ship_order(gateway: Gateway, order_id: int, *, by: str, carrier: Carrier | None = None) -> Shipped:
    """Ship everything of an order that is promised and not yet shipped, one carton a line or by pack size."""
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        stored = orders.lock(tx, order_id)
        if stored is None:
            raise NotAllowed(f"There is no order O{order_id}. See: gateway orders list")
        if stored.acceptance not in ("accepted", "accepted_partly"):
            raise NotAllowed(f"Order O{order_id} is {stored.acceptance}; only accepted orders ship")
        book = _Book([stored], [open_order(tx, stored)])
        shipment = ship_all(book.open[0], shipment_number=UNNUMBERED, shipped_at=now, carrier=carrier)
        if shipment is None:
            raise NotAllowed(f"Nothing of order O{order_id} is left to ship")
        return _record(gateway, tx, shipment, book, by, now)


def ship(gateway: Gateway, shipment: Shipment, *, by: str) -> Shipped:
    """Record a shipment that a person or warehouse describes; cartons without an SSCC get one."""
    now = gateway.database.now()
    if shipment.partner is None:
        return Shipped(shipment_id=None, shipment=None, findings=(_partner_missing(),))
    with gateway.database.transaction() as tx:
        ids = {
            found.id
            for part in shipment.orders
            for found in orders.find(tx, shipment.partner, shipment.test, part.purchase_order_number)
        }
        # In id order, so that two shipments of the same orders never wait for each other.
        stored = [
            order for order in (orders.lock(tx, order_id) for order_id in sorted(ids)) if order is not None
        ]
        book = _Book(stored, [open_order(tx, order) for order in stored])
        return _record(gateway, tx, shipment, book, by, now)


def _record(
    gateway: Gateway, tx: Transaction, shipment: Shipment, book: _Book, by: str, now: datetime
) -> Shipped:
    packed, findings = pack(shipment, book.open)
    findings += check_shipment(packed, book.open)
    if has_errors(findings):
        return Shipped(shipment_id=None, shipment=None, findings=findings)
    partner = gateway.partner(tx, book.stored[0].partner)
    complete = replace(with_order_details(packed, book.open), partner=partner.code, test=book.stored[0].test)
    if complete.shipment_number == UNNUMBERED:
        complete = replace(complete, shipment_number=f"S-{numbers.draw(tx, 'shipment', complete.test)[0]}")
    complete = _with_ssccs(gateway, tx, complete)
    body = to_json(complete)
    shipment_id = shipments.add(
        tx,
        partner=partner.code,
        test=complete.test,
        shipment_number=complete.shipment_number,
        canonical=body,
        shipped_at=complete.shipped_at,
    )
    if shipment_id is None:
        raise NotAllowed(
            f"Shipment {complete.shipment_number} is recorded already; give the new one another number"
        )
    used = shipments.add_cartons(
        tx, shipment_id, complete.test, [u.sscc for _, u in units_of(complete) if u.sscc]
    )
    if used is not None:
        raise NotAllowed(f"SSCC {used} is on another carton already; a number is never used twice")
    touched = _book_lines(tx, complete, book, shipment_id)
    for stored in touched:
        details = {"shipment": complete.shipment_number}
        journal.write(tx, "shipped", at=now, actor=by, order_id=stored.id, document_id=None, details=details)
    request_document(
        gateway, tx, partner, test=complete.test, set_code="856", batch=f"S{shipment_id}",
        subject=f"O{touched[0].id}", body=body, now=now,
    )  # fmt: skip
    return Shipped(shipment_id=shipment_id, shipment=complete, findings=findings)


def _book_lines(tx: Transaction, shipment: Shipment, book: _Book, shipment_id: int) -> list[StoredOrder]:
    """Move the shipped quantities from promised to shipped, and out of stock where they were reserved."""
    touched: list[StoredOrder] = []
    for stored, standing in zip(book.stored, book.open, strict=True):
        parts = [part for part in shipment.orders if order_of(part, book.open) is standing]
        quantities: dict[int, object] = {}
        lines = {line.line_number: line for line in orders.lines_of(tx, stored.id)}
        for part in parts:
            for number, quantity in shipped_quantities(part).items():
                after = standing.quantities[number].after_shipping(quantity)
                line = lines[number]
                released = min(line.reserved, quantity)
                if line.item is not None and released > 0:
                    stock.consume(tx, stored.test, line.item, released)
                orders.change_line(
                    tx,
                    stored.id,
                    number,
                    shipped=after.shipped,
                    allocated=after.allocated,
                    reserved=line.reserved - released,
                )
                quantities[number] = quantity
        if quantities:
            shipments.add_lines(
                tx,
                [
                    {
                        "shipment_id": shipment_id,
                        "order_id": stored.id,
                        "line_number": number,
                        "quantity": quantity,
                    }
                    for number, quantity in quantities.items()
                ],
            )
            touched.append(stored)
    return touched


def _with_ssccs(gateway: Gateway, tx: Transaction, shipment: Shipment) -> Shipment:
    """Draw an SSCC for each carton without one; serials never come back."""
    missing = unnumbered(shipment)
    if not missing:
        return shipment
    prefix = gateway.configuration(tx).station.gs1_prefix
    serials = numbers.draw(
        tx,
        f"sscc:{prefix}:{SSCC_EXTENSION}",
        shipment.test,
        missing,
        maximum=10 ** (16 - len(prefix)) - 1,
        rolls_over=False,
    )
    return numbered(shipment, [sscc(prefix, SSCC_EXTENSION, serial) for serial in serials])


def _partner_missing() -> Finding:
    return Finding(
        code="partner-missing",
        message="The shipment does not say whose orders it ships",
        location=Location(path="partner"),
        wanted='"partner": the code of a trading partner',
        rule="canonical/shipment",
        fix="Add the partner's code",
    )
