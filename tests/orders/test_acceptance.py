from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.line import Identifier
from gateway.canonical.order import Order
from gateway.orders.acceptance import Decision, decide, item_keys
from gateway.orders.choice import LineChoice, Rest, accept_whole, reject_whole
from gateway.partnerships.partner import Acceptance, AckStyle, OrderPolicy
from tests.orders.sample import TODAY, codes, line, order

D = Decimal
FROM_STOCK = OrderPolicy(acceptance=Acceptance.FROM_STOCK)
WITH_BACKORDERS = OrderPolicy(acceptance=Acceptance.FROM_STOCK, backorders=True)
BY_ID = OrderPolicy(acceptance=Acceptance.FROM_STOCK, ack_style=AckStyle.IA_ID)


def decided(
    po: Order,
    policy: OrderPolicy,
    stock: Mapping[str, Decimal | None] | None = None,
    choices: Mapping[int, LineChoice] | None = None,
) -> Decision:
    return decide(po, policy, stock, choices or {}, acknowledged_on=TODAY)


def answers(decision: Decision) -> list[list[tuple[str, Decimal]]]:
    assert decision.acknowledgement is not None
    return [[(s.status, s.quantity) for s in each.statuses] for each in decision.acknowledgement.lines]


def type_of(decision: Decision) -> str:
    assert decision.acknowledgement is not None
    return decision.acknowledgement.type


@pytest.mark.parametrize(
    ("policy", "stock", "statuses", "code"),
    [
        (WITH_BACKORDERS, 50, [("accepted", D(10))], "AD"),
        (WITH_BACKORDERS, 6, [("accepted", D(6)), ("backordered", D(4))], "AC"),
        (WITH_BACKORDERS, 0, [("backordered", D(10))], "AC"),
        (FROM_STOCK, 6, [("quantity_changed", D(6))], "AC"),
        (FROM_STOCK, 0, [("rejected", D(10))], "RD"),
        (BY_ID, 6, [("accepted", D(6)), ("deleted", D(4))], "AC"),
        (BY_ID, 0, [("rejected", D(10))], "RD"),
        (FROM_STOCK, -3, [("rejected", D(10))], "RD"),
    ],
)
def test_ten_ordered_against_the_stock(
    policy: OrderPolicy, stock: int, statuses: list[tuple[str, Decimal]], code: str
) -> None:
    """The table of ORDER_TO_CASH 4.14."""
    decision = decided(order(line(1, "10")), policy, {"SKU-1": D(stock)})
    assert answers(decision) == [statuses]
    assert type_of(decision) == code


def test_six_in_stock_are_promised_and_four_backordered() -> None:
    """ORDER_TO_CASH E4a: 6 allocated, 4 backordered."""
    decision = decided(order(line(1, "10")), WITH_BACKORDERS, {"SKU-1": D(6)})
    quantities = decision.lines[0].quantities
    assert (quantities.allocated, quantities.backordered) == (6, 4)
    assert decision.lines[0].item == "SKU-1"


def test_what_is_dropped_is_cancelled_not_backordered() -> None:
    quantities = decided(order(line(1, "10")), FROM_STOCK, {"SKU-1": D(6)}).lines[0].quantities
    assert (quantities.allocated, quantities.cancelled, quantities.backordered) == (6, 4, 0)


def test_lines_of_one_item_share_its_stock_in_line_order() -> None:
    same = (Identifier(qualifier="VN", value="SKU-1"),)
    po = order(line(1, "4"), line(2, "4", identifiers=same), line(3, "4", identifiers=same))
    decision = decided(po, WITH_BACKORDERS, {"SKU-1": D(6)})
    assert [each.accepted for each in decision.lines] == [4, 2, 0]
    assert [each.item for each in decision.lines] == ["SKU-1", "SKU-1", None]


@pytest.mark.parametrize("stock", [None, {}, {"SKU-1": None}, {"OTHER": D(9)}])
def test_stock_never_imported_is_unknown_not_zero(stock: Mapping[str, Decimal | None] | None) -> None:
    decision = decided(order(line(1, "10")), FROM_STOCK, stock)
    assert codes(decision.awaiting) == ["stock-unknown"]
    assert decision.acknowledgement is None and decision.lines == ()
    assert decision.awaiting[0].location.path == "lines[0].identifiers"


def test_one_unknown_line_holds_the_order_until_a_person_decides_it() -> None:
    po = order(line(1, "10"), line(2, "5"))
    stock = {"SKU-1": D(10)}
    assert codes(decided(po, FROM_STOCK, stock).awaiting) == ["stock-unknown"]
    decision = decided(po, FROM_STOCK, stock, {2: LineChoice(accept=D(5))})
    assert answers(decision) == [[("accepted", D(10))], [("accepted", D(5))]]


def test_by_hand_waits_for_each_line() -> None:
    decision = decided(order(line(1, "10"), line(2, "5")), OrderPolicy(), {"SKU-1": D(99)})
    assert codes(decision.awaiting) == ["a-person-must-decide"] * 2


def test_as_ordered_accepts_whatever_the_stock_says() -> None:
    decision = decided(order(line(1, "10")), OrderPolicy(acceptance=Acceptance.AS_ORDERED), {"SKU-1": D(0)})
    assert answers(decision) == [[("accepted", D(10))]]
    assert type_of(decision) == "AD"
    assert decision.lines[0].item is None


def test_a_person_accepts_all() -> None:
    po = order(line(1, "10"), line(2, "5"))
    assert type_of(decided(po, OrderPolicy(), None, accept_whole(po))) == "AD"


def test_a_person_rejects_all_for_a_reason() -> None:
    po = order(line(1, "10"), line(2, "5"))
    decision = decided(po, OrderPolicy(), None, reject_whole(po, "credit"))
    assert type_of(decision) == "RD"
    assert answers(decision) == [[("rejected", D(10))], [("rejected", D(5))]]
    assert decision.acknowledgement is not None
    assert decision.acknowledgement.lines[0].statuses[0].reason == "credit"
    assert decision.lines[0].quantities.rejected == 10


@pytest.mark.parametrize(
    ("rest", "policy", "statuses"),
    [
        (Rest.REJECT, FROM_STOCK, [("accepted", D(6)), ("rejected", D(4))]),
        (Rest.BACKORDER, FROM_STOCK, [("accepted", D(6)), ("backordered", D(4))]),
        (Rest.CANCEL, WITH_BACKORDERS, [("quantity_changed", D(6))]),
        (Rest.CANCEL, BY_ID, [("accepted", D(6)), ("deleted", D(4))]),
        (Rest.BY_POLICY, WITH_BACKORDERS, [("accepted", D(6)), ("backordered", D(4))]),
    ],
)
def test_a_person_accepts_less(rest: Rest, policy: OrderPolicy, statuses: list[tuple[str, Decimal]]) -> None:
    choice = {1: LineChoice(accept=D(6), rest=rest)}
    assert answers(decided(order(line(1, "10")), policy, None, choice)) == [statuses]


@pytest.mark.parametrize("quantity", ["-1", "10.000001", "11"])
def test_a_person_cannot_accept_other_than_ordered(quantity: str) -> None:
    decision = decided(order(line(1, "10")), OrderPolicy(), None, {1: LineChoice(accept=D(quantity))})
    assert codes(decision.awaiting) == ["accepts-other-than-ordered"]
    assert decision.awaiting[0].found == quantity


def test_a_choice_for_a_line_that_is_not_there() -> None:
    po = order(line(1, "10"))
    decision = decided(po, OrderPolicy(), None, {**accept_whole(po), 7: LineChoice()})
    assert codes(decision.awaiting) == ["unknown-line"]


@pytest.mark.parametrize("quantity", [None, "0", "-1"])
def test_nothing_ordered_is_nothing_to_accept(quantity: str | None) -> None:
    policy = OrderPolicy(acceptance=Acceptance.AS_ORDERED)
    assert codes(decided(order(line(1, quantity)), policy).awaiting) == ["quantity-not-positive"]


def test_an_order_without_lines_waits() -> None:
    assert codes(decided(order(), OrderPolicy(acceptance=Acceptance.AS_ORDERED)).awaiting) == [
        "order-without-lines"
    ]


@pytest.mark.parametrize(("reject", "code"), [(False, "AT"), (True, "RJ")])
def test_an_answer_without_detail(reject: bool, code: str) -> None:
    po = order(line(1, "10"))
    choices = reject_whole(po, "no") if reject else accept_whole(po)
    answer = decide(po, OrderPolicy(), None, choices, acknowledged_on=TODAY, detail=False).acknowledgement
    assert answer is not None
    assert (answer.type, answer.lines) == (code, ())


def test_a_change_needs_detail_in_any_case() -> None:
    choices = {1: LineChoice(accept=D(6))}
    answer = decide(
        order(line(1, "10")), OrderPolicy(), None, choices, acknowledged_on=TODAY, detail=False
    ).acknowledgement
    assert answer is not None and answer.type == "AC" and answer.lines


def test_the_answer_carries_what_the_buyer_sent() -> None:
    po = order(line(1, "10", "14.40", price_basis="PE"), vendor_number="87464661", release_number="7")
    answer = decided(po, OrderPolicy(acceptance=Acceptance.AS_ORDERED)).acknowledgement
    assert answer is not None
    assert answer.purchase_order_number == "4711" and answer.release_number == "7"
    assert answer.parties == po.parties and answer.vendor_number == "87464661"
    assert [reference.qualifier for reference in answer.references] == ["DP"]
    echoed = answer.lines[0]
    assert (echoed.buyer_line_id, echoed.identifiers) == ("001", po.lines[0].identifiers)
    assert (echoed.unit_price, echoed.price_basis) == (D("14.40"), "PE")


def test_our_own_number_is_tried_before_gtins_and_buyers_numbers_never() -> None:
    many = tuple(
        Identifier(qualifier=q, value=v) for q, v in [("IN", "9"), ("UP", "614141000418"), ("VN", "W-RED")]
    )
    assert item_keys(line(1, "1", identifiers=many)) == ("W-RED", "614141000418")


quantity = st.decimals("0.001", "1000", places=3)


@given(
    ordered=st.lists(quantity, min_size=1, max_size=4),
    stock=st.decimals("-5", "3000", places=3),
    backorders=st.booleans(),
    style=st.sampled_from(list(AckStyle)),
)
def test_statuses_sum_to_what_was_ordered_unless_iq(
    ordered: list[Decimal], stock: Decimal, backorders: bool, style: AckStyle
) -> None:
    """Invariant 9; and the stock is never promised twice."""
    same = (Identifier(qualifier="VN", value="X"),)
    po = order(*(line(n, str(q), identifiers=same) for n, q in enumerate(ordered, start=1)))
    policy = OrderPolicy(acceptance=Acceptance.FROM_STOCK, backorders=backorders, ack_style=style)
    decision = decided(po, policy, {"X": stock})
    for each in decision.lines:
        assert each.accepted + each.backordered + each.rejected + each.cancelled == each.ordered
        assert not each.quantities.violations()
        if not any(status.status == "quantity_changed" for status in each.statuses):
            assert sum(status.quantity for status in each.statuses) == each.ordered
    assert sum(each.accepted for each in decision.lines) <= max(D(0), stock)
