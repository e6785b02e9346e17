"""From a dropped file to the invoice, on both databases."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from gateway.flow.bill import invoice_run
from gateway.flow.import_stock import import_stock
from gateway.flow.order_decision import NotAllowed, accept_order, reject_order
from gateway.flow.ship import ship_order
from gateway.orders.choice import LineChoice
from tests.flow.station import Station, purchase_order


def elements(text: str, tag: str) -> list[list[str]]:
    """The elements of each segment with the tag."""
    return [segment.split("*") for segment in re.split(r"~\s*", text) if segment.split("*")[0] == tag]


def test_an_order_goes_from_arrival_to_invoice(acme: Station) -> None:
    acme.take(purchase_order())
    (order,) = acme.orders()
    assert order["acceptance"] == "waiting"
    (waiting,) = acme.work()
    assert waiting["kind"] == "order_acceptance"
    assert f"gateway order accept {order['order']}" in waiting["action"]
    assert acme.sent("855") == []

    accept_order(acme.gateway, 1, by="pat", reason="checked")
    acme.drain()
    (answer,) = acme.sent("855")
    assert elements(answer, "ACK") == [["ACK", "IA", "10", "EA"]]
    assert acme.work() == []

    shipped = ship_order(acme.gateway, 1, by="pat")
    assert shipped.shipment is not None
    acme.drain()
    (notice,) = acme.sent("856")
    assert [hl[3] for hl in elements(notice, "HL")] == ["S", "O", "P", "I"]
    assert elements(notice, "MAN") == [["MAN", "GM", "00006141410000000012"]]

    (billed,) = invoice_run(acme.gateway, by="pat")
    assert billed.invoice is not None
    assert billed.invoice.totals.total == Decimal("144.00")
    acme.drain()
    (invoice,) = acme.sent("810")
    assert elements(invoice, "TDS") == [["TDS", "14400"]]

    (order,) = acme.orders()
    (line,) = order["lines"]
    assert (line["ordered"], line["shipped"], line["invoiced"]) == ("10", "10", "10")
    assert [d["kind"] for d in order["documents"]] == ["850", "855", "856", "810"]
    assert all(d["state"] == "delivered" for d in order["documents"][1:])


def test_the_997_goes_back_to_who_sent_and_in_the_version_it_came(acme: Station) -> None:
    acme.take(purchase_order(version="005010", interchange=77))
    (ack,) = acme.sent("997")
    (isa,) = elements(ack, "ISA")
    assert (isa[5], isa[6].strip(), isa[7], isa[8].strip()) == ("ZZ", "SUPPLY", "ZZ", "ACME")
    (gs,) = elements(ack, "GS")
    assert (gs[1], gs[2], gs[3], gs[8]) == ("FA", "SUPPLY", "ACME", "005010")
    assert elements(ack, "AK1") == [["AK1", "PO", "77", "005010"]]
    assert elements(ack, "AK9") == [["AK9", "A", "1", "1", "1"]]


def test_a_997_of_a_partner_is_matched_and_not_answered(acme: Station) -> None:
    acme.take(purchase_order("P1", sender="AUTO"))
    (answer,) = acme.sent("855")
    group = elements(answer, "GS")[0][6]
    ack = (
        "ISA*00*          *00*          *ZZ*AUTO           *ZZ*SUPPLY         *260317*0930*U*00401*000000009*0*P*>~"
        f"GS*FA*AUTO*SUPPLY*20260317*0930*9*X*004010~ST*997*0001~AK1*PR*{group}~AK2*855*0001~AK5*A~AK9*A*1*1*1~"
        "SE*6*0001~GE*1*9~IEA*1*000000009~"
    )
    acme.take(ack)
    assert [d["state"] for d in acme.documents(kind="855")] == ["acknowledged"]
    assert len(acme.sent("997")) == 1, "the 850's only"
    (order,) = acme.orders()
    assert "acknowledged" in [entry["event"] for entry in order["timeline"]]


def test_a_rejection_by_the_partner_is_put_before_a_person(acme: Station) -> None:
    acme.take(purchase_order("P1", sender="AUTO"))
    group = elements(acme.sent("855")[0], "GS")[0][6]
    acme.take(
        "ISA*00*          *00*          *ZZ*AUTO           *ZZ*SUPPLY         *260317*0930*U*00401*000000009*0*P*>~"
        f"GS*FA*AUTO*SUPPLY*20260317*0930*9*X*004010~ST*997*0001~AK1*PR*{group}~AK2*855*0001~AK3*BAK*2**8~"
        "AK4*4*373*8*20261399~AK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*9~IEA*1*000000009~"
    )
    assert [d["state"] for d in acme.documents(kind="855")] == ["rejected"]
    (item,) = acme.work()
    assert item["kind"] == "document_rejected"
    assert item["details"]["errors"], "the partner's reasons are shown"


def test_a_997_for_a_group_we_never_sent_is_a_warning(acme: Station) -> None:
    document_id = acme.take(
        "ISA*00*          *00*          *ZZ*ACME           *ZZ*SUPPLY         *260317*0930*U*00401*000000009*0*P*>~"
        "GS*FA*ACME*SUPPLY*20260317*0930*9*X*004010~ST*997*0001~AK1*PR*4711~AK9*A*1*1*1~SE*4*0001~GE*1*9~"
        "IEA*1*000000009~"
    )
    assert "acknowledgement-unmatched" in [f["code"] for f in acme.document(document_id)["findings"]]
    assert acme.document(document_id)["state"] == "translated"


@pytest.mark.parametrize(
    ("partner", "answers"),
    [
        ("STORE", [["ACK", "IA", "6", "EA"], ["ACK", "IB", "4", "EA"]]),
        ("STRICT", [["ACK", "IQ", "6", "EA"]]),
        ("SPLIT", [["ACK", "IA", "6", "EA"], ["ACK", "ID", "4", "EA"]]),
    ],
)
def test_ten_ordered_six_in_stock(acme: Station, partner: str, answers: list[list[str]]) -> None:
    import_stock(acme.gateway, b"item,location,on_hand\n614141000418,main,6\n", file="stock.csv")
    acme.take(purchase_order(sender=partner))
    assert elements(acme.sent("855")[0], "ACK") == answers
    assert acme.orders()[0]["acceptance"] == "accepted_partly"


def test_stock_never_imported_is_unknown_not_zero(acme: Station) -> None:
    acme.take(purchase_order(sender="STORE"))
    assert acme.orders()[0]["acceptance"] == "waiting"
    assert "stock" in acme.work()[0]["title"]


def test_two_orders_share_the_stock(acme: Station) -> None:
    import_stock(acme.gateway, b"item,location,on_hand\n614141000418,main,15\n", file="stock.csv")
    acme.take(purchase_order("A", sender="STORE", interchange=1))
    acme.take(purchase_order("B", sender="STORE", interchange=2))
    first, second = acme.orders()
    assert first["lines"][0]["reserved"] == "10"
    assert (second["lines"][0]["reserved"], second["lines"][0]["backordered"]) == ("5", "5")


def test_a_person_accepts_less(acme: Station) -> None:
    acme.take(purchase_order())
    accept_order(acme.gateway, 1, by="pat", reason="short", choices={1: LineChoice(accept=Decimal(6))})
    acme.drain()
    assert elements(acme.sent("855")[0], "ACK") == [["ACK", "IQ", "6", "EA"]]
    assert acme.orders()[0]["acceptance"] == "accepted_partly"


def test_a_person_rejects(acme: Station) -> None:
    acme.take(purchase_order())
    reject_order(acme.gateway, 1, by="pat", reason="not ours")
    acme.drain()
    assert elements(acme.sent("855")[0], "ACK")[0][1] == "IR"
    assert acme.orders()[0]["acceptance"] == "rejected"
    with pytest.raises(NotAllowed, match="rejected already"):
        accept_order(acme.gateway, 1, by="pat", reason="after all")
    with pytest.raises(NotAllowed, match="only accepted orders ship"):
        ship_order(acme.gateway, 1, by="pat")


def test_orders_ready_in_one_step_share_a_group(acme: Station) -> None:
    one, two = purchase_order("A", sender="AUTO"), purchase_order("B", sender="AUTO", interchange=2)
    acme.take(one + two)
    (answer,) = acme.sent("855")
    assert [st[2] for st in elements(answer, "ST")] == ["0001", "0002"]
    assert [bak[3] for bak in elements(answer, "BAK")] == ["A", "B"]


def test_test_traffic_has_its_own_orders_numbers_and_stock(acme: Station) -> None:
    acme.take(purchase_order("P1", sender="AUTO", interchange=1))
    acme.take(purchase_order("P1", sender="AUTO", interchange=2, usage="T"))
    live, test = acme.orders()
    assert (live["test"], test["test"]) == (False, True)
    headers = [elements(text, "ISA")[0] for text in acme.sent("855") + acme.sent("997")]
    assert sorted((isa[15], isa[13]) for isa in headers) == [
        ("P", "000000001"),
        ("P", "000000002"),
        ("T", "000000001"),
        ("T", "000000002"),
    ]


def test_every_document_remembers_its_revision(acme: Station) -> None:
    acme.take(purchase_order(sender="AUTO"))
    with acme.gateway.database.reading() as tx:
        active = acme.gateway.configuration(tx).revision
    assert {d["revision"] for d in acme.documents()} == {active}
    assert {o["revision"] for o in acme.orders()} == {active}
