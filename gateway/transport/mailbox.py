"""The contract of every mailbox: the remote place where a partner's files are picked up and ours are dropped.

The order of calls is what makes collecting durable::

    with mailbox:
        for file in mailbox.list():                  # finished, quiet files only
            sha256 = taken.get(file.fingerprint)     # committed by an earlier poll, removal still due?
            if sha256 is None or mailbox.settle(file, sha256) is Settlement.REWRITTEN:
                data = mailbox.fetch(file)           # whole, size verified, unchanged while read
                ...                                  # archive under the hash, journal, COMMIT
                mailbox.settle(file, sha256_of(data))

Until :meth:`Mailbox.settle` nothing at the partner's side moves, so a partner who sees his file gone knows it is
safe with us. Settling may fail after the commit: the caller keeps fingerprint and hash, and the next poll only
settles. Path, size and date alone never decide that a file was seen: settling compares the content's hash, and what
differs is left untouched (``REWRITTEN``) for being fetched as a new arrival. A file that was taken and is no longer
listed needs nothing more.

One mailbox has one user at a time (the caller's lease on the connection); instances are not thread-safe.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from gateway.core.failure import TerminalFailure


class LoginRefused(TerminalFailure):
    """The server knows us not. Trying again may lock the account: the caller stops until a person has looked."""


class HostKeyRefused(TerminalFailure):
    """The server does not hold a pinned host key: it was replaced, or somebody sits between."""


class Settlement(StrEnum):
    """What became of the partner's file once its content was committed.

    ``ARCHIVED`` moved aside, ``REMOVED`` deleted, ``GONE`` was not there any more, ``REWRITTEN`` holds other content
    than was fetched and was left where it is.
    """

    ARCHIVED = "archived"
    REMOVED = "removed"
    GONE = "gone"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A finished file at the pickup side.

    ``name`` is cleaned for display and for the journal; ``path`` is what the mailbox finds the file by, exact and
    storable (see :func:`~gateway.transport.file_names.text_of`); ``size`` in bytes; ``modified`` in UTC, as fine as
    the place tells (whole seconds over SFTP).
    """

    name: str
    path: str
    size: int
    modified: datetime

    @property
    def fingerprint(self) -> str:
        """Path, size and date as 64 hex digits: the key under which a caller remembers what it took."""
        return hashlib.sha256(f"{self.path}\0{self.size}\0{self.modified.isoformat()}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A file that stands complete at the drop side under its final ``name``; ``size`` in bytes, hash in hex."""

    name: str
    path: str
    size: int
    sha256: str


class Mailbox(Protocol):
    """A pickup side and a drop side. Every method raises TransientFailure or TerminalFailure, nothing else."""

    def list(self) -> tuple[RemoteFile, ...]:
        """The finished files, oldest first: no hidden or temporary names, nothing that still grows."""

    def fetch(self, file: RemoteFile) -> bytes:
        """The whole content. A file that changes meanwhile is a TransientFailure: it is read at the next poll."""

    def settle(self, file: RemoteFile, sha256: str) -> Settlement:
        """Archive or delete the file, if it still holds the content with this hash (hex). Call after the commit."""

    def deliver(self, name: str, data: bytes) -> Receipt:
        """Put a file for the partner: complete under its final name, or not there. The same name is overwritten."""

    def close(self) -> None:
        """Let go of the connection. A closed mailbox connects again when it is used again."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def sha256_of(data: bytes) -> str:
    """The hash mailboxes compare by, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
