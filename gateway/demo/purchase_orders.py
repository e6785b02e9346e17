"""What the demo's partners order: canonical orders that they write as X12, a cXML text, and a sheet as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gateway.canonical.line import Identifier, Pack, Reference
from gateway.canonical.money import Terms
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.party import Party
from gateway.demo.template import rendered


@dataclass(frozen=True, slots=True)
class Goods:
    """Something the station sells. ``style`` is our own number (VN), ``upc`` its twelve digits (UP)."""

    style: str
    upc: str
    description: str
    price: Decimal


RED_MUG = Goods("MUG-RED", "614141000418", "Enamel mug, red", Decimal("6.40"))
BLUE_MUG = Goods("MUG-BLUE", "614141000425", "Enamel mug, blue", Decimal("6.40"))
LANTERN = Goods("LANTERN", "614141000432", "Camp lantern", Decimal("38.50"))
BLANKET = Goods("BLANKET", "614141000449", "Wool blanket, grey", Decimal("54.00"))
BOTTLE = Goods("BOTTLE", "614141000456", "Steel bottle, 1 l", Decimal("17.25"))
STOVE = Goods("STOVE", "614141000463", "Folding stove", Decimal("29.90"))
CATALOGUE = (RED_MUG, BLUE_MUG, LANTERN, BLANKET, BOTTLE, STOVE)


def acme_order(number: str, today: date, *, red: int = 24, blue: int = 12) -> Order:
    """Mugs in cases of twelve for one of Acme's stores; 2% off when paid in ten days."""
    return Order(
        purchase_order_number=number,
        order_type="stand_alone",
        ordered_on=today,
        currency="USD",
        department="531",
        references=(Reference(qualifier="DP", value="531"),),
        terms=(Terms(type="01", basis="3", discount_percent=Decimal(2), discount_days=10, net_days=30),),
        dates={"ship_not_before": today, "cancel_after": today + timedelta(days=30)},
        parties=(_store("Acme Store 417", "00417", "1 Main Street", "Boise", "ID", "83702"),),
        lines=(_line(1, RED_MUG, red, case=12), _line(2, BLUE_MUG, blue, case=12)),
    )


def globex_order(number: str, today: date, *, lanterns: int = 10) -> Order:
    """Lanterns, of which the stock has six, and blankets, of which there are plenty."""
    lines = (_line(1, LANTERN, lanterns), _line(2, BLANKET, 8)) if lanterns else (_line(1, BLANKET, 3),)
    return Order(
        purchase_order_number=number,
        order_type="stand_alone",
        ordered_on=today,
        currency="USD",
        dates={"requested_ship": today + timedelta(days=2), "cancel_after": today + timedelta(days=45)},
        parties=(
            _store("Globex Distribution Center", "0093", "200 Dock Road", "Columbus", "OH", "43085"),
            Party(role="bill_to", name="Globex Accounts Payable", qualifier="92", identifier="AP1"),
        ),
        lines=lines,
    )


def hooli_order(number: str, today: date, payload_id: str) -> bytes:
    """A cXML OrderRequest for twelve bottles and two stoves."""
    lines = ((BOTTLE, 12), (STOVE, 2))
    total = sum(goods.price * quantity for goods, quantity in lines)
    text = rendered(
        "hooli-order.xml", number=number, today=today, payload_id=payload_id, lines=lines, total=total
    )
    return text.encode("utf-8")


def summit_sheet(today: date, *, first_number: int = 2101) -> bytes:
    """Three orders from a trade show, one row a line. In the second somebody wrote the quantity as a word."""
    numbers = [f"TS-{first_number + step}" for step in range(3)]
    return rendered(
        "summit-orders.csv", today=today, ship=today + timedelta(days=21), cancel=today + timedelta(days=60),
        numbers=numbers, goods={goods.style: goods for goods in CATALOGUE},
    ).encode("utf-8")  # fmt: skip


def _store(name: str, number: str, street: str, city: str, region: str, postal_code: str) -> Party:
    return Party(
        role="ship_to", name=name, qualifier="92", identifier=number, address=(street,), city=city, region=region,
        postal_code=postal_code, country="US",
    )  # fmt: skip


def _line(number: int, goods: Goods, quantity: int, *, case: int | None = None) -> OrderLine:
    return OrderLine(
        line_number=number,
        buyer_line_id=str(number),
        quantity=Decimal(quantity),
        unit="EA",
        unit_price=goods.price,
        price_basis="PE",
        identifiers=(
            Identifier(qualifier="UP", value=goods.upc),
            Identifier(qualifier="VN", value=goods.style),
        ),
        description=goods.description,
        pack=Pack(inner_packs=1, eaches_per_inner=case) if case else None,
    )
