"""Resolve a work item by hand: close it with a reason, or try again what failed."""

from __future__ import annotations

from gateway.flow.gateway import Gateway
from gateway.flow.render import retry_refused
from gateway.ledger import deliveries, journal, work_items


def resolve_item(gateway: Gateway, item_id: int, *, by: str, reason: str, retry: bool = False) -> str | None:
    """Close an open work item. Returns why it can't be, or None.

    ``retry`` makes due again what the item is about: a document our guide refused, or a step that failed for good.
    Orders that wait are decided by accepting or rejecting them, not here.
    """
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        item = work_items.load(tx, item_id)
        if item is None:
            return f"There is no work item W{item_id}. See: gateway work list"
        if item.state != "open":
            return f"W{item_id} was resolved already by {item.resolved_by}"
        if item.kind in ("order_acceptance", "order_held", "document_held", "delivery_failed"):
            return f"W{item_id} is resolved by doing it: {item.action}"
        if retry:
            if item.kind == "outbound_refused":
                retry_refused(gateway, tx, item.details["batch"], now)
            elif item.kind == "dead_letter":
                if item.delivery_id is not None:
                    deliveries.change(tx, item.delivery_id, state="due")
                gateway.offer(tx, item.details["step"], item.details["subject"], now)
            else:
                return f"W{item_id} ({item.kind}) has nothing to try again; resolve it with a reason"
        work_items.resolve(tx, item_id, by=by, resolution=reason, at=now)
        journal.write(
            tx,
            "resolved",
            at=now,
            actor=by,
            document_id=item.document_id,
            order_id=item.order_id,
            delivery_id=item.delivery_id,
            details={"work": f"W{item_id}", "kind": item.kind, "reason": reason},
        )
    return None
