"""The in-process runner: does what the ledger says is due, in this process, until stopped.

It holds nothing in memory that matters: its queue may be lost at any time, because the due rows are the truth and are
looked at again every second. Offers only wake it sooner.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
from structlog.contextvars import clear_contextvars

from gateway.core.failure import Failure, TerminalFailure
from gateway.flow.deliver import LEASE_SECONDS
from gateway.flow.gateway import Gateway
from gateway.ledger import deliveries, documents, due, journal, work_items
from gateway.ledger.database import Transaction, after_commit
from gateway.ledger.due import DueStep
from gateway.work.steps import NETWORK_STEPS, STEPS

log = structlog.get_logger("gateway.work")

BATCH = 200
LOOK_SECONDS = 1.0
RENEW_SECONDS = LEASE_SECONDS / 4
ATTEMPTS = 5
RETRY_SECONDS = (1, 5, 30, 120)
UNRECORDED_SECONDS = 5
"""How long a step rests here whose failure could not be recorded."""


class Wake:
    """The in-process engine's ``Offer``: writes the due row, and wakes the runner once it is committed."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def __call__(self, tx: Transaction, step: str, subject: str, at: datetime) -> None:
        """Make a step due on the caller's transaction."""
        due.add(tx, step, subject, at)
        after_commit(tx, self.event.set)


class Runner:
    """Runs due steps: database steps here one after another, network steps on a few threads beside them."""

    def __init__(self, gateway: Gateway, wake: Wake | None = None, *, network_threads: int = 4) -> None:
        self._gateway = gateway
        self._wake = wake or Wake()
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._network = ThreadPoolExecutor(network_threads, thread_name_prefix="deliver")
        self._under_way: dict[int, Future[None]] = {}
        self._unrecorded: dict[int, float] = {}
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Run in the background until :meth:`stop`."""
        self._thread = threading.Thread(target=self._run, name="runner", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 30) -> None:
        """Finish what is under way and take on nothing more."""
        self._stopping.set()
        self._wake.event.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self._network.shutdown(wait=True, cancel_futures=True)
        self._stopped.set()  # only now: what we waited for had to keep its lease

    @property
    def alive(self) -> bool:
        """Whether the background thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def drain(self, seconds: float) -> bool:
        """Run everything due now and whatever that makes due, at most so long. True when nothing due is left."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._round():
                continue
            if not self._under_way:
                return not self._unrecorded
            self._wake.event.wait(0.02)
            self._wake.event.clear()
            self._collect()
        return False

    def _keep_leases(self) -> None:
        """Renew what is under way, from a thread of its own: neither a long send nor a long step here loses a lease."""
        while not self._stopped.wait(RENEW_SECONDS):
            if not self._under_way:
                continue
            try:
                now = self._gateway.database.now()
                with self._gateway.database.transaction() as tx:
                    due.renew(tx, self._owner, now, LEASE_SECONDS)
            except Exception:
                log.exception("leases_not_renewed")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self._round()
            except Exception:
                log.exception("runner_round_failed")
                busy = False
            if not busy:
                self._wake.event.wait(LOOK_SECONDS)
                # Cleared before the next look: what is offered from now on is either seen by it or wakes us again.
                self._wake.event.clear()

    def _round(self) -> int:
        """One look at what is due; returns how many steps were run or started.

        Looked up apart: a long queue of deliveries to partners who hang must not hide the database steps behind it.
        """
        self._collect()
        now = self._gateway.database.now()
        with self._gateway.database.reading() as tx:
            network = due.ready(tx, now, limit=BATCH, only=NETWORK_STEPS)
            steps = due.ready(tx, now, limit=BATCH, without=NETWORK_STEPS)
        count = 0
        for step in network:
            if self._may_begin(step) and len(self._under_way) < BATCH:
                if self._keeper is None:
                    self._keeper = threading.Thread(target=self._keep_leases, name="leases", daemon=True)
                    self._keeper.start()
                self._under_way[step.id] = self._network.submit(self._run_beside, step)
                count += 1
        for step in steps:
            if self._may_begin(step):
                self.run(step)
                count += 1
        return count

    def _may_begin(self, step: DueStep) -> bool:
        return not (self._stopping.is_set() or step.id in self._under_way or step.id in self._unrecorded)

    def _run_beside(self, step: DueStep) -> None:
        try:
            self.run(step)
        finally:
            self._wake.event.set()

    def _collect(self) -> None:
        for due_id in [due_id for due_id, future in self._under_way.items() if future.done()]:
            del self._under_way[due_id]
        for due_id in [due_id for due_id, until in self._unrecorded.items() if until < time.monotonic()]:
            del self._unrecorded[due_id]

    def run(self, step: DueStep) -> None:
        """Run one step. Whatever goes wrong is recorded with the step, never lost and never raised."""
        clear_contextvars()  # what the step before bound; the steps bind their document, for every line logged in them
        bound = log.bind(step=step.step, subject=step.subject)
        started = time.monotonic()
        try:
            STEPS[step.step](self._gateway, step, self._owner)
        except Exception as error:
            if isinstance(error, Failure):
                bound.error("step_failed", reason=str(error))
            else:
                bound.exception("step_failed")
            self._failed(step, error)
        else:
            bound.info("step_done", milliseconds=round((time.monotonic() - started) * 1000))

    def _is_others(self, current: DueStep, now: datetime) -> bool:
        """Whether another runner's lease runs."""
        runs = current.lease_until is not None and current.lease_until >= now
        return runs and current.owner != self._owner

    def _failed(self, step: DueStep, error: Exception) -> None:
        """Later again; after some attempts, or where trying again can't help, a person's turn."""
        text = str(error) or type(error).__name__
        try:
            now = self._gateway.database.now()
            with self._gateway.database.transaction() as tx:
                current = due.load(tx, step.id)
                if current is None or current.attempts != step.attempts or self._is_others(current, now):
                    return  # done, recorded or taken over meanwhile by another runner: no longer ours to judge
                if isinstance(error, TerminalFailure) or step.attempts + 1 >= ATTEMPTS:
                    _dead_letter(tx, step, text, now)
                else:
                    wait = RETRY_SECONDS[min(step.attempts, len(RETRY_SECONDS) - 1)]
                    due.postpone(tx, step.id, now + timedelta(seconds=wait), text, outcome_known=False)
        except Exception:
            # The database itself is away, say: the row is still due, but to run it at once would only hammer.
            self._unrecorded[step.id] = time.monotonic() + UNRECORDED_SECONDS
            log.exception("failure_not_recorded", step=step.step, subject=step.subject)


def _dead_letter(tx: Transaction, step: DueStep, text: str, now: datetime) -> None:
    due.done(tx, step.id)
    if step.step == "deliver":
        deliveries.change(tx, int(step.subject[1:]), state="failed", last_error=text)
    letter, number = step.subject[:1], step.subject[1:]
    document = documents.load(tx, int(number)) if letter == "D" and number.isdigit() else None
    delivery = deliveries.load(tx, int(number)) if letter == "V" and number.isdigit() else None
    about: dict[str, Any] = {
        "document_id": document.id if document else None,
        "delivery_id": delivery.id if delivery else None,
    }
    work_items.open_item(
        tx,
        "dead_letter",
        title=f"The step {step.step} of {step.subject} failed for good: {text}",
        action="gateway work resolve {id} --retry  (after the cause is mended)",
        at=now,
        details={"step": step.step, "subject": step.subject},
        **about,
    )
    journal.write(tx, "dead_letter", at=now, details={"step": step.step}, **about)
