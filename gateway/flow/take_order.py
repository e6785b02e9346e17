"""Take an order into the book: once, by its partner's business key, whatever door and form it comes by (promise 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.canonical.codec import to_json
from gateway.canonical.order import Order
from gateway.core.finding import Finding, has_errors
from gateway.flow.gateway import Gateway
from gateway.flow.order_decision import decide_order
from gateway.ledger import journal, orders, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.orders import StoredOrder
from gateway.partnerships.partner import Partner
from gateway.rules.business_key import business_key
from gateway.rules.sameness import content_hash, differences


def take_order(
    gateway: Gateway,
    tx: Transaction,
    partner: Partner,
    order: Order,
    findings: Sequence[Finding],
    *,
    document_id: int,
    revision: str,
    now: datetime,
) -> str | None:
    """Book a new order, note a repeated one, or put a changed one before a person.

    ``findings`` are those of the business rules. Returns the order's subject (``O12``), the earlier order's where it
    was known; None where an order that is not an original waits for a person without an order of its own.
    """
    canonical = to_json(order)
    key = business_key(order, partner.orders.business_key)
    known = orders.by_key(tx, partner.code, order.test, key)
    if order.purpose not in ("original", "duplicate", "confirmation"):
        return _not_original(tx, order, canonical, known, document_id, now)
    if known is None:
        order_id = _book(tx, partner, order, canonical, key, document_id, revision, now)
        if order_id is not None:
            _decide(gateway, tx, order_id, order, findings, document_id, now)
            return f"O{order_id}"
        known = orders.by_key(tx, partner.code, order.test, key)  # another worker booked it a moment ago
    if known is not None:
        _repeated(tx, known, canonical, document_id, now)
        return f"O{known.id}"
    return None


def _book(
    tx: Transaction,
    partner: Partner,
    order: Order,
    canonical: dict[str, Any],
    key: str,
    document_id: int,
    revision: str,
    now: datetime,
) -> int | None:
    lines = [
        {
            "line_number": line.line_number,
            "unit": line.unit,
            "unit_price": line.unit_price,
            "ordered": line.quantity or Decimal(0),
        }
        for line in order.lines
    ]
    order_id = orders.add(
        tx,
        lines,
        partner=partner.code,
        test=order.test,
        business_key=key,
        purchase_order_number=order.purchase_order_number,
        acceptance="waiting",
        content_hash=content_hash(canonical),
        currency=order.currency or partner.currency,
        canonical=canonical,
        document_id=document_id,
        revision=revision,
        received_at=now,
    )
    if order_id is not None:
        details = {"purchase_order_number": order.purchase_order_number, "lines": len(lines)}
        journal.write(tx, "ordered", at=now, document_id=document_id, order_id=order_id, details=details)
    return order_id


def _decide(
    gateway: Gateway,
    tx: Transaction,
    order_id: int,
    order: Order,
    findings: Sequence[Finding],
    document_id: int,
    now: datetime,
) -> None:
    """By the partner's policy at once, or a work item that says why a person must."""
    stored = orders.load(tx, order_id)
    if stored is None:
        raise AssertionError("an order vanished inside its own transaction")
    about: dict[str, Any] = {
        "partner": stored.partner,
        "test": stored.test,
        "order_id": order_id,
        "document_id": document_id,
    }
    action = f"gateway order accept O{order_id} --reason TEXT  (or: gateway order reject O{order_id} --reason TEXT)"
    number = order.purchase_order_number
    if has_errors(findings):
        orders.change(tx, order_id, acceptance="held")
        reasons = [finding.to_json() for finding in findings]
        title = (
            f"Order {number} of {stored.partner} is held: {next(f.message for f in findings if f.is_error)}"
        )
        work_items.open_item(
            tx, "order_held", title=title, action=action, at=now, details={"findings": reasons}, **about
        )
        journal.write(tx, "held", at=now, order_id=order_id, details={"reason": title})
        return
    awaiting = decide_order(
        gateway, tx, stored, order, {}, by="policy", reason=None, batch=f"D{document_id}", now=now
    )
    if awaiting:
        reasons = [finding.to_json() for finding in (*awaiting, *findings)]
        title = f"Order {number} of {stored.partner} waits: {awaiting[0].message}"
        work_items.open_item(
            tx, "order_acceptance", title=title, action=action, at=now, details={"findings": reasons}, **about
        )


def _repeated(
    tx: Transaction, known: StoredOrder, canonical: dict[str, Any], document_id: int, now: datetime
) -> None:
    """The same order again: nothing but a note if it says the same, a person if it does not."""
    if known.document_id == document_id:
        return  # a replay of the document that brought it
    if content_hash(canonical) == known.content_hash:
        journal.write(tx, "repeated", at=now, document_id=document_id, order_id=known.id)
        return
    changed = [asdict(difference) for difference in differences(known.canonical, canonical)]
    number = known.purchase_order_number
    work_items.open_item(
        tx,
        "order_conflict",
        title=f"Order {number} of {known.partner} came again with other content ({len(changed)} differences)",
        action=f"gateway work resolve {{id}} --reason TEXT  (order O{known.id} stays as it was)",
        at=now,
        partner=known.partner,
        test=known.test,
        order_id=known.id,
        document_id=document_id,
        details={"differences": changed, "order": canonical},
    )
    details = {"order": f"O{known.id}", "differences": len(changed)}
    journal.write(tx, "conflict", at=now, document_id=document_id, order_id=known.id, details=details)


def _not_original(
    tx: Transaction,
    order: Order,
    canonical: dict[str, Any],
    known: StoredOrder | None,
    document_id: int,
    now: datetime,
) -> str | None:
    """A change, replacement or cancellation is applied by a person for now; it never becomes an order of its own."""
    number = order.purchase_order_number
    about = f"order O{known.id}" if known else "an order we do not have"
    differing = [asdict(d) for d in differences(known.canonical, canonical)] if known else []
    work_items.open_item(
        tx,
        "order_purpose",
        title=f"{order.partner} sent purpose '{order.purpose}' for purchase order {number}, {about}",
        action="gateway work resolve {id} --reason TEXT",
        at=now,
        partner=order.partner,
        test=order.test,
        order_id=known.id if known else None,
        document_id=document_id,
        details={"differences": differing, "order": canonical},
    )
    order_id = known.id if known else None
    journal.write(tx, order.purpose, at=now, document_id=document_id, order_id=order_id)
    return f"O{known.id}" if known else None
