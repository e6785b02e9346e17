"""Connections of the station: how files come and go. Several partners may share one.

Secrets are references: ``env:NAME`` or ``file:PATH`` (relative to the workspace), never values. A connection that is
not ``enabled`` is neither polled nor sent by nor listened to; partners may name it already.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderConnection:
    """A pair of folders, relative to the workspace: partners drop into ``inbox``, we deliver into ``outbox``."""

    name: str
    inbox: str
    outbox: str
    poll_seconds: int = 5
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpConnection:
    """A partner's SFTP server that we poll and send to. ``host_keys`` are pinned (``ssh-ed25519 AAAA…``)."""

    name: str
    host: str
    user: str
    host_keys: tuple[str, ...]
    port: int = 22
    password: str | None = None  # reference
    private_key: str | None = None  # reference
    pickup: str = "out"  # where the partner puts files for us
    drop: str = "in"  # where we put files for the partner
    archive: str | None = None  # move fetched files here; None: delete them
    pattern: str = "*"
    poll_seconds: int = 60
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class As2Connection:
    """An AS2 station pair. Certificates are PEM files relative to the workspace; keys are references.

    ``sign`` is a digest, ``encrypt`` a cipher; empty means that we do not.
    """

    name: str
    url: str
    as2_name: str  # the partner's AS2 name
    certificate: str  # partner's certificate file: verifies what it signs, encrypts what we send
    station_as2_name: str  # ours towards this partner
    station_certificate: str
    station_key: str  # reference
    sign: str = "sha256"
    encrypt: str = "aes256_cbc"
    require_signed: bool = True
    require_encrypted: bool = True
    subject: str = "EDI"
    timeout_seconds: int = 60
    ca_bundle: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConnection:
    """Uploads with a partner token; replies are collected from an outbox folder relative to the workspace."""

    name: str
    outbox: str | None = None
    enabled: bool = True


Connection = FolderConnection | SftpConnection | As2Connection | HttpConnection
