"""What is particular to local folders: durability of a delivery, links, pipes, the age of files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.transport.folder import FolderMailbox
from gateway.transport.mailbox import RemoteFile, Settlement, sha256_of
from gateway.transport.stability import Stability


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("in", "out", "archive"):
        (tmp_path / name).mkdir()
    return tmp_path


def opened(home: Path) -> FolderMailbox:
    return FolderMailbox(home / "out", home / "in", stability=Stability(quiet_seconds=0))


def listed(home: Path, name: str) -> RemoteFile:
    """A file as it would be listed, had it been an honest one."""
    (home / "out" / name).write_bytes(b"x")
    (file,) = opened(home).list()
    (home / "out" / name).unlink()
    return file


def test_by_default_a_file_is_finished_when_it_is_two_seconds_old(home: Path) -> None:
    mailbox = FolderMailbox(home / "out", home / "in")
    for name in ("old.edi", "young.edi", "future.edi"):
        (home / "out" / name).write_bytes(b"x")
    now = time.time()
    os.utime(home / "out" / "old.edi", (now - 3, now - 3))
    os.utime(home / "out" / "future.edi", (now + 3600, now + 3600))
    assert [file.name for file in mailbox.list()] == ["old.edi"]


@pytest.mark.parametrize("target", ["secret.edi", "/etc/passwd"])
def test_a_link_put_in_the_place_of_a_listed_file_is_not_followed(home: Path, target: str) -> None:
    (home / "secret.edi").write_bytes(b"x")
    file = listed(home, "a.edi")
    (home / "out" / "a.edi").symlink_to(home / target)
    with pytest.raises((TerminalFailure, TransientFailure)):
        opened(home).fetch(file)
    assert opened(home).settle(file, sha256_of(b"x")) is Settlement.GONE
    assert (home / "secret.edi").exists()


def test_a_pipe_does_not_hang_us(home: Path) -> None:
    file = listed(home, "a.edi")
    os.mkfifo(home / "out" / "a.edi")
    assert opened(home).list() == ()
    with pytest.raises(TransientFailure):
        opened(home).fetch(file)


def test_a_link_in_the_place_of_the_temporary_or_final_name_is_replaced(home: Path) -> None:
    (home / "secret").write_bytes(b"secret")
    (home / "in" / ".a.edi.part").symlink_to(home / "secret")
    (home / "in" / "a.edi").symlink_to(home / "secret")
    opened(home).deliver("a.edi", b"ours")
    assert (home / "secret").read_bytes() == b"secret"
    assert not (home / "in" / "a.edi").is_symlink()
    assert (home / "in" / "a.edi").read_bytes() == b"ours"


def test_a_folder_in_the_way_is_told_and_no_temporary_file_stays(home: Path) -> None:
    (home / "in" / "a.edi").mkdir()
    with pytest.raises(TerminalFailure, match="folder or a link"):
        opened(home).deliver("a.edi", b"x")
    assert [path.name for path in (home / "in").iterdir()] == ["a.edi"]


def test_a_full_disk_is_tried_again_and_leaves_nothing(home: Path) -> None:
    """The limit of file size stands in for the full disk: the write fails half-way, whoever runs the test."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from gateway.transport.folder import FolderMailbox\n"
        "from gateway.core.failure import TransientFailure\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: FolderMailbox(None, Path(sys.argv[1])).deliver('a.edi', b'x' * 100_000)\n"
        "except TransientFailure as failure: print(failure)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(home / "in")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "Cannot write" in done.stdout
    assert list((home / "in").iterdir()) == []


def test_a_delivery_is_durable_before_it_is_told(home: Path) -> None:
    """fsync of the file, rename, fsync of the folder: in this order, seen from outside the process."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian: apt-get install strace)")
    script = (
        "import sys; from pathlib import Path; from gateway.transport.folder import FolderMailbox\n"
        "print(FolderMailbox(None, Path(sys.argv[1])).deliver('a.edi', b'x').name, flush=True)\n"
    )
    trace = home / "trace"
    command = ["strace", "-f", "-y", "-e", "trace=fsync,rename,renameat,renameat2,write", "-o", str(trace)]
    subprocess.run(
        [*command, sys.executable, "-c", script, str(home / "in")],
        check=True,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
    )
    lines = trace.read_text().splitlines()
    places = [
        next(number for number, line in enumerate(lines) if all(part in line for part in parts))
        for parts in (
            ("fsync", ".a.edi.part"),
            ("rename", ".a.edi.part"),
            ("fsync", "/in>"),
            ("write(1<", "a.edi"),
        )
    ]
    assert places == sorted(places)


def test_an_archive_on_another_disk_is_told(home: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == home.stat().st_dev:
        pytest.skip("there is no second file system at /dev/shm")
    (home / "out" / "a.edi").write_bytes(b"x")
    mailbox = FolderMailbox(home / "out", None, archive=elsewhere, stability=Stability(quiet_seconds=0))
    (file,) = mailbox.list()
    with pytest.raises(TerminalFailure, match="same file system"):
        mailbox.settle(file, sha256_of(b"x"))
    assert (home / "out" / "a.edi").exists(), "the claim was given back"


def test_what_was_taken_is_known_after_the_workspace_has_moved(home: Path) -> None:
    (home / "out" / "a.edi").write_bytes(b"x")
    (before,) = opened(home).list()
    moved = home.rename(home.with_name("moved"))
    (after,) = opened(moved).list()
    assert after.fingerprint == before.fingerprint


def test_a_file_over_the_limit_is_not_read(home: Path) -> None:
    (home / "out" / "a.edi").write_bytes(b"x" * 11)
    mailbox = FolderMailbox(home / "out", None, stability=Stability(quiet_seconds=0), largest_file=10)
    (file,) = mailbox.list()
    with pytest.raises(TerminalFailure, match="the limit is 10"):
        mailbox.fetch(file)


def test_one_sided_connections(home: Path) -> None:
    assert FolderMailbox(None, home / "in").list() == ()
    with pytest.raises(TerminalFailure, match="no drop folder"):
        FolderMailbox(home / "out", None).deliver("a.edi", b"x")
    with pytest.raises(TerminalFailure, match="no pickup folder"):
        FolderMailbox(None, home / "in").fetch(listed(home, "a.edi"))


def test_names_that_are_not_utf_8(home: Path) -> None:
    (home / "out" / os.fsdecode(b"M\xe4rz.edi")).write_bytes(b"x")
    (file,) = opened(home).list()
    assert file.name == "M_rz.edi"
    file.path.encode()  # storable
    assert opened(home).fetch(file) == b"x"
    assert opened(home).settle(file, sha256_of(b"x")) is Settlement.REMOVED
    assert list((home / "out").iterdir()) == []


def test_a_name_too_long_for_a_claim_is_still_settled(home: Path) -> None:
    name = "a" * 250
    (home / "out" / name).write_bytes(b"x")
    (file,) = opened(home).list()
    assert opened(home).settle(file, sha256_of(b"other")) is Settlement.REWRITTEN
    assert opened(home).settle(file, sha256_of(b"x")) is Settlement.REMOVED
    assert list((home / "out").iterdir()) == []


def test_a_rename_never_replaces_even_without_hard_links(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of another owner may not be linked (fs.protected_hardlinks): renaming looks first."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    (home / "archive" / "a.edi").write_bytes(b"older")
    (home / "out" / "a.edi").write_bytes(b"x")
    mailbox = FolderMailbox(
        home / "out", None, archive=home / "archive", stability=Stability(quiet_seconds=0)
    )
    (file,) = mailbox.list()
    assert mailbox.settle(file, sha256_of(b"x")) is Settlement.ARCHIVED
    assert (home / "archive" / "a.edi").read_bytes() == b"older"
    assert len(list((home / "archive").iterdir())) == 2
