"""What a connection to a partner's SFTP server needs, with its secrets resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.partnerships.connection import SftpConnection

#: A larger file is refused before it is read (200 MiB).
LARGEST_FILE = 200 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpSettings:
    """``host_keys`` are the pinned ones, several during a rollover: ``ssh-ed25519 AAAA…`` or ``SHA256:…``.

    ``private_key`` is the key's text (OpenSSH or PEM: ed25519, ECDSA, RSA), never a path. With a key and a password
    both are used where the server asks for both. ``pickup`` and ``drop`` are folders at the partner, seen from the
    login; ``archive`` takes fetched files, None deletes them.

    ``temporary_name``: deliver under a hidden name and rename; off for servers that forbid renaming.
    ``replace_by_removal``: where the server cannot replace a file in one step, remove the old one first.
    Seconds: ``connect_seconds`` for TCP, ``login_seconds`` from there to the open session, ``idle_seconds`` without
    a byte, ``operation_seconds`` for one call as a whole.
    """

    host: str
    user: str
    host_keys: tuple[str, ...]
    port: int = 22
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    pickup: str | None = "out"
    drop: str | None = "in"
    archive: str | None = None
    pattern: str = "*"
    temporary_name: bool = True
    replace_by_removal: bool = False
    largest_file: int = LARGEST_FILE
    connect_seconds: float = 15
    login_seconds: float = 30
    idle_seconds: float = 60
    operation_seconds: float = 900

    @property
    def address(self) -> str:
        """``acme@sftp.example.com:22``, as every message begins."""
        return f"{self.user}@{self.host}:{self.port}"

    @classmethod
    def from_connection(
        cls, connection: SftpConnection, *, password: str | None = None, private_key: str | None = None
    ) -> SftpSettings:
        """The settings of a configured connection; the caller has resolved its secrets."""
        return cls(
            host=connection.host,
            user=connection.user,
            host_keys=connection.host_keys,
            port=connection.port,
            password=password,
            private_key=private_key,
            pickup=connection.pickup,
            drop=connection.drop,
            archive=connection.archive,
            pattern=connection.pattern,
        )
