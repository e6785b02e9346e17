"""A gateway whose steps are made up by the test, and a ledger whose clock can be put forward."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from gateway.flow.gateway import Gateway
from gateway.ledger import due, work_items
from gateway.ledger.archive import Archive
from gateway.ledger.database import Database
from gateway.ledger.due import DueStep
from gateway.ledger.work_items import WorkItem
from gateway.work import runner, steps
from gateway.work.runner import Runner, Wake
from gateway.x12.guide import Guides

SCHEMAS = Path(__file__).parents[2] / "schemas" / "x12"

MadeUp = Callable[[DueStep], None]


class ClockedDatabase(Database):
    """A database whose clock is ``ahead`` of the real one: leases and retries are due without waiting for them."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.ahead += timedelta(seconds=seconds)


def unexpected(*_: object, **__: object) -> NoReturn:
    """A door that the test does not use."""
    raise AssertionError("nothing of this test goes outside")


class Bench:
    """Steps by name, what was run, and what the ledger says is due."""

    def __init__(self, database: ClockedDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database = database
        self.wake = Wake()
        self.gateway = Gateway(
            database=database,
            archive=Archive(folder / "archive"),
            guides=Guides.load(SCHEMAS),
            offer=self.wake,
            open_mailbox=unexpected,
            post=unexpected,
            path=unexpected,
            secret=unexpected,
        )
        self.ran: list[str] = []
        self._lock = threading.Lock()
        self._monkeypatch = monkeypatch

    def step(self, name: str, work: MadeUp = lambda _: None, *, network: bool = False) -> None:
        """Make a step up. What it returns from without an error is done."""

        def run(gateway: Gateway, step: DueStep, owner: str) -> None:
            if network:
                with gateway.database.transaction() as tx:
                    if due.claim(tx, step.id, owner, gateway.database.now(), 180) is None:
                        return
            with self._lock:
                self.ran.append(step.subject)
            work(step)
            with gateway.database.transaction() as tx:
                gateway.finish(tx, step.id)

        self._monkeypatch.setitem(steps.STEPS, name, run)
        if network:
            self._monkeypatch.setattr(runner, "NETWORK_STEPS", frozenset({name}))

    def offer(self, step: str, *subjects: str, seconds: float = 0) -> None:
        """Make steps due."""
        at = self.database.now() + timedelta(seconds=seconds)
        with self.database.transaction() as tx:
            for subject in subjects:
                self.wake(tx, step, subject, at)

    def runner(self, network_threads: int = 4) -> Runner:
        return Runner(self.gateway, self.wake, network_threads=network_threads)

    def due(self) -> list[DueStep]:
        with self.database.reading() as tx:
            return due.pending(tx)

    def work(self) -> list[WorkItem]:
        with self.database.reading() as tx:
            return work_items.listed(tx)


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False
