"""``config/gateway.toml``: its ``[station]`` table, and which other tables belong to the settings."""

from __future__ import annotations

from gateway.core.finding import Finding, has_errors
from gateway.partnerships.partner_file import currency, time_zone
from gateway.partnerships.section import Section
from gateway.partnerships.station import Station
from gateway.partnerships.toml_text import read_toml

STATION_FILE = "config/gateway.toml"
SETTINGS_TABLES = ("server", "database", "log", "schedule")
"""Tables that :mod:`gateway.settings` reads."""


def read_gateway_toml(text: str, findings: list[Finding], file: str = STATION_FILE) -> Section | None:
    """The root of the file as a section, unknown tables reported; None where the text is not TOML."""
    table, faults = read_toml(text, file)
    findings += faults
    if table is None:
        return None
    root = Section(table, file, findings)
    root.choice("language", ("1",), "1")
    for name in ("station", *SETTINGS_TABLES):
        root.section(name)
    root.close()
    return root


def read_station(text: str, findings: list[Finding], file: str = STATION_FILE) -> Station | None:
    """The station, or None where the table or a required value of it is missing or wrong."""
    root = read_gateway_toml(text, findings, file)
    section = root.section("station") if root is not None else None
    if root is not None and section is None:
        message = "The table [station] is missing: it says who we are"
        root.fault(
            None, "station-missing", message, "[station] with name, qualifier, identifier and gs1_prefix"
        )
    if section is None:
        return None
    before = len(findings)
    station = _station(section)
    section.close()
    return None if has_errors(findings[before:]) else station


def _station(section: Section) -> Station:
    identifier = (
        section.matching("identifier", r"\S.{0,14}", "an ISA id of 1 to 15 characters", required=True) or ""
    )
    group = section.matching("group_identifier", r"\S.{0,14}", "a GS code of 1 to 15 characters")
    prefix = "a GS1 company prefix of 6 to 12 digits"
    return Station(
        name=section.required_text("name"),
        qualifier=section.matching("qualifier", r"[0-9A-Z]{2}", "two characters such as ZZ", required=True)
        or "",
        identifier=identifier,
        group_identifier=group or identifier,
        other_identities=tuple(_identity(other) for other in section.sections("other_identities")),
        gs1_prefix=section.matching("gs1_prefix", r"\d{6,12}", prefix, required=True) or "",
        currency=currency(section) or "USD",
        time_zone=time_zone(section) or "UTC",
        as2_name=section.text("as2_name"),
        address=section.texts("address"),
        city=section.text("city"),
        region=section.text("region"),
        postal_code=section.text("postal_code"),
        country=section.matching("country", r"[A-Z]{2}", "an ISO 3166 country code such as US"),
    )


def _identity(section: Section) -> tuple[str, str]:
    qualifier = section.matching("qualifier", r"[0-9A-Z]{2}", "two characters such as ZZ", required=True)
    identifier = section.matching(
        "identifier", r"\S.{0,14}", "an ISA id of 1 to 15 characters", required=True
    )
    section.close()
    return qualifier or "", identifier or ""
