"""An invoice as X12 810. TDS is in implied cents and must equal lines, charges, allowances and taxes exactly."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gateway.canonical.invoice import Invoice, InvoiceLine
from gateway.canonical.money import AllowanceCharge
from gateway.core.quantity import decimal_text
from gateway.translation.outbound_segments import (
    add_allowances,
    add_parties,
    add_references,
    add_taxes,
    add_terms,
)
from gateway.translation.outbound_set import OutboundDraft, OutboundSet, at

_BIG07_OF_TYPE = {"invoice": None, "credit": "CR", "debit": "DR"}
"""Element 640; an invoice needs none. A type without a word is its code."""

_SIGN = {"allowance": -1, "charge": 1}


def draft_810(record: Invoice) -> OutboundDraft:
    """BIG, CUR, REF, N1, ITD, DTM, an IT1 loop for each line, TDS, TXI, CAD, SAC, CTT."""
    out = OutboundSet("810")
    _check_totals(out, record)
    out.add(
        "BIG",
        at("invoiced_on", record.invoiced_on),
        at("invoice_number", record.invoice_number),
        at("ordered_on", record.ordered_on),
        at("purchase_order_number", record.purchase_order_number),
        at("release_number", record.release_number),
        None,
        at("type", _BIG07_OF_TYPE.get(record.type, record.type)),
    )
    out.add("CUR", "SE", at("currency", record.currency))
    carrier = record.carrier
    named = [
        ("department", "DP", record.department),
        ("vendor_number", "IA", record.vendor_number),
        ("shipment_number", "SI", record.shipment_number),
        ("carrier.bill_of_lading", "BM", carrier.bill_of_lading if carrier else None),
    ]
    add_references(out, "references", record.references, named)
    add_parties(out, "parties", record.parties)
    add_terms(out, "terms", record.terms)
    if record.shipped_on:
        out.add("DTM", "011", at("shipped_on", record.shipped_on))
    for index, line in enumerate(record.lines):
        _add_line(out, f"lines[{index}]", line)
    _add_summary(out, record)
    return out.finished()


def _add_line(out: OutboundSet, path: str, line: InvoiceLine) -> None:
    out.add(
        "IT1",
        at(f"{path}.buyer_line_id", line.buyer_line_id),
        at(f"{path}.quantity", line.quantity),
        at(f"{path}.unit", line.unit),
        at(f"{path}.unit_price", line.unit_price),
        at(f"{path}.price_basis", line.price_basis),
        *out.identifiers(f"{path}.identifiers", line.identifiers, 10),
    )
    if line.description:
        out.add("PID", "F", None, None, None, out.description(f"{path}.description", line.description))
    add_allowances(out, f"{path}.allowances_charges", line.allowances_charges)


def _add_summary(out: OutboundSet, record: Invoice) -> None:
    totals = record.totals
    discounted = (totals.discountable, totals.discounted, totals.discount)
    members = ("discountable", "discounted", "discount")
    out.add(
        "TDS",
        out.amount("totals.total", totals.total),
        *(out.amount(f"totals.{name}", value) for name, value in zip(members, discounted, strict=True)),
    )
    add_taxes(out, "taxes", record.taxes)
    carrier = record.carrier
    # CAD01 is mandatory from 005010 on, and CAD needs a carrier's code or a routing (R0504).
    if carrier is not None and carrier.method and (carrier.scac or carrier.text):
        out.add(
            "CAD",
            at("carrier.method", carrier.method),
            *(None, None),
            at("carrier.scac", carrier.scac),
            out.description("carrier.text", carrier.text, 35),
        )
    add_allowances(out, "allowances_charges", record.allowances_charges)
    out.add("CTT", str(len(record.lines)))


def _check_totals(out: OutboundSet, record: Invoice) -> None:
    """Subtotal and total as the canonical invoice defines them, and the discount as TDS does (4.3)."""
    totals = record.totals
    lines = sum((line.net for line in record.lines), Decimal(0))
    taxes = sum((tax.amount or Decimal(0) for tax in record.taxes), Decimal(0))
    total = lines + _signed(record.allowances_charges) + taxes
    _expect(out, "totals.subtotal", totals.subtotal, lines, "the sum of the line nets")
    _expect(out, "totals.total", totals.total, total, "line nets + charges − allowances + taxes")
    if totals.discounted is not None and totals.discount is not None:
        rest = totals.total - totals.discount
        _expect(out, "totals.discounted", totals.discounted, rest, "the total less the discount")


def _expect(out: OutboundSet, path: str, stated: Decimal, right: Decimal, meaning: str) -> None:
    if stated != right:
        out.find(
            "total-does-not-add-up",
            f"{path} is {decimal_text(stated)}, but {meaning} is {decimal_text(right)}",
            path,
            found=decimal_text(stated),
            wanted=decimal_text(right),
            fix="Correct the invoice: its total must be what its parts come to, to the cent",
        )


def _signed(amounts: Iterable[AllowanceCharge]) -> Decimal:
    return sum(((each.amount or Decimal(0)) * _SIGN.get(each.kind, 0) for each in amounts), Decimal(0))
