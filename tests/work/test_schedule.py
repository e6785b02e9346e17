"""The schedule polls each mailbox once a slot, as the active configuration says, and never hammers a closed door."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from gateway.core.failure import TransientFailure
from gateway.flow.gateway import Gateway
from gateway.flow.publish import publish
from gateway.ledger import tables
from gateway.partnerships.connection import Connection
from gateway.transport.mailbox import LoginRefused, RemoteFile
from gateway.work.schedule import REST, Schedule
from gateway.workspace import read_files
from tests.flow.station import Station, purchase_order
from tests.transport.failing_mailbox import FailingMailbox
from tests.work.bench import ClockedDatabase, until

MAILBOXES = """
language: 1
connections:
  acme-folder: {kind: folder, inbox: data/mailboxes/acme/in, outbox: data/mailboxes/acme/out, poll_seconds: 1}
  slow: {kind: folder, inbox: data/mailboxes/slow/in, outbox: data/mailboxes/slow/out, poll_seconds: 3600}
"""


class Mailboxes:
    """The partners' places by connection, and how often each was looked into."""

    def __init__(self) -> None:
        self.polls: Counter[str] = Counter()
        self.places: dict[str, FailingMailbox] = {}
        self._lock = threading.Lock()

    def open(self, connection: Connection) -> FailingMailbox:
        with self._lock:
            return self.places.setdefault(connection.name, Watched(connection.name, self))


class Watched(FailingMailbox):
    def __init__(self, name: str, mailboxes: Mailboxes) -> None:
        super().__init__()
        self.name, self.mailboxes = name, mailboxes

    def list(self) -> tuple[RemoteFile, ...]:
        self.mailboxes.polls[self.name] += 1
        return super().list()


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes()


@pytest.fixture
def gateway(auto: Station, ahead: Callable[[], ClockedDatabase], mailboxes: Mailboxes) -> Gateway:
    opened = replace(auto.gateway, database=ahead(), open_mailbox=mailboxes.open)
    publish_connections(auto, opened, MAILBOXES)
    return opened


def publish_connections(station: Station, gateway: Gateway, text: str) -> None:
    (station.folder / "config" / "connections.yaml").write_text(text, encoding="utf-8")
    files, _ = read_files(station.folder)
    revision, findings = publish(gateway, files, by="pat")
    assert revision is not None, findings


@contextmanager
def running(*schedules: Schedule) -> Iterator[None]:
    for schedule in schedules:
        schedule.start()
    try:
        yield
    finally:
        for schedule in schedules:
            schedule.stop()


def slots_taken(gateway: Gateway, connection: str) -> int:
    with gateway.database.reading() as tx:
        keys = tx.execute(select(tables.slot.c.key)).scalars()
        return sum(key.startswith(f"poll:{connection}:") for key in keys)


def test_two_schedules_poll_once_a_slot(
    auto: Station, gateway: Gateway, ahead: Callable[[], ClockedDatabase], mailboxes: Mailboxes
) -> None:
    """As two processes would, each with its own timers and its own connections to the ledger."""
    other = replace(gateway, database=ahead())
    with running(Schedule(gateway), Schedule(other)):
        assert until(lambda: mailboxes.polls["acme-folder"] >= 3)
    assert mailboxes.polls["acme-folder"] == slots_taken(gateway, "acme-folder")
    assert mailboxes.polls["slow"] == slots_taken(gateway, "slow") >= 1


def test_what_is_found_is_taken_and_let_go(auto: Station, gateway: Gateway, mailboxes: Mailboxes) -> None:
    place = mailboxes.places.setdefault("acme-folder", Watched("acme-folder", mailboxes))
    place.put("drop.edi", purchase_order(sender="AUTO").encode())
    with running(Schedule(gateway)):
        assert until(lambda: place.archive.keys() == {"drop.edi"})
    auto.drain()
    assert [o["purchase_order_number"] for o in auto.orders()] == ["4500012345"]


def test_what_is_published_is_followed(auto: Station, gateway: Gateway, mailboxes: Mailboxes) -> None:
    schedule = Schedule(gateway, follow_seconds=0.2)
    with running(schedule):
        assert until(lambda: mailboxes.polls["acme-folder"] >= 1)
        assert mailboxes.polls["new"] == 0
        publish_connections(auto, gateway, MAILBOXES.replace("slow:", "new:"))
        assert until(lambda: mailboxes.polls["new"] >= 1), "a new mailbox, without a restart"
        publish_connections(
            auto, gateway, MAILBOXES.replace("poll_seconds: 1}", "poll_seconds: 1, enabled: no}")
        )
        assert until(lambda: quiet(mailboxes, "acme-folder"), 10), "switched off"


def quiet(mailboxes: Mailboxes, connection: str) -> bool:
    before = mailboxes.polls[connection]
    return not until(lambda: mailboxes.polls[connection] > before, 2.5)


def test_a_refused_login_is_left_alone_and_put_before_a_person(
    auto: Station, gateway: Gateway, mailboxes: Mailboxes
) -> None:
    place = mailboxes.places.setdefault("acme-folder", Watched("acme-folder", mailboxes))
    place.fail("list", LoginRefused("the server does not know us"), times=1_000)
    assert isinstance(gateway.database, ClockedDatabase)
    with running(Schedule(gateway)):
        assert until(lambda: mailboxes.polls["acme-folder"] >= 1)
        taken = slots_taken(gateway, "acme-folder")
        assert until(lambda: slots_taken(gateway, "acme-folder") >= taken + 2)
        assert mailboxes.polls["acme-folder"] == 1, "knocking again locks accounts"
        (item,) = auto.work()
        assert item["kind"] == "connection_refused"
        assert "does not know us" in item["title"]
        place.fail("list", LoginRefused(""), times=0)
        gateway.database.wait(REST.total_seconds() + 1)
        assert until(lambda: mailboxes.polls["acme-folder"] >= 2), "after a rest it is tried again"
    assert len(auto.work()) == 1


def test_a_corrected_connection_is_tried_at_once(
    auto: Station, gateway: Gateway, mailboxes: Mailboxes
) -> None:
    place = mailboxes.places.setdefault("acme-folder", Watched("acme-folder", mailboxes))
    place.fail("list", LoginRefused("the server does not know us"))
    with running(Schedule(gateway, follow_seconds=0.2)):
        assert until(lambda: len(auto.work()) == 1)
        publish_connections(auto, gateway, MAILBOXES.replace("poll_seconds: 1}", "poll_seconds: 2}"))
        assert until(lambda: mailboxes.polls["acme-folder"] >= 2)


def test_a_poll_that_fails_is_tried_at_the_next_slot(
    auto: Station, gateway: Gateway, mailboxes: Mailboxes
) -> None:
    place = mailboxes.places.setdefault("acme-folder", Watched("acme-folder", mailboxes))
    place.fail("list", TransientFailure("no route"))
    with running(Schedule(gateway)):
        assert until(lambda: mailboxes.polls["acme-folder"] >= 2)
    assert auto.work() == []


def test_polling_by_hand_looks_into_every_mailbox(
    auto: Station, gateway: Gateway, mailboxes: Mailboxes
) -> None:
    broken = mailboxes.places.setdefault("slow", Watched("slow", mailboxes))
    broken.fail("list", TransientFailure("no route"))
    place = mailboxes.places.setdefault("acme-folder", Watched("acme-folder", mailboxes))
    place.put("drop.edi", purchase_order(sender="AUTO").encode())
    assert len(Schedule(gateway).poll_all()) == 1
    assert mailboxes.polls == {"acme-folder": 1, "slow": 1}
