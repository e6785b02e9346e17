"""The pickup side of any folder-like mailbox: listing finished files, and removing what is safe with us.

Removal is a claim by rename: the file gets a hidden name of ours, the claimed file is hashed, and only if it is
what was fetched it goes to the archive or is deleted. A partner who writes the same name anew meanwhile makes a new
file; whatever differs is put back. A claim that a crash left behind is put back by the next listing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Protocol

from gateway.core.failure import TransientFailure
from gateway.transport.file_names import claim_of, claimed, is_plain, is_unfinished, numbered, shown
from gateway.transport.mailbox import RemoteFile, Settlement
from gateway.transport.stability import Stability

#: A fuller folder is read in several polls: settled files make room. (A hostile server could list for ever.)
MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file in a folder: exact name, bytes, date in UTC."""

    name: str
    size: int
    modified: datetime


class Place(Protocol):
    """The few operations that a pickup folder must offer. All raise OSError."""

    @property
    def label(self) -> str:
        """The folder's name for paths, without a trailing slash."""

    @property
    def archives(self) -> bool:
        """Whether settled files are kept in an archive folder (else they are deleted)."""

    def entries(self) -> Iterator[Entry]:
        """Every regular file; links and folders are left out."""

    def look(self, name: str) -> Entry | None:
        """The file as it stands now; None if there is none."""

    def digest(self, name: str, size: int) -> str | None:
        """The content's SHA-256 in hex; None if it is longer than ``size``."""

    def move(self, name: str, new_name: str) -> None:
        """Rename within the folder; an existing file is never replaced."""

    def archive(self, name: str, archived_name: str) -> None:
        """Move into the archive folder; an existing file is never replaced."""

    def remove(self, name: str) -> None:
        """Delete."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """Lists and settles the files of one place whose names match ``pattern`` (a glob; case counts)."""

    place: Place
    pattern: str
    stability: Stability

    def files(self) -> tuple[RemoteFile, ...]:
        """The finished, quiet files, oldest first; claims left by a crash are put back first."""
        entries = self._entries()
        left_behind = [(entry, original) for entry in entries if (original := claimed(entry.name))]
        if left_behind:
            for entry, original in left_behind:
                self._put_back(entry, original)
            entries = self._entries()
        finished = (self._file(entry) for entry in entries if self._wanted(entry.name))
        return tuple(sorted(self.stability.quiet(finished), key=lambda file: (file.modified, file.path)))

    def settle(self, file: RemoteFile, sha256: str) -> Settlement:
        """See :meth:`gateway.transport.mailbox.Mailbox.settle`."""
        name = self.name_of(file)
        entry = self.place.look(name)
        if entry is None:
            return Settlement.GONE
        if self._file(entry) != file:
            return Settlement.REWRITTEN
        claim = claim_of(name)
        try:
            self.place.move(name, claim)
        except OSError:
            # No right to rename, or no room for a longer name: what is left is to compare where it stands.
            return self._finish(name, entry, sha256)
        try:
            settlement = self._finish(claim, entry, sha256)
        except OSError:
            with contextlib.suppress(OSError):  # with the connection lost, the next listing puts it back
                self._put_back(Entry(claim, entry.size, entry.modified), name)
            raise
        if settlement is Settlement.REWRITTEN:
            self._put_back(Entry(claim, entry.size, entry.modified), name)
        return settlement

    def name_of(self, file: RemoteFile) -> str:
        """The file's exact name in this folder; a path of another folder is refused."""
        folder, _, name = file.path.rpartition("/")
        if folder != self.place.label or not is_plain(name):
            raise TransientFailure(
                f"{shown(file.path)} is not in the pickup folder {self.place.label} (any more). "
                "The next poll lists what is there."
            )
        return name

    def _entries(self) -> list[Entry]:
        entries: list[Entry] = []
        for entry in self.place.entries():
            entries.append(entry)
            if len(entries) >= MOST_FILES:
                break
        return entries

    def _wanted(self, name: str) -> bool:
        return is_plain(name) and not is_unfinished(name) and fnmatchcase(name, self.pattern)

    def _file(self, entry: Entry) -> RemoteFile:
        path = f"{self.place.label}/{entry.name}"
        return RemoteFile(name=shown(entry.name), path=path, size=entry.size, modified=entry.modified)

    def _finish(self, held: str, entry: Entry, sha256: str) -> Settlement:
        """Archive or delete the file under the name ``held``, if its content is what was committed."""
        now = self.place.look(held)
        if now is None:
            return Settlement.GONE
        # The date is not compared again: object stores behind SFTP renew it with each rename.
        if now.size != entry.size or self.place.digest(held, entry.size) != sha256:
            return Settlement.REWRITTEN
        if not self.place.archives:
            self.place.remove(held)
            return Settlement.REMOVED
        self._archive(held, entry.name, sha256[:8])
        return Settlement.ARCHIVED

    def _archive(self, held: str, name: str, mark: str) -> None:
        """Archive as ``order.edi``, or, where that is taken, as ``order.1a2b3c4d.edi`` and so on."""
        marks = (mark, *(f"{mark}-{count}" for count in range(2, 100)))
        for archived_name in (name, *(numbered(name, each) for each in marks)):
            with contextlib.suppress(FileExistsError):
                self.place.archive(held, archived_name)
                return
        raise FileExistsError(f"no free name for {name} in the archive folder")

    def _put_back(self, claim: Entry, original: str) -> None:
        """Give a claimed file its name again; a newer file of that name stays, and both are read."""
        for name in (original, *(numbered(original, f"again-{count}") for count in range(1, 100))):
            with contextlib.suppress(FileExistsError):
                self.place.move(claim.name, name)
                return
            if self._same_content(claim, name):
                self.place.remove(claim.name)
                return
        raise FileExistsError(f"no free name for {original}")

    def _same_content(self, claim: Entry, name: str) -> bool:
        other = self.place.look(name)
        if other is None or other.size != claim.size:
            return False
        digest = self.place.digest(claim.name, claim.size)
        return digest is not None and digest == self.place.digest(name, claim.size)
