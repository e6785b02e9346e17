"""``config/connections.yaml``: how files come and go, each connection under its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.core.finding import Finding, has_errors
from gateway.partnerships.connection import (
    As2Connection,
    Connection,
    FolderConnection,
    HttpConnection,
    SftpConnection,
)
from gateway.partnerships.section import Section
from gateway.partnerships.yaml_text import read_yaml

CONNECTIONS_FILE = "config/connections.yaml"
CONNECTION_NAME = r"[a-z0-9][a-z0-9-]{0,62}"
_DAY = 86_400
_SIGN = ("sha256", "sha384", "sha512", "none")
_ENCRYPT = ("aes128_cbc", "aes192_cbc", "aes256_cbc", "aes128_gcm", "aes192_gcm", "aes256_gcm", "none")


def read_connections(
    text: str, findings: list[Finding], file: str = CONNECTIONS_FILE
) -> tuple[dict[str, Connection], frozenset[str]]:
    """The connections without faults by name, and all names that stand in the file; faults go to the findings."""
    table, faults = read_yaml(text, file)
    findings += faults
    if table is None:
        return {}, frozenset()
    root = Section(table, file, findings)
    root.choice("language", ("1",), "1")
    holder = root.section("connections")
    root.close()
    connections: dict[str, Connection] = {}
    sections = dict(holder.named_sections()) if holder is not None else {}
    for name, section in sections.items():
        before = len(findings)
        connection = _connection(name, section)
        if connection is not None and not has_errors(findings[before:]):
            connections[name] = connection
    _refuse_shared_places(connections, sections)
    return connections, frozenset(sections)


def _connection(name: str, section: Section) -> Connection | None:
    if re.fullmatch(CONNECTION_NAME, name, re.ASCII) is None:
        message = f"{name!r} cannot be the name of a connection"
        section.fault(None, "value-not-valid", message, "small letters, digits and hyphens", found=name)
    read = _KINDS.get(section.choice("kind", _KINDS, ""))
    if read is None:
        if "kind" not in section.names:
            kinds = ", ".join(_KINDS)
            section.fault(
                None, "name-missing", f"{section.path}.kind is missing", f"a line kind: one of {kinds}"
            )
        return None
    connection = read(name, section)
    section.close()
    return connection


def _folder(name: str, section: Section) -> FolderConnection:
    inbox, outbox = section.required_text("inbox"), section.required_text("outbox")
    if inbox and inbox.rstrip("/") == outbox.rstrip("/"):
        message = f"{section.path}: what we deliver would be fetched again, inbox and outbox are one folder"
        section.fault("outbox", "same-folder", message, "two folders", found=outbox)
    return FolderConnection(
        name=name,
        inbox=inbox,
        outbox=outbox,
        poll_seconds=section.whole("poll_seconds", 5, 1, _DAY),
        enabled=section.yes_no("enabled", True),
    )


def _sftp(name: str, section: Section) -> SftpConnection:
    host_keys = section.texts("host_keys")
    enabled = section.yes_no("enabled", True)
    password, private_key = section.secret("password"), section.secret("private_key")
    if enabled and not host_keys:
        wanted = "host_keys: the lines that ssh-keyscan gives for the host, checked with the partner"
        section.fault(None, "host-key-missing", f"{section.path} pins no host key", wanted)
    if enabled and not {"password", "private_key"} & set(section.names):
        wanted = "password or private_key, as env:NAME or file:PATH"
        section.fault(None, "credential-missing", f"{section.path} has no way to log in", wanted)
    return SftpConnection(
        name=name,
        host=section.required_text("host"),
        user=section.required_text("user"),
        host_keys=host_keys,
        port=section.whole("port", 22, 1, 65535),
        password=password,
        private_key=private_key,
        pickup=section.text("pickup") or "out",
        drop=section.text("drop") or "in",
        archive=section.text("archive"),
        pattern=section.text("pattern") or "*",
        poll_seconds=section.whole("poll_seconds", 60, 1, _DAY),
        enabled=enabled,
    )


def _as2(name: str, section: Section) -> As2Connection:
    url = section.matching(
        "url", r"https?://[^\s/]+\S*", "an address that begins with https://", required=True
    )
    as2_name = r"[\x20-\x7e]{1,128}"
    names = "an AS2 name of 1 to 128 printable characters"
    return As2Connection(
        name=name,
        url=url or "",
        as2_name=section.matching("as2_name", as2_name, names, required=True) or "",
        certificate=section.required_text("certificate"),
        station_as2_name=section.matching("station_as2_name", as2_name, names, required=True) or "",
        station_certificate=section.required_text("station_certificate"),
        station_key=section.secret("station_key") or _missing(section, "station_key"),
        sign=section.choice("sign", _SIGN, "sha256").replace("none", ""),
        encrypt=section.choice("encrypt", _ENCRYPT, "aes256_cbc").replace("none", ""),
        require_signed=section.yes_no("require_signed", True),
        require_encrypted=section.yes_no("require_encrypted", True),
        subject=section.text("subject") or "EDI",
        timeout_seconds=section.whole("timeout_seconds", 60, 1, 3600),
        ca_bundle=section.text("ca_bundle"),
        enabled=section.yes_no("enabled", True),
    )


def _http(name: str, section: Section) -> HttpConnection:
    return HttpConnection(name=name, outbox=section.text("outbox"), enabled=section.yes_no("enabled", True))


def _missing(section: Section, name: str) -> str:
    return section.required_text(name) if name not in section.names else ""


_KINDS: dict[str, Callable[[str, Section], Connection]] = {
    "folder": _folder,
    "sftp": _sftp,
    "as2": _as2,
    "http": _http,
}


def _place_of(connection: Connection) -> tuple[str, ...] | None:
    """Where files are fetched, or which AS2 pair: what two connections must not share."""
    if isinstance(connection, FolderConnection):
        return ("the inbox", connection.inbox.rstrip("/"))
    if isinstance(connection, SftpConnection):
        place = (
            f"{connection.user}@{connection.host}:{connection.port}/{connection.pickup} {connection.pattern}"
        )
        return ("the pickup", place)
    if isinstance(connection, As2Connection):
        return ("the AS2 pair", f"{connection.as2_name} to {connection.station_as2_name}")
    return None


def _refuse_shared_places(connections: dict[str, Connection], sections: dict[str, Section]) -> None:
    """Two connections that fetch from one place would import by chance; one connection serves many partners."""
    owners: dict[tuple[str, ...], str] = {}
    for name, connection in connections.items():
        place = _place_of(connection)
        if place is None:
            continue
        first = owners.setdefault(place, name)
        if first != name:
            message = f"{first} and {name} share {' '.join(place)}"
            sections[name].fault(
                None, "connection-ambiguous", message, "one connection, named by both partners"
            )
