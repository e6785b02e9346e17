from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.canonical.line import Carrier
from gateway.canonical.shipment import HandlingUnit, ShippedOrder
from gateway.orders.lines import LineQuantities, OpenOrder
from gateway.orders.shipping import check_shipment, ship_all, with_order_details
from tests.orders.sample import SHIPPED_AT, accepted, codes, item, line, order, shipment

D = Decimal
TEN = order(line(1, "10"), line(2, "5"))


def test_what_was_accepted_may_leave() -> None:
    assert check_shipment(shipment(item(1, "10"), item(2, "5")), [accepted(TEN)]) == ()


@pytest.mark.parametrize(
    ("items", "code", "path"),
    [
        ([item(1, "11")], "ships-more-than-accepted", "orders[0].items[0].quantity"),
        ([item(1, "6"), item(1, "5")], "ships-more-than-accepted", "orders[0].items[0].quantity"),
        ([item(3, "1")], "unknown-line", "orders[0].items[0].line_number"),
        ([item(1, "0")], "quantity-not-positive", "orders[0].items[0].quantity"),
        ([item(1, "1", unit="CA")], "unit-other-than-ordered", "orders[0].items[0].unit"),
        ([], "shipment-empty", "orders"),
    ],
)
def test_what_may_not(items: list[object], code: str, path: str) -> None:
    findings = check_shipment(shipment(*items), [accepted(TEN)])  # type: ignore[arg-type]
    assert [(finding.code, finding.location.path) for finding in findings] == [(code, path)]


def test_what_was_shipped_before_does_not_ship_again() -> None:
    partly = accepted(TEN, line_1=LineQuantities(ordered=D(10), allocated=D(4), shipped=D(6)))
    findings = check_shipment(shipment(item(1, "5")), [partly])
    assert codes(findings) == ["ships-more-than-accepted"]
    assert findings[0].wanted == "at most 4"


def test_naming_the_order_twice_evades_nothing() -> None:
    once = shipment(item(1, "6"))
    twice = replace(once, orders=(*once.orders, *once.orders))
    assert codes(check_shipment(twice, [accepted(TEN)])) == ["ships-more-than-accepted"]


def test_a_backordered_quantity_that_left_is_a_warning() -> None:
    short = accepted(TEN, line_1=LineQuantities(ordered=D(10), allocated=D(6)))
    findings = check_shipment(shipment(item(1, "8")), [short])
    assert codes(findings) == ["ships-backordered"] and not findings[0].is_error


def test_a_line_nobody_accepted_does_not_ship() -> None:
    undecided = OpenOrder(order=TEN, quantities={})
    assert codes(check_shipment(shipment(item(1, "1")), [undecided])) == ["line-not-accepted"]


def test_an_unknown_order() -> None:
    assert codes(check_shipment(shipment(item(1, "1")), [])) == ["unknown-purchase-order"]


def test_a_number_with_two_releases_needs_the_release() -> None:
    first, second = (accepted(replace(TEN, release_number=number)) for number in ("1", "2"))
    bare = shipment(item(1, "1"))
    assert codes(check_shipment(bare, [first, second])) == ["unknown-purchase-order"]
    named = replace(bare, orders=(replace(bare.orders[0], release_number="2"),))
    assert check_shipment(named, [first, second]) == ()


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ((HandlingUnit(level="pack"),), "carton-empty"),
        ((HandlingUnit(level="pack", sscc="006141410000000013", items=(item(1, "1"),)),), "sscc-invalid"),
        (
            (HandlingUnit(level="pack", sscc="006141410000000012", items=(item(1, "1"),)),) * 2,
            "sscc-repeated",
        ),
        (
            (HandlingUnit(level="pack", units=(HandlingUnit(level="pack", items=(item(1, "1"),)),)),),
            "carton-in-carton",
        ),
    ],
)
def test_faults_of_cartons(units: tuple[HandlingUnit, ...], code: str) -> None:
    assert codes(check_shipment(shipment(units=units), [accepted(TEN)])) == [code]


def test_shipping_all_takes_what_is_promised_and_the_buyers_own_details() -> None:
    po = replace(TEN, carrier=Carrier(scac="UPSN"), release_number="7")
    book = accepted(po, line_1=LineQuantities(ordered=D(10), allocated=D(6)))
    ship = ship_all(book, shipment_number="S-1", shipped_at=SHIPPED_AT)
    assert ship is not None
    part = ship.orders[0]
    assert [(each.line_number, each.quantity, each.ordered) for each in part.items] == [(1, 6, 10), (2, 5, 5)]
    assert part.items[0].identifiers == po.lines[0].identifiers
    assert part.items[0].buyer_line_id == "001" and part.items[0].unit == "EA"
    assert (part.department, part.release_number, part.ordered_on) == ("531", "7", po.ordered_on)
    assert [reference.qualifier for reference in part.references] == ["DP"]
    assert part.parties == ship.parties == po.parties
    assert ship.carrier == Carrier(scac="UPSN") and (ship.partner, ship.test) == ("acme", False)
    assert check_shipment(ship, [book]) == ()


def test_nothing_promised_is_nothing_to_ship() -> None:
    done = accepted(order(line(1, "10")), line_1=LineQuantities(ordered=D(10), shipped=D(10)))
    assert ship_all(done, shipment_number="S-1", shipped_at=SHIPPED_AT) is None


def test_details_given_are_kept_and_unknown_orders_left_alone() -> None:
    given = shipment(item(1, "1", unit="CA", description="mine"))
    stranger = ShippedOrder(purchase_order_number="0000", items=(item(1, "1"),))
    done = with_order_details(replace(given, orders=(*given.orders, stranger)), [accepted(TEN)])
    assert (done.orders[0].items[0].unit, done.orders[0].items[0].description) == ("CA", "mine")
    assert done.orders[1] == stranger
    assert done.parties == ()
