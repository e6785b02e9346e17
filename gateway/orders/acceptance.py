"""Deciding on an order: by a person, as ordered, or from the stock on hand; and the answer that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gateway.canonical.acknowledgement import Acknowledgement, AcknowledgementLine, LineStatus
from gateway.canonical.order import Order, OrderLine
from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.core.quantity import decimal_text
from gateway.orders.choice import LineChoice, Rest
from gateway.orders.lines import NOTHING, LineQuantities, carried_references
from gateway.partnerships.partner import Acceptance, AckStyle, OrderPolicy

ITEM_QUALIFIERS = ("VN", "UP", "EN", "UK", "UA", "SK")
"""Element 235, in the order in which identifiers are tried against the stock: ours first, then GTINs.

Buyers' own numbers (IN, BP, CB …) are left out: one that happens to equal a number of ours is another item.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """What happens to one line. The four parts sum to ``ordered``.

    ``item`` is the key of the stock that ``accepted`` is to be reserved from; None: no stock is touched. What
    a person accepted beyond the stock is promised all the same: reserve what is there.
    """

    line_number: int
    ordered: Decimal
    accepted: Decimal
    backordered: Decimal
    rejected: Decimal
    cancelled: Decimal
    statuses: tuple[LineStatus, ...]
    item: str | None = None

    @property
    def quantities(self) -> LineQuantities:
        """The line's quantities once this is recorded; backordered is what they leave over."""
        return LineQuantities(
            ordered=self.ordered,
            cancelled=self.cancelled,
            rejected=self.rejected,
            allocated=self.accepted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on an order. While ``awaiting`` says what a person must decide, nothing is decided."""

    lines: tuple[LineDecision, ...] = ()
    acknowledgement: Acknowledgement | None = None
    awaiting: tuple[Finding, ...] = ()


def item_keys(line: OrderLine) -> tuple[str, ...]:
    """The names by which the stock may know the line's item, the likeliest first."""
    known = {identifier.qualifier: identifier.value for identifier in reversed(line.identifiers)}
    return tuple(dict.fromkeys(known[qualifier] for qualifier in ITEM_QUALIFIERS if qualifier in known))


def decide(
    order: Order,
    policy: OrderPolicy,
    stock: Mapping[str, Decimal | None] | None,
    choices: Mapping[int, LineChoice],
    *,
    acknowledged_on: date,
    detail: bool = True,
) -> Decision:
    """Decides every line, or says which of them wait for a person and why.

    ``stock`` is what is available (on hand less reserved) by item key, in the unit ordered; a key that is
    absent or None was never imported and is unknown, not zero. Lines of the same item share it in line order.
    ``choices`` are a person's, by line number, and win. Without ``detail`` an answer that accepts or rejects
    all has no lines (587 AT or RJ).
    """
    available = {item: quantity for item, quantity in (stock or {}).items() if quantity is not None}
    decisions: list[LineDecision] = []
    awaiting: list[Finding] = []
    for index, line in enumerate(order.lines):
        outcome = _decide_line(index, line, policy, available, choices.get(line.line_number))
        if isinstance(outcome, Finding):
            awaiting.append(outcome)
            continue
        decisions.append(outcome)
        if outcome.item is not None:
            available[outcome.item] -= outcome.accepted
    awaiting.extend(_choices_without_line(order, choices))
    if not order.lines:
        awaiting.append(
            _question("order-without-lines", "The order has no lines", "lines", "Reject the order")
        )
    if awaiting:
        return Decision(awaiting=tuple(awaiting))
    answer = _acknowledge(order, decisions, acknowledged_on, detail)
    return Decision(lines=tuple(decisions), acknowledgement=answer)


def _decide_line(
    index: int,
    line: OrderLine,
    policy: OrderPolicy,
    available: Mapping[str, Decimal],
    choice: LineChoice | None,
) -> LineDecision | Finding:
    ordered = line.quantity
    if ordered is None or ordered <= NOTHING:
        return _quantity_missing(index, line)
    item = next((key for key in item_keys(line) if key in available), None)
    reserves_from = item if policy.acceptance is Acceptance.FROM_STOCK else None
    if choice is not None:
        return _as_chosen(index, line, ordered, policy, choice, reserves_from)
    match policy.acceptance:
        case Acceptance.AS_ORDERED:
            return _split(line, ordered, ordered, policy, LineChoice(), None)
        case Acceptance.FROM_STOCK if item is not None:
            accepted = max(NOTHING, min(ordered, available[item]))
            return _split(line, ordered, accepted, policy, LineChoice(), item)
        case Acceptance.FROM_STOCK:
            return _stock_unknown(index, line)
        case _:
            return _by_hand(index, line)


def _as_chosen(
    index: int, line: OrderLine, ordered: Decimal, policy: OrderPolicy, choice: LineChoice, item: str | None
) -> LineDecision | Finding:
    accepted = ordered if choice.accept is None else choice.accept
    if NOTHING <= accepted <= ordered:
        return _split(line, ordered, accepted, policy, choice, item)
    return Finding(
        code="accepts-other-than-ordered",
        message=f"Line {line.line_number} cannot be accepted with {decimal_text(accepted)}",
        location=Location(path=f"lines[{index}].quantity"),
        found=decimal_text(accepted),
        wanted=f"0 to {decimal_text(ordered)}, what was ordered",
        fix="Accept at most the ordered quantity",
    )


def _split(
    line: OrderLine,
    ordered: Decimal,
    accepted: Decimal,
    policy: OrderPolicy,
    choice: LineChoice,
    item: str | None,
) -> LineDecision:
    """The decision and its statuses, once it is known how much is accepted."""
    rest = ordered - accepted
    what = _fate_of_rest(accepted, policy, choice)
    parts = {fate: rest if fate is what else NOTHING for fate in Rest}
    promised = LineStatus(
        status="accepted",
        quantity=accepted,
        unit=line.unit,
        ship_on=choice.ship_on,
        deliver_on=choice.deliver_on,
    )
    return LineDecision(
        line_number=line.line_number,
        ordered=ordered,
        accepted=accepted,
        backordered=parts[Rest.BACKORDER],
        rejected=parts[Rest.REJECT],
        cancelled=parts[Rest.CANCEL],
        statuses=_statuses(promised, rest, what, policy.ack_style, choice.reason),
        item=item if accepted else None,
    )


def _fate_of_rest(accepted: Decimal, policy: OrderPolicy, choice: LineChoice) -> Rest:
    """Backorder where allowed; else the rest is dropped: a rejection when nothing at all is accepted."""
    if choice.rest is not Rest.BY_POLICY:
        return choice.rest
    if policy.backorders:
        return Rest.BACKORDER
    return Rest.CANCEL if accepted else Rest.REJECT


def _statuses(
    promised: LineStatus, rest: Decimal, what: Rest, style: AckStyle, reason: str | None
) -> tuple[LineStatus, ...]:
    """One status a part (one ACK segment each); ``IQ`` says the new quantity alone (ORDER_TO_CASH 4.14)."""
    if not rest:
        return (promised,)
    if what is Rest.CANCEL and style is AckStyle.IQ and promised.quantity:
        return (replace(promised, status="quantity_changed", reason=reason),)
    word = {Rest.BACKORDER: "backordered", Rest.CANCEL: "deleted"}.get(what, "rejected")
    remainder = LineStatus(status=word, quantity=rest, unit=promised.unit, reason=reason)
    return (promised, remainder) if promised.quantity else (remainder,)


def _acknowledge(order: Order, decisions: list[LineDecision], on: date, detail: bool) -> Acknowledgement:
    code = _type_code(decisions, detail)
    by_number = {line.line_number: line for line in order.lines}
    answered = [_answer(by_number[decision.line_number], decision) for decision in decisions]
    return Acknowledgement(
        purchase_order_number=order.purchase_order_number,
        type=code,
        acknowledged_on=on,
        lines=() if code in ("AT", "RJ") else tuple(answered),
        partner=order.partner,
        test=order.test,
        origin=order.origin,
        ordered_on=order.ordered_on,
        release_number=order.release_number,
        vendor_number=order.vendor_number,
        currency=order.currency,
        references=carried_references(order),
        parties=order.parties,
    )


def _type_code(decisions: list[LineDecision], detail: bool) -> str:
    """BAK02 (587): AD detail, no change; AC detail and change; RD all rejected. AT, RJ: the same, bare."""
    if all(decision.accepted == decision.ordered for decision in decisions):
        return "AD" if detail else "AT"
    if all(decision.rejected == decision.ordered for decision in decisions):
        return "RD" if detail else "RJ"
    return "AC"


def _answer(line: OrderLine, decision: LineDecision) -> AcknowledgementLine:
    """The buyer's own line id and identifiers go back as they came, even if ours have changed (R52)."""
    return AcknowledgementLine(
        line_number=line.line_number,
        statuses=decision.statuses,
        buyer_line_id=line.buyer_line_id,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_basis=line.price_basis,
        identifiers=line.identifiers,
    )


def _question(code: str, message: str, path: str, fix: str, found: str | None = None) -> Finding:
    return Finding(code=code, message=message, location=Location(path=path), fix=fix, found=found)


def _by_hand(index: int, line: OrderLine) -> Finding:
    return _question(
        "a-person-must-decide",
        f"Line {line.line_number} waits for a person: this partner's orders are accepted by hand",
        f"lines[{index}]",
        "Accept or reject the order, or set the partner's acceptance to as_ordered or from_stock",
    )


def _stock_unknown(index: int, line: OrderLine) -> Finding:
    names = ", ".join(f"{identifier.qualifier} {identifier.value}" for identifier in line.identifiers)
    return _question(
        "stock-unknown",
        f"Line {line.line_number} waits for a person: the stock of its item was never imported",
        f"lines[{index}].identifiers",
        "Import the item's stock, or accept or reject the line by hand",
        names or "no identifier",
    )


def _quantity_missing(index: int, line: OrderLine) -> Finding:
    return _question(
        "quantity-not-positive",
        f"Line {line.line_number} has no quantity above zero, so there is nothing to accept",
        f"lines[{index}].quantity",
        "Ask the partner for a corrected order, or reject the order",
        None if line.quantity is None else decimal_text(line.quantity),
    )


def _choices_without_line(order: Order, choices: Mapping[int, LineChoice]) -> list[Finding]:
    known = {line.line_number for line in order.lines}
    return [
        _question(
            "unknown-line",
            f"The order has no line {number}",
            "lines",
            f"Choose among lines {', '.join(map(str, sorted(known)))}",
            str(number),
        )
        for number in choices
        if number not in known
    ]
