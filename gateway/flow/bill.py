"""Invoice what was shipped and not yet billed: one invoice an order and shipment. One transaction an invoice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.canonical.codec import to_json
from gateway.canonical.invoice import Invoice
from gateway.canonical.party import Party
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding
from gateway.flow.gateway import Gateway
from gateway.flow.local_time import today, zone
from gateway.flow.outbox import request_document
from gateway.flow.records import open_order, shipment_of
from gateway.ledger import invoices, journal, numbers, orders, shipments, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.orders import StoredOrder
from gateway.orders.billing import bill
from gateway.orders.lines import OpenOrder
from gateway.partnerships.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """An invoice issued, or why an order's shipment could not be billed."""

    order_id: int
    invoice: Invoice | None
    findings: tuple[Finding, ...]


def invoice_run(gateway: Gateway, *, by: str, as_of: date | None = None) -> list[Billed]:
    """Bill every shipment not billed yet, in order of orders and shipments.

    ``as_of`` is the invoice date, and shipments after it wait; by default the partner's day today. Running it again,
    or twice at once, bills nothing twice: the shipment's lines are marked in the invoice's own transaction.
    """
    with gateway.database.reading() as tx:
        due = sorted({(row.order_id, row.shipment_id) for row in shipments.unbilled(tx)})
    results = (_bill_one(gateway, order_id, shipment_id, by, as_of) for order_id, shipment_id in due)
    return [result for result in results if result is not None]


def _bill_one(
    gateway: Gateway, order_id: int, shipment_id: int, by: str, as_of: date | None
) -> Billed | None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        stored = orders.lock(tx, order_id)
        shipped = shipments.load(tx, shipment_id)
        pending = [
            r for r in shipments.unbilled(tx) if (r.order_id, r.shipment_id) == (order_id, shipment_id)
        ]
        if stored is None or shipped is None or not pending:
            return None  # another run was faster
        partner = gateway.partner(tx, stored.partner)
        here = zone(gateway, tx, partner)
        if as_of is not None and shipped.shipped_at.astimezone(here).date() > as_of:
            return None
        station = gateway.configuration(tx).station
        draft = _Draft(
            gateway, tx, stored, shipment_of(shipped), as_of or today(gateway, tx, partner, now), by, now
        )
        return draft.issue(station, currency=partner.currency or station.currency, here=here)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One invoice in the making, inside its transaction."""

    gateway: Gateway
    tx: Transaction
    order: StoredOrder
    shipment: Shipment
    invoiced_on: date
    by: str
    now: datetime

    def issue(self, station: Station, *, currency: str, here: ZoneInfo) -> Billed:
        """Compute the invoice under a provisional number, then draw the real one: a number drawn is an invoice."""
        opened = open_order(self.tx, self.order)
        billing = bill(
            opened,
            [self.shipment],
            invoice_number="0",
            invoiced_on=self.invoiced_on,
            currency=currency,
            zone=here,
            remit_to=_remit_to(station),
        )
        if billing.invoice is None:
            self._ask(billing.findings)
            return Billed(order_id=self.order.id, invoice=None, findings=billing.findings)
        number = f"{numbers.draw(self.tx, 'invoice', self.order.test)[0]:06d}"
        issued = replace(billing.invoice, invoice_number=number)
        self._record(issued, opened)
        return Billed(order_id=self.order.id, invoice=issued, findings=billing.findings)

    def _record(self, issued: Invoice, opened: OpenOrder) -> None:
        body = to_json(issued)
        invoice_id = invoices.add(
            self.tx,
            partner=self.order.partner,
            test=self.order.test,
            invoice_number=issued.invoice_number,
            order_id=self.order.id,
            invoiced_on=issued.invoiced_on,
            currency=issued.currency,
            total=issued.totals.total,
            canonical=body,
        )
        stored_shipment = next(
            s
            for s in shipments.of_order(self.tx, self.order.id)
            if s.shipment_number == self.shipment.shipment_number
        )
        shipments.bill(self.tx, stored_shipment.id, self.order.id, invoice_id)
        for line in issued.lines:
            after = opened.quantities[line.line_number].after_invoicing(line.quantity)
            orders.change_line(self.tx, self.order.id, line.line_number, invoiced=after.invoiced)
        details = {
            "invoice": issued.invoice_number,
            "total": str(issued.totals.total),
            "currency": issued.currency,
        }
        journal.write(
            self.tx, "invoiced", at=self.now, actor=self.by, order_id=self.order.id, details=details
        )
        request_document(
            self.gateway,
            self.tx,
            self.gateway.partner(self.tx, self.order.partner),
            test=self.order.test,
            set_code="810",
            batch=f"I{invoice_id}",
            subject=f"O{self.order.id}",
            body=body,
            now=self.now,
        )

    def _ask(self, findings: tuple[Finding, ...]) -> None:
        """Put what can't be billed before a person, once."""
        if work_items.listed(self.tx, kind="invoice_blocked", order_id=self.order.id):
            return
        work_items.open_item(
            self.tx,
            "invoice_blocked",
            title=f"Shipment {self.shipment.shipment_number} of order {self.order.purchase_order_number} "
            f"can't be billed: {findings[0].message}",
            action="gateway invoice run  (after the cause is mended)",
            at=self.now,
            partner=self.order.partner,
            test=self.order.test,
            order_id=self.order.id,
            details={"findings": [finding.to_json() for finding in findings]},
        )


def _remit_to(station: Station) -> Party:
    return Party(
        role="remit_to",
        name=station.name,
        address=station.address,
        city=station.city,
        region=station.region,
        postal_code=station.postal_code,
        country=station.country,
    )
