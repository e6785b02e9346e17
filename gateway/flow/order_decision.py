"""Decide on an order, by its partner's policy or a person's word, and say so: one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gateway.canonical.acknowledgement import Acknowledgement
from gateway.canonical.codec import to_json
from gateway.canonical.order import Order
from gateway.core.finding import Finding
from gateway.flow.gateway import Gateway
from gateway.flow.local_time import today
from gateway.flow.outbox import request_document
from gateway.flow.records import order_of
from gateway.ledger import journal, orders, stock, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.orders import StoredOrder
from gateway.orders.acceptance import Decision, LineDecision, decide, item_keys
from gateway.orders.choice import LineChoice, accept_whole, reject_whole
from gateway.partnerships.partner import Partner

UNDECIDED = ("waiting", "held")


class NotAllowed(Exception):
    """An action that the order's state does not allow, in words."""


def accept_order(
    gateway: Gateway, order_id: int, *, by: str, reason: str, choices: Mapping[int, LineChoice] | None = None
) -> None:
    """A person accepts an order, whole or with a choice per line. Raises NotAllowed with the reason."""
    _decide_by_person(gateway, order_id, by, reason, choices, reject=False)


def reject_order(gateway: Gateway, order_id: int, *, by: str, reason: str) -> None:
    """A person rejects an order. Raises NotAllowed with the reason."""
    _decide_by_person(gateway, order_id, by, reason, None, reject=True)


def _decide_by_person(
    gateway: Gateway,
    order_id: int,
    by: str,
    reason: str,
    choices: Mapping[int, LineChoice] | None,
    *,
    reject: bool,
) -> None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        stored = orders.lock(tx, order_id)
        if stored is None:
            raise NotAllowed(f"There is no order O{order_id}. See: gateway orders list")
        if stored.acceptance not in UNDECIDED:
            raise NotAllowed(
                f"Order O{order_id} is {stored.acceptance} already; only waiting or held orders can be decided"
            )
        order = order_of(stored)
        chosen = reject_whole(order, reason) if reject else {**accept_whole(order), **(choices or {})}
        awaiting = decide_order(
            gateway, tx, stored, order, chosen, by=by, reason=reason, batch=f"O{order_id}", now=now
        )
        if awaiting:
            raise NotAllowed("; ".join(finding.message for finding in awaiting))


def decide_order(
    gateway: Gateway,
    tx: Transaction,
    stored: StoredOrder,
    order: Order,
    choices: Mapping[int, LineChoice],
    *,
    by: str,
    reason: str | None,
    batch: str,
    now: datetime,
) -> tuple[Finding, ...]:
    """Decide, record the lines' quantities and reservations, and ask for the 855.

    Returns why a person must decide (then nothing was changed); empty when the order is decided. The 855s of one
    ``batch`` share a functional group.
    """
    partner = gateway.partner(tx, stored.partner)
    keys = [key for line in order.lines for key in item_keys(line)]
    free = stock.available(tx, stored.test, keys)
    decision = decide(
        order,
        partner.orders,
        dict(free),
        choices,
        acknowledged_on=today(gateway, tx, partner, now),
        detail=True,
    )
    if decision.awaiting or decision.acknowledgement is None:
        return decision.awaiting
    for line in decision.lines:
        _record_line(tx, stored, line)
    state = _acceptance(decision)
    orders.change(tx, stored.id, acceptance=state, decided_at=now, decided_by=by)
    work_items.resolve_for(tx, by=by, resolution=state, at=now, kind="order_acceptance", order_id=stored.id)
    work_items.resolve_for(tx, by=by, resolution=state, at=now, kind="order_held", order_id=stored.id)
    details = {"acceptance": state, **({"reason": reason} if reason else {})}
    journal.write(tx, state, at=now, actor=by, order_id=stored.id, details=details)
    _answer(gateway, tx, stored, partner, decision.acknowledgement, batch, now)
    return ()


def _record_line(tx: Transaction, stored: StoredOrder, line: LineDecision) -> None:
    reserved = line.accepted * 0
    if line.item is not None:
        # A person may promise more than there is; only what is there can be reserved.
        reserved = min(line.accepted, stock.available(tx, stored.test, [line.item]).get(line.item, reserved))
        stock.reserve(tx, stored.test, line.item, reserved)
    orders.change_line(
        tx,
        stored.id,
        line.line_number,
        item=line.item,
        cancelled=line.cancelled,
        rejected=line.rejected,
        allocated=line.accepted,
        reserved=reserved,
    )


def _acceptance(decision: Decision) -> str:
    if all(line.accepted == 0 and line.backordered == 0 for line in decision.lines):
        return "rejected"
    return "accepted" if all(line.accepted == line.ordered for line in decision.lines) else "accepted_partly"


def _answer(
    gateway: Gateway,
    tx: Transaction,
    stored: StoredOrder,
    partner: Partner,
    answer: Acknowledgement,
    batch: str,
    now: datetime,
) -> None:
    body = to_json(answer)
    orders.add_acknowledgement(tx, stored.id, body, now)
    request_document(
        gateway, tx, partner, test=stored.test, set_code="855", batch=batch, subject=f"O{stored.id}", body=body,
        answers=stored.document_id, now=now,
    )  # fmt: skip
