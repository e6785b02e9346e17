"""The archive keeps what it was given, says when it no longer does, and is durable before it answers."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.ledger.archive import Archive, sha256_of
from tests.ledger.rows import at_once

DATA = b"ISA*00*" * 1000


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def files_of(archive: Archive) -> list[Path]:
    return [path for path in archive.folder.rglob("*") if path.is_file()]


def test_what_is_stored_is_read_back(archive: Archive) -> None:
    sha256 = archive.store(DATA)
    assert sha256 == sha256_of(DATA)
    assert archive.read(sha256) == DATA
    assert files_of(archive) == [archive.path(sha256)]


@settings(deadline=None, max_examples=30)  # each example waits for the disk
@given(data=st.binary(max_size=200))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    archive = Archive(tmp_path_factory.getbasetemp() / "any-bytes")
    assert archive.read(archive.store(data)) == data


def test_the_same_content_is_kept_once(archive: Archive) -> None:
    assert archive.store(DATA) == archive.store(DATA)
    assert len(files_of(archive)) == 1


@pytest.mark.parametrize(
    "damaged", [DATA[:-1], bytes([DATA[0] ^ 1]) + DATA[1:], b""], ids=["cut", "flipped", "empty"]
)
def test_a_damaged_file_is_named_whoever_meets_it(archive: Archive, damaged: bytes) -> None:
    path = archive.path(archive.store(DATA))
    path.write_bytes(damaged)
    with pytest.raises(TerminalFailure, match=path.name):
        archive.read(path.name)
    with pytest.raises(TerminalFailure, match=path.name):
        archive.store(DATA)


def test_a_missing_file_is_named(archive: Archive) -> None:
    path = archive.path(archive.store(DATA))
    path.unlink()
    with pytest.raises(TerminalFailure, match=f"{path.name}.*backup"):
        archive.read(path.name)
    archive.store(DATA)
    assert archive.read(path.name) == DATA, "storing it again heals the gap"


def test_many_store_one_content_at_once(archive: Archive) -> None:
    assert at_once(8, lambda _: archive.store(DATA)) == [sha256_of(DATA)] * 8
    assert files_of(archive) == [archive.path(sha256_of(DATA))]


def test_a_store_that_fails_leaves_nothing_behind(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TransientFailure, match="No space left on device"):
        archive.store(DATA)
    assert files_of(archive) == []


def test_a_place_that_is_no_folder_is_named(archive: Archive) -> None:
    blocked = archive.folder / sha256_of(DATA)[:2]
    blocked.parent.mkdir()
    blocked.write_text("in the way")
    with pytest.raises(TransientFailure, match=str(blocked)):
        archive.store(DATA)


def synced_folders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes the folders that are fsynced from now on."""
    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    return synced


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to see which folder is synced")
class TestFolders:
    def test_every_folder_that_lists_something_new_is_synced(
        self, archive: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced = synced_folders(monkeypatch)
        folder = archive.path(archive.store(DATA)).parent
        assert {str(f) for f in (folder, folder.parent, archive.folder, archive.folder.parent)} <= set(synced)

    def test_a_content_found_there_is_synced_too(
        self, archive: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever renamed it may have died, or be about to, before its folder was synced; we answer for it now."""
        archive.store(DATA)
        synced = synced_folders(monkeypatch)
        other = Archive(archive.folder)
        other.store(DATA)
        folder = archive.path(sha256_of(DATA)).parent
        assert {str(f) for f in (folder, folder.parent, archive.folder)} <= set(synced)
