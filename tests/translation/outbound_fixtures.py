"""The partner, the station and the numbers that tests of outbound documents share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateway.partnerships.partner import EnvelopePolicy, OutboundDocument, Partner, PartnerIdentity
from gateway.partnerships.station import Station
from gateway.x12.guide import Guides

ROOT = Path(__file__).parents[2]
GUIDES = Guides.load(ROOT / "schemas" / "x12")
NOW = datetime(2026, 3, 17, 15, 30, tzinfo=UTC)

STATION = Station(
    name="Example Supply Company",
    qualifier="ZZ",
    identifier="EXAMPLESUPPLY",
    group_identifier="EXAMPLESUPPLY",
    gs1_prefix="0614141",
    address=("1 Harbor Street",),
    city="Portland",
    region="ME",
    postal_code="04101",
    country="US",
)


def partner(version: str | None = None, **more: object) -> Partner:
    """Partner acme in Chicago, whose outbound documents are of the version, one segment a line."""
    outbound = {
        code: OutboundDocument(set_code=code, version=version) for code in ("855", "856", "810", "850")
    }
    values: dict[str, object] = {
        "code": "acme",
        "name": "Acme Stores",
        "identities": (
            PartnerIdentity(qualifier="ZZ", identifier="ACME"),
            PartnerIdentity(qualifier="ZZ", identifier="ACMETEST", group_identifier="AT", test=True),
        ),
        "time_zone": "America/Chicago",
        "outbound": outbound,
        "envelope": EnvelopePolicy(newline_after_segment=True),
    }
    return Partner(**{**values, **more})  # type: ignore[arg-type]


def segments(data: bytes, tag: str) -> Iterator[list[str]]:
    """The elements of each segment with the tag, in bytes written with the usual delimiters."""
    for text in data.decode().split("~"):
        elements = text.strip("\n").split("*")
        if elements[0] == tag:
            yield elements
