"""Put the parts together: a workspace's settings become a gateway that steps can work with, and its runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.core.failure import TerminalFailure
from gateway.flow.gateway import Gateway
from gateway.flow.publish import ensure_published
from gateway.ledger.archive import Archive
from gateway.ledger.database import Database
from gateway.partnerships.connection import FolderConnection, SftpConnection
from gateway.settings import Settings
from gateway.transport.as2_http import post
from gateway.transport.folder import FolderMailbox
from gateway.transport.mailbox import Mailbox
from gateway.transport.sftp import SftpMailbox
from gateway.transport.sftp_settings import SftpSettings
from gateway.transport.stability import Stability
from gateway.work.runner import Runner, Wake
from gateway.x12.guide import Guides


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


def open_gateway(settings: Settings, environ: Mapping[str, str], *, files: Mapping[str, str]) -> OpenGateway:
    """Open the ledger of a workspace, bring its tables up to date, and publish ``files`` if it is empty.

    Raises SettingsFault for the built-in workspace, TerminalFailure where the configuration can't be used.
    """
    settings.require_ledger()
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    database.upgrade()
    wake = Wake()
    gateway = Gateway(
        database=database,
        archive=Archive(settings.archive),
        guides=Guides.load(settings.schemas / "x12"),
        offer=wake,
        open_mailbox=_mailboxes(settings, environ),
        post=post,
        path=lambda name: settings.workspace / name,
        secret=lambda reference: settings.resolve_secret(reference, environ),
    )
    findings = ensure_published(gateway, files)
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise TerminalFailure("The configuration can't be used:\n" + "\n".join(f.describe() for f in errors))
    return OpenGateway(gateway, Runner(gateway, wake), settings)


def _mailboxes(
    settings: Settings, environ: Mapping[str, str]
) -> Callable[[FolderConnection | SftpConnection], Mailbox]:
    """Opens mailboxes; what a mailbox looked like at the last poll is remembered here, to see what is still growing."""
    seen: dict[str, Stability] = {}

    def secret(reference: str | None) -> str | None:
        return None if reference is None else settings.resolve_secret(reference, environ)

    def open_mailbox(connection: FolderConnection | SftpConnection) -> Mailbox:
        if isinstance(connection, FolderConnection):
            return FolderMailbox(
                _folder(settings.workspace, connection.inbox), _folder(settings.workspace, connection.outbox)
            )
        resolved = SftpSettings.from_connection(
            connection, password=secret(connection.password), private_key=secret(connection.private_key)
        )
        stability = seen.setdefault(connection.name, Stability(quiet_seconds=1))
        return SftpMailbox(resolved, stability=stability)

    return open_mailbox


def _folder(workspace: Path, name: str) -> Path | None:
    """A mailbox folder of the workspace, made where it is missing; None for a side the connection has not."""
    if not name:
        return None
    folder = workspace / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
