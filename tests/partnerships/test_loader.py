"""Configuration files: sound ones give records, every fault names its line, what was found, wanted, and the nearest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.finding import Finding, Severity, has_errors
from gateway.partnerships.connection import As2Connection, FolderConnection, HttpConnection, SftpConnection
from gateway.partnerships.loader import load_configuration
from gateway.partnerships.partner import Acceptance, AckStyle
from gateway.partnerships.section import Section
from gateway.workspace import load_workspace
from tests.partnerships.workspace_files import CONNECTIONS, GATEWAY, PARTNER, files

ROOT = Path(__file__).parents[2]


def faults(**changes: str) -> list[Finding]:
    return load_configuration(files(**changes))[1]


def only_fault(**changes: str) -> Finding:
    found = faults(**changes)
    assert len(found) == 1, "\n".join(finding.describe() for finding in found)
    assert found[0].location.file
    assert found[0].fix
    return found[0]


def place(finding: Finding) -> tuple[str | None, int | None, int | None]:
    return finding.location.file, finding.location.line, finding.location.column


def test_the_shipped_workspace_is_sound() -> None:
    configuration, findings = load_workspace(ROOT)
    assert findings == []
    assert set(configuration.partners) >= {"acme", "summit-outfitters", "hooli"}
    assert configuration.station.gs1_prefix == "0614141"
    acme = configuration.partners["acme"]
    assert acme.orders.acceptance is Acceptance.BY_HAND
    assert [identity.test for identity in acme.identities] == [False, True]
    assert acme.connection_for("997") == "acme-folder"
    sheet = configuration.partners["summit-outfitters"].csv
    assert sheet is not None
    assert sheet.columns["order.purchase_order_number"] == ("PO Number", "PO #", "Order No")
    assert (sheet.date_format, sheet.unit, sheet.blank_key_continues) == ("%m/%d/%Y", "EA", True)
    assert not configuration.connections["acme-sftp"].enabled


def test_a_small_workspace() -> None:
    configuration, findings = load_configuration(files())
    assert findings == []
    partner = configuration.partners["acme"]
    assert (partner.code, partner.name, partner.status) == ("acme", "Acme", "live")
    assert partner.outbound["855"].version == "004010"
    assert partner.orders.ack_style is AckStyle.IQ
    assert configuration.station.group_identifier == "US"
    assert configuration.connections["acme-folder"] == FolderConnection(
        name="acme-folder", inbox="in", outbox="out"
    )
    assert configuration.partners_at("acme-folder") == (partner,)


def test_codes_stay_text() -> None:
    text = PARTNER.replace('"ZZ"', "01").replace("ACME}", "0012345}").replace("name: Acme", "name: NO")
    configuration, findings = load_configuration(files(partner=text))
    assert findings == []
    partner = configuration.partners["acme"]
    assert (partner.name, partner.identities[0].qualifier, partner.identities[0].identifier) == (
        "NO",
        "01",
        "0012345",
    )


def test_an_unknown_name_proposes_the_nearest() -> None:
    finding = only_fault(partner=PARTNER + "conections: [web]\n")
    assert (finding.code, finding.found, finding.wanted) == (
        "name-unknown",
        "conections",
        "perhaps connections",
    )
    assert place(finding) == ("partners/acme/partner.yaml", 9, 1)


def test_a_name_that_stands_twice() -> None:
    finding = only_fault(partner=PARTNER + "name: Other\n")
    assert finding.code == "name-twice"
    assert "first in line 2" in finding.message
    assert place(finding) == ("partners/acme/partner.yaml", 9, 1)


PARTNER_FAULTS = {
    "status: live": [("status: alive", "value-not-valid", 3, 9, "perhaps live")],
    "name: Acme\n": [("", "name-missing", 1, 1, "name"), ("name:\n", "value-missing", 2, 1, "value")],
    "partner: acme": [("partner: hooli", "partner-elsewhere", 1, 1, "partners/hooli")],
    '"ZZ"': [("Z", "value-not-valid", 5, 17, "two characters"), ("[Z]", "not-a-text", 5, 6, "one text")],
    "ACME}": [
        ("ACME, tset: yes}", "name-unknown", 5, 41, "perhaps test"),
        ("ACME, test: maybe}", "value-not-valid", 5, 47, "yes or no"),
        ("US}", "identity-ambiguous", 5, 5, "nobody else"),
        ("ABCDEFGHIJKLMNOP}", "value-not-valid", 5, 35, "1 to 15"),
    ],
    "[acme-folder]": [
        ("[acme-foldr]", "connection-unknown", 6, 1, "perhaps acme-folder"),
        ("[]", "connection-missing", 8, 10, "connection: NAME"),
    ],
    '{version: "004010"}': [
        ('{version: "4010"}', "value-not-valid", 8, 20, "GS08"),
        ("{}", "name-missing", 8, 10, "version"),
        ('{version: "004010", connection: wep}', "connection-unknown", 8, 30, "perhaps web"),
    ],
    '"855"': [('"850"', "set-unknown", 8, 3, "997, TA1, 855, 856, 810")],
}


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column", "wanted"),
    [(old, *case) for old, cases in PARTNER_FAULTS.items() for case in cases],
)
def test_a_fault_of_a_partner_file(
    old: str, new: str, code: str, line: int, column: int, wanted: str
) -> None:
    configuration, findings = load_configuration(files(partner=PARTNER.replace(old, new)))
    assert [finding.code for finding in findings] == [code]
    finding = findings[0]
    assert wanted in (finding.wanted or "")
    assert (finding.location.line, finding.location.column) == (line, column)
    assert "acme" not in configuration.partners


@pytest.mark.parametrize(
    ("addition", "code", "wanted"),
    [
        ("time_zone: America/Chigaco\n", "value-not-valid", "America/Chicago"),
        ("time_zone: ../../etc/passwd\n", "value-not-valid", "time zone database"),
        ("currency: dollars\n", "value-not-valid", "ISO 4217"),
        ("token: hunter2\n", "secret-in-file", "env:NAME"),
        ("orders: {acceptance: by_hnad}\n", "value-not-valid", "perhaps by_hand"),
        ("orders: {business_key: [purchase_order_nr]}\n", "path-unknown", "perhaps purchase_order_number"),
        ("orders: {business_key: [lines]}\n", "path-unknown", ""),
        ("orders: {business_key: [references.CO]}\n", "path-unknown", "perhaps reference.…"),
        ("orders: by_hand\n", "not-a-table", "a table"),
        ("envelope: {segment: '*'}\n", "delimiter-twice", "four different"),
        ("envelope: {segment: A}\n", "value-not-valid", "one character"),
        ("envelope: {interchange_version: 4010}\n", "value-not-valid", "00401"),
        ("language: 2\n", "value-not-valid", "one of 1"),
        ("csv: {columns: {order.purchase_order_number: PO}}\n", "column-missing", "line.quantity"),
        (
            "csv: {columns: {order.purchase_order_number: PO, line.quantity: Q, line.quantty: N}}\n",
            "path-unknown",
            "perhaps line.quantity",
        ),
        (
            "csv: {date_format: YYYY-DD, columns: {}}\n",
            "value-not-valid",
            "YYYY",
        ),
        (
            "csv: {encoding: utf-9, columns: {}}\n",
            "value-not-valid",
            "cp1252",
        ),
        ("csv: &a {columns: *a}\n", "yaml-alias", "written out"),
        ("token: !secret x\n", "yaml-tag", "plain text"),
    ],
)
def test_a_fault_of_an_added_line(addition: str, code: str, wanted: str) -> None:
    found = [finding for finding in faults(partner=PARTNER + addition) if finding.code == code]
    assert found
    assert found[0].location.line == 9
    assert wanted in (found[0].wanted or "")


def test_a_business_key_may_hold_a_reference() -> None:
    configuration, findings = load_configuration(
        files(partner=PARTNER + "orders: {business_key: [reference.CO]}\n")
    )
    assert findings == []
    assert configuration.partners["acme"].orders.business_key == ("reference.CO",)


def test_a_secret_is_never_repeated() -> None:
    assert "hunter2" not in json.dumps(
        [finding.to_json() for finding in faults(partner=PARTNER + "token: hunter2\n")]
    )


def test_a_text_cut_by_a_number_sign_is_noticed() -> None:
    sheet = "csv:\n  columns:\n    order.purchase_order_number:\n      - PO #\n"
    sheet += "    line.quantity: Qty # how many\n    line.identifiers.UP: UPC\n"
    finding = only_fault(partner=PARTNER + sheet)
    assert (finding.code, finding.severity, finding.location.line) == ("text-cut", Severity.WARNING, 12)
    finding = only_fault(partner=PARTNER.replace("name: Acme", 'name: right of "PO #"'))
    assert (finding.code, finding.severity, finding.location.line) == ("text-cut", Severity.ERROR, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "yaml-no-table"),
        ("- a\n", "yaml-no-table"),
        ("a: [1\n", "yaml-not-readable"),
        ("a: 1\n---\nb: 2\n", "yaml-not-readable"),
        ("a: \x07\n", "yaml-not-readable"),
        ("[" * 20_000, "yaml-not-readable"),
    ],
)
def test_text_that_is_not_a_partner_file(text: str, code: str) -> None:
    assert only_fault(partner=text).code == code


def test_identities_are_unique_across_partners() -> None:
    other = PARTNER.replace("acme\n", "best\n", 1).replace("Acme", "Best")
    finding = only_fault(best=other)
    assert finding.code == "identity-ambiguous"
    assert "belongs to partner acme" in finding.message
    assert place(finding) == ("partners/best/partner.yaml", 5, 5)
    assert only_fault(best=other.replace("ACME", "acme")).code == "identity-ambiguous"
    assert faults(best=other.replace("ACME}", "ACME, group: BEST}")) == []
    twice = PARTNER.replace(
        '  - {qualifier: "ZZ", identifier: ACME}\n', '  - {qualifier: "ZZ", identifier: ACME}\n' * 2
    )
    assert only_fault(partner=twice).location.line == 6
    cxml = "cxml_identities:\n  - {domain: NetworkId, identity: AN1}\n"
    both = other.replace("ACME", "BEST") + cxml
    assert only_fault(partner=PARTNER + cxml, best=both).code == "identity-ambiguous"


def test_a_fault_leaves_the_neighbours_working() -> None:
    other = PARTNER.replace("acme\n", "best\n", 1).replace("ACME", "BEST") + "colour: red\n"
    configuration, findings = load_configuration(files(best=other))
    assert has_errors(findings)
    assert set(configuration.partners) == {"acme"}


CONNECTION_KINDS = """\
language: 1
connections:
  acme-folder: {kind: folder, inbox: in, outbox: out, poll_seconds: 3, enabled: no}
  s: {kind: sftp, host: h, user: u, host_keys: ssh-ed25519 AAAA, password: env:P, private_key: "file:k", port: 2222,
      pickup: a, drop: b, archive: c, pattern: "*.edi", poll_seconds: 9, enabled: yes}
  a: {kind: as2, url: "https://h/as2", as2_name: A, certificate: c.pem, station_as2_name: B, station_certificate: s.pem,
      station_key: "file:k", sign: none, encrypt: none, require_signed: no, require_encrypted: no, subject: S,
      timeout_seconds: 5, ca_bundle: ca.pem, enabled: yes}
  web: {kind: http, outbox: replies, enabled: yes}
"""


def test_every_setting_of_every_kind_of_connection() -> None:
    configuration, findings = load_configuration(files(connections=CONNECTION_KINDS))
    assert findings == []
    assert configuration.connections == {
        "acme-folder": FolderConnection(
            name="acme-folder", inbox="in", outbox="out", poll_seconds=3, enabled=False
        ),
        "s": SftpConnection(
            name="s",
            host="h",
            user="u",
            host_keys=("ssh-ed25519 AAAA",),
            port=2222,
            password="env:P",
            private_key="file:k",
            pickup="a",
            drop="b",
            archive="c",
            pattern="*.edi",
            poll_seconds=9,
        ),
        "a": As2Connection(
            name="a",
            url="https://h/as2",
            as2_name="A",
            certificate="c.pem",
            station_as2_name="B",
            station_certificate="s.pem",
            station_key="file:k",
            sign="",
            encrypt="",
            require_signed=False,
            require_encrypted=False,
            subject="S",
            timeout_seconds=5,
            ca_bundle="ca.pem",
        ),
        "web": HttpConnection(name="web", outbox="replies"),
    }


@pytest.mark.parametrize(
    ("line", "code", "wanted"),
    [
        ("x: {inbox: a, outbox: b}", "name-missing", "kind"),
        ("x: {kind: fodler, inbox: a, outbox: b}", "value-not-valid", "perhaps folder"),
        ("x: {kind: folder, inbox: a, outbox: a/}", "same-folder", "two folders"),
        ("x: {kind: folder, inbox: in/, outbox: b}", "connection-ambiguous", "one connection"),
        ("x: {kind: folder, inbox: a, outbox: b, poll_seconds: 0}", "value-not-valid", "from 1"),
        ("X: {kind: http}", "value-not-valid", "small letters"),
        ("x: {kind: sftp, host: h, user: u, password: env:P}", "host-key-missing", "ssh-keyscan"),
        ("x: {kind: sftp, host: h, user: u, host_keys: k}", "credential-missing", "private_key"),
        ("x: {kind: sftp, host: h, user: u, host_keys: k, password: hunter2}", "secret-in-file", "env:NAME"),
        ("x: {kind: as2, url: ftp://h}", "value-not-valid", "https://"),
        ("x: folder", "not-a-table", "a table"),
    ],
)
def test_a_fault_of_a_connection(line: str, code: str, wanted: str) -> None:
    configuration, findings = load_configuration(files(connections=CONNECTIONS + f"  {line}\n"))
    found = [finding for finding in findings if finding.code == code]
    assert found
    assert wanted in (found[0].wanted or "")
    assert place(found[0])[:2] == ("config/connections.yaml", 4)
    assert "web" in configuration.connections


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (GATEWAY.replace('name = "Us"\n', ""), "name-missing", 1),
        (GATEWAY.replace("0614141", "061"), "value-not-valid", 5),
        (GATEWAY + 'contry = "US"\n', "name-unknown", 6),
        (GATEWAY + "\n[sever]\nport = 1\n", "name-unknown", 7),
        (GATEWAY + "name = 'x'\n", "toml-not-readable", 6),
        ("[station\n", "toml-not-readable", 1),
        ("", "station-missing", 1),
    ],
)
def test_a_fault_of_the_station(text: str, code: str, line: int) -> None:
    finding = only_fault(gateway=text)
    assert (finding.code, finding.location.line) == (code, line)


def test_a_missing_gateway_file_is_named() -> None:
    _, findings = load_configuration({})
    assert [finding.code for finding in findings] == ["file-missing"]


@pytest.mark.parametrize("name", ["partners/Acme Inc/partner.yaml", "partners/acme/partner.yml"])
def test_a_file_that_no_code_can_name(name: str) -> None:
    _, findings = load_configuration(files() | {name: PARTNER})
    assert [finding.code for finding in findings] == ["partner-folder-name"]


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_revision_is_of_names_and_texts(first: str, second: str) -> None:
    def revision(texts: dict[str, str]) -> str:
        return load_configuration(texts)[0].revision

    base = revision({"mappings/a.csv": first, "mappings/b.csv": second})
    assert base == revision({"mappings/b.csv": second, "mappings/a.csv": first})
    assert base != revision({"mappings/a.csv": first + "x", "mappings/b.csv": second})
    assert base != revision({"mappings/a.csv": first, "mappings/c.csv": second})
    assert base != revision({"mappings/a.csv": first + second, "mappings/b.csv": ""}) or second == ""


@given(st.text(st.sampled_from("abc:- {}[]\"'#&*!\n,|>%@`~\t01"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(text: str) -> None:
    for findings in (faults(partner=text), faults(connections=text), faults(gateway=text)):
        assert all(finding.location.file and finding.message for finding in findings)


def properties(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Every table that a schema describes, by its names."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    for choice in schema.get("oneOf", ()):
        yield from properties(choice, root)
    if "properties" in schema:
        yield ",".join(sorted(schema["properties"])), set(schema["properties"])
        for inner in schema["properties"].values():
            yield from properties(inner, root)
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), dict):
            yield from properties(schema[part], root)


def test_the_editor_schemas_know_what_the_readers_know(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    close = Section.close

    def remember(section: Section) -> None:
        if section.file != "config/gateway.toml":
            asked.add(",".join(sorted(section.asked)))
        close(section)

    monkeypatch.setattr(Section, "close", remember)
    full = PARTNER + "cxml_identities: [{domain: d, identity: i}]\norders: {}\nenvelope: {}\n"
    full += "csv: {columns: {order.purchase_order_number: PO, line.quantity: Q, line.identifiers.UP: U}}\n"
    assert faults(partner=full, connections=CONNECTION_KINDS) == []
    described: set[str] = set()
    for name in ("partner", "connections"):
        schema = json.loads(
            (ROOT / "schemas" / "language" / f"{name}.schema.json").read_text(encoding="utf-8")
        )
        described |= {key for key, _ in properties(schema, schema)}
    free = {"997,TA1,855,856,810"}  # outbound: names are checked, not asked for
    assert asked == described - {",".join(sorted(names.split(","))) for names in free}
