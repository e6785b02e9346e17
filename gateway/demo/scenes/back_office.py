"""What people at the station do: accept, ship, bill. Each act is a note in the chronicle."""

from __future__ import annotations

from gateway.canonical.line import Carrier
from gateway.canonical.order import Order
from gateway.demo.running_gateway import NotCome
from gateway.demo.stage import Stage
from gateway.flow.bill import invoice_run
from gateway.flow.order_decision import accept_order
from gateway.flow.ship import ship_order

PERSON = "pat"


def booked(stage: Stage, partner: str, order: Order) -> int:
    """The id of an order in the book. Raises NotCome where it is not there."""
    found = stage.gateway.order(partner, order.purchase_order_number)
    if found is None:
        raise NotCome(f"order {order.purchase_order_number} of {partner} in the order book")
    return int(found["order"][1:])


def accept(stage: Stage, order_id: int) -> None:
    """A person accepts an order whole."""
    accept_order(stage.gateway.gateway, order_id, by=PERSON, reason="everything is in stock")
    text = "At the console, or with gateway order accept. The reason stays in the journal: everything is in stock."
    stage.chronicle.note("Pat accepts the order", text)


def ship(stage: Stage, order_id: int, tracking: str) -> None:
    """The warehouse ships what is promised."""
    carrier = Carrier(scac="UPSN", method="M", text="GROUND", tracking=tracking)
    shipped = ship_order(stage.gateway.gateway, order_id, by=PERSON, carrier=carrier)
    if shipped.shipment is None:
        raise NotCome(f"the shipment of order O{order_id}: {shipped.findings[0].message}")
    stage.chronicle.note(
        "The warehouse ships",
        "The shipment is recorded: quantities move from promised to shipped, and each carton draws its number.",
        [("shipment", shipped.shipment.shipment_number), ("cartons", str(shipped.shipment.cartons))],
    )


def bill(stage: Stage) -> None:
    """Everything shipped and not yet billed becomes invoices."""
    billed = invoice_run(stage.gateway.gateway, by=PERSON)
    if not billed or any(each.invoice is None for each in billed):
        reasons = [finding.message for each in billed for finding in each.findings]
        raise NotCome(f"the invoice: {'; '.join(reasons) or 'nothing was there to bill'}")
    points = [
        (f"invoice {each.invoice.invoice_number}", f"{each.invoice.totals.total} {each.invoice.currency}")
        for each in billed
        if each.invoice is not None
    ]
    stage.chronicle.note(
        "The invoice run",
        "Every shipment that is not billed yet becomes an invoice. Running it twice bills nothing twice.",
        points,
    )
