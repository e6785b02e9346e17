"""Several runners on one ledger share the work: each document translated, rendered and delivered once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from gateway.flow.receive import Arrival, receive
from gateway.ledger import due, journal, numbers
from gateway.work.runner import Runner, Wake
from tests.flow.station import Station, purchase_order
from tests.ledger.rows import at_once
from tests.work.bench import ClockedDatabase, until

COUNT = 8


def test_three_runners_double_nothing(auto: Station, ahead: Callable[[], ClockedDatabase]) -> None:
    gateways = [replace(auto.gateway, database=ahead(), offer=Wake()) for _ in range(3)]
    runners = [Runner(gateway) for gateway in gateways]
    for number in range(1, COUNT + 1):
        text = purchase_order(f"PO{number}", sender="AUTO", interchange=number)
        receive(auto.gateway, Arrival(data=text.encode(), door="acme-folder", file_name=f"{number}.edi"))
    for runner in runners:
        runner.start()
    try:
        assert until(lambda: not pending(auto), 60)
    finally:
        for runner in runners:
            runner.stop()

    assert sorted(o["purchase_order_number"] for o in auto.orders()) == [
        f"PO{n}" for n in range(1, COUNT + 1)
    ]
    assert auto.work() == []
    assert [len(auto.sent(kind)) for kind in ("997", "855")] == [COUNT, COUNT]
    assert [(d["state"], d["attempts"]) for d in auto.deliveries()] == [("delivered", 1)] * 2 * COUNT
    with auto.gateway.database.reading() as tx:
        for scope in ("isa:auto", "gs:auto"):
            assert numbers.drawn(tx, scope, False) == list(range(1, 2 * COUNT + 1))
        for document in auto.documents():
            events = Counter(entry.event for entry in journal.of_document(tx, int(document["document"][1:])))
            once = ("translated",) if document["direction"] == "in" else ("rendered", "delivered")
            assert [events[event] for event in once] == [1] * len(once), events


def pending(station: Station) -> list[due.DueStep]:
    with station.gateway.database.reading() as tx:
        return due.pending(tx)


def run_all(runners: list[Runner], steps: list[due.DueStep], number: int) -> None:
    for step in steps:
        runners[number].run(step)


def test_the_same_step_in_several_hands_is_done_once(
    auto: Station, ahead: Callable[[], ClockedDatabase]
) -> None:
    """All of them looked at the same moment and saw the same rows."""
    runners = [Runner(replace(auto.gateway, database=ahead(), offer=Wake())) for _ in range(3)]
    text = purchase_order(sender="AUTO")
    receive(auto.gateway, Arrival(data=text.encode(), door="acme-folder", file_name="drop.edi"))
    for _ in range(4):  # translate, render, deliver, and a look that finds nothing
        steps = pending(auto)
        at_once(3, partial(run_all, runners, steps))
    assert pending(auto) == []
    assert auto.work() == []
    assert len(auto.orders()) == 1
    assert sorted(d["kind"] for d in auto.documents(direction="out")) == ["855", "997"]
    assert [(d["state"], d["attempts"]) for d in auto.deliveries()] == [("delivered", 1)] * 2
    for runner in runners:
        runner.stop()
