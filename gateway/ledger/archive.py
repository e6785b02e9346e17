"""The archive: every file as it came or went, under its hash, on disk before anything refers to it.

Written aside, fsynced, renamed, the folder fsynced (RELIABILITY 2); a writer that finds the content there verifies it,
and syncs the folder too: whoever renamed the file may not have come so far.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.core.failure import TerminalFailure, TransientFailure


def sha256_of(data: bytes) -> str:
    """The name of a content."""
    return hashlib.sha256(data).hexdigest()


class Archive:
    """Content-addressed files below ``folder``: ``ab/cd/abcd….``"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: set[Path] = set()

    def path(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def store(self, data: bytes) -> str:
        """Keep the bytes; when this returns, they survive power loss. Returns their sha256.

        Raises TransientFailure where the disk does not take them, TerminalFailure where it holds a damaged copy.
        """
        sha256 = sha256_of(data)
        path = self.path(sha256)
        with _in_words():
            if path.exists():
                self._verify(path, sha256)
            else:
                _write(path, data)
            _sync_folder(path.parent)
            self._keep_folders(path.parent)
        return sha256

    def _keep_folders(self, folder: Path) -> None:
        """A new folder could vanish with the file in it unless the one that lists it is synced too; once a process."""
        for each in (folder, folder.parent, self.folder):
            if each not in self._kept:
                _sync_folder(each.parent)
                self._kept.add(each)

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises TerminalFailure, naming the file, when they are missing or no longer what was stored."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise TerminalFailure(
                f"The archive file {path} can't be read ({error.strerror}). Restore it from a backup."
            ) from error
        if sha256_of(data) != sha256:
            raise TerminalFailure(f"The archive file {path} was changed or cut. Restore it from a backup.")
        return data

    def _verify(self, path: Path, sha256: str) -> None:
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise TerminalFailure(f"The archive file {path} was changed or cut. Restore it from a backup.")


def _write(path: Path, data: bytes) -> None:
    """Under a name of its own first: what stands under the final name is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def _in_words() -> Iterator[None]:
    """A disk that is full, read-only or away may be mended; what was to be kept is offered again."""
    try:
        yield
    except OSError as error:
        raise TransientFailure(
            f"The archive can't keep a file at {error.filename or 'its folder'} ({error.strerror}). "
            "Make room on the disk, or give the gateway the right to write there."
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
