"""A simulated partner's SFTP server on loopback, for the demo and the tests where no sshd is at hand.

It does what a partner's server does, no more: one user, one folder with ``in/`` (where we drop) and ``out/``
(where we pick up), host key made at start. It is not the gateway's own server and promises no durability.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from gateway.demo.sftp_jail import JailedFiles

_LOG_NAME = "gateway.demo.paramiko"
logging.getLogger(_LOG_NAME).setLevel(logging.CRITICAL)


class SftpPartnerServer:
    """Serves ``root`` to ``user`` on 127.0.0.1 at a free port, from :meth:`start` to :meth:`stop`.

    ``authorized_keys`` are lines as in OpenSSH's file of that name; with them or a ``password`` (or either) the
    user gets in. ``host_key_line`` is what the other side pins.
    """

    def __init__(
        self, root: Path, user: str, password: str | None = None, *, authorized_keys: Sequence[str] = ()
    ) -> None:
        self.root = root
        self.user = user
        self._password = password
        self._authorized_keys = frozenset(line.split()[1] for line in authorized_keys)
        self._host_key = paramiko.ECDSAKey.generate()
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._transports: list[paramiko.Transport] = []

    @property
    def host_key_line(self) -> str:
        """``ecdsa-sha2-nistp256 AAAA…``"""
        return f"{self._host_key.get_name()} {self._host_key.get_base64()}"

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before the start."""
        if self._listener is None:
            raise RuntimeError("the partner's SFTP server has not been started")
        port: int = self._listener.getsockname()[1]
        return port

    def start(self) -> SftpPartnerServer:
        """Make ``in/`` and ``out/`` where missing, and serve in the background."""
        for folder in ("in", "out"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        for transport in self._transports:
            transport.close()

    def __enter__(self) -> SftpPartnerServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                self._welcome(connection)

    def _welcome(self, connection: socket.socket) -> None:
        """Starts the connection's own thread; a visitor who never speaks holds nobody up."""
        transport = paramiko.Transport(connection)
        transport.set_log_channel(_LOG_NAME)
        transport.add_server_key(self._host_key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, JailedFiles, self.root)
        self._transports = [each for each in self._transports if each.is_active()]
        self._transports.append(transport)
        door = _Door(self.user, self._password, self._authorized_keys)
        transport.start_server(event=threading.Event(), server=door)


class _Door(paramiko.ServerInterface):
    """Who gets in, and that there is nothing but SFTP inside."""

    def __init__(self, user: str, password: str | None, authorized_keys: frozenset[str]) -> None:
        self._user = user
        self._password = password
        self._authorized_keys = authorized_keys

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(
            method
            for method, offered in (("password", self._password), ("publickey", self._authorized_keys))
            if offered
        )

    def check_auth_password(self, username: str, password: str) -> int:
        expected = self._password
        known = expected is not None and hmac.compare_digest(password.encode(), expected.encode())
        return AUTH_SUCCESSFUL if known and username == self._user else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == self._user and key.get_base64() in self._authorized_keys
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
