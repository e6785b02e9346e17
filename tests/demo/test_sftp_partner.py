"""The simulated partner's SFTP server: OpenSSH's client works with it, and nothing leads out of its folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from gateway.demo.sftp_partner import SftpPartnerServer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "mailbox-2").mkdir()
    return tmp_path / "mailbox"


@pytest.fixture
def server(root: Path) -> Iterator[SftpPartnerServer]:
    with SftpPartnerServer(root, "acme", "secret") as running:
        yield running


@pytest.fixture
def client(server: SftpPartnerServer) -> Iterator[paramiko.SFTPClient]:
    transport = paramiko.Transport(("127.0.0.1", server.port))
    transport.connect(username="acme", password="secret")
    opened = paramiko.SFTPClient.from_transport(transport)
    assert opened is not None
    yield opened
    transport.close()


@pytest.mark.parametrize(
    "path", ["../secret", "in/../../secret", "/../secret", "/in/link/secret", "../mailbox-2/x"]
)
def test_nothing_outside_is_read_or_written(client: paramiko.SFTPClient, root: Path, path: str) -> None:
    (root / "in" / "link").symlink_to(root.parent)
    (root / "in" / "a").write_bytes(b"ours")
    attempts = (
        lambda: client.open(path).read(),
        lambda: client.open(path, "w").write(b"x"),
        lambda: client.stat(path),
        lambda: client.remove(path),
        lambda: client.rename(path, "in/b"),
        lambda: client.posix_rename("in/a", path),
    )
    for attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        # ".." at the top is the top: what was written is inside.
        (root / Path(path).name).unlink(missing_ok=True)
        (root / "in" / "a").write_bytes(b"ours")
    assert (root.parent / "secret").read_bytes() == b"secret"
    assert list((root.parent / "mailbox-2").iterdir()) == []


def test_links_are_neither_followed_nor_made(client: paramiko.SFTPClient, root: Path) -> None:
    (root / "in" / "link").symlink_to(root.parent / "secret")
    with pytest.raises(OSError):
        client.open("in/link").read()
    with pytest.raises(OSError):
        client.open("in/link", "w").write(b"x")
    with pytest.raises(OSError):
        client.symlink("/etc/passwd", "in/other")
    assert (root.parent / "secret").read_bytes() == b"secret"


def test_rename_does_not_replace_and_posix_rename_does(client: paramiko.SFTPClient, root: Path) -> None:
    (root / "in" / "a").write_bytes(b"a")
    (root / "in" / "b").write_bytes(b"b")
    with pytest.raises(OSError):
        client.rename("in/a", "in/b")
    assert (root / "in" / "b").read_bytes() == b"b"
    client.posix_rename("in/a", "in/b")
    assert (root / "in" / "b").read_bytes() == b"a"


@pytest.mark.parametrize(
    ("user", "password"), [("acme", "wrong"), ("other", "secret"), ("acme", ""), ("", "")]
)
def test_strangers_stay_out(server: SftpPartnerServer, user: str, password: str) -> None:
    for secret in ({"password": password}, {"pkey": paramiko.ECDSAKey.generate()}):
        transport = paramiko.Transport(("127.0.0.1", server.port))
        with pytest.raises(paramiko.AuthenticationException):
            transport.connect(username=user, **secret)
        transport.close()


def test_there_is_no_shell(client: paramiko.SFTPClient) -> None:
    channel = client.get_channel()
    assert channel is not None
    shell = channel.get_transport().open_session()
    with pytest.raises(paramiko.SSHException):
        shell.exec_command("id")


def test_silent_visitors_hold_nobody_up(server: SftpPartnerServer) -> None:
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
    transport = paramiko.Transport(("127.0.0.1", server.port))
    transport.connect(username="acme", password="secret")
    transport.close()
    for each in silent:
        each.close()


def test_after_the_stop_the_port_is_free(root: Path) -> None:
    server = SftpPartnerServer(root, "acme", "secret")
    with pytest.raises(RuntimeError):
        _ = server.port
    port = server.start().port
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 2)


def test_openssh_client_works(root: Path, tmp_path: Path) -> None:
    if shutil.which("sftp") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's sftp is not installed (Debian: apt-get install openssh-client)")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    content = bytes(range(256)) * 2_000
    (tmp_path / "order.edi").write_bytes(content)
    with SftpPartnerServer(root, "acme", authorized_keys=[key.with_suffix(".pub").read_text()]) as server:
        (root / "out" / "reply.edi").write_bytes(content)
        (root / "in" / "half.edi").write_bytes(content[:100_000])
        (tmp_path / "hosts").write_text(f"[127.0.0.1]:{server.port} {server.host_key_line}\n")
        batch = (
            f"put -p {tmp_path}/order.edi in/order.part\nrename in/order.part in/order.edi\nchmod 600 in/order.edi\n"
            f"get -p out/reply.edi {tmp_path}/reply.edi\nls -l in\nrm out/reply.edi\n-mkdir in/folder\n"
            f"reput {tmp_path}/order.edi in/half.edi\nput {tmp_path}/order.edi in/order.edi\npwd\n"
        )
        options = ("StrictHostKeyChecking=yes", f"UserKnownHostsFile={tmp_path}/hosts", "IdentitiesOnly=yes")
        done = subprocess.run(
            ["sftp", "-q", "-b", "-", "-i", str(key), "-P", str(server.port), "-F", "none"]
            + [part for option in options for part in ("-o", option)]
            + ["acme@127.0.0.1"],
            input=batch,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (root / "in" / "order.edi").read_bytes() == content
    assert (root / "in" / "half.edi").read_bytes() == content
    assert (tmp_path / "reply.edi").read_bytes() == content
    assert not (root / "out" / "reply.edi").exists()
    assert not (root / "in" / "folder").exists()
    assert "order.edi" in done.stdout
