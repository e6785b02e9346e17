"""What every step works with: the ledger, the guides, the configuration in force, and ports to the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from gateway.core.failure import TerminalFailure
from gateway.core.finding import has_errors
from gateway.ledger import due, revisions
from gateway.ledger.archive import Archive
from gateway.ledger.database import Database, Transaction
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.connection import Connection
from gateway.partnerships.loader import load_configuration
from gateway.partnerships.partner import Partner
from gateway.transport.as2_http import HttpReply, Tls
from gateway.transport.mailbox import Mailbox
from gateway.x12.guide import Guides


class Offer(Protocol):
    """How a step says that more is due. The row in the ledger is the truth; an engine may be woken besides."""

    def __call__(self, tx: Transaction, step: str, subject: str, at: datetime) -> None:
        """Make a step due on the business transaction's own connection."""


class Post(Protocol):
    """Sends an AS2 message and returns the answer; raises a Failure when there is none."""

    def __call__(
        self,
        url: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        timeout: float = ...,
        tls: Tls | None = ...,
    ) -> HttpReply: ...


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts that the steps need, put together once by a door (``serve``, the command line, a test).

    ``open_mailbox`` connects to a folder or SFTP server; ``path`` finds a file of the workspace (certificates);
    ``secret`` resolves a reference (``env:NAME``, ``file:PATH``).
    """

    database: Database
    archive: Archive
    guides: Guides
    offer: Offer
    open_mailbox: Callable[[Connection], Mailbox]
    post: Post
    path: Callable[[str], Path]
    secret: Callable[[str], str]
    _configurations: dict[str, Configuration] = field(default_factory=dict)

    def begin(self, tx: Transaction, due_id: int | None) -> bool:
        """Hold the step's due row until the transaction ends: the first thing a database step does in it.

        False where another runner has done the step or is at it: then nothing is left to do here. Without an id there
        is no due row (a step run by hand).
        """
        return due_id is None or due.hold(tx, due_id)

    def finish(self, tx: Transaction, due_id: int | None) -> None:
        """The step's result is part of this transaction, so the step is no longer due."""
        if due_id is not None:
            due.done(tx, due_id)

    def configuration(self, tx: Transaction, revision: str | None = None) -> Configuration:
        """The configuration of a revision, by default the active one."""
        wanted = revision or revisions.active(tx)
        if wanted is None:
            raise TerminalFailure("No configuration is published yet. Run: gateway config publish")
        known = self._configurations.get(wanted)
        if known is None:
            known, findings = load_configuration(revisions.files(tx, wanted))
            if has_errors(findings):
                raise TerminalFailure(f"Revision {wanted[:12]} can't be read any more: {findings[0].message}")
            self._configurations[wanted] = known
        return known

    def read_file(self, name: str) -> bytes:
        """A file of the workspace. Raises TerminalFailure naming it where it can't be read."""
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise TerminalFailure(
                f"{self.path(name)} can't be read ({error.strerror}); correct the path"
            ) from error

    def partner(self, tx: Transaction, code: str) -> Partner:
        """A partner of the active configuration. Raises TerminalFailure when it was removed."""
        partner = self.configuration(tx).partners.get(code)
        if partner is None:
            raise TerminalFailure(
                f"Partner {code} is no longer in the configuration. Put its file back and publish."
            )
        return partner
