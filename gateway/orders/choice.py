"""What a person says about one order line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.canonical.order import Order


class Rest(StrEnum):
    """What happens to the part of a line that is not accepted."""

    BY_POLICY = "by_policy"  # backordered where the partner allows it, else dropped as its ack_style says
    BACKORDER = "backorder"
    CANCEL = "cancel"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """A person's decision on a line: accept this much (None: all of it), and do that with the rest.

    A choice wins over the partner's policy and over the stock: whoever makes it knows more than the files do.
    ``ship_on`` and ``deliver_on`` are promises that go into the answer.
    """

    accept: Decimal | None = None
    rest: Rest = Rest.BY_POLICY
    reason: str | None = None
    ship_on: date | None = None
    deliver_on: date | None = None


def accept_whole(order: Order) -> dict[int, LineChoice]:
    """Every line as ordered."""
    return {line.line_number: LineChoice() for line in order.lines}


def reject_whole(order: Order, reason: str) -> dict[int, LineChoice]:
    """No line at all, for one reason."""
    refusal = LineChoice(accept=Decimal(0), rest=Rest.REJECT, reason=reason)
    return {line.line_number: refusal for line in order.lines}
