"""What must hold of every document that leaves, from the decision to the bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.line import Identifier, Pack
from gateway.canonical.money import AllowanceCharge
from gateway.canonical.order import Order, OrderLine
from gateway.orders.acceptance import decide
from gateway.orders.billing import bill
from gateway.orders.lines import OpenOrder
from gateway.orders.packing import numbered, pack, unnumbered
from gateway.orders.shipping import ship_all
from gateway.orders.sscc import is_sscc, sscc
from gateway.partnerships.partner import Acceptance, AckStyle, OrderPolicy
from gateway.translation.outbound import OutboundRecord, render
from gateway.x12.writer import Numbers
from tests.translation.outbound_fixtures import GUIDES, NOW, STATION, partner, segments

TODAY = date(2026, 3, 17)

_amounts = st.decimals("0.01", "99", places=2)
_allowances = st.builds(
    AllowanceCharge,
    kind=st.sampled_from(["allowance", "charge"]),
    code=st.just("C310"),
    amount=st.none() | _amounts,
    percent=st.decimals("0.5", "40", places=1),
)
_lines = st.builds(
    OrderLine,
    line_number=st.just(1),
    quantity=st.decimals("0.5", "60", places=1),
    unit=st.just("EA"),
    unit_price=st.decimals("0", "500", places=3),
    price_basis=st.sampled_from([None, "PE", "HP", "PD"]),
    identifiers=st.just((Identifier(qualifier="VN", value="W-RED"),)),
    pack=st.none() | st.builds(Pack, inner_packs=st.integers(4, 30)),
    allowances_charges=st.lists(_allowances, max_size=2).map(tuple),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    lines = draw(st.lists(_lines, min_size=1, max_size=3))
    numbered_lines = tuple(
        OrderLine(**{**{name: getattr(line, name) for name in OrderLine.__slots__}, "line_number": number})
        for number, line in enumerate(lines, start=1)
    )
    return Order(
        purchase_order_number="4711",
        ordered_on=TODAY,
        currency="USD",
        lines=numbered_lines,
        allowances_charges=tuple(draw(st.lists(_allowances, max_size=2))),
    )


def sent(record: OutboundRecord) -> bytes:
    rendered = render(record, partner(), STATION, Numbers(1, 1, (1,)), NOW, GUIDES)
    assert rendered.findings == (), [finding.describe() for finding in rendered.findings]
    return rendered.data


@settings(max_examples=40, deadline=None)
@given(
    order=orders(),
    stock=st.decimals("0", "120", places=1),
    backorders=st.booleans(),
    style=st.sampled_from(list(AckStyle)),
)
def test_from_the_decision_to_the_invoice(
    order: Order, stock: Decimal, backorders: bool, style: AckStyle
) -> None:
    policy = OrderPolicy(acceptance=Acceptance.FROM_STOCK, backorders=backorders, ack_style=style)
    decision = decide(order, policy, {"W-RED": stock}, {}, acknowledged_on=TODAY)
    assert decision.acknowledgement is not None
    _check_855(sent(decision.acknowledgement))

    quantities = {each.line_number: each.quantities for each in decision.lines}
    book = OpenOrder(order=order, quantities=quantities)
    shipment = ship_all(book, shipment_number="S-1", shipped_at=datetime(2026, 3, 20, tzinfo=UTC))
    if shipment is None:
        assert all(each.accepted == 0 for each in decision.lines)
        return
    packed, _ = pack(shipment, [book])
    packed = numbered(packed, [sscc("0614141", 0, n) for n in range(1, unnumbered(packed) + 1)])
    _check_856(sent(packed), sum(each.accepted for each in decision.lines))

    after = {n: each.after_shipping(each.allocated) for n, each in quantities.items()}
    shipped = OpenOrder(order=order, quantities=after)
    billing = bill(shipped, [packed], invoice_number="I-1", invoiced_on=TODAY, currency="USD")
    assert billing.invoice is not None
    _check_810(sent(billing.invoice))


def _check_855(data: bytes) -> None:
    """The ACK quantities of a line sum to PO102, unless IQ says a new one."""
    ordered, statuses = Decimal(0), Decimal(0)
    for line in data.decode().split("~\n"):
        elements = line.split("*")
        if elements[0] in ("PO1", "CTT"):
            assert ordered == statuses
            ordered, statuses = (Decimal(elements[2]) if elements[0] == "PO1" else ordered), Decimal(0)
        if elements[0] == "ACK":
            statuses = ordered if elements[1] == "IQ" else statuses + Decimal(elements[2])


def _check_856(data: bytes, accepted: Decimal | int) -> None:
    """The items hold what was accepted, every carton is numbered, every HL counted and its parent above it."""
    assert sum(Decimal(sn1[2]) for sn1 in segments(data, "SN1")) == accepted
    marks = [man[2] for man in segments(data, "MAN")]
    assert all(mark.startswith("00") and is_sscc(mark[2:]) for mark in marks)
    levels = list(segments(data, "HL"))
    assert len(marks) == len(set(marks)) == sum(hl[3] == "P" for hl in levels)
    assert next(segments(data, "CTT"))[1] == str(len(levels))
    for number, hl in enumerate(levels, start=1):
        assert hl[1] == str(number) and (hl[2] == "" if number == 1 else 0 < int(hl[2]) < number)


_FACTOR = {"": 1, "PE": 1, "PD": 12, "HP": 100}


def _check_810(data: bytes) -> None:
    """TDS01 is lines and charges less allowances, computed from the bytes alone, in cents."""
    total = 0
    for line in data.decode().split("~\n"):
        elements = [*line.split("*"), *[""] * 6]
        if elements[0] == "IT1":
            cents = Decimal(elements[2]) * Decimal(elements[4]) * 100 / _FACTOR[elements[5]]
            total += int(cents + Decimal("0.5"))
        if elements[0] == "SAC":
            total += int(elements[5]) * (-1 if elements[1] == "A" else 1)
    assert int(next(segments(data, "TDS"))[1]) == total
