"""The totals a buyer states must be those of the lines. Checked where present, never required (PARTNER_RULES R41)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.canonical.order import Order
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location


def check(order: Order) -> Iterator[Finding]:
    """Compare the stated number of lines (CTT01) and sum of quantities (CTT02) with the lines.

    A stated amount (AMT*TT) is left alone: allowances, charges and taxes decide what a buyer counts in.
    """
    if order.totals is None:
        return
    if order.totals.lines is not None and order.totals.lines != len(order.lines):
        yield _finding("totals.lines", str(order.totals.lines), str(len(order.lines)), order)
    if order.totals.quantity is not None:
        total = sum((line.quantity or Decimal(0) for line in order.lines), Decimal(0))
        if total != order.totals.quantity:
            yield _finding("totals.quantity", str(order.totals.quantity), str(total), order)


def _finding(path: str, found: str, wanted: str, order: Order) -> Finding:
    return Finding(
        code="stated-total-differs",
        severity=Severity.WARNING,
        message=f"Order {order.purchase_order_number} states {path} {found}, but its lines give {wanted}",
        location=Location(
            path=path, interchange=order.origin.interchange, group=order.origin.group, set=order.origin.set
        ),
        found=found,
        wanted=wanted,
        rule="rules/stated_totals",
        fix="Ask the buyer whether a line is missing",
    )
