"""Which mailbox serves which kind of connection. A new transport adds its line to ``_OPENERS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.core.failure import TerminalFailure
from gateway.partnerships.connection import Connection, FolderConnection, HttpConnection, SftpConnection
from gateway.transport.folder import FolderMailbox
from gateway.transport.mailbox import Mailbox
from gateway.transport.sftp import SftpMailbox
from gateway.transport.sftp_settings import SftpSettings
from gateway.transport.stability import Stability


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a connection leaves to the installation: where relative folders begin, and the values of secrets.

    ``secret`` turns a reference (``env:NAME``, ``file:PATH``) into its value, or raises TerminalFailure.
    """

    workspace: Path
    secret: Callable[[str], str]


def stability_for(connection: Connection, quiet_seconds: float = 2) -> Stability:
    """The memory of earlier looks that a caller keeps for a connection from poll to poll."""
    return Stability(quiet_seconds=quiet_seconds, same_clock=isinstance(connection, FolderConnection))


def open_mailbox(connection: Connection, surroundings: Surroundings, stability: Stability) -> Mailbox:
    """The mailbox of a connection; nothing is connected before its first use.

    Raises TerminalFailure for a connection that is no mailbox (AS2 is a conversation, not a place).
    """
    opener = _OPENERS.get(type(connection))
    if opener is None:
        raise TerminalFailure(
            f"The connection {connection.name} is not a mailbox: files cannot be put or collected there. "
            "Choose a folder or an SFTP connection."
        )
    return opener(connection, surroundings, stability)


def _folder(connection: FolderConnection, surroundings: Surroundings, stability: Stability) -> Mailbox:
    inbox, outbox = (_place(surroundings.workspace, name) for name in (connection.inbox, connection.outbox))
    return FolderMailbox(inbox, outbox, stability=stability)


def _http(connection: HttpConnection, surroundings: Surroundings, stability: Stability) -> Mailbox:
    """Uploads come by the API; what we deliver waits in the outbox folder until the partner collects it."""
    return FolderMailbox(None, _place(surroundings.workspace, connection.outbox), stability=stability)


def _place(workspace: Path, name: str | None) -> Path | None:
    """A side of the connection; None for one it has not. Missing folders of the workspace are made.

    Folders elsewhere are not: where a disk is not mounted, deliveries would vanish beneath its mount point.
    """
    if not name:
        return None
    folder = workspace / name
    if folder.resolve().is_relative_to(workspace.resolve()):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sftp(connection: SftpConnection, surroundings: Surroundings, stability: Stability) -> Mailbox:
    secret = surroundings.secret
    settings = SftpSettings.from_connection(
        connection,
        password=secret(connection.password) if connection.password else None,
        private_key=secret(connection.private_key) if connection.private_key else None,
    )
    return SftpMailbox(settings, stability=stability)


_OPENERS: dict[type, Callable[[Any, Surroundings, Stability], Mailbox]] = {
    FolderConnection: _folder,
    HttpConnection: _http,
    SftpConnection: _sftp,
}
