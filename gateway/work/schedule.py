"""The schedule: APScheduler decides when, a unique slot in the ledger decides once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from gateway.core.failure import Failure
from gateway.flow.gateway import Gateway
from gateway.flow.poll import poll
from gateway.ledger import slots, work_items
from gateway.partnerships.connection import FolderConnection, SftpConnection
from gateway.transport.mailbox import HostKeyRefused, LoginRefused

log = structlog.get_logger("gateway.work")

Pollable = FolderConnection | SftpConnection

REST = timedelta(minutes=30)
"""How long a mailbox that refused our login is left alone, unless its configuration changes."""


class Schedule:
    """Polls every mailbox of the active configuration at its own interval, and follows what is published."""

    def __init__(self, gateway: Gateway, *, follow_seconds: float = 5) -> None:
        self._gateway = gateway
        self._follow_seconds = follow_seconds
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._polls: dict[str, Pollable] = {}
        self._resting: dict[str, datetime] = {}

    def start(self) -> None:
        """Begin; polls run on the scheduler's threads."""
        self._follow()
        self._scheduler.add_job(
            self._follow,
            "interval",
            seconds=self._follow_seconds,
            id="follow",
            max_instances=1,
            coalesce=True,
        )
        self._scheduler.add_job(self._tidy, "interval", hours=1, id="tidy", max_instances=1, coalesce=True)
        self._scheduler.start()

    def stop(self) -> None:
        """Let running polls finish and start no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def poll_all(self) -> list[int]:
        """Poll every mailbox once, now; returns the new documents' ids. Mailboxes that fail are logged."""
        with self._gateway.database.reading() as tx:
            connections = self._gateway.configuration(tx).connections
        taken: list[int] = []
        for connection in connections.values():
            if isinstance(connection, FolderConnection | SftpConnection) and connection.enabled:
                try:
                    taken += poll(self._gateway, connection)
                except Failure as failure:
                    log.warning("poll_failed", connection=connection.name, reason=str(failure))
        return taken

    def _follow(self) -> None:
        """Bring the jobs in line with the active configuration."""
        try:
            with self._gateway.database.reading() as tx:
                connections = self._gateway.configuration(tx).connections
        except Failure as failure:
            log.error("configuration_unreadable", reason=str(failure))
            return
        wanted = {
            name: connection
            for name, connection in connections.items()
            if isinstance(connection, FolderConnection | SftpConnection) and connection.enabled
        }
        for name in self._polls.keys() - wanted.keys():
            self._scheduler.remove_job(f"poll:{name}")
            del self._polls[name]
        for name, connection in wanted.items():
            if self._polls.get(name) != connection:
                self._polls[name] = connection
                self._resting.pop(name, None)
                self._scheduler.add_job(
                    self._poll_once(connection),
                    "interval",
                    seconds=connection.poll_seconds,
                    id=f"poll:{name}",
                    replace_existing=True,
                    max_instances=1,
                    coalesce=True,
                    next_run_time=datetime.now(UTC),
                )

    def _poll_once(self, connection: Pollable) -> Callable[[], None]:
        def run() -> None:
            now = self._gateway.database.now()
            slot = int(now.timestamp()) // connection.poll_seconds
            with self._gateway.database.transaction() as tx:
                if not slots.take(tx, f"poll:{connection.name}:{connection.poll_seconds}:{slot}", now):
                    return
            if self._resting.get(connection.name, now) > now:
                return
            try:
                taken = poll(self._gateway, connection)
            except (LoginRefused, HostKeyRefused) as refusal:
                self._rest(connection, refusal, now)
            except Failure as failure:
                log.warning("poll_failed", connection=connection.name, reason=str(failure))
            except Exception:
                log.exception("poll_failed", connection=connection.name)
            else:
                if taken:
                    log.info("polled", connection=connection.name, documents=[f"D{i}" for i in taken])

        return run

    def _rest(self, connection: Pollable, refusal: Failure, now: datetime) -> None:
        """Knocking again with a refused login locks accounts: rest, and tell a person."""
        self._resting[connection.name] = now + REST
        log.error("connection_refused", connection=connection.name, reason=str(refusal))
        with self._gateway.database.transaction() as tx:
            title = f"{connection.name} refuses us: {refusal}"
            if not any(item.title == title for item in work_items.listed(tx, kind="connection_refused")):
                work_items.open_item(
                    tx,
                    "connection_refused",
                    title=title,
                    action="correct config/connections.yaml and publish, then gateway work resolve {id} --reason TEXT",
                    at=now,
                )

    def _tidy(self) -> None:
        now = self._gateway.database.now()
        with self._gateway.database.transaction() as tx:
            slots.forget(tx, now)
