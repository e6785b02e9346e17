"""A mailbox that fails at each step, and a process that dies between any two: one document, and the right state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from gateway.core.failure import Failure, TerminalFailure, TransientFailure
from gateway.flow.deliver import deliver, resend
from gateway.flow.poll import poll
from gateway.ledger import due, tables
from tests.databases import KINDS, database_url
from tests.flow.station import Station, partner_file, purchase_order
from tests.transport.failing_mailbox import FailingMailbox, Step

ORDER = purchase_order().encode()
both_databases = pytest.mark.parametrize("url", KINDS, indirect=True)


class Died(BaseException):
    """The process is no more: nothing after this runs."""


class Installation:
    """A workspace whose only mailbox is the double; ``begin_anew`` is the next process on the same ledger."""

    def __init__(self, folder: Path, url: str, mailbox: FailingMailbox) -> None:
        self.mailbox = mailbox
        self._arguments = (folder, url, {"acme": partner_file("acme")})
        self.station = Station(*self._arguments)

    def begin_anew(self) -> None:
        self.station.opened.close()
        self.station = Station(*self._arguments)

    def poll(self) -> list[int]:
        gateway = self.station.gateway
        with gateway.database.reading() as tx:
            connection = gateway.configuration(tx).connections["acme-folder"]
        return poll(gateway, connection)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database_url(getattr(request, "param", "sqlite"), tmp_path) as found:
        yield found


@pytest.fixture
def here(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    mailbox = FailingMailbox()
    monkeypatch.setattr("gateway.work.opening.open_mailbox", lambda *_: mailbox)
    installation = Installation(tmp_path / "workspace", url, mailbox)
    yield installation
    installation.station.opened.close()


def taken_once(here: Installation) -> None:
    """The file became one translated document with one order, is gone from the pickup side, and was answered once."""
    here.station.drain()
    inbound = here.station.documents(direction="in")
    assert [d["state"] for d in inbound] == ["translated"]
    assert len(here.station.orders()) == 1
    assert here.mailbox.pickup == {}
    assert here.mailbox.archive == {"po.edi": ORDER}
    assert [name[:3] for name in here.mailbox.drop] == ["997"]
    assert [item["kind"] for item in here.station.work()] == ["order_acceptance"], (
        "nothing else is left to do"
    )
    assert here.poll() == []


@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["list", "fetch", "settle"])
@pytest.mark.parametrize(
    "error", [TransientFailure("link lost"), TerminalFailure("denied")], ids=["transient", "terminal"]
)
def test_collecting_fails_and_is_done_at_the_next_poll(
    here: Installation, step: Step, error: Failure, afterwards: bool
) -> None:
    here.mailbox.put("po.edi", ORDER)
    here.mailbox.fail(step, error, afterwards=afterwards)
    if step == "list":
        with pytest.raises(type(error)):
            here.poll()
        first: list[int] = []
    else:
        first = here.poll()
    assert first == ([1] if step == "settle" else []), "what was committed is told, whatever comes after"
    if isinstance(error, TerminalFailure) and step != "list":
        (item,) = here.station.work(kind="file_not_taken")
        assert "po.edi" in item["title"] and "denied" in item["title"]
        assert ("was taken" in item["title"]) == (step == "settle")
    second = here.poll()
    assert len(first + second) == 1
    if step == "settle" and afterwards and isinstance(error, TerminalFailure):
        return  # it is gone, so no poll sees it again: the item stays for a person
    taken_once(here)


def test_a_file_that_can_never_be_removed_asks_once_and_comes_once(here: Installation) -> None:
    here.mailbox.put("po.edi", ORDER)
    here.mailbox.fail("settle", TerminalFailure("read-only"), times=5)
    assert [here.poll() for _ in range(5)] == [[1], [], [], [], []]
    here.station.drain()
    assert len(here.station.documents(direction="in")) == 1
    assert len(here.station.work(kind="file_not_taken")) == 1
    here.poll()
    taken_once(here)


def test_one_bad_file_holds_no_other(here: Installation) -> None:
    here.mailbox.put("a.edi", ORDER)
    here.mailbox.put("b.edi", purchase_order("B", interchange=2).encode())
    here.mailbox.fail("fetch", TransientFailure("changed while read"))
    assert here.poll() == [1]
    assert list(here.mailbox.pickup) == ["a.edi"]
    assert here.poll() == [2]
    here.station.drain()
    assert len(here.station.orders()) == 2


def test_a_file_rewritten_after_the_commit_is_another_arrival(here: Installation) -> None:
    here.mailbox.put("po.edi", ORDER)
    here.mailbox.fail("settle", TransientFailure("link lost"))
    here.poll()
    here.mailbox.put("po.edi", purchase_order("B", interchange=2).encode())
    assert here.poll() == [2]
    here.station.drain()
    assert [o["purchase_order_number"] for o in here.station.orders()] == ["4500012345", "B"]


@both_databases
@pytest.mark.parametrize("afterwards", [False, True], ids=["before settling", "after settling"])
def test_dying_around_the_settling(here: Installation, afterwards: bool) -> None:
    here.mailbox.put("po.edi", ORDER)
    here.mailbox.fail("settle", Died(), afterwards=afterwards)
    with pytest.raises(Died):
        here.poll()
    assert len(here.station.documents()) == 1, "committed first"
    here.begin_anew()
    assert here.poll() == [], "no second import"
    taken_once(here)


@both_databases
@pytest.mark.parametrize("place", ["gateway.ledger.documents.add", "gateway.ledger.taken_files.take"])
def test_dying_before_the_commit(here: Installation, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    here.mailbox.put("po.edi", ORDER)
    with monkeypatch.context() as patch:
        patch.setattr(place, _die)
        with pytest.raises(Died):
            here.poll()
    assert here.mailbox.pickup == {"po.edi": ORDER}, "the partner still has it"
    assert here.station.documents() == []
    here.begin_anew()
    assert len(here.poll()) == 1
    taken_once(here)


@both_databases
@pytest.mark.parametrize("place", ["gateway.flow.translate.journal.write", "gateway.flow.gateway.due.done"])
def test_dying_inside_translation(here: Installation, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    here.mailbox.put("po.edi", ORDER)
    here.poll()
    with monkeypatch.context() as patch:
        patch.setattr(place, _die)
        with pytest.raises(Died):
            here.station.drain()
    assert here.station.orders() == [], "all of it or nothing"
    here.begin_anew()
    taken_once(here)


@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
def test_delivering_fails_and_is_tried_again(here: Installation, afterwards: bool) -> None:
    here.mailbox.fail("deliver", TransientFailure("link lost"), afterwards=afterwards)
    here.station.take(ORDER)
    (delivery,) = here.station.deliveries()
    assert (delivery["state"], delivery["attempts"], delivery["last_error"]) == ("due", 1, "link lost")
    before = dict(here.mailbox.drop)
    _hasten(here.station)
    (delivery,) = here.station.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    assert len(here.mailbox.drop) == 1
    assert not before or before == here.mailbox.drop, "the same bytes under the same name"
    (document,) = here.station.documents(kind="997")
    assert document["state"] == "delivered"


@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
def test_delivering_fails_for_good_and_a_person_sends_again(here: Installation, afterwards: bool) -> None:
    here.mailbox.fail("deliver", TerminalFailure("denied"), afterwards=afterwards)
    here.station.take(ORDER)
    assert here.station.deliveries()[0]["state"] == "failed"
    (item,) = here.station.work(kind="delivery_failed")
    assert "denied" in item["title"]
    assert resend(here.station.gateway, 1, by="pat") is None
    here.station.drain()
    assert here.station.deliveries()[0]["state"] == "delivered"
    assert here.station.work(kind="delivery_failed") == []
    assert len(here.mailbox.drop) == 1


@both_databases
@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
def test_dying_while_delivering(here: Installation, afterwards: bool) -> None:
    here.mailbox.fail("deliver", TransientFailure("wait"))
    here.station.take(ORDER)
    _let_time_pass(here.station)
    here.mailbox.fail("deliver", Died(), afterwards=afterwards)
    with pytest.raises(Died):
        deliver(here.station.gateway, 1, _step(here.station), owner="the dead one")
    here.begin_anew()
    here.station.drain()
    assert here.station.deliveries()[0]["state"] == "due", "its lease still runs"
    with here.station.gateway.database.transaction() as tx:
        tx.execute(update(tables.due).values(lease_until=here.station.gateway.database.now()))
    here.station.drain()
    assert here.station.deliveries()[0]["state"] == "delivered"
    assert len(here.mailbox.drop) == 1
    assert "uncertain" in [entry["event"] for entry in here.station.document(2)["journal"]]


def test_no_payload_in_what_is_told_of_a_failing_database(here: Installation) -> None:
    """A failing statement is named; what it would have stored stays out of logs, ledger and pages."""
    with here.station.gateway.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON order_line BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
            )
        )
    here.station.take(ORDER)
    with here.station.gateway.database.reading() as tx:
        (step,) = due.pending(tx)
    assert step.last_error is not None
    assert "disk is full" in step.last_error
    assert (
        "14.40" not in step.last_error and "W-RED" not in step.last_error and "144000" not in step.last_error
    )


def _die(*_: object, **__: object) -> None:
    raise Died


def _step(station: Station) -> int:
    with station.gateway.database.reading() as tx:
        (step,) = [step for step in due.pending(tx) if step.step == "deliver"]
    return step.id


def _let_time_pass(station: Station) -> None:
    with station.gateway.database.transaction() as tx:
        tx.execute(update(tables.due).values(due_at=station.gateway.database.now()))


def _hasten(station: Station) -> None:
    _let_time_pass(station)
    station.drain()
