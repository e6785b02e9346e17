"""The same order, whatever it comes as, never becomes a second one; a changed one waits for a person."""

from __future__ import annotations

from gateway.flow.translate import replay
from tests.flow.station import Station, purchase_order


def test_the_same_bytes_again_are_a_duplicate_and_the_997_goes_again(acme: Station) -> None:
    first = acme.take(purchase_order(), name="one.edi")
    before = acme.sent("997")
    second = acme.take(purchase_order(), name="two.edi")
    assert len(acme.orders()) == 1
    again = acme.document(second)
    assert (again["state"], again["duplicate_of"]) == ("duplicate", f"D{first}")
    assert acme.sent("997") == before, "the stored bytes, under the same name"
    acks = [d for d in acme.deliveries() if d["file"].startswith("997")]
    assert [d["state"] for d in acks] == ["delivered", "delivered"]


def test_the_same_order_in_another_interchange_is_noted_not_booked(acme: Station) -> None:
    acme.take(purchase_order(interchange=1))
    acme.take(purchase_order(interchange=2))
    (order,) = acme.orders()
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"]
    assert "repeated" in [entry["event"] for entry in order["timeline"]]


def test_the_same_key_with_other_content_is_held_with_its_difference(acme: Station) -> None:
    acme.take(purchase_order(interchange=1, quantity="10"))
    acme.take(purchase_order(interchange=2, quantity="12"))
    (order,) = acme.orders()
    assert order["lines"][0]["ordered"] == "10", "the order stays as it was"
    conflict = next(item for item in acme.work() if item["kind"] == "order_conflict")
    assert {"path": "lines[1].quantity", "before": "10", "after": "12"} in conflict["details"]["differences"]


def test_a_number_written_otherwise_is_the_same_content(acme: Station) -> None:
    acme.take(purchase_order(interchange=1, quantity="10"))
    acme.take(purchase_order(interchange=2, quantity="10.0"))
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"]


def test_a_cancellation_never_becomes_an_order(acme: Station) -> None:
    acme.take(purchase_order(interchange=1))
    acme.take(purchase_order(interchange=2, purpose="01"))
    acme.take(purchase_order("unknown", interchange=3, purpose="01"))
    assert len(acme.orders()) == 1
    assert [item["kind"] for item in acme.work()] == ["order_acceptance", "order_purpose", "order_purpose"]


def test_partners_may_use_the_same_number(acme: Station) -> None:
    acme.take(purchase_order("1", sender="ACME"))
    acme.take(purchase_order("1", sender="AUTO"))
    assert [(o["partner"], o["purchase_order_number"]) for o in acme.orders()] == [
        ("acme", "1"),
        ("auto", "1"),
    ]


def test_a_repeated_interchange_number_with_other_content_is_a_warning(acme: Station) -> None:
    acme.take(purchase_order("A", interchange=7))
    second = acme.take(purchase_order("B", interchange=7))
    findings = acme.document(second)["findings"]
    assert "interchange-control-number-repeated" in [finding["code"] for finding in findings]
    assert len(acme.orders()) == 2, "numbers are never what decides"


def test_a_replay_makes_no_second_order_and_no_second_997(acme: Station) -> None:
    good = purchase_order("A", interchange=1)
    stranger = purchase_order("B", sender="NOBODY", interchange=2)
    document_id = acme.take(good + stranger)
    assert acme.document(document_id)["state"] == "held"
    assert len(acme.orders()) == 1, "the stranger disturbs no other"
    assert len(acme.sent("997")) == 1
    assert replay(acme.gateway, document_id, by="pat") is None
    acme.drain()
    assert acme.document(document_id)["state"] == "held"
    assert len(acme.orders()) == 1
    assert len(acme.sent("997")) == 1
