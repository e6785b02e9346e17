"""Rows that other rows need, and several workers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from gateway.ledger import documents, orders, revisions
from gateway.ledger.database import Transaction

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
REVISION = "r" * 64
SHA256 = "a" * 64

T = TypeVar("T")


def a_document(tx: Transaction, **changes: Any) -> int:
    """A received document, and the revision and content it refers to."""
    if revisions.active(tx) is None:
        revisions.publish(tx, REVISION, {}, parent=None, at=NOW)
    documents.keep_content(tx, SHA256, 3, NOW)
    values: dict[str, Any] = {
        "direction": "in",
        "door": "cli",
        "state": "received",
        "content_sha256": SHA256,
        "payload_sha256": SHA256,
        "revision": REVISION,
        "received_at": NOW,
    }
    return documents.add(tx, **{**values, **changes})


def an_order(tx: Transaction, *ordered: str, **changes: Any) -> int | None:
    """An order with lines of the quantities, and the document that brought it."""
    values: dict[str, Any] = {
        "partner": "acme",
        "test": False,
        "business_key": '["1",""]',
        "purchase_order_number": "1",
        "acceptance": "waiting",
        "content_hash": "h" * 64,
        "canonical": {"kind": "order"},
        "document_id": a_document(tx),
        "revision": REVISION,
        "received_at": NOW,
    }
    lines = [
        {"line_number": number, "ordered": Decimal(quantity)} for number, quantity in enumerate(ordered, 1)
    ]
    return orders.add(tx, lines, **{**values, **changes})


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """The results of several workers who all begin at the same moment."""
    start = threading.Barrier(count)

    def begin(number: int) -> T:
        start.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))
