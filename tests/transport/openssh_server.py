"""OpenSSH's real sshd, started on a free port of 127.0.0.1 as the current user, for tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from gateway.transport.sftp_settings import SftpSettings


def sshd_path() -> str:
    """Where sshd is; skips the test with the reason where it is not."""
    found = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if found is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's sshd is not installed (Debian: apt-get install openssh-server)")
    return found


def make_key(file: Path, kind: str = "ed25519") -> str:
    """A new key pair without passphrase; the public line is returned."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "test", "-f", str(file)], check=True)
    return " ".join(file.with_suffix(".pub").read_text().split()[:2])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass(kw_only=True)
class OpenSshServer:
    """Serves ``home`` (with ``in/``, ``out/``, ``archive/``) by internal-sftp, to one key."""

    folder: Path
    internal_sftp: str = "internal-sftp"
    more_configuration: str = ""
    port: int = field(default_factory=free_port)
    host_key: str = ""
    user: str = field(default_factory=lambda: pwd.getpwuid(os.getuid()).pw_name)
    process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def settings(self, **changes: object) -> SftpSettings:
        settings: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "host_keys": (self.host_key,),
            "private_key": (self.folder / "client").read_text(),
            "pickup": str(self.home / "out"),
            "drop": str(self.home / "in"),
        }
        return SftpSettings(**{**settings, **changes})  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        program = sshd_path()
        for name in ("in", "out", "archive"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.host_key = make_key(self.folder / "host")
        (self.folder / "authorized_keys").write_text(make_key(self.folder / "client") + "\n")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd as root insists on it
        self._start(program)
        return self

    def _start(self, program: str) -> None:
        (self.folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\n"
            f"HostKey {self.folder / 'host'}\n"
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}\n"
            f"PidFile {self.folder / 'pid'}\n"
            "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication yes\nLogLevel ERROR\n"
            f"MaxStartups 100\nSubsystem sftp {self.internal_sftp}\n{self.more_configuration}\n"
        )
        log = self.folder / "sshd.log"
        command = [program, "-D", "-f", str(self.folder / "sshd_config"), "-E", str(log)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"sshd did not start: {log.read_text() if log.exists() else 'no log'}")

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
