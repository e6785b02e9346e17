"""A partner's SFTP server as a mailbox: we poll one folder and deliver into another."""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import paramiko

from gateway.core.failure import Failure, TerminalFailure, TransientFailure
from gateway.transport.file_names import deliverable, raw_of, shown, temporary_of, text_of
from gateway.transport.mailbox import Receipt, RemoteFile, Settlement, sha256_of
from gateway.transport.pickup import Entry, Pickup
from gateway.transport.sftp_exchange import RefusedByServer, SftpExchange
from gateway.transport.sftp_login import SftpSession, connect
from gateway.transport.sftp_packets import Attributes
from gateway.transport.sftp_settings import SftpSettings
from gateway.transport.stability import Stability


class SftpMailbox:
    """Connects when first used, and anew after a failure of the connection.

    ``stability`` is kept by the caller between polls: a new one has seen nothing, so unless its ``quiet_seconds``
    are zero, the first look lists nothing.
    """

    def __init__(self, settings: SftpSettings, *, stability: Stability) -> None:
        self._settings = settings
        self._stability = stability
        self._session: SftpSession | None = None

    def list(self) -> tuple[RemoteFile, ...]:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        if self._settings.pickup is None:
            return ()
        with self._exchange("list", self._settings.pickup) as exchange:
            return self._pickup(exchange).files()

    def fetch(self, file: RemoteFile) -> bytes:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        settings = self._settings
        if file.size > settings.largest_file:
            raise TerminalFailure(
                f"{settings.address}: {shown(file.path)} has {file.size} bytes; the limit is {settings.largest_file}. "
                "Ask the partner to split it, or raise the limit."
            )
        with self._exchange("read", shown(file.path)) as exchange:
            name = self._pickup(exchange).name_of(file)
            place = _SftpPlace(exchange, settings)
            data = b"".join(place.blocks(name, file.size))
            after = place.look(name)
        if (
            after is None
            or len(data) != file.size
            or (after.size, after.modified) != (file.size, file.modified)
        ):
            raise TransientFailure(
                f"{settings.address}: {shown(file.path)} changed while it was read ({file.size} bytes listed, "
                f"{len(data)} read). It is read at the next poll, when it has fallen quiet."
            )
        return data

    def settle(self, file: RemoteFile, sha256: str) -> Settlement:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        with self._exchange("remove", shown(file.path)) as exchange:
            return self._pickup(exchange).settle(file, sha256)

    def deliver(self, name: str, data: bytes) -> Receipt:
        """See :class:`~gateway.transport.mailbox.Mailbox`.

        A partner may take the file the moment it has its final name: gone is then as good as there.
        """
        if self._settings.drop is None:
            raise TerminalFailure(f"{shown(name)} cannot be delivered: the connection has no drop folder.")
        path = f"{self._settings.drop.rstrip('/')}/{deliverable(name)}"
        with self._exchange("write", path) as exchange:
            if self._settings.temporary_name:
                temporary = f"{self._settings.drop.rstrip('/')}/{temporary_of(name)}"
                self._deliver_aside(exchange, raw_of(temporary), raw_of(path), data)
            else:
                exchange.write(raw_of(path), data)
            _require_size(exchange.look(raw_of(path)), len(data))
        return Receipt(name=name, path=path, size=len(data), sha256=sha256_of(data))

    def close(self) -> None:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _pickup(self, exchange: SftpExchange) -> Pickup:
        if self._settings.pickup is None:
            raise TerminalFailure(f"{self._settings.address}: the connection has no pickup folder.")
        return Pickup(_SftpPlace(exchange, self._settings), self._settings.pattern, self._stability)

    def _deliver_aside(self, exchange: SftpExchange, temporary: bytes, final: bytes, data: bytes) -> None:
        try:
            exchange.write(temporary, data)
            written = exchange.look(temporary)
            if written is None:
                raise OSError(errno.EIO, "the server does not show the file that was written")
            _require_size(written, len(data))
            self._rename(exchange, temporary, final, data)
        except (OSError, Failure):
            with contextlib.suppress(OSError, paramiko.SSHException, EOFError):
                exchange.remove(temporary)
            raise

    def _rename(self, exchange: SftpExchange, temporary: bytes, final: bytes, data: bytes) -> None:
        """posix-rename; else rename; else, an earlier file being in the way, what the settings allow."""
        try:
            exchange.replace(temporary, final)
            return
        except (RefusedByServer, PermissionError):
            pass  # unknown to the server, or its word for any fault: plain rename tells which
        try:
            exchange.rename(temporary, final)
            return
        except (RefusedByServer, PermissionError):
            if exchange.look(final) is None:
                raise
        if _content(exchange, final, len(data)) == sha256_of(data):
            exchange.remove(temporary)  # our own earlier delivery, whose receipt was lost
        elif self._settings.replace_by_removal:
            exchange.remove(final)
            exchange.rename(temporary, final)
        else:
            raise TerminalFailure(
                f"{self._settings.address}: {shown(text_of(final))} is there with other content, and the server cannot "
                "replace a file in one step. Remove it there, or set replace_by_removal for this connection."
            )

    @contextlib.contextmanager
    def _exchange(self, doing: str, path: str) -> Iterator[SftpExchange]:
        """The session, with everything that can go wrong in it turned into words."""
        session = self._session = self._session or connect(self._settings)
        try:
            with session.within(self._settings.operation_seconds):
                yield session.exchange
        except (ConnectionError, TimeoutError, EOFError, paramiko.SSHException) as error:
            self.close()
            raise self._broken(doing, path, error, expired=session.expired) from error
        except OSError as error:
            if error.errno is None:  # paramiko's "Socket is closed"
                self.close()
                raise self._broken(doing, path, error, expired=session.expired) from error
            raise self._refused(doing, path, error) from error

    def _broken(self, doing: str, path: str, error: Exception, *, expired: bool) -> Failure:
        settings = self._settings
        if expired:
            why = f"it took longer than {settings.operation_seconds:g} seconds"
        elif isinstance(error, TimeoutError):
            why = f"the server was silent for {settings.idle_seconds:g} seconds"
        else:
            why = f"the connection broke ({shown(' '.join(str(error).split())) or type(error).__name__})"
        return TransientFailure(f"{settings.address}: cannot {doing} {path}: {why}. It is tried again.")

    def _refused(self, doing: str, path: str, error: OSError) -> Failure:
        said = shown(" ".join((error.strerror or str(error)).split())).rstrip(".")
        what = f"{self._settings.address}: cannot {doing} {path}: {said}."
        match error.errno:
            case errno.ENOENT if doing == "read":
                return TransientFailure(
                    f"{what} It was taken away after it was listed; the next poll lists anew."
                )
            case errno.ENOENT:
                return TerminalFailure(
                    f"{what} The folder does not exist for this user. Correct the folder of the connection (it is seen "
                    "from the login), or ask the partner to create it."
                )
            case errno.EACCES:
                return TerminalFailure(
                    f"{what} The server denies it. Ask the partner for the rights to list, read, rename and delete in "
                    "the pickup folder and to write and rename in the drop folder."
                )
            case _:
                return TransientFailure(f"{what} It is tried again.")


class _SftpPlace:
    """A folder at the server under :class:`gateway.transport.pickup.Place`."""

    def __init__(self, exchange: SftpExchange, settings: SftpSettings) -> None:
        self._exchange = exchange
        self._folder = (settings.pickup or "").rstrip("/")
        self._archive_folder = settings.archive.rstrip("/") if settings.archive else None

    @property
    def label(self) -> str:
        return self._folder

    @property
    def archives(self) -> bool:
        return self._archive_folder is not None

    def entries(self) -> Iterator[Entry]:
        for raw, attributes in self._exchange.entries(raw_of(self._folder or "/")):
            entry = _entry(text_of(raw), attributes)
            if entry is not None:
                yield entry

    def look(self, name: str) -> Entry | None:
        attributes = self._exchange.look(self._inside(name))
        return _entry(name, attributes) if attributes else None

    def blocks(self, name: str, size: int) -> Iterator[bytes]:
        return self._exchange.read(self._inside(name), size)

    def digest(self, name: str, size: int) -> str | None:
        return _content(self._exchange, self._inside(name), size)

    def move(self, name: str, new_name: str) -> None:
        self._move(name, self._inside(new_name))

    def archive(self, name: str, archived_name: str) -> None:
        if self._archive_folder is None:
            raise FileNotFoundError(errno.ENOENT, "no archive folder")
        self._move(name, raw_of(f"{self._archive_folder}/{archived_name}"))

    def remove(self, name: str) -> None:
        self._exchange.remove(self._inside(name))

    def _move(self, name: str, new_path: bytes) -> None:
        """SFTP's rename does not replace; its refusal does not say why, so a taken name is looked up.

        Servers that do replace (some Windows ones) are kept from it by the same look beforehand.
        """
        if self._exchange.look(new_path) is not None:
            raise FileExistsError(errno.EEXIST, "a file of this name is there")
        self._exchange.rename(self._inside(name), new_path)

    def _inside(self, name: str) -> bytes:
        return raw_of(f"{self._folder}/{name}")


def _entry(name: str, attributes: Attributes) -> Entry | None:
    """A regular file whose size and date the server tells; without them nothing can be verified."""
    if not attributes.is_file or attributes.size is None:
        return None
    return Entry(name, attributes.size, datetime.fromtimestamp(attributes.modified or 0, UTC))


def _content(exchange: SftpExchange, path: bytes, size: int) -> str | None:
    """The SHA-256 of a file at the server in hex; None if it is longer than ``size``."""
    digest = hashlib.sha256()
    read = 0
    for block in exchange.read(path, size):
        digest.update(block)
        read += len(block)
        if read > size:
            return None
    return digest.hexdigest()


def _require_size(attributes: Attributes | None, size: int) -> None:
    if attributes is not None and attributes.size is not None and attributes.size != size:
        raise OSError(errno.EIO, f"the server shows {attributes.size} bytes where {size} were written")
