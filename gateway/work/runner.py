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

import structlog

from gateway.core.failure import TerminalFailure
from gateway.flow.gateway import Gateway
from gateway.ledger import due, journal, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.due import DueStep
from gateway.work.steps import NETWORK_STEPS, STEPS

log = structlog.get_logger("gateway.work")

BATCH = 200
LOOK_SECONDS = 1.0
FIRST_LOOK_SECONDS = 0.005
"""An offer wakes us inside the transaction that makes it: its commit comes a moment later, so we look again soon."""
ATTEMPTS = 5
RETRY_SECONDS = (1, 5, 30, 120)


class Wake:
    """The in-process engine's ``Offer``: writes the due row, and wakes the runner for when the commit is through."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def __call__(self, tx: Transaction, step: str, subject: str, at: datetime) -> None:
        """Make a step due on the caller's transaction."""
        due.add(tx, step, subject, at)
        self.event.set()


class Runner:
    """Runs due steps: database steps here one after another, network steps on a few threads beside them."""

    def __init__(self, gateway: Gateway, wake: Wake | None = None, *, network_threads: int = 4) -> None:
        self._gateway = gateway
        self._wake = wake or Wake()
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._network = ThreadPoolExecutor(network_threads, thread_name_prefix="deliver")
        self._under_way: dict[int, Future[None]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

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
                return True
            self._wake.event.wait(0.02)
            self._wake.event.clear()
            self._collect()
        return False

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stopping.is_set():
            try:
                busy = self._round()
            except Exception:
                log.exception("runner_round_failed")
                busy = False
            if busy:
                pause = FIRST_LOOK_SECONDS
                continue
            woken = self._wake.event.wait(pause)
            self._wake.event.clear()
            pause = FIRST_LOOK_SECONDS if woken else min(2 * pause, LOOK_SECONDS)

    def _round(self) -> int:
        """One look at what is due; returns how many steps were run or started."""
        self._collect()
        now = self._gateway.database.now()
        with self._gateway.database.reading() as tx:
            steps = due.ready(tx, now, limit=BATCH)
        count = 0
        for step in steps:
            if self._stopping.is_set():
                break
            if step.step not in NETWORK_STEPS:
                self.run(step)
                count += 1
            elif step.id not in self._under_way:
                self._under_way[step.id] = self._network.submit(self._run_beside, step)
                count += 1
        return count

    def _run_beside(self, step: DueStep) -> None:
        try:
            self.run(step)
        finally:
            self._wake.event.set()

    def _collect(self) -> None:
        for due_id in [due_id for due_id, future in self._under_way.items() if future.done()]:
            del self._under_way[due_id]

    def run(self, step: DueStep) -> None:
        """Run one step. Whatever goes wrong is recorded with the step, never lost and never raised."""
        bound = log.bind(step=step.step, subject=step.subject)
        started = time.monotonic()
        try:
            STEPS[step.step](self._gateway, step, self._owner)
        except Exception as error:
            bound.exception("step_failed") if not isinstance(error, TerminalFailure) else bound.error(
                "step_failed", reason=str(error)
            )
            self._failed(step, error)
        else:
            bound.info("step_done", milliseconds=round((time.monotonic() - started) * 1000))

    def _failed(self, step: DueStep, error: Exception) -> None:
        """Later again; after some attempts, or where trying again can't help, a person's turn."""
        text = str(error) or type(error).__name__
        try:
            now = self._gateway.database.now()
            with self._gateway.database.transaction() as tx:
                if due.load(tx, step.id) is None:
                    return
                if isinstance(error, TerminalFailure) or step.attempts + 1 >= ATTEMPTS:
                    _dead_letter(tx, step, text, now)
                else:
                    wait = RETRY_SECONDS[min(step.attempts, len(RETRY_SECONDS) - 1)]
                    due.postpone(tx, step.id, now + timedelta(seconds=wait), text)
        except Exception:
            # The database itself is away: the row is still due, and the next look finds it.
            log.exception("failure_not_recorded", step=step.step, subject=step.subject)


def _dead_letter(tx: Transaction, step: DueStep, text: str, now: datetime) -> None:
    due.done(tx, step.id)
    document_id = int(step.subject[1:]) if step.subject[:1] == "D" and step.subject[1:].isdigit() else None
    delivery_id = int(step.subject[1:]) if step.subject[:1] == "V" and step.subject[1:].isdigit() else None
    work_items.open_item(
        tx,
        "dead_letter",
        title=f"The step {step.step} of {step.subject} failed for good: {text}",
        action="gateway work resolve {id} --retry  (after the cause is mended)",
        at=now,
        document_id=document_id,
        delivery_id=delivery_id,
        details={"step": step.step, "subject": step.subject},
    )
    journal.write(
        tx,
        "dead_letter",
        at=now,
        document_id=document_id,
        delivery_id=delivery_id,
        details={"step": step.step},
    )
