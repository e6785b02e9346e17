"""The SFTP mailbox against a real sshd: logging in, host keys, what servers forbid, broken connections."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.failure import Failure, TerminalFailure, TransientFailure
from gateway.demo.sftp_partner import SftpPartnerServer
from gateway.partnerships.connection import SftpConnection
from gateway.transport.mailbox import HostKeyRefused, LoginRefused, Settlement, sha256_of
from gateway.transport.sftp import SftpMailbox
from gateway.transport.sftp_settings import SftpSettings
from gateway.transport.stability import Stability
from tests.transport.cutting_proxy import CuttingProxy
from tests.transport.openssh_server import OpenSshServer, free_port, make_key


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSshServer]:
    with OpenSshServer(folder=tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "server" in request.fixturenames:
        home = request.getfixturevalue("server").home
        for path in (*home.glob("in/*"), *home.glob("out/*"), *home.glob("archive/*")):
            path.unlink()


def opened(settings: SftpSettings) -> SftpMailbox:
    return SftpMailbox(settings, stability=Stability(quiet_seconds=0))


def failure_of(settings: SftpSettings) -> Failure:
    with pytest.raises(Failure) as caught, opened(settings) as mailbox:
        mailbox.list()
    return caught.value


def test_a_changed_host_key_is_refused_before_anything_is_sent(server: OpenSshServer, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other")
    failure = failure_of(server.settings(host_keys=(other,)))
    assert isinstance(failure, HostKeyRefused)
    assert "not one of the 1 pinned" in str(failure)
    assert server.host_key in str(failure), "the key to pin, should the partner confirm it"


def test_an_unpinned_host_is_refused(server: OpenSshServer) -> None:
    failure = failure_of(server.settings(host_keys=()))
    assert isinstance(failure, HostKeyRefused)
    assert "no host key is pinned" in str(failure)


def test_one_of_several_pinned_keys_is_enough(server: OpenSshServer, tmp_path: Path) -> None:
    """A rollover: the old key and the new one, of the same kind, or of another."""
    old, old_rsa = make_key(tmp_path / "old"), make_key(tmp_path / "rsa", "rsa")
    with opened(server.settings(host_keys=(old_rsa, old, server.host_key + " comment"))) as mailbox:
        assert mailbox.list() == ()


def test_a_host_key_may_be_pinned_by_its_fingerprint(server: OpenSshServer) -> None:
    told = str(failure_of(server.settings(host_keys=())))
    fingerprint = next(word for word in told.split() if word.startswith("SHA256:"))
    with opened(server.settings(host_keys=(fingerprint,))) as mailbox:
        assert mailbox.list() == ()
    assert isinstance(failure_of(server.settings(host_keys=(fingerprint[:-1] + "-",))), HostKeyRefused)


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_every_kind_of_host_and_client_key(tmp_path: Path, kind: str) -> None:
    make_key(tmp_path / "extra", kind)
    configuration = f"HostKey {tmp_path / 'extra'}\nAuthorizedKeysFile {tmp_path / 'extra.pub'}"
    with OpenSshServer(folder=tmp_path, more_configuration=configuration) as server:
        line = " ".join((tmp_path / "extra.pub").read_text().split()[:2])
        # sshd reads the first AuthorizedKeysFile only: name the extra key there.
        (tmp_path / "authorized_keys").write_text(line + "\n")
        key = (tmp_path / "extra").read_text()
        with opened(server.settings(host_keys=(line,), private_key=key)) as mailbox:
            assert mailbox.list() == ()


def test_a_wrong_key_is_refused_for_good(server: OpenSshServer, tmp_path: Path) -> None:
    make_key(tmp_path / "stranger")
    failure = failure_of(server.settings(private_key=(tmp_path / "stranger").read_text()))
    assert isinstance(failure, LoginRefused)
    assert "did not accept the private key" in str(failure)


def test_a_wrong_password_is_refused_for_good(server: OpenSshServer) -> None:
    failure = failure_of(server.settings(private_key=None, password="not this one"))
    assert isinstance(failure, LoginRefused)
    assert "did not accept the password" in str(failure)
    assert "not this one" not in str(failure)


def test_a_second_factor_that_is_missing_is_named(tmp_path: Path) -> None:
    with OpenSshServer(
        folder=tmp_path, more_configuration="AuthenticationMethods publickey,password"
    ) as server:
        failure = failure_of(server.settings())
    assert isinstance(failure, LoginRefused)
    assert "The server wants password" in str(failure)


def test_key_or_password_the_one_that_fits(tmp_path: Path) -> None:
    make_key(tmp_path / "stranger")
    with SftpPartnerServer(tmp_path, "acme", "secret") as partner:
        settings = SftpSettings(
            host="127.0.0.1",
            port=partner.port,
            user="acme",
            host_keys=(partner.host_key_line,),
            password="secret",
            private_key=(tmp_path / "stranger").read_text(),
        )
        with opened(settings) as mailbox:
            assert mailbox.list() == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"private_key": None}, "neither password nor private key"),
        ({"private_key": "-----BEGIN NONSENSE-----"}, "cannot be read"),
        ({"private_key": ""}, "cannot be read"),
    ],
)
def test_unusable_secrets_are_told_without_connecting(changes: dict[str, object], words: str) -> None:
    settings = SftpSettings(**{"host": "unused.invalid", "user": "acme", "host_keys": (), **changes})  # type: ignore[arg-type]
    failure = failure_of(settings)
    assert isinstance(failure, TerminalFailure)
    assert words in str(failure)


def test_an_encrypted_key_needs_its_passphrase(server: OpenSshServer, tmp_path: Path) -> None:
    key = tmp_path / "locked"
    key.write_text((server.folder / "client").read_text())
    key.chmod(0o600)
    assert os.system(f"ssh-keygen -q -p -N 'sesame' -f {key} > /dev/null") == 0
    failure = failure_of(server.settings(private_key=key.read_text()))
    assert "no passphrase is configured" in str(failure)
    assert isinstance(
        failure_of(server.settings(private_key=key.read_text(), passphrase="x")), TerminalFailure
    )
    with opened(server.settings(private_key=key.read_text(), passphrase="sesame")) as mailbox:
        assert mailbox.list() == ()


def test_secrets_are_not_shown() -> None:
    connection = SftpConnection(
        name="acme", host="h", user="u", host_keys=("a b",), archive="done", pattern="*.edi"
    )
    settings = SftpSettings.from_connection(connection, password="topsecret", private_key="keytext")
    assert "topsecret" not in repr(settings)
    assert "keytext" not in repr(settings)
    assert (settings.archive, settings.pattern, settings.pickup, settings.drop) == (
        "done",
        "*.edi",
        "out",
        "in",
    )
    assert settings.address == "u@h:22"


def test_a_name_that_does_not_resolve() -> None:
    failure = failure_of(SftpSettings(host="sftp.invalid", user="u", host_keys=(), password="x"))
    assert isinstance(failure, TransientFailure)
    assert "cannot be resolved" in str(failure)
    failure = failure_of(SftpSettings(host="a" * 70 + ".invalid", user="u", host_keys=(), password="x"))
    assert "host name" in str(failure)


def test_a_refused_connection() -> None:
    failure = failure_of(
        SftpSettings(host="127.0.0.1", port=free_port(), user="u", host_keys=(), password="x")
    )
    assert isinstance(failure, TransientFailure)
    assert "refuses connections" in str(failure)


@pytest.mark.parametrize(
    "greeting", [b"", b"220 FTP server ready\r\n" * 200, b"\x16\x03\x01\x00", b"SSH-2.0-x\r\n"]
)
def test_a_server_that_never_speaks_ssh_does_not_hold_us(greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def greet() -> None:
            connection, _ = listener.accept()
            kept.append(connection)
            connection.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        port = listener.getsockname()[1]
        began = time.monotonic()
        failure = failure_of(
            SftpSettings(host="127.0.0.1", port=port, user="u", host_keys=(), password="x", login_seconds=1)
        )
        assert isinstance(failure, TransientFailure)
        assert "handshake failed" in str(failure)
        assert time.monotonic() - began < 5
        for connection in kept:
            connection.close()


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"operation_seconds": 0.5}, r"longer than 0\.5 seconds"),
        ({"idle_seconds": 0.5}, r"silent for 0\.5 seconds"),
    ],
)
def test_a_server_that_stalls_is_left(server: OpenSshServer, limit: dict[str, object], words: str) -> None:
    server.home.joinpath("out/a.edi").write_bytes(b"x")
    with CuttingProxy(server.port, None) as proxy:
        settings = server.settings(port=proxy.port, **limit)
        with opened(settings) as mailbox:
            (file,) = mailbox.list()
            proxy.flowing.clear()
            with pytest.raises(TransientFailure, match=words):
                mailbox.fetch(file)
            proxy.flowing.set()
            assert mailbox.fetch(file) == b"x", "it connects anew"


def test_missing_folders_and_rights_are_told(server: OpenSshServer) -> None:
    failure = failure_of(server.settings(pickup="/nowhere/out"))
    assert isinstance(failure, TerminalFailure)
    assert "does not exist for this user" in str(failure)
    with (
        opened(server.settings(drop="/nowhere/in")) as mailbox,
        pytest.raises(TerminalFailure, match="does not exist"),
    ):
        mailbox.deliver("a.edi", b"x")


def test_a_server_that_denies_writing(tmp_path: Path) -> None:
    with OpenSshServer(folder=tmp_path, internal_sftp="internal-sftp -R") as server:
        (server.home / "out" / "a.edi").write_bytes(b"x")
        with opened(server.settings()) as mailbox:
            (file,) = mailbox.list()
            assert mailbox.fetch(file) == b"x"
            with pytest.raises(TerminalFailure, match="rights"):
                mailbox.settle(file, sha256_of(b"x"))
            with pytest.raises(TerminalFailure, match="rights"):
                mailbox.deliver("a.edi", b"x")
        assert (server.home / "out" / "a.edi").read_bytes() == b"x"


def test_an_archive_folder_that_is_missing_leaves_the_file_in_its_place(server: OpenSshServer) -> None:
    (server.home / "out" / "a.edi").write_bytes(b"x")
    with opened(server.settings(archive="/nowhere/archive")) as mailbox:
        (file,) = mailbox.list()
        with pytest.raises(TerminalFailure):
            mailbox.settle(file, sha256_of(b"x"))
    assert [path.name for path in (server.home / "out").iterdir()] == ["a.edi"]


@pytest.fixture(scope="module")
def without_posix_rename(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSshServer]:
    folder = tmp_path_factory.mktemp("sshd")
    with OpenSshServer(folder=folder, internal_sftp="internal-sftp -P posix-rename") as running:
        yield running


def test_delivery_without_posix_rename(without_posix_rename: OpenSshServer) -> None:
    server = without_posix_rename
    with opened(server.settings()) as mailbox:
        mailbox.deliver("a.edi", b"first")
        mailbox.deliver("a.edi", b"first")  # the receipt was lost: the same again is no fault
        with pytest.raises(TerminalFailure, match="replace_by_removal"):
            mailbox.deliver("a.edi", b"other")
        assert (server.home / "in" / "a.edi").read_bytes() == b"first"
    with opened(server.settings(replace_by_removal=True)) as mailbox:
        mailbox.deliver("a.edi", b"other")
    assert (server.home / "in" / "a.edi").read_bytes() == b"other"
    assert [path.name for path in (server.home / "in").iterdir()] == ["a.edi"]


def test_a_server_without_any_rename(tmp_path: Path) -> None:
    """Delivery under the final name by setting; removal after comparing where the file stands."""
    with OpenSshServer(folder=tmp_path, internal_sftp="internal-sftp -P rename,posix-rename") as server:
        with opened(server.settings()) as mailbox, pytest.raises(TerminalFailure, match="rights"):
            mailbox.deliver("a.edi", b"x")
        assert list((server.home / "in").iterdir()) == []
        with opened(server.settings(temporary_name=False)) as mailbox:
            mailbox.deliver("a.edi", b"a longer first")
            mailbox.deliver("a.edi", b"second")
            assert (server.home / "in" / "a.edi").read_bytes() == b"second"
            (server.home / "out" / "b.edi").write_bytes(b"monday ")
            (file,) = mailbox.list()
            os.utime(server.home / "out" / "b.edi", (file.modified.timestamp(), file.modified.timestamp()))
            (server.home / "out" / "b.edi").write_bytes(b"tuesday")
            os.utime(server.home / "out" / "b.edi", (file.modified.timestamp(), file.modified.timestamp()))
            assert mailbox.settle(file, sha256_of(b"monday ")) is Settlement.REWRITTEN
            assert (server.home / "out" / "b.edi").read_bytes() == b"tuesday"
            assert mailbox.settle(file, sha256_of(b"tuesday")) is Settlement.REMOVED
        assert list((server.home / "out").iterdir()) == []


def test_names_that_are_not_utf_8(server: OpenSshServer) -> None:
    path = server.home / "out" / os.fsdecode(b"M\xe4rz.edi")
    path.write_bytes(b"x")
    with opened(server.settings()) as mailbox:
        (file,) = mailbox.list()
        assert file.name == "M_rz.edi"
        file.path.encode()  # storable
        assert mailbox.fetch(file) == b"x"
        assert mailbox.settle(file, sha256_of(b"x")) is Settlement.REMOVED
    assert not path.exists()


def test_a_file_over_the_limit_is_not_read(server: OpenSshServer) -> None:
    (server.home / "out" / "a.edi").write_bytes(b"x" * 11)
    with opened(server.settings(largest_file=10)) as mailbox:
        (file,) = mailbox.list()
        with pytest.raises(TerminalFailure, match="the limit is 10"):
            mailbox.fetch(file)


def test_the_pattern_chooses(server: OpenSshServer) -> None:
    for name in ("a.edi", "a.txt", "b.EDI"):
        (server.home / "out" / name).write_bytes(b"x")
    with opened(server.settings(pattern="*.edi")) as mailbox:
        assert [file.name for file in mailbox.list()] == ["a.edi"]


def test_one_sided_connections(server: OpenSshServer) -> None:
    with opened(server.settings(pickup=None)) as mailbox:
        assert mailbox.list() == ()
    with (
        opened(server.settings(drop=None)) as mailbox,
        pytest.raises(TerminalFailure, match="no drop folder"),
    ):
        mailbox.deliver("a.edi", b"x")


CUTS = 8


@pytest.mark.parametrize("cut", range(CUTS))
def test_a_delivery_cut_anywhere_is_whole_after_the_next_try(server: OpenSshServer, cut: int) -> None:
    data = os.urandom(100_000)

    def deliver(proxy: CuttingProxy) -> None:
        with opened(server.settings(port=proxy.port)) as mailbox:
            mailbox.deliver("a.edi", data)

    with CuttingProxy(server.port, None) as uncut:
        deliver(uncut)
    (server.home / "in" / "a.edi").unlink()
    with CuttingProxy(server.port, uncut.sent * (cut + 1) // (CUTS + 1)) as proxy:
        with pytest.raises(TransientFailure):
            deliver(proxy)
        time.sleep(0.05)
        whole = server.home / "in" / "a.edi"
        assert not whole.exists() or whole.read_bytes() == data, "never half a file under the final name"
        deliver(proxy)
    assert whole.read_bytes() == data
    assert [path.name for path in whole.parent.iterdir()] == ["a.edi"]


@pytest.mark.parametrize("before_end", range(0, 900, 100))
def test_a_settling_cut_anywhere_loses_and_doubles_nothing(server: OpenSshServer, before_end: int) -> None:
    content = b"committed"

    def settle(proxy: CuttingProxy) -> None:
        with opened(server.settings(port=proxy.port, archive=str(server.home / "archive"))) as mailbox:
            for file in mailbox.list():
                mailbox.settle(file, sha256_of(content))

    (server.home / "out" / "a.edi").write_bytes(content)
    with CuttingProxy(server.port, None) as uncut:
        settle(uncut)
    (server.home / "archive" / "a.edi").unlink()
    (server.home / "out" / "a.edi").write_bytes(content)
    with CuttingProxy(server.port, uncut.sent - before_end) as proxy:
        try:
            settle(proxy)
        except TransientFailure:
            time.sleep(0.05)
        settle(proxy)
    assert list((server.home / "out").iterdir()) == []
    assert [path.name for path in (server.home / "archive").iterdir()] == ["a.edi"]
