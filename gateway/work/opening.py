"""Put the parts together: a workspace's settings become a gateway that steps can work with, and its runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.core.failure import TerminalFailure
from gateway.flow.gateway import Gateway
from gateway.flow.publish import ensure_published
from gateway.ledger.archive import Archive
from gateway.ledger.database import Database
from gateway.partnerships.connection import Connection
from gateway.settings import Settings
from gateway.transport.as2_http import post
from gateway.transport.mailbox import Mailbox
from gateway.transport.registry import Surroundings, open_mailbox, stability_for
from gateway.transport.stability import Stability
from gateway.work.runner import Runner, Wake
from gateway.workspace import read_files
from gateway.x12.guide import Guides

QUIET_SECONDS = 1.0
"""A file that has not changed for so long is finished (partners without temporary names)."""


@dataclass(frozen=True, slots=True)
class OpenGateway:
    """A gateway with its runner, ready to work. ``close`` gives the database back."""

    gateway: Gateway
    runner: Runner
    settings: Settings

    def close(self) -> None:
        """Stop the runner and give the database's connections back."""
        self.runner.stop()
        self.gateway.database.close()


def open_gateway(
    settings: Settings, environ: Mapping[str, str], *, quiet_seconds: float = QUIET_SECONDS
) -> OpenGateway:
    """Open the ledger of a workspace, bring its tables up to date, and publish the workspace's files if it is empty.

    ``quiet_seconds`` may be 0 where every partner is known to put whole files under their final names.

    Raises SettingsFault for the built-in workspace, TerminalFailure where the configuration can't be used.
    """
    settings.require_ledger()
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    database.upgrade()
    wake = Wake()

    def secret(reference: str) -> str:
        return settings.resolve_secret(reference, environ)

    gateway = Gateway(
        database=database,
        archive=Archive(settings.archive),
        guides=Guides.load(settings.schemas / "x12"),
        offer=wake,
        open_mailbox=_mailboxes(settings, secret, quiet_seconds),
        post=post,
        path=lambda name: settings.workspace / name,
        secret=secret,
    )
    files, unreadable = read_files(settings.workspace)
    findings = [*unreadable, *ensure_published(gateway, files)]
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise TerminalFailure("The configuration can't be used:\n" + "\n".join(f.describe() for f in errors))
    return OpenGateway(gateway, Runner(gateway, wake), settings)


def _mailboxes(
    settings: Settings, secret: Callable[[str], str], quiet_seconds: float
) -> Callable[[Connection], Mailbox]:
    """Opens mailboxes; what one looked like at the last poll is remembered here, to see what is still growing."""
    surroundings = Surroundings(workspace=settings.workspace, secret=secret)
    seen: dict[str, Stability] = {}

    def open_known(connection: Connection) -> Mailbox:
        stability = seen.setdefault(connection.name, stability_for(connection, quiet_seconds))
        return open_mailbox(connection, surroundings, stability)

    return open_known
