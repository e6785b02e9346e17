from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.line import Pack
from gateway.canonical.shipment import HandlingUnit
from gateway.orders.contents import shipped_quantities, units_of
from gateway.orders.packing import MOST_CARTONS, numbered, pack, pack_size, unnumbered
from gateway.orders.shipping import ship_all
from gateway.orders.sscc import sscc
from tests.orders.sample import SHIPPED_AT, accepted, codes, item, line, order, shipment

D = Decimal


def contents(packed: object) -> list[list[tuple[int, Decimal]]]:
    return [
        [(each.line_number, each.quantity) for each in unit.items]
        for _, unit in units_of(packed)  # type: ignore[arg-type]
    ]


def test_one_carton_a_line_by_default() -> None:
    po = accepted(order(line(1, "10"), line(2, "3")))
    packed, findings = pack(shipment(item(1, "10"), item(2, "3")), [po])
    assert contents(packed) == [[(1, D(10))], [(2, D(3))]]
    assert packed.cartons == 2 and findings == ()
    assert packed.orders[0].items == ()


def test_240_eaches_in_packs_of_24_make_ten_cartons() -> None:
    """ORDER_TO_CASH E5c."""
    po = accepted(order(line(1, "240", pack=Pack(inner_packs=24))))
    ship = ship_all(po, shipment_number="S-1", shipped_at=SHIPPED_AT)
    assert ship is not None
    packed, _ = pack(ship, [po])
    assert contents(packed) == [[(1, D(24))]] * 10
    assert unnumbered(packed) == 10
    numbers = [sscc("0614141", 0, serial) for serial in range(1, 11)]
    assert [unit.sscc for _, unit in units_of(numbered(packed, numbers))] == numbers


def test_the_last_carton_holds_the_remainder() -> None:
    po = accepted(order(line(1, "25", pack=Pack(inner_packs=5, eaches_per_inner=2))))
    packed, _ = pack(shipment(item(1, "25")), [po])
    assert contents(packed) == [[(1, D(10))], [(1, D(10))], [(1, D(5))]]


def test_a_case_ordered_is_a_carton_shipped() -> None:
    po = accepted(order(line(1, "3", unit="CA", pack=Pack(inner_packs=24))))
    packed, _ = pack(shipment(item(1, "3")), [po])
    assert contents(packed) == [[(1, D(1))]] * 3


@pytest.mark.parametrize(
    ("parts", "size"),
    [
        (Pack(inner_packs=5, eaches_per_inner=2), 10),
        (Pack(inner_packs=24), 24),
        (Pack(eaches_per_inner=2), None),
        (Pack(inner_packs=0), None),
        (None, None),
    ],
)
def test_pack_size(parts: Pack | None, size: int | None) -> None:
    """ORDER_TO_CASH 4.2: PO4*5*************2 and PO4*24."""
    assert pack_size(line(1, "1", pack=parts)) == size


def test_cartons_already_packed_stay() -> None:
    po = accepted(order(line(1, "10")))
    carton = HandlingUnit(level="pack", items=(item(1, "6"),))
    packed, _ = pack(shipment(item(1, "4"), units=(carton,)), [po])
    assert contents(packed) == [[(1, D(6))], [(1, D(4))]]


def test_a_shipment_without_packaging_is_left_alone() -> None:
    bare = shipment(item(1, "10"), structure="0004")
    assert pack(bare, [accepted(order(line(1, "10")))]) == (bare, ())


def test_a_million_cartons_are_a_finding_not_a_memory_fault() -> None:
    po = accepted(order(line(1, "999999999", pack=Pack(inner_packs=1))))
    packed, findings = pack(shipment(item(1, "999999999")), [po])
    assert codes(findings) == ["too-many-cartons"]
    assert findings[0].wanted == f"at most {MOST_CARTONS} cartons of a line"
    assert len(packed.orders[0].items) == 1


def test_numbers_given_stay_and_pallets_come_first() -> None:
    cartons = (
        HandlingUnit(level="pack", items=(item(1, "5"),), sscc="given"),
        HandlingUnit(level="pack", items=(item(1, "5"),)),
    )
    pallet = HandlingUnit(level="tare", units=cartons)
    assert unnumbered(shipment(units=(pallet,))) == 2
    done = numbered(shipment(units=(pallet,)), ["first", "second"])
    assert [unit.sscc for _, unit in units_of(done)] == ["first", "given", "second"]


def test_the_count_of_numbers_must_be_right() -> None:
    with pytest.raises(ValueError, match="1 units need an SSCC each, not 2"):
        numbered(shipment(units=(HandlingUnit(level="pack", items=(item(1, "5"),)),)), ["a", "b"])


@given(
    quantities=st.lists(st.decimals("0.1", "300", places=1), min_size=1, max_size=4),
    size=st.one_of(st.none(), st.integers(1, 30)),
)
def test_cartons_hold_exactly_what_ships_and_none_is_empty(
    quantities: list[Decimal], size: int | None
) -> None:
    parts = Pack(inner_packs=size) if size else None
    po = accepted(order(*(line(n, str(q), pack=parts) for n, q in enumerate(quantities, start=1))))
    packed, _ = pack(shipment(*(item(n, str(q)) for n, q in enumerate(quantities, start=1))), [po])
    assert shipped_quantities(packed.orders[0]) == dict(enumerate(quantities, start=1))
    assert all(each.quantity > 0 for _, unit in units_of(packed) for each in unit.items)
