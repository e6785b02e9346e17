"""What the order's allowances and charges come to on one invoice.

One rule for lines and for the order as a whole:

* An **amount** wins over percent and rate (note of segment SAC). It was meant for the whole line or order, so an
  invoice for a part takes its share (of the line's quantity, of the order's value), rounded so that all invoices
  together bill the amount exactly; an order shipped at once is billed the amount as it stands.
* A **percent** is taken of what this invoice bills: the line's gross, or the sum of the line nets.
* A **rate** is per unit: times the billed part of the SAC's own quantity, or of the quantity ordered.
* Settled elsewhere (bill-back, vendor's cheque, credit to the account, paid by the vendor): not on this invoice,
  with a warning. So are promotions and services, which say nothing of who owes what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.canonical.money import AllowanceCharge
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.core.quantity import QUANTITY_PLACES, round_money
from gateway.orders.extension import share

_SIGN = {"allowance": Decimal(-1), "charge": Decimal(1)}

_SETTLED_ELSEWHERE = {
    "01": "it is billed back by the buyer",
    "03": "the vendor sends a cheque for it",
    "04": "it is credited to the customer's account",
    "05": "the vendor pays it",
}
"""SAC12 (element 331): the handling methods that leave the invoice alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What an invoice bills of a line or an order.

    ``value``: the money percentages are taken of. ``before``, ``now``, ``whole``: billed earlier, now, and in all,
    as quantities of a line or as value of an order. ``ordered``: the quantity that rates without one apply to.
    """

    value: Decimal
    before: Decimal
    now: Decimal
    whole: Decimal
    ordered: Decimal


def billed_amounts(
    agreed: Sequence[AllowanceCharge], billed: Billed, places: int, path: str
) -> tuple[tuple[AllowanceCharge, ...], tuple[Finding, ...]]:
    """The allowances and charges of the invoice, each with its amount, and why others are left out."""
    taken: list[AllowanceCharge] = []
    findings: list[Finding] = []
    for index, each in enumerate(agreed):
        reason = _reason_to_leave_out(each)
        if reason is None:
            taken.append(_priced(each, billed, places))
        elif each.kind != "no_allowance_or_charge":
            findings.append(_left_out(each, reason, f"{path}[{index}]"))
    return tuple(taken), tuple(findings)


def signed_sum(amounts: Iterable[AllowanceCharge]) -> Decimal:
    """Charges less allowances."""
    return sum((_SIGN.get(each.kind, Decimal(0)) * (each.amount or 0) for each in amounts), Decimal(0))


def _reason_to_leave_out(each: AllowanceCharge) -> str | None:
    if each.kind not in _SIGN:
        return f"{each.kind} is neither an allowance nor a charge"
    if each.method in _SETTLED_ELSEWHERE:
        return _SETTLED_ELSEWHERE[each.method]
    if each.amount is None and each.percent is None and each.rate is None:
        return "it has no amount, percent or rate"
    return None


def _priced(each: AllowanceCharge, billed: Billed, places: int) -> AllowanceCharge:
    """With its amount; a rate also with the quantity it was taken of, so that the buyer can follow."""
    if each.amount is not None:
        return replace(each, amount=share(each.amount, billed.before, billed.now, billed.whole, places))
    if each.percent is not None:
        return replace(each, amount=round_money(billed.value * each.percent / 100, places))
    units = each.quantity if each.quantity is not None else billed.ordered
    if billed.whole:
        units = units * billed.now / billed.whole
    amount = round_money((each.rate or Decimal(0)) * units, places)
    return replace(each, amount=amount, quantity=round_money(units, QUANTITY_PLACES).normalize())


def _left_out(each: AllowanceCharge, reason: str, path: str) -> Finding:
    name = f"{each.kind} {each.code or each.description or ''}".strip()
    return Finding(
        code="allowance-not-on-invoice",
        message=f"The order's {name} is not on the invoice: {reason}",
        severity=Severity.WARNING,
        location=Location(path=path),
        found=each.method,
        fix="Nothing, if that is what was agreed; else correct it in the order before billing",
    )
