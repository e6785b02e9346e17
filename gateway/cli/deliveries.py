"""``gateway deliveries``: what was sent, by which connection, and how it ended."""

from __future__ import annotations

from datetime import datetime

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import by_option, json_option, list_options
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_json, print_text, say


@click.group
def deliveries() -> None:
    """What was sent: list, show, resend."""


@deliveries.command("list")
@click.option("--state", type=click.Choice(["due", "delivered", "uncertain", "failed"]))
@click.option("--connection", metavar="NAME")
@click.option(
    "--number", metavar="N", help="An order's number, or the control number of an interchange or group."
)
@list_options
@pass_session
def list_deliveries(
    session: Session,
    partner: str | None,
    state: str | None,
    connection: str | None,
    number: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """The newest deliveries first."""
    from gateway.cli.layout import COLUMNS, print_rows
    from gateway.cli.selection import documents_numbered, newest
    from gateway.flow.showing import delivery_row
    from gateway.ledger import deliveries as stored

    with session.reading() as tx:
        wanted = documents_numbered(tx, number) if number is not None else None
        found = newest(
            stored.listed,
            tx,
            limit=limit,
            keep=lambda row: wanted is None or row.document_id in wanted,
            old=lambda row: since is not None and row.created_at < since,
            partner=partner,
            state=state,
            connection=connection,
        )
        rows = [delivery_row(row) for row in found]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_rows(rows, COLUMNS["deliveries"])
    else:
        say("No deliveries")


@deliveries.command("show")
@click.argument("delivery", metavar="ID")
@json_option
@pass_session
def show_delivery(session: Session, delivery: str, as_json: bool) -> None:
    """Everything about one delivery."""
    from gateway.cli.layout import print_detail
    from gateway.flow.showing import delivery_row, number_of
    from gateway.ledger import deliveries as stored

    delivery_id = number_of(delivery, "V")
    with session.reading() as tx:
        found = stored.load(tx, delivery_id)
    if found is None:
        say(f"There is no delivery V{delivery_id}. See: gateway deliveries list")
        click.get_current_context().exit(REFUSED)
    if as_json:
        print_json(delivery_row(found))
    else:
        print_detail(delivery_row(found))


@deliveries.command("resend")
@click.argument("delivery", metavar="ID")
@by_option
@pass_session
def resend_delivery(session: Session, delivery: str, by: str) -> None:
    """Send a delivery's stored bytes again."""
    from gateway.flow.deliver import resend
    from gateway.flow.showing import number_of

    delivery_id = number_of(delivery, "V")
    with session.opened() as opened:
        refused = resend(opened.gateway, delivery_id, by=by)
    if refused is not None:
        say(refused)
        click.get_current_context().exit(REFUSED)
    print_text(f"V{delivery_id} will be sent again. Run it with: gateway drain")
