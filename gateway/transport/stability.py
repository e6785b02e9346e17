"""Which files have stopped changing: a sender without temporary names is read only when it has fallen quiet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.transport.mailbox import RemoteFile


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Stability:
    """Remembers earlier looks, so keep one for each connection as long as the process lives.

    A file is quiet when size and date are the same over two looks at least ``quiet_seconds`` apart, or, where its
    date comes from our own clock (``same_clock``), when it is older than that. Zero takes whatever is there.
    """

    quiet_seconds: float
    same_clock: bool = False
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = utc_now
    _looks: dict[str, tuple[str, float]] = field(default_factory=dict)

    def quiet(self, files: Iterable[RemoteFile]) -> list[RemoteFile]:
        """The quiet ones among all files of the mailbox; those no longer there are forgotten."""
        looked = self.monotonic()
        oldest = self.now() - timedelta(seconds=self.quiet_seconds)
        looks: dict[str, tuple[str, float]] = {}
        quiet: list[RemoteFile] = []
        for file in files:
            fingerprint, since = self._looks.get(file.path, ("", looked))
            if fingerprint != file.fingerprint:
                since = looked
            looks[file.path] = (file.fingerprint, since)
            aged = self.same_clock and file.modified <= oldest
            if aged or looked - since >= self.quiet_seconds:
                quiet.append(file)
        self._looks = looks
        return quiet
