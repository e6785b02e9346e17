"""A thousand one-order interchanges through the folder door on SQLite: each once, answered once, no number missing."""

from __future__ import annotations

import time
from pathlib import Path

from gateway.ledger import numbers
from gateway.work.schedule import Schedule
from tests.databases import database_url
from tests.flow.station import partner_file, purchase_order, station

COUNT = 1000


def test_a_thousand_interchanges(tmp_path: Path) -> None:
    with (
        database_url("sqlite", tmp_path) as url,
        station(
            tmp_path / "workspace", url, {"auto": partner_file("auto", acceptance="as_ordered")}
        ) as opened,
    ):
        inbox = opened.folder / "data" / "mailboxes" / "acme" / "in"
        inbox.mkdir(parents=True, exist_ok=True)
        for number in range(1, COUNT + 1):
            text = purchase_order(f"PO{number}", sender="AUTO", interchange=number)
            (inbox / f"{number:04d}.edi").write_text(text)
        schedule = Schedule(opened.gateway)
        taken = 0
        deadline = time.monotonic() + 30
        while taken < COUNT and time.monotonic() < deadline:
            time.sleep(1)  # until the last file has been quiet for a second
            taken += len(schedule.poll_all())
        assert taken == COUNT
        assert opened.opened.runner.drain(400)

        assert sorted(o["purchase_order_number"] for o in opened.orders()) == sorted(
            f"PO{number}" for number in range(1, COUNT + 1)
        )
        assert len(opened.sent("855")) == COUNT
        assert len(opened.sent("997")) == COUNT
        with opened.gateway.database.reading() as tx:
            for scope in ("isa:auto", "gs:auto"):
                assert numbers.drawn(tx, scope, False) == list(range(1, 2 * COUNT + 1))
        assert list(inbox.iterdir()) == []
        assert opened.work() == []
