"""``partners/<code>/partner.yaml``: one trading partner."""

from __future__ import annotations

import codecs
import re
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from gateway.core.finding import Finding, has_errors
from gateway.partnerships.canonical_path import is_key_field, is_sheet_path, key_fields, sheet_paths
from gateway.partnerships.connection_file import CONNECTION_NAME
from gateway.partnerships.partner import (
    Acceptance,
    AckStyle,
    CsvLayout,
    EnvelopePolicy,
    OrderPolicy,
    OutboundDocument,
    Partner,
    PartnerIdentity,
)
from gateway.partnerships.section import Section
from gateway.partnerships.yaml_text import read_yaml

PARTNER_CODE = r"[a-z0-9][a-z0-9-]{0,62}"
OUTBOUND_SETS = ("997", "TA1", "855", "856", "810")
"""The documents we can send."""

_DATE_WORDS = {"YYYY": "%Y", "CCYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
_NEEDED_COLUMNS = ("order.purchase_order_number", "line.quantity", "line.identifiers.")


def read_partner(text: str, file: str, code: str, findings: list[Finding]) -> tuple[Partner, Section] | None:
    """The partner of a file with its root section, for checks across files; None where the file has faults."""
    before = len(findings)
    table, faults = read_yaml(text, file)
    findings += faults
    if table is None:
        return None
    root = Section(table, file, findings)
    partner = _partner(root, code)
    root.close()
    return None if has_errors(findings[before:]) else (partner, root)


def _partner(root: Section, code: str) -> Partner:
    root.choice("language", ("1",), "1")
    named = root.matching("partner", PARTNER_CODE, "small letters, digits and hyphens", required=True)
    if named not in (None, code):
        message = f"The file of partner {named} stands in the folder {code}"
        root.fault(
            "partner", "partner-elsewhere", message, f"partner: {code}, or the folder partners/{named}"
        )
    return Partner(
        code=code,
        name=root.required_text("name"),
        status=root.choice("status", ("draft", "testing", "live"), "testing"),
        identities=tuple(_identity(section) for section in root.sections("identities")),
        cxml_identities=tuple(_cxml_identity(section) for section in root.sections("cxml_identities")),
        connections=root.texts("connections"),
        token=root.secret("token"),
        outbound=_outbound(root),
        orders=_orders(root.section("orders")),
        envelope=_envelope(root.section("envelope")),
        csv=_csv(root.section("csv")),
        time_zone=time_zone(root),
        currency=currency(root),
        file=root.file,
    )


def currency(section: Section) -> str | None:
    """``currency``: an ISO 4217 code."""
    return section.matching("currency", r"[A-Z]{3}", "an ISO 4217 code such as USD")


def time_zone(section: Section) -> str | None:
    """``time_zone``: a name of the time zone database."""
    name = section.text("time_zone")
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        wanted = "a name of the time zone database such as America/Chicago"
        section.fault("time_zone", "value-not-valid", f"There is no time zone {name}", wanted, found=name)
        return None


def _identity(section: Section) -> PartnerIdentity:
    identity = PartnerIdentity(
        qualifier=section.matching("qualifier", r"[0-9A-Z]{2}", "two characters such as ZZ", required=True)
        or "",
        identifier=section.matching("identifier", r"\S.{0,14}", "1 to 15 characters (ISA06)", required=True)
        or "",
        group_identifier=section.matching("group", r"\S.{0,14}", "1 to 15 characters (GS02)"),
        test=section.yes_no("test", False),
    )
    section.close()
    return identity


def _cxml_identity(section: Section) -> tuple[str, str]:
    pair = section.required_text("domain"), section.required_text("identity")
    section.close()
    return pair


def _outbound(root: Section) -> dict[str, OutboundDocument]:
    holder = root.section("outbound")
    documents: dict[str, OutboundDocument] = {}
    for set_code, section in holder.named_sections() if holder is not None else []:
        if set_code not in OUTBOUND_SETS and holder is not None:
            message = f"We cannot send a {set_code}"
            holder.fault(set_code, "set-unknown", message, f"one of {', '.join(OUTBOUND_SETS)}")
        version = section.matching("version", r"\d{6}[A-Z0-9]{0,6}", "a GS08 version such as 004010")
        connection = section.matching("connection", CONNECTION_NAME, "the name of a connection")
        section.close()
        documents[set_code] = OutboundDocument(set_code=set_code, version=version, connection=connection)
        if version is None and set_code not in ("997", "TA1") and "version" not in section.names:
            wanted = "a line version: such as 004010"
            section.fault(None, "name-missing", f"{section.path}.version is missing", wanted)
    return documents


def _orders(section: Section | None) -> OrderPolicy:
    if section is None:
        return OrderPolicy()
    key = section.texts("business_key")
    for path in key:
        if not is_key_field(path):
            known = key_fields()
            near = get_close_matches(path, known, n=1)
            wanted = f"perhaps {near[0]}" if near else "one of " + ", ".join(known)
            message = f"{section.full('business_key')} names {path}, which orders do not have"
            section.fault("business_key", "path-unknown", message, wanted, found=path)
    policy = OrderPolicy(
        acceptance=Acceptance(section.choice("acceptance", [*Acceptance], Acceptance.BY_HAND)),
        backorders=section.yes_no("backorders", False),
        ack_style=AckStyle(section.choice("ack_style", [*AckStyle], AckStyle.IQ)),
        business_key=key or OrderPolicy().business_key,
    )
    section.close()
    return policy


def _envelope(section: Section | None) -> EnvelopePolicy:
    if section is None:
        return EnvelopePolicy()
    standard = EnvelopePolicy()
    delimiters: dict[str, str] = {}
    for name in ("element", "component", "segment", "repetition"):
        one = "one character that is no letter, digit or blank"
        value = section.matching(name, r"[^A-Za-z0-9 ]|\n", one) or getattr(standard, name)
        if value in delimiters.values():
            message = f"{section.full(name)} is {value!r}, which separates something else already"
            section.fault(name, "delimiter-twice", message, "four different characters", found=value)
        delimiters[name] = value
    version = section.matching("interchange_version", r"\d{5}", "an ISA12 version such as 00401")
    policy = EnvelopePolicy(
        **delimiters,
        interchange_version=version or standard.interchange_version,
        newline_after_segment=section.yes_no("newline_after_segment", False),
        acknowledgement_requested=section.yes_no("acknowledgement_requested", False),
    )
    section.close()
    return policy


def _csv(section: Section | None) -> CsvLayout | None:
    if section is None:
        return None
    layout = CsvLayout(
        columns=_columns(section),
        date_format=_date_format(section),
        decimal=section.choice("decimal", (".", ",", "auto"), "."),
        encoding=_encoding(section),
        delimiter=section.matching("delimiter", r"[^A-Za-z0-9\"\n]", 'one character such as ; or "\\t"'),
        blank_key_continues=section.yes_no("blank_key_continues", False),
        unit=section.matching("unit", r"[0-9A-Z]{2}", "an X12 355 unit such as EA"),
    )
    section.close()
    return layout


def _columns(section: Section) -> dict[str, tuple[str, ...]]:
    """Canonical paths to headers. Two paths may share a header: it goes to the first that has no column yet."""
    holder = section.section("columns")
    columns = {path: holder.texts(path) for path in holder.names} if holder is not None else {}
    for path in columns:
        if holder is not None and not is_sheet_path(path):
            near = get_close_matches(path, sheet_paths(), n=1)
            wanted = (
                f"perhaps {near[0]}"
                if near
                else "order.FIELD, line.FIELD or a role with a field: ship_to.name"
            )
            holder.fault(path, "path-unknown", f"Orders have nothing called {path}", wanted)
    for needed in _NEEDED_COLUMNS:
        if not any(path == needed or (needed.endswith(".") and path.startswith(needed)) for path in columns):
            wanted = f"a line {needed}{'UP' if needed.endswith('.') else ''}: [header, …]"
            section.fault("columns", "column-missing", f"No column is bound to {needed.rstrip('.')}", wanted)
    return columns


def _date_format(section: Section) -> str:
    """``YYYY-MM-DD`` as a ``strptime`` format, which the sheet's reader takes; ``auto`` stays."""
    words = section.text("date_format")
    if words in (None, "auto"):
        return words or CsvLayout().date_format
    pattern = re.sub("YYYY|CCYY|YY|MM|DD", lambda word: _DATE_WORDS[word[0]], words.replace("%", "%%"))
    parts = re.findall("%[YymdD]", pattern)
    if sorted(part.lower() for part in parts) != ["%d", "%m", "%y"] or re.search(
        r"[A-Za-z]", re.sub("%.", "", pattern)
    ):
        wanted = "auto, or YYYY (or YY), MM and DD in the sheet's order, such as MM/DD/YYYY"
        section.fault("date_format", "value-not-valid", f"{words} is no date format", wanted, found=words)
    return pattern


def _encoding(section: Section) -> str | None:
    name = section.text("encoding")
    if name is None:
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        wanted = "an encoding such as utf-8 or cp1252"
        section.fault("encoding", "value-not-valid", f"There is no encoding {name}", wanted, found=name)
        return None
