"""``gateway orders``: the order book."""

from __future__ import annotations

from datetime import datetime

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import json_option, list_options
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_json, say


@click.group
def orders() -> None:
    """The orders: list, show. To decide one: gateway order accept|reject."""


@orders.command("list")
@click.option("--state", metavar="STATE", help="waiting, held, accepted, accepted_partly, rejected.")
@click.option("--number", metavar="N", help="The purchase order number.")
@list_options
@pass_session
def list_orders(
    session: Session,
    partner: str | None,
    state: str | None,
    number: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """The newest orders first."""
    from gateway.cli.layout import COLUMNS, print_rows
    from gateway.cli.selection import newest
    from gateway.flow.showing import order_row
    from gateway.ledger import orders as stored

    with session.reading() as tx:
        found = newest(
            stored.listed,
            tx,
            limit=limit,
            old=lambda row: since is not None and row.received_at < since,
            partner=partner,
            acceptance=state,
            number=number,
        )
        rows = [order_row(row) for row in found]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_rows(rows, COLUMNS["orders"])
    else:
        say("No orders")


@orders.command("show")
@click.argument("order", metavar="ID")
@json_option
@pass_session
def show_order(session: Session, order: str, as_json: bool) -> None:
    """Everything about one order: lines, answers, shipments, invoices, documents, time line."""
    from gateway.cli.layout import print_detail
    from gateway.flow.showing import number_of, order_detail

    order_id = number_of(order, "O")
    with session.reading() as tx:
        detail = order_detail(tx, order_id)
    if detail is None:
        say(f"There is no order O{order_id}. See: gateway orders list")
        click.get_current_context().exit(REFUSED)
    if as_json:
        print_json(detail)
    else:
        print_detail(detail)
