"""What every mailbox promises, in one suite. A new transport adds one fixture to ``KINDS``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.demo.sftp_partner import SftpPartnerServer
from gateway.transport.folder import FolderMailbox
from gateway.transport.mailbox import Mailbox, Settlement, sha256_of
from gateway.transport.sftp import SftpMailbox
from gateway.transport.sftp_settings import SftpSettings
from gateway.transport.stability import Stability
from tests.transport.openssh_server import OpenSshServer


@dataclass
class Side:
    """The partner's side of a mailbox, seen on disk, and the ways to open ours."""

    pickup: Path
    drop: Path
    archive: Path
    open: Callable[[bool, Stability | None], Mailbox]


def at_once() -> Stability:
    return Stability(quiet_seconds=0)


def _folder(tmp_path: Path) -> Iterator[Side]:
    home = tmp_path / "home"
    for name in ("in", "out", "archive"):
        (home / name).mkdir(parents=True)

    def opened(archives: bool, stability: Stability | None) -> Mailbox:
        archive = home / "archive" if archives else None
        return FolderMailbox(home / "out", home / "in", archive=archive, stability=stability or at_once())

    yield Side(home / "out", home / "in", home / "archive", opened)


def _openssh(tmp_path: Path) -> Iterator[Side]:
    with OpenSshServer(folder=tmp_path) as server:

        def opened(archives: bool, stability: Stability | None) -> Mailbox:
            archive = str(server.home / "archive") if archives else None
            return SftpMailbox(server.settings(archive=archive), stability=stability or at_once())

        yield Side(server.home / "out", server.home / "in", server.home / "archive", opened)


def _partner_server(tmp_path: Path) -> Iterator[Side]:
    (tmp_path / "archive").mkdir()
    with SftpPartnerServer(tmp_path, "acme", "secret") as server:

        def opened(archives: bool, stability: Stability | None) -> Mailbox:
            settings = SftpSettings(
                host="127.0.0.1",
                port=server.port,
                user="acme",
                password="secret",
                host_keys=(server.host_key_line,),
                archive="archive" if archives else None,
            )
            return SftpMailbox(settings, stability=stability or at_once())

        yield Side(tmp_path / "out", tmp_path / "in", tmp_path / "archive", opened)


KINDS = {"folder": _folder, "openssh": _openssh, "partner_server": _partner_server}


@pytest.fixture(params=KINDS)
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    yield from KINDS[request.param](tmp_path)


@pytest.fixture
def mailbox(side: Side) -> Iterator[Mailbox]:
    with side.open(False, None) as opened:
        yield opened


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


CONTENTS = {
    "empty": b"",
    "small": b"ISA*00*          ~\r\n\x00\xff",
    "one block": b"x" * 32_768,
    "large": os.urandom(5 << 20),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_file_is_listed_fetched_and_removed(side: Side, mailbox: Mailbox, content: bytes) -> None:
    (side.pickup / "order.edi").write_bytes(content)
    (file,) = mailbox.list()
    assert (file.name, file.size) == ("order.edi", len(content))
    assert abs(file.modified.timestamp() - (side.pickup / "order.edi").stat().st_mtime) < 1
    assert mailbox.fetch(file) == content
    assert names(side.pickup) == ["order.edi"], "nothing moves before the commit"
    assert mailbox.settle(file, sha256_of(content)) is Settlement.REMOVED
    assert names(side.pickup) == []
    assert mailbox.list() == ()


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_delivery_stands_whole_under_its_name(side: Side, mailbox: Mailbox, content: bytes) -> None:
    receipt = mailbox.deliver("856_000000042.edi", content)
    assert (side.drop / "856_000000042.edi").read_bytes() == content
    assert names(side.drop) == ["856_000000042.edi"], "no temporary file is left"
    assert (receipt.name, receipt.size, receipt.sha256) == (
        "856_000000042.edi",
        len(content),
        sha256_of(content),
    )
    assert receipt.path.endswith("/856_000000042.edi")


def test_sending_again_overwrites(side: Side, mailbox: Mailbox) -> None:
    mailbox.deliver("a.edi", b"a longer first try")
    mailbox.deliver("a.edi", b"second")
    assert (side.drop / "a.edi").read_bytes() == b"second"
    assert names(side.drop) == ["a.edi"]


def test_what_an_earlier_try_left_is_overwritten_too(side: Side, mailbox: Mailbox) -> None:
    (side.drop / ".a.edi.part").write_bytes(b"cut short in the middle of a much longer text")
    mailbox.deliver("a.edi", b"whole")
    assert names(side.drop) == ["a.edi"]
    assert (side.drop / "a.edi").read_bytes() == b"whole"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a.edi",
        "/etc/a.edi",
        "b/a.edi",
        "b\\a.edi",
        ".a.edi",
        "a.edi.part",
        "a\n.edi",
        "a\0.edi",
        "\u202ea.edi",
        " a.edi",
        "a" * 201,
    ],
)
def test_names_that_lead_elsewhere_or_stay_unseen_are_not_delivered(
    side: Side, mailbox: Mailbox, name: str
) -> None:
    with pytest.raises(TerminalFailure, match="cannot be delivered"):
        mailbox.deliver(name, b"x")
    assert names(side.drop) == []
    assert not (side.drop.parent / "a.edi").exists()


def test_hidden_and_temporary_names_folders_and_links_are_not_listed(side: Side, mailbox: Mailbox) -> None:
    for name in (".hidden", "a.edi.tmp", "a.edi.part", "b.FILEPART"):
        (side.pickup / name).write_bytes(b"x")
    (side.pickup / "folder").mkdir()
    (side.pickup.parent / "secret.edi").write_bytes(b"secret")
    (side.pickup / "link.edi").symlink_to(side.pickup.parent / "secret.edi")
    (side.pickup / "seen.edi").write_bytes(b"x")
    assert [file.name for file in mailbox.list()] == ["seen.edi"]


def test_the_oldest_comes_first(side: Side, mailbox: Mailbox) -> None:
    for name, date in (("b", 1_700_000_000), ("c", 1_700_000_100), ("a", 1_700_000_200)):
        (side.pickup / name).write_bytes(b"x")
        os.utime(side.pickup / name, (date, date))
    assert [file.name for file in mailbox.list()] == ["b", "c", "a"]


@pytest.mark.parametrize("name", ["März.edi", "a\x1b[31m.edi", "a b;'$(x).edi"])
def test_odd_names_are_read_and_shown_harmlessly(side: Side, mailbox: Mailbox, name: str) -> None:
    (side.pickup / name).write_bytes(b"x")
    (listed,) = mailbox.list()
    assert listed.name.isprintable()
    listed.path.encode()  # storable
    assert mailbox.fetch(listed) == b"x"
    assert mailbox.settle(listed, sha256_of(b"x")) is Settlement.REMOVED
    assert names(side.pickup) == []


def test_a_growing_file_is_not_listed_before_it_is_quiet(side: Side) -> None:
    clock = [0.0]
    stability = Stability(quiet_seconds=10, monotonic=lambda: clock[0])
    with side.open(False, stability) as mailbox:
        for size in (1, 2, 3):
            (side.pickup / "order.edi").write_bytes(b"x" * size)
            assert mailbox.list() == (), "it has grown since the last look"
            clock[0] += 60
        assert [file.size for file in mailbox.list()] == [3]


def test_a_file_rewritten_while_it_is_fetched_waits(side: Side, mailbox: Mailbox) -> None:
    (side.pickup / "order.edi").write_bytes(b"first")
    (file,) = mailbox.list()
    (side.pickup / "order.edi").write_bytes(b"first and more")
    with pytest.raises(TransientFailure, match="changed while it was read"):
        mailbox.fetch(file)


def test_a_file_taken_away_after_the_listing_is_no_alarm(side: Side, mailbox: Mailbox) -> None:
    (side.pickup / "order.edi").write_bytes(b"first")
    (file,) = mailbox.list()
    (side.pickup / "order.edi").unlink()
    with pytest.raises(TransientFailure, match="taken away"):
        mailbox.fetch(file)
    assert mailbox.settle(file, sha256_of(b"first")) is Settlement.GONE


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize("same_date", [False, True])
def test_a_file_rewritten_after_the_fetch_survives(side: Side, archives: bool, same_date: bool) -> None:
    """The fixed name, rewritten between download and removal: even with the same size and date."""
    path = side.pickup / "orders.edi"
    path.write_bytes(b"monday ")
    with side.open(archives, None) as mailbox:
        (file,) = mailbox.list()
        fetched = mailbox.fetch(file)
        before = path.stat()
        path.write_bytes(b"tuesday")
        if same_date:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        else:
            os.utime(path, (before.st_mtime + 5, before.st_mtime + 5))
        assert mailbox.settle(file, sha256_of(fetched)) is Settlement.REWRITTEN
        assert path.read_bytes() == b"tuesday"
        assert names(side.pickup) == ["orders.edi"]
        (again,) = mailbox.list()
        assert mailbox.fetch(again) == b"tuesday"
        mailbox.settle(again, sha256_of(b"tuesday"))
    assert names(side.pickup) == []
    assert names(side.archive) == (["orders.edi"] if archives else [])


def test_archived_files_keep_apart(side: Side) -> None:
    with side.open(True, None) as mailbox:
        for content in (b"one", b"two", b"one", b"one"):
            (side.pickup / "orders.edi").write_bytes(content)
            (file,) = mailbox.list()
            assert mailbox.settle(file, sha256_of(content)) is Settlement.ARCHIVED
    kept = sorted((side.archive / name).read_bytes() for name in names(side.archive))
    assert kept == [b"one", b"one", b"one", b"two"]
    assert "orders.edi" in names(side.archive)


def test_only_settling_is_due_after_a_crash(side: Side) -> None:
    """The fingerprint of another process, later, is the same; then the file is only removed."""
    (side.pickup / "order.edi").write_bytes(b"committed")
    with side.open(False, None) as before:
        (taken,) = before.list()
    with side.open(False, None) as after:
        (file,) = after.list()
        assert file.fingerprint == taken.fingerprint
        assert after.settle(file, sha256_of(b"committed")) is Settlement.REMOVED


def test_a_claim_left_by_a_crash_comes_back(side: Side, mailbox: Mailbox) -> None:
    (side.pickup / ".a.edi.gateway-taking").write_bytes(b"held")
    (side.pickup / ".b.edi.gateway-taking").write_bytes(b"held")
    (side.pickup / "b.edi").write_bytes(b"newer")
    (side.pickup / ".c.edi.gateway-taking").write_bytes(b"same")
    (side.pickup / "c.edi").write_bytes(b"same")
    found = {file.name: mailbox.fetch(file) for file in mailbox.list()}
    assert found == {"a.edi": b"held", "b.edi": b"newer", "b.again-1.edi": b"held", "c.edi": b"same"}


def test_a_file_of_another_folder_is_refused(side: Side, mailbox: Mailbox) -> None:
    (side.pickup / "a.edi").write_bytes(b"x")
    (side.pickup.parent / "secret.edi").write_bytes(b"x")
    (file,) = mailbox.list()
    for path in (
        file.path.replace("a.edi", "../secret.edi"),
        str(side.pickup.parent / "secret.edi"),
        "secret.edi",
    ):
        elsewhere = type(file)(name="secret.edi", path=path, size=1, modified=file.modified)
        with pytest.raises(TransientFailure, match="not in the pickup folder"):
            mailbox.fetch(elsewhere)
        with pytest.raises(TransientFailure, match="not in the pickup folder"):
            mailbox.settle(elsewhere, sha256_of(b"x"))
    assert (side.pickup.parent / "secret.edi").exists()


def test_a_missing_folder_is_told_in_words(side: Side, mailbox: Mailbox) -> None:
    side.pickup.rmdir()
    side.drop.rmdir()
    for attempt in (mailbox.list, lambda: mailbox.deliver("a.edi", b"x")):
        with pytest.raises(TerminalFailure, match=r"(?i)folder"):
            attempt()


def test_a_closed_mailbox_opens_again(side: Side, mailbox: Mailbox) -> None:
    (side.pickup / "a.edi").write_bytes(b"x")
    assert len(mailbox.list()) == 1
    mailbox.close()
    mailbox.close()
    assert len(mailbox.list()) == 1
