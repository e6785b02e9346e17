"""The active configuration: station, partners and connections, and the hash that names this state of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.partnerships.connection import Connection
from gateway.partnerships.partner import Partner
from gateway.partnerships.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the files of a workspace say.

    ``partners`` by code, ``connections`` by name. ``revision`` is the content hash of the files: documents remember the
    one they were read or written with. ``files`` are the texts themselves, so that a revision can be kept.
    """

    station: Station
    partners: Mapping[str, Partner] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    revision: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def partners_at(self, connection: str) -> tuple[Partner, ...]:
        """The partners whose files may come by a connection."""
        return tuple(partner for partner in self.partners.values() if connection in partner.connections)


def revision_of(files: Mapping[str, str]) -> str:
    """sha256, in hexadecimal, over the files in the order of their names: name, length and text of each."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].encode("utf-8", "surrogatepass")
        digest.update(f"{name}\0{len(text)}\0".encode("utf-8", "surrogatepass"))
        digest.update(text)
    return digest.hexdigest()
