"""The demo's workspace: its files, keys and tokens written into a folder of their own."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from gateway.as2.certificates import load_station_key, self_signed
from gateway.as2.settings import As2Settings
from gateway.demo.template import FILES

STATION_AS2 = "EXAMPLE-SUPPLY"
GLOBEX_AS2 = "GLOBEX-AS2"
STOCK = FILES / "stock.csv"
UPLOADERS = ("acme", "globex", "hooli", "summit-outfitters")
_CERTIFICATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Keys:
    """What the two sides of each agreement hold. ``stranger`` signs as Globex without Globex's key."""

    acme_public_line: str
    globex: As2Settings
    stranger: As2Settings
    tokens: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the simulated partners listen on this machine."""

    acme_port: int
    acme_host_key: str
    globex_url: str


def write_keys(workspace: Path, now: datetime) -> Keys:
    """Make every key and certificate of the demo; the station's own go into ``keys/`` of the workspace."""
    folder = workspace / "keys"
    folder.mkdir(parents=True)
    began = now.astimezone(UTC) - timedelta(hours=1)
    station, globex, stranger = (
        self_signed(name, began, _CERTIFICATE_DAYS) for name in (STATION_AS2, GLOBEX_AS2, GLOBEX_AS2)
    )
    _write_private(folder / "station.pem", station[0])
    _write_private(folder / "station.key", station[1])
    _write_private(folder / "globex.pem", globex[0])
    ours = load_station_key(*station).certificate
    own, forged = (
        As2Settings(
            station_name=GLOBEX_AS2,
            partner_name=STATION_AS2,
            partner_certificates=(ours,),
            station_keys=(load_station_key(*pair),),
        )
        for pair in (globex, stranger)
    )
    login = ed25519.Ed25519PrivateKey.generate()
    _write_private(folder / "acme-sftp", _openssh(login))
    tokens = {code: secrets.token_urlsafe(16) for code in UPLOADERS}
    for code, token in tokens.items():
        _write_private(folder / f"{code}.token", token.encode() + b"\n")
    public = login.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return Keys(acme_public_line=public.decode(), globex=own, stranger=forged, tokens=tokens)


def write_workspace(workspace: Path, addresses: Addresses) -> None:
    """The configuration as text files, the partners' addresses filled in."""
    for name in ("config", "partners"):
        shutil.copytree(FILES / name, workspace / name)
    path = workspace / "config" / "connections.yaml"
    text = Template(path.read_text(encoding="utf-8")).substitute(
        acme_port=addresses.acme_port,
        acme_host_key=addresses.acme_host_key,
        globex_url=addresses.globex_url,
    )
    path.write_text(text, encoding="utf-8")


def _openssh(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


def _write_private(path: Path, data: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
