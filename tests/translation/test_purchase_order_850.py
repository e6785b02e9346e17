"""canonical → 850 → canonical is identity for what the set can hold (ORDER_TO_CASH C5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.line import Carrier, Destination, Identifier, Note, Pack, Price, Reference
from gateway.canonical.money import AllowanceCharge, Tax, Terms
from gateway.canonical.order import Order, OrderLine, OrderTotals
from gateway.canonical.party import Contact, Party
from gateway.translation.order_850 import read_order_850
from gateway.translation.outbound import render
from gateway.x12.events import SetRead
from gateway.x12.reader import read
from gateway.x12.writer import Numbers
from tests.translation.outbound_fixtures import GUIDES, NOW, STATION, partner, segments

D = Decimal

_text = st.text("ABCdef 019-/.&", min_size=2, max_size=20).map(str.strip).filter(lambda text: len(text) > 1)
_days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
_quantities = st.decimals("0.001", "99999", places=3)
_money = st.decimals("0.01", "99999", places=2)
_some_dates = st.dictionaries(
    st.sampled_from(["requested_ship", "cancel_after", "ship_not_later", "002", "996"]).map(
        lambda name: "deliver_by" if name == "002" else name
    ),
    _days,
    max_size=3,
)
_references = st.lists(
    st.builds(
        Reference, qualifier=st.sampled_from(["CO", "PO", "MR"]), value=_text, description=st.none() | _text
    ),
    max_size=2,
).map(tuple)
_contacts = st.lists(
    st.builds(
        Contact, function=st.just("BD"), name=_text, phone=st.just("555-0100"), email=st.none() | _text
    ),
    max_size=1,
).map(tuple)
_parties = st.lists(
    st.builds(
        Party,
        role=st.sampled_from(["ship_to", "buyer", "bill_to", "SN"]),
        name=_text,
        additional_name=st.none() | _text,
        qualifier=st.just("92"),
        identifier=_text,
        address=st.lists(_text, max_size=4).map(tuple),
        city=st.just("Boise"),
        region=st.just("ID"),
        postal_code=st.just("83702"),
        country=st.just("US"),
        contacts=_contacts,
        references=_references,
    ),
    max_size=2,
).map(tuple)
_allowances = st.lists(
    st.builds(
        AllowanceCharge,
        kind=st.sampled_from(["allowance", "charge", "service"]),
        code=st.just("C310"),
        method=st.sampled_from([None, "02", "06"]),
        amount=st.none() | _money,
        percent=st.none() | st.decimals("0.1", "99", places=1),
        description=st.none() | _text,
    ),
    max_size=2,
).map(tuple)
_taxes = st.lists(
    st.builds(Tax, type=st.just("ST"), amount=_money, percent=st.none() | st.decimals("0.1", "20", places=2)),
    max_size=1,
).map(tuple)
_lines = st.builds(
    OrderLine,
    line_number=st.just(1),
    buyer_line_id=st.none() | st.sampled_from(["1", "010"]),
    quantity=_quantities,
    unit=st.sampled_from(["EA", "CA"]),
    unit_price=st.decimals("0", "999", places=4),
    price_basis=st.sampled_from([None, "PE", "HP"]),
    identifiers=st.lists(
        st.builds(Identifier, qualifier=st.sampled_from(["UP", "VN", "SK"]), value=_text), max_size=10
    ).map(tuple),
    description=st.none() | _text,
    color=st.none() | _text,
    size=st.none() | _text,
    pack=st.none()
    | st.builds(Pack, inner_packs=st.integers(1, 99), eaches_per_inner=st.none() | st.integers(1, 99)),
    dates=_some_dates,
    prices=st.lists(st.builds(Price, type=st.just("RES"), amount=_money), max_size=1).map(tuple),
    allowances_charges=_allowances,
    taxes=_taxes,
    references=_references,
    notes=st.lists(st.builds(Note, code=st.none() | st.just("ZZ"), text=_text), max_size=2).map(
        lambda notes: tuple(sorted(notes, key=lambda note: note.code or ""))
    ),
    destinations=st.lists(
        st.builds(Destination, qualifier=st.just("92"), identifier=_text, quantity=_quantities), max_size=12
    ).map(tuple),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    lines = draw(st.lists(_lines, min_size=1, max_size=2))
    return Order(
        purchase_order_number=draw(_text),
        purpose=draw(st.sampled_from(["original", "confirmation", "change"])),
        order_type=draw(st.sampled_from(["stand_alone", "drop_ship", "UE"])),
        release_number=draw(st.none() | _text),
        contract_number=draw(st.none() | _text),
        ordered_on=draw(_days),
        currency=draw(st.none() | st.just("USD")),
        department="531",
        vendor_number="87464661",
        dates=draw(_some_dates),
        parties=draw(_parties),
        contacts=draw(_contacts),
        terms=draw(
            st.lists(
                st.builds(
                    Terms,
                    type=st.just("01"),
                    basis=st.just("3"),
                    discount_percent=st.just(D("2.5")),
                    discount_days=st.integers(0, 99),
                    net_days=st.integers(0, 99),
                    text=st.none() | _text,
                ),
                max_size=1,
            ).map(tuple)
        ),
        allowances_charges=draw(_allowances),
        taxes=draw(_taxes),
        carrier=draw(
            st.none() | st.builds(Carrier, scac=st.just("UPSN"), method=st.none() | st.just("M"), text=_text)
        ),
        references=(
            Reference(qualifier="DP", value="531"),
            Reference(qualifier="IA", value="87464661"),
            *draw(_references),
        ),
        notes=draw(st.lists(st.builds(Note, code=st.just("L1"), text=_text), max_size=2).map(tuple)),
        totals=OrderTotals(
            lines=len(lines),
            quantity=draw(st.sampled_from([None, sum(line.quantity or 0 for line in lines)])),
            amount=draw(st.none() | _money),
        ),
        lines=tuple(replace(line, line_number=number) for number, line in enumerate(lines, start=1)),
    )


def reread(order: Order, version: str) -> tuple[Order | None, bytes]:
    rendered = render(order, partner(version), STATION, Numbers(1, 1, (1,)), NOW, GUIDES)
    assert rendered.findings == (), [finding.describe() for finding in rendered.findings]
    document = next(event.document for event in read([rendered.data], GUIDES) if isinstance(event, SetRead))
    return read_order_850(document, known=document.findings)[0], rendered.data


@settings(max_examples=50, deadline=None)
@given(order=orders(), version=st.sampled_from(["004010", "005010"]))
def test_round_trip(order: Order, version: str) -> None:
    assert reread(order, version)[0] == order


def test_long_notes_keep_their_words() -> None:
    text = "Deliver to the dock at the back, between seven and eleven, and ring twice"
    order = Order(
        purchase_order_number="4711",
        ordered_on=date(2026, 3, 16),
        notes=(Note(code="L1", text=text),),
        lines=(OrderLine(line_number=1, quantity=D(1), unit="EA", unit_price=D(1)),),
    )
    again, data = reread(order, "004010")
    assert again is not None and again.notes[0].text.replace("\n", "") == text
    assert len(next(segments(data, "N9"))[3]) == 45


@pytest.mark.parametrize(("count", "sizes"), [(10, [23]), (12, [23, 7])])
def test_ten_destinations_a_segment(count: int, sizes: list[int]) -> None:
    """ORDER_TO_CASH 4.6: up to ten stores in an SDQ, further segments follow."""
    stores = tuple(Destination(qualifier="92", identifier=f"{n:04d}", quantity=D(1)) for n in range(count))
    line = OrderLine(line_number=1, quantity=D(count), unit="EA", unit_price=D(1), destinations=stores)
    order = Order(purchase_order_number="4711", ordered_on=date(2026, 3, 16), lines=(line,))
    _, data = reread(order, "004010")
    assert [len(sdq) for sdq in segments(data, "SDQ")] == sizes
