"""The invoice for what was shipped of one order: lines, allowances, charges and totals to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from decimal import Decimal

from gateway.canonical.invoice import Invoice, InvoiceLine, InvoiceTotals
from gateway.canonical.money import AllowanceCharge
from gateway.canonical.order import OrderLine
from gateway.canonical.party import Party
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding, has_errors
from gateway.core.location import Location
from gateway.core.quantity import MONEY_PLACES, decimal_text, fits_ledger
from gateway.orders.allowances import Billed, billed_amounts, signed_sum
from gateway.orders.contents import order_of, shipped_quantities
from gateway.orders.extension import currency_places, extend
from gateway.orders.lines import NOTHING, LineQuantities, OpenOrder, carried_references


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """The invoice, or None where an error among the findings or nothing to bill prevents it."""

    invoice: Invoice | None
    findings: tuple[Finding, ...] = ()


def bill(
    order: OpenOrder,
    shipments: Sequence[Shipment],
    *,
    invoice_number: str,
    invoiced_on: date,
    currency: str,
    zone: tzinfo = UTC,
    remit_to: Party | None = None,
) -> Billing:
    """Bills what these recorded shipments hold of the order (ORDER_TO_CASH 4.3: gross, line allowances and
    charges, net, subtotal, header allowances and charges, total; taxes and terms arithmetic are not done here).

    ``currency`` is used where the order states none. ``zone`` is the partner's: the ship date is a day there.
    """
    return _Bill(order, order.order.currency or currency).invoice(
        shipments, invoice_number, invoiced_on, zone, remit_to
    )


@dataclass(slots=True)
class _Bill:
    """One invoice in the making."""

    order: OpenOrder
    currency: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def places(self) -> int:
        return currency_places(self.currency)

    def invoice(
        self,
        shipments: Sequence[Shipment],
        invoice_number: str,
        invoiced_on: date,
        zone: tzinfo,
        remit_to: Party | None,
    ) -> Billing:
        quantities = self._quantities(shipments)
        lines = self._lines(quantities)
        if has_errors(self.findings) or not lines:
            return Billing(invoice=None, findings=tuple(self.findings))
        header = self._header_amounts(quantities, sum((line.net for line in lines), NOTHING))
        last = max(shipments, key=lambda shipment: shipment.shipped_at)
        document = self._document(lines, header, invoice_number, invoiced_on)
        document = replace(
            document,
            shipment_number=last.shipment_number if len(shipments) == 1 else None,
            shipped_on=last.shipped_at.astimezone(zone).date(),
            carrier=last.carrier or document.carrier,
            parties=document.parties if remit_to is None else (*document.parties, remit_to),
        )
        return Billing(invoice=document, findings=tuple(self.findings))

    def _document(
        self,
        lines: Sequence[InvoiceLine],
        header: tuple[AllowanceCharge, ...],
        invoice_number: str,
        invoiced_on: date,
    ) -> Invoice:
        """The invoice as far as the order tells it."""
        po = self.order.order
        subtotal = sum((line.net for line in lines), NOTHING)
        return Invoice(
            invoice_number=invoice_number,
            invoiced_on=invoiced_on,
            currency=self.currency,
            lines=tuple(lines),
            totals=InvoiceTotals(subtotal=subtotal, total=subtotal + signed_sum(header)),
            partner=po.partner,
            test=po.test,
            purchase_order_number=po.purchase_order_number,
            ordered_on=po.ordered_on,
            release_number=po.release_number,
            department=po.department,
            vendor_number=po.vendor_number,
            carrier=po.carrier,
            references=carried_references(po),
            parties=po.parties,
            terms=po.terms,
            allowances_charges=header,
        )

    def _quantities(self, shipments: Sequence[Shipment]) -> dict[int, Decimal]:
        """How much of each line these shipments hold."""
        sums: dict[int, Decimal] = {}
        for shipment in shipments:
            for shipped in shipment.orders:
                if order_of(shipped, [self.order]) is None:
                    continue
                for number, quantity in shipped_quantities(shipped).items():
                    sums[number] = sums.get(number, NOTHING) + quantity
        return sums

    def _lines(self, quantities: dict[int, Decimal]) -> list[InvoiceLine]:
        lines = []
        for number in sorted(set(quantities) - {line.line_number for line in self.order.order.lines}):
            self._find("unknown-line", f"The shipment names line {number}, which the order has not", "lines")
        for index, line in enumerate(self.order.order.lines):
            quantity = quantities.get(line.line_number, NOTHING)
            if quantity:
                billed = self._line(f"lines[{index}]", line, quantity)
                lines.extend([billed] if billed else [])
        if not lines and not self.findings:
            self._find("nothing-to-bill", "These shipments hold nothing of the order", "lines")
        return lines

    def _line(self, path: str, line: OrderLine, quantity: Decimal) -> InvoiceLine | None:
        standing = self.order.quantities.get(line.line_number)
        if line.unit_price is None:
            self._find(
                "price-missing",
                f"Line {line.line_number} has no unit price, so it cannot be billed",
                f"{path}.unit_price",
                fix="Agree the price with the buyer and correct the order",
            )
            return None
        if standing is None or quantity > standing.billable:
            self._billed_twice(path, line, quantity, standing)
            return None
        whole = line.quantity or NOTHING
        gross = extend(quantity, line.unit_price, line.price_basis, self.places)
        if not fits_ledger(gross, MONEY_PLACES):
            self._find("amount-too-large", f"Line {line.line_number} comes to {gross}", f"{path}.unit_price")
            return None
        own, notes = billed_amounts(
            line.allowances_charges,
            Billed(value=gross, before=standing.invoiced, now=quantity, whole=whole, ordered=whole),
            self.places,
            f"{path}.allowances_charges",
        )
        self.findings.extend(notes)
        return InvoiceLine(
            line_number=line.line_number,
            quantity=quantity,
            unit=line.unit or "EA",
            unit_price=line.unit_price,
            net=gross + signed_sum(own),
            buyer_line_id=line.buyer_line_id,
            price_basis=line.price_basis,
            identifiers=line.identifiers,
            description=line.description,
            allowances_charges=own,
        )

    def _header_amounts(
        self, quantities: dict[int, Decimal], subtotal: Decimal
    ) -> tuple[AllowanceCharge, ...]:
        """The order's own allowances and charges: percentages of this invoice's subtotal, fixed amounts by the
        share of the order's value that is billed.
        """
        before = now = whole = ordered = NOTHING
        for line in self.order.order.lines:
            standing = self.order.quantities.get(line.line_number)
            invoiced = standing.invoiced if standing else NOTHING
            billed = invoiced + quantities.get(line.line_number, NOTHING)
            before += self._value(line, invoiced)
            now += self._value(line, billed) - self._value(line, invoiced)
            whole += self._value(line, line.quantity or NOTHING)
            ordered += line.quantity or NOTHING
        amounts, notes = billed_amounts(
            self.order.order.allowances_charges,
            Billed(value=subtotal, before=before, now=now, whole=whole, ordered=ordered),
            self.places,
            "allowances_charges",
        )
        self.findings.extend(notes)
        return amounts

    def _value(self, line: OrderLine, quantity: Decimal) -> Decimal:
        return extend(quantity, line.unit_price or NOTHING, line.price_basis, self.places)

    def _billed_twice(
        self, path: str, line: OrderLine, quantity: Decimal, standing: LineQuantities | None
    ) -> None:
        billable = standing.billable if standing else NOTHING
        self._find(
            "bills-more-than-shipped",
            f"Line {line.line_number} would be billed with {decimal_text(quantity)}, more than what was shipped "
            "and not yet invoiced",
            f"{path}.quantity",
            found=decimal_text(quantity),
            wanted=f"at most {decimal_text(billable)}",
            fix="Bill each shipment once",
        )

    def _find(
        self,
        code: str,
        message: str,
        path: str,
        *,
        fix: str | None = None,
        found: str | None = None,
        wanted: str | None = None,
    ) -> None:
        place = Location(path=path)
        self.findings.append(
            Finding(code=code, message=message, location=place, found=found, wanted=wanted, fix=fix)
        )
