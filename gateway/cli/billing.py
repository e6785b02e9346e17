"""``gateway invoice``: bill what was shipped."""

from __future__ import annotations

from datetime import date

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import by_option, day, json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_findings, print_json, say


@click.group
def invoice() -> None:
    """Bill what was shipped."""


@invoice.command
@click.option(
    "--as-of", type=day, metavar="DATE", help="The invoice date; later shipments wait. Default: today."
)
@by_option
@json_option
@pass_session
def run(session: Session, as_of: date | None, by: str, as_json: bool) -> None:
    """Bill every shipment not billed yet; the invoices (810) become due. Running it again bills nothing twice."""
    from gateway.canonical.codec import to_json
    from gateway.cli.layout import print_rows
    from gateway.flow.bill import invoice_run

    with session.opened() as opened:
        billed = invoice_run(opened.gateway, by=by, as_of=as_of)
    issued = [(one.order_id, one.invoice) for one in billed if one.invoice is not None]
    for one in billed:
        print_findings(one.findings, as_json=as_json, err=True)
        if one.invoice is None:
            say(
                f"A shipment of O{one.order_id} could not be billed. See: gateway work list --kind invoice_blocked"
            )
    if as_json:
        for _, each in issued:
            print_json(to_json(each))
    elif issued:
        rows = [
            {
                "invoice": each.invoice_number,
                "partner": each.partner,
                "order": f"O{order_id}",
                "invoiced_on": each.invoiced_on,
                "total": each.totals.total,
                "currency": each.currency,
            }
            for order_id, each in issued
        ]
        print_rows(rows)
    if not billed:
        say("Nothing is left to bill")
    if len(issued) < len(billed):
        click.get_current_context().exit(REFUSED)
