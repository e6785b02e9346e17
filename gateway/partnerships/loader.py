"""From the texts of a workspace to its configuration: every fault of every file in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.partnerships.configuration import Configuration, revision_of
from gateway.partnerships.connection_file import CONNECTIONS_FILE, read_connections
from gateway.partnerships.partner import Partner
from gateway.partnerships.partner_file import PARTNER_CODE, read_partner
from gateway.partnerships.section import Section
from gateway.partnerships.station import Station
from gateway.partnerships.station_file import STATION_FILE, read_station

_PARTNER_FILE = re.compile(r"partners/([^/]+)/partner\.ya?ml")
_STATION = "the station itself"
_NO_STATION = Station(name="", qualifier="", identifier="", group_identifier="", gs1_prefix="")

_Name = tuple[str, ...]
"""``("ISA", qualifier, id)`` or ``("ISA", qualifier, id, group)``, or ``("cXML", domain, identity)``, case folded."""


def load_configuration(files: Mapping[str, str]) -> tuple[Configuration, list[Finding]]:
    """The configuration that the files (path in the workspace, with ``/``, to text) say, and what is wrong with them.

    A partner or connection with a fault is left out, so its neighbours work while the findings are mended; whether to
    start with findings is the caller's decision. Without a usable ``[station]`` the station is empty.
    """
    findings: list[Finding] = []
    station = None
    if STATION_FILE in files:
        station = read_station(files[STATION_FILE], findings)
    else:
        findings.append(_file_missing(STATION_FILE, "it says who we are"))
    connections, known = read_connections(files.get(CONNECTIONS_FILE, "connections: {}"), findings)
    partners: dict[str, Partner] = {}
    owners = (
        {_isa_name(*identity): _STATION for identity in station.identities} if station is not None else {}
    )
    for path, code in _partner_files(files, findings):
        read = read_partner(files[path], path, code, findings)
        if read is None:
            continue
        partner, root = read
        sound = _check_connections(partner, root, known)
        sound = _check_identities(partner, root, owners) and sound
        if sound:
            partners[code] = partner
    configuration = Configuration(
        station=station or _NO_STATION,
        partners=partners,
        connections=connections,
        revision=revision_of(files),
        files=dict(files),
    )
    return configuration, findings


def _partner_files(files: Mapping[str, str], findings: list[Finding]) -> Iterator[tuple[str, str]]:
    """Each partner file with its code; folders that no code can name are findings."""
    for path in sorted(files):
        match = _PARTNER_FILE.fullmatch(path)
        if match is None:
            continue
        if re.fullmatch(PARTNER_CODE, match[1], re.ASCII) and path.endswith(".yaml"):
            yield path, match[1]
            continue
        findings.append(
            Finding(
                code="partner-folder-name",
                message=f"{path} is not read: the folder's name is the partner's code",
                location=Location(file=path),
                found=path,
                wanted="partners/CODE/partner.yaml, CODE of small letters, digits and hyphens",
                fix="Rename the folder or the file",
            )
        )


def _file_missing(file: str, purpose: str) -> Finding:
    return Finding(
        code="file-missing",
        message=f"{file} is missing: {purpose}",
        location=Location(file=file),
        wanted=file,
        fix="Make a workspace with gateway init DIR, or run in one that has the file",
    )


def _check_connections(partner: Partner, root: Section, known: frozenset[str]) -> bool:
    """Whether every connection that the partner names stands in the connections file."""
    sound = True
    named = [(root, "connections", name) for name in partner.connections]
    outbound = root.section("outbound")
    for set_code, document in partner.outbound.items():
        section = outbound.section(set_code) if outbound is not None else None
        if section is None:
            continue
        if document.connection is not None:
            named.append((section, "connection", document.connection))
        elif not partner.connections:
            sound = False
            message = f"{partner.code} has no connection by which its {set_code} could go"
            section.fault(
                None, "connection-missing", message, "a line connection: NAME, here or for the partner"
            )
    for section, where, name in named:
        if name in known:
            continue
        sound = False
        near = get_close_matches(name, known, n=1)
        wanted = (
            f"perhaps {near[0]}"
            if near
            else f"a connection of {CONNECTIONS_FILE}: " + ", ".join(sorted(known))
        )
        message = f"{partner.code} names the connection {name}, which does not exist"
        section.fault(where, "connection-unknown", message, wanted, found=name)
    return sound


def _check_identities(partner: Partner, root: Section, owners: dict[_Name, str]) -> bool:
    """Whether nobody else has one of the partner's envelope names; notes the names as taken."""
    named = [
        (_isa_name(identity.qualifier, identity.identifier, identity.group_identifier), section)
        for identity, section in zip(partner.identities, root.sections("identities"), strict=True)
    ]
    for (domain, identity), section in zip(
        partner.cxml_identities, root.sections("cxml_identities"), strict=True
    ):
        named.append((("cXML", domain.upper(), identity.upper()), section))
    sound = True
    for name, section in named:
        # The station has its ISA id whatever the group.
        owner = owners.get(name) or (owners.get(name[:3]) if owners.get(name[:3]) == _STATION else None)
        owners.setdefault(name, f"partner {partner.code}")
        if owner is not None:
            sound = False
            message = f"The identity {'/'.join(name[1:])} belongs to {owner} already, so its files could not be routed"
            wanted = "an identity, with its group where one company has several, that nobody else has"
            section.fault(None, "identity-ambiguous", message, wanted)
    return sound


def _isa_name(qualifier: str, identifier: str, group: str | None = None) -> _Name:
    name = ("ISA", qualifier.zfill(2), identifier.upper())
    return (*name, group.upper()) if group else name
