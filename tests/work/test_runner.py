"""The in-process runner wakes for what is offered, also when the commit comes after the wake."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gateway.ledger import due
from gateway.work import runner as runner_room
from tests.flow.station import partner_file, station


def test_an_offer_is_run_soon_though_its_commit_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_room, "LOOK_SECONDS", 60.0)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with station(tmp_path / "workspace", url, {"acme": partner_file("acme")}) as acme:
        acme.opened.runner.start()
        time.sleep(0.3)  # it has looked, found nothing, and waits
        gateway = acme.gateway
        with gateway.database.transaction() as tx:
            gateway.offer(tx, "abandon", "D4711", gateway.database.now())
            time.sleep(0.2)  # woken by now, and there is nothing to be seen yet
        end = time.monotonic() + 20
        while True:
            with gateway.database.reading() as tx:
                if not due.ready(tx, gateway.database.now(), limit=10):
                    break
            assert time.monotonic() < end, "the runner slept through the commit"
            time.sleep(0.02)
