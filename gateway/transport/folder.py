"""Folders of this machine (or mounted on it) as a mailbox: partners drop into one, we deliver into another."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.core.failure import Failure, TerminalFailure, TransientFailure
from gateway.transport.file_names import deliverable, raw_of, shown, temporary_of, text_of
from gateway.transport.mailbox import Receipt, RemoteFile, Settlement, sha256_of
from gateway.transport.pickup import Entry, Pickup
from gateway.transport.stability import Stability

#: A larger file is refused before it is read (200 MiB).
LARGEST_FILE = 200 << 20

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BLOCK = 1 << 20


class FolderMailbox:
    """A pickup folder and a drop folder; either may be missing (None) where the connection has one side only.

    ``archive`` keeps settled files (on the same file system as ``pickup``); without it they are deleted.
    ``stability`` is kept by the caller between polls; by default a file is finished when it is two seconds old.
    """

    def __init__(
        self,
        pickup: Path | None,
        drop: Path | None,
        *,
        archive: Path | None = None,
        pattern: str = "*",
        stability: Stability | None = None,
        largest_file: int = LARGEST_FILE,
    ) -> None:
        self._drop = drop
        self._largest_file = largest_file
        self._place = _LocalPlace(pickup, archive) if pickup else None
        self._pickup = (
            Pickup(self._place, pattern, stability or Stability(quiet_seconds=2, same_clock=True))
            if self._place
            else None
        )

    def list(self) -> tuple[RemoteFile, ...]:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        if self._pickup is None:
            return ()
        with _in_words("list", self._pickup.place.label):
            return self._pickup.files()

    def fetch(self, file: RemoteFile) -> bytes:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        pickup, place = self._sides()
        if file.size > self._largest_file:
            raise TerminalFailure(
                f"{shown(file.path)} has {file.size} bytes; the limit is {self._largest_file}. "
                "Ask the partner to split it, or raise the limit."
            )
        with _in_words("read", shown(file.path)):
            data = b"".join(place.blocks(pickup.name_of(file), file.size + 1))
            after = place.look(pickup.name_of(file))
        if (
            after is None
            or len(data) != file.size
            or (after.size, after.modified) != (file.size, file.modified)
        ):
            raise TransientFailure(
                f"{shown(file.path)} changed while it was read ({file.size} bytes listed, {len(data)} read). "
                "It is read at the next poll, when it has fallen quiet."
            )
        return data

    def settle(self, file: RemoteFile, sha256: str) -> Settlement:
        """See :class:`~gateway.transport.mailbox.Mailbox`."""
        pickup, _ = self._sides()
        with _in_words("remove", shown(file.path)):
            return pickup.settle(file, sha256)

    def deliver(self, name: str, data: bytes) -> Receipt:
        """See :class:`~gateway.transport.mailbox.Mailbox`. Durable: file and folder are fsynced."""
        if self._drop is None:
            raise TerminalFailure(f"{shown(name)} cannot be delivered: the connection has no drop folder.")
        final = self._drop / deliverable(name)
        with _in_words("write", str(final)):
            _write_durably(self._drop / temporary_of(name), final, data)
        return Receipt(name=name, path=str(final), size=len(data), sha256=sha256_of(data))

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _sides(self) -> tuple[Pickup, _LocalPlace]:
        if self._pickup is None or self._place is None:
            raise TerminalFailure("The connection has no pickup folder.")
        return self._pickup, self._place


@dataclass(frozen=True, slots=True)
class _LocalPlace:
    """A local folder under :class:`gateway.transport.pickup.Place`. Links are never followed out of it."""

    folder: Path
    archive_folder: Path | None

    @property
    def label(self) -> str:
        # Not the full path: what was taken stays known when the workspace is moved or restored elsewhere.
        return self.folder.name or "pickup"

    @property
    def archives(self) -> bool:
        return self.archive_folder is not None

    def entries(self) -> Iterator[Entry]:
        with os.scandir(os.fsencode(self.folder)) as found:
            for item in found:
                entry = self.look(text_of(item.name)) if item.is_file(follow_symlinks=False) else None
                if entry is not None:
                    yield entry

    def look(self, name: str) -> Entry | None:
        try:
            status = os.lstat(_inside(self.folder, name))
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return Entry(name, status.st_size, _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000))

    def blocks(self, name: str, limit: int) -> Iterator[bytes]:
        """The first ``limit`` bytes of a regular file, in blocks. O_NONBLOCK: a pipe put there must not hang us."""
        handle = os.open(_inside(self.folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileNotFoundError(errno.ENOENT, "not a regular file")
            while limit > 0 and (block := file.read(min(_BLOCK, limit))):
                limit -= len(block)
                yield block

    def digest(self, name: str, size: int) -> str | None:
        digest = hashlib.sha256()
        read = 0
        for block in self.blocks(name, size + 1):
            digest.update(block)
            read += len(block)
        return digest.hexdigest() if read <= size else None

    def move(self, name: str, new_name: str) -> None:
        _move(_inside(self.folder, name), _inside(self.folder, new_name))

    def archive(self, name: str, archived_name: str) -> None:
        if self.archive_folder is None:
            raise FileNotFoundError(errno.ENOENT, "no archive folder")
        _move(_inside(self.folder, name), _inside(self.archive_folder, archived_name))

    def remove(self, name: str) -> None:
        _inside(self.folder, name).unlink()


def _inside(folder: Path, name: str) -> Path:
    return folder / os.fsdecode(raw_of(name))


def _move(path: Path, new_path: Path) -> None:
    """Rename without ever replacing a file, which plain rename(2) would do.

    A hard link fails where the name is taken. Where links are refused (other owner, file system without them) the
    name is looked up first. Cut short between link and unlink, both names show one content; listing removes one.
    """
    try:
        os.link(path, new_path, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(new_path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        path.rename(new_path)
    else:
        path.unlink()


def _write_durably(temporary: Path, final: Path, data: bytes) -> None:
    """Temporary name, fsync, rename over the final name, fsync of the folder: whole after a power loss, or absent."""
    temporary.unlink(missing_ok=True)  # of a delivery that was cut short
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
            written = os.fstat(handle).st_size
        if written != len(data):
            raise OSError(errno.EIO, f"{written} of {len(data)} bytes arrived")
        temporary.replace(final)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _in_words(doing: str, path: str) -> Iterator[None]:
    """Turns an OSError into the failure that tells its reader what to mend."""
    try:
        yield
    except OSError as error:
        raise _failure(doing, path, error) from error


def _failure(doing: str, path: str, error: OSError) -> Failure:
    what = f"Cannot {doing} {path}: {error.strerror or error}."
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR if doing == "read":
            return TransientFailure(
                f"{what} It was taken away after it was listed; the next poll lists anew."
            )
        case errno.ENOENT | errno.ENOTDIR:
            return TerminalFailure(
                f"{what} Create the folder (is its disk mounted?) or correct the connection."
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return TerminalFailure(f"{what} Give the gateway's user read and write rights in the folder.")
        case errno.EXDEV:
            return TerminalFailure(
                f"{what} The archive folder must be on the same file system as the pickup folder."
            )
        case errno.EISDIR | errno.ENOTEMPTY | errno.ELOOP:
            return TerminalFailure(f"{what} A folder or a link stands at this name; move it away.")
        case errno.ENOSPC | errno.EDQUOT:
            return TransientFailure(f"{what} Make room on the disk; it is tried again.")
        case _:
            return TransientFailure(f"{what} It is tried again.")
