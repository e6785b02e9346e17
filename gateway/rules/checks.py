"""The list of business checks. To add one: a module with ``check``, and its line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.canonical.order import Order
from gateway.core.finding import Finding
from gateway.rules import destinations, stated_totals

CHECKS: tuple[Callable[[Order], Iterator[Finding]], ...] = (stated_totals.check, destinations.check)


def check_order(order: Order) -> list[Finding]:
    """All business findings of an order. An error puts the order before a person, whatever its partner's policy."""
    return [finding for check in CHECKS for finding in check(order)]
