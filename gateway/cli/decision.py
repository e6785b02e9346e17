"""``gateway order``: decide on an order."""

from __future__ import annotations

from decimal import Decimal

import click

from gateway.cli.faults import UsageFault
from gateway.cli.options import by_option, quantity, reason_option
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_text


@click.group
def order() -> None:
    """Decide on an order: accept, reject."""


@order.command
@click.argument("order_id", metavar="ID")
@click.option(
    "--line",
    "lines",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="A line to accept otherwise; may be repeated.",
)
@click.option(
    "--quantity",
    "quantities",
    type=quantity,
    multiple=True,
    metavar="Q",
    help="How much of that line; 0 for none.",
)
@reason_option
@by_option
@pass_session
def accept(
    session: Session,
    order_id: str,
    lines: tuple[int, ...],
    quantities: tuple[Decimal, ...],
    reason: str,
    by: str,
) -> None:
    """Accept an order: every line as ordered, those named by --line with their --quantity.

    What is not accepted is backordered or dropped, as the partner's file says.
    """
    if len(lines) != len(quantities):
        raise UsageFault("Each --line N needs a --quantity Q of its own, in the same order")
    if len(set(lines)) != len(lines):
        raise UsageFault("A line can be decided only once")
    from gateway.flow.order_decision import accept_order
    from gateway.flow.showing import number_of
    from gateway.orders.choice import LineChoice

    number = number_of(order_id, "O")
    choices = {
        line: LineChoice(accept=accepted, reason=reason)
        for line, accepted in zip(lines, quantities, strict=True)
    }
    with session.opened() as opened:
        accept_order(opened.gateway, number, by=by, reason=reason, choices=choices)
    print_text(f"O{number} is accepted. What that makes due runs with: gateway drain")


@order.command
@click.argument("order_id", metavar="ID")
@reason_option
@by_option
@pass_session
def reject(session: Session, order_id: str, reason: str, by: str) -> None:
    """Reject an order as a whole."""
    from gateway.flow.order_decision import reject_order
    from gateway.flow.showing import number_of

    number = number_of(order_id, "O")
    with session.opened() as opened:
        reject_order(opened.gateway, number, by=by, reason=reason)
    print_text(f"O{number} is rejected. What that makes due runs with: gateway drain")
