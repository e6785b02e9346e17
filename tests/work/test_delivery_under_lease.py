"""A delivery is sent under a lease: what was taken over is uncertain, and goes again with the same identity."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.flow.deliver import LEASE_SECONDS, RETRY_MINUTES, resend
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.ledger import due, journal
from gateway.transport.mailbox import Receipt
from gateway.work.runner import Runner, Wake
from tests.flow.station import Station, purchase_order
from tests.transport.failing_mailbox import FailingMailbox
from tests.work.bench import ClockedDatabase


class Partner(FailingMailbox):
    """A mailbox whose first delivery may hang, after the file has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[str, bytes]] = []
        self.hangs = False
        self.begun, self.release = threading.Event(), threading.Event()
        self.on_delivery: Callable[[], None] = lambda: None

    def deliver(self, name: str, data: bytes) -> Receipt:
        receipt = super().deliver(name, data)
        self.received.append((name, data))
        self.on_delivery()
        if self.hangs:
            self.hangs = False
            self.begun.set()
            assert self.release.wait(30)
        return receipt


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def gateway(auto: Station, ahead: Callable[[], ClockedDatabase], partner: Partner) -> Gateway:
    """The station, delivering to the partner; a 997 is due for it (the 855 is not asked for by hand)."""
    opened = replace(auto.gateway, database=ahead(), offer=Wake(), open_mailbox=lambda _: partner)
    text = purchase_order(sender="AUTO", purpose="01")  # a cancellation: nothing but its 997 follows
    receive(opened, Arrival(data=text.encode(), door="acme-folder", file_name="drop.edi"))
    return opened


def wait(gateway: Gateway, seconds: float) -> None:
    assert isinstance(gateway.database, ClockedDatabase)
    gateway.database.wait(seconds)


def drain(gateway: Gateway) -> None:
    runner = Runner(gateway)
    assert runner.drain(30)
    runner.stop()


def the_delivery(station: Station) -> dict[str, Any]:
    (delivery,) = station.deliveries()
    return delivery


def events(gateway: Gateway, station: Station) -> list[str]:
    (document,) = station.documents(direction="out")
    with gateway.database.reading() as tx:
        return [entry.event for entry in journal.of_document(tx, int(document["document"][1:]))]


def test_a_delivery_taken_over_is_uncertain_and_sent_again_as_it_was(
    auto: Station, gateway: Gateway, partner: Partner
) -> None:
    partner.hangs = True
    states: list[str] = []
    partner.on_delivery = lambda: states.append(the_delivery(auto)["state"])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(drain, gateway)
        assert partner.begun.wait(30)
        wait(gateway, LEASE_SECONDS / 2)
        drain(gateway)
        assert len(partner.received) == 1, "the lease still runs"
        wait(gateway, 61)
        drain(gateway)
        assert the_delivery(auto)["state"] == "delivered"
        partner.release.set()
        first.result(30)
    assert partner.received[0] == partner.received[1], "the same bytes under the same name"
    assert len(partner.received) == 2
    assert states == ["due", "uncertain"]
    assert the_delivery(auto)["attempts"] == 1, "what its first owner found out no longer counts"
    assert events(gateway, auto) == ["rendered", "uncertain", "delivered"]


def test_the_first_owner_s_failure_does_not_disturb_the_second(
    auto: Station, gateway: Gateway, partner: Partner
) -> None:
    def fails_late() -> None:
        if len(partner.received) == 1:
            partner.begun.set()
            assert partner.release.wait(30)
            raise TerminalFailure("refused, long after")

    partner.on_delivery = fails_late
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(drain, gateway)
        assert partner.begun.wait(30)
        wait(gateway, LEASE_SECONDS + 1)
        drain(gateway)
        partner.release.set()
        first.result(30)
    assert the_delivery(auto)["state"] == "delivered"
    assert [item["kind"] for item in auto.work()] == ["order_purpose"]


def test_a_delivery_that_fails_for_now_goes_again_later(
    auto: Station, gateway: Gateway, partner: Partner
) -> None:
    partner.fail("deliver", TransientFailure("link lost"), afterwards=True, times=2)
    drain(gateway)
    assert the_delivery(auto)["state"] == "due"
    assert the_delivery(auto)["last_error"] == "link lost"
    drain(gateway)
    assert the_delivery(auto)["attempts"] == 1, "not before its time"
    for minutes in RETRY_MINUTES[:2]:
        wait(gateway, minutes * 60 * 1.2)
        drain(gateway)
    assert (the_delivery(auto)["state"], the_delivery(auto)["attempts"]) == ("delivered", 3)
    assert "last_error" not in the_delivery(auto)


def test_after_the_last_attempt_a_person_is_asked_and_may_send_it_again(
    auto: Station, gateway: Gateway, partner: Partner
) -> None:
    partner.fail("deliver", TransientFailure("no route"), times=1_000)
    for minutes in (*RETRY_MINUTES, 1_000, 1_000):
        drain(gateway)
        wait(gateway, minutes * 60 * 1.2)
    assert the_delivery(auto)["state"] == "failed"
    assert the_delivery(auto)["attempts"] == len(RETRY_MINUTES) + 1
    item = next(item for item in auto.work() if item["kind"] == "delivery_failed")
    assert "no route" in item["title"]
    assert f"gateway deliveries resend {the_delivery(auto)['delivery']}" in item["action"]
    partner.fail("deliver", TransientFailure("none"), times=0)
    assert resend(gateway, int(the_delivery(auto)["delivery"][1:]), by="pat", reason="cable mended") is None
    drain(gateway)
    assert the_delivery(auto)["state"] == "delivered"
    assert [item["kind"] for item in auto.work()] == ["order_purpose"], "the work item is closed with it"


def test_a_refusal_is_not_repeated(auto: Station, gateway: Gateway, partner: Partner) -> None:
    partner.fail("deliver", TerminalFailure("wrong password"), times=1_000)
    for _ in range(3):
        drain(gateway)
        wait(gateway, 100_000)
    assert (the_delivery(auto)["state"], the_delivery(auto)["attempts"]) == ("failed", 1)


def test_a_delivery_whose_outcome_was_not_recorded_is_uncertain(
    auto: Station, gateway: Gateway, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner has it, and our database was away when we wanted to say so."""
    with monkeypatch.context() as patched:
        patched.setattr("gateway.flow.deliver._record_success", database_away)
        drain(gateway)
    states: list[str] = []
    partner.on_delivery = lambda: states.append(the_delivery(auto)["state"])
    wait(gateway, 100_000)
    drain(gateway)
    assert states == ["uncertain"]
    assert the_delivery(auto)["state"] == "delivered"
    assert partner.received[0] == partner.received[1]


def database_away(*_: object) -> None:
    raise TransientFailure("The database does not answer as it should")


def test_nothing_of_a_delivery_happens_inside_a_transaction(
    auto: Station, gateway: Gateway, partner: Partner
) -> None:
    """A partner that hangs holds no lock: others write meanwhile (on SQLite, everybody would wait)."""
    partner.hangs = True
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(drain, gateway)
        assert partner.begun.wait(30)
        with auto.gateway.database.transaction() as tx:
            for step in due.pending(tx):
                assert step.owner is not None
        partner.release.set()
        first.result(30)
