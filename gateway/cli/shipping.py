"""``gateway ship``: record a shipment by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gateway.cli.faults import REFUSED, UsageFault
from gateway.cli.options import by_option, json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_findings, print_json, print_text

if TYPE_CHECKING:
    from gateway.canonical.shipment import Shipment


@click.command
@click.argument("file", metavar="[FILE.json]", type=source, required=False)
@click.option("--order", "order", metavar="ID", help="Ship this order instead of a shipment from a file.")
@click.option(
    "--all", "everything", is_flag=True, help="With --order: all that is promised and not yet shipped."
)
@by_option
@json_option
@pass_session
def ship(
    session: Session, file: Source | None, order: str | None, everything: bool, by: str, as_json: bool
) -> None:
    """Record a shipment and make its ship notice (856) due.

    FILE.json holds a canonical shipment; cartons without an SSCC get one. Or: --order ID --all.
    """
    if (file is None) == (order is None):
        raise UsageFault(
            "Name a shipment, gateway ship FILE.json, or an order, gateway ship --order ID --all"
        )
    if (order is not None) != everything:
        raise UsageFault("--order and --all go together; a part of an order is shipped by a FILE.json")
    from gateway.flow import ship as shipping
    from gateway.flow.showing import number_of

    shipment = _shipment(file, as_json) if file is not None else None
    order_id = number_of(order, "O") if order is not None else 0
    with session.opened() as opened:
        shipped = (
            shipping.ship(opened.gateway, shipment, by=by)
            if shipment is not None
            else shipping.ship_order(opened.gateway, order_id, by=by)
        )
    print_findings(shipped.findings, as_json=as_json, err=True)
    if shipped.shipment is None:
        click.get_current_context().exit(REFUSED)
    _print(shipped.shipment, as_json)


def _shipment(file: Source, as_json: bool) -> Shipment:
    from gateway.canonical.codec import from_text
    from gateway.canonical.shipment import Shipment

    record, findings = from_text(file.data(), file=file.name)
    print_findings(findings, as_json=as_json, err=True)
    if record is None:
        click.get_current_context().exit(REFUSED)
    if not isinstance(record, Shipment):
        raise UsageFault(f'{file.name} holds a document of kind "{record.kind}"; a shipment is wanted')
    return record


def _print(shipment: Shipment, as_json: bool) -> None:
    from gateway.canonical.codec import to_json
    from gateway.orders.contents import units_of

    if as_json:
        print_json(to_json(shipment))
        return
    numbers = ", ".join(dict.fromkeys(part.purchase_order_number for part in shipment.orders))
    cartons = sum(1 for _, unit in units_of(shipment) if unit.sscc)
    print_text(
        f"Shipment {shipment.shipment_number} of order {numbers} is recorded, {cartons} numbered units. "
        "Its ship notice goes with: gateway drain"
    )
