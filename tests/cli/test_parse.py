"""``gateway parse`` and ``gateway render``: files to canonical documents and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import BAD_850, GOLDEN, GOOD_850, ROOT, rows, run

SHIPMENT = GOLDEN / "outbound" / "856" / "without-packaging" / "record.json"


@pytest.mark.parametrize("case", sorted((GOLDEN / "inbound").glob("*/*")), ids=lambda case: case.name)
def test_each_golden_input_gives_its_orders_one_a_line_and_its_findings(case: Path) -> None:
    file = next(case.glob("input.*"))
    result = run("parse", "--json", file)
    orders = [{**row, "origin": {**row["origin"], "file": file.name}} for row in rows(result.stdout)]
    assert orders == json.loads((case / "orders.json").read_text())
    wanted = [finding["code"] for finding in json.loads((case / "findings.json").read_text())]
    assert [row["code"] for row in rows(result.stderr) if row["code"] != "document-not-processed"] == wanted
    refused = any(row["severity"] == "error" for row in rows(result.stderr))
    assert result.exit_code == (1 if refused else 0)


def test_findings_are_text_on_standard_error_unless_json_is_asked_for() -> None:
    result = run("parse", BAD_850)
    assert [row["purchase_order_number"] for row in rows(result.stdout)] == ["GOOD-1"]
    assert result.stderr.startswith("error: BEG03")


def test_a_functional_acknowledgement_is_a_document_of_its_own(nowhere: Path) -> None:
    (nowhere / "997.edi").write_text(run("validate", BAD_850, "--ack", "997").stdout)
    result = run("parse", "997.edi")
    (answer,) = rows(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (answer["kind"], answer["status"], answer["accepted"]) == ("functional_acknowledgement", "P", 1)
    assert [one["status"] for one in answer["sets"]] == ["R", "A", "R"]


def test_other_sets_are_noted_as_received_at_envelope_level(nowhere: Path) -> None:
    text = GOOD_850.read_text().replace("ST*850", "ST*830").replace("GS*PO", "GS*PS")
    (nowhere / "830.edi").write_text(text)
    result = run("parse", "830.edi")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("warning: 830 is received at envelope level")


def test_a_ta1_is_told_in_words(nowhere: Path) -> None:
    header = GOOD_850.read_text().splitlines()[0]
    number = header.split("*")[13]
    (nowhere / "ta1.edi").write_text(f"{header}\nTA1*000000009*260317*1200*R*006~\nIEA*0*{number}~\n")
    result = run("parse", "ta1.edi")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "interchange 000000009 was refused" in result.stderr


def test_the_files_identities_name_the_partner_of_a_workspace(shop: Path) -> None:
    (order,) = rows(run("parse", "partners/acme/first-order.edi").stdout)
    assert (order["partner"], order["test"]) == ("acme", True)
    stranger = run("parse", "--json", GOOD_850)
    assert stranger.exit_code == 0
    assert [(row["code"], row["severity"]) for row in rows(stranger.stderr)] == [
        ("sender-unknown", "warning")
    ]


def test_without_a_workspace_nobody_is_looked_up_and_partner_speaks_for_the_sender() -> None:
    first = ROOT / "partners" / "acme" / "first-order.edi"
    (unknown,) = rows(run("parse", first).stdout)
    (known,) = rows(run("parse", first, "--partner", "hooli").stdout)
    assert ("partner" in unknown, known["partner"]) == (False, "hooli")
    result = run("parse", first, "--partner", "nobody")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "acme, hooli" in result.stderr


def test_bad_files_give_findings_and_exit_1(nowhere: Path) -> None:
    for content in (b"", b"\x00\xff" * 99, b"ISA*00*", b"<cXML>", b"a,b\n1,2\n"):
        (nowhere / "bad").write_bytes(content)
        result = run("parse", "--json", "bad")
        assert (result.exit_code, result.stdout) == (1, "")
        assert any(row["severity"] == "error" for row in rows(result.stderr))


def test_what_is_rendered_is_accepted_and_parsing_it_gives_the_order_back(nowhere: Path) -> None:
    order = run("parse", GOOD_850).stdout
    rendered = run("render", "-", "--partner", "acme", given=order)
    assert rendered.exit_code == 0
    (nowhere / "again.edi").write_bytes(rendered.stdout_bytes)
    assert run("validate", "again.edi").exit_code == 0
    (again,) = rows(run("parse", "again.edi").stdout)
    assert again["lines"] == json.loads(order)["lines"]


def test_a_shipment_becomes_an_856_for_the_partner() -> None:
    result = run("render", SHIPMENT, "--partner", "acme")
    assert result.exit_code == 0
    assert result.stdout.startswith("ISA*00*") and "ST*856*0001~" in result.stdout


def test_render_to_json_is_the_contracts_form() -> None:
    result = run("render", SHIPMENT, "--partner", "acme", "--to", "json")
    (record,) = rows(result.stdout)
    assert (record["kind"], record["partner"]) == ("shipment", "acme")


def test_what_our_own_guide_refuses_is_not_written() -> None:
    refused = GOLDEN / "outbound" / "856" / "not-ready-to-leave" / "record.json"
    result = run("render", refused, "--partner", "acme")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "was not written" in result.stderr


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "order"}', '{"kind": "odrer"}'])
def test_a_document_that_is_none_is_refused_with_its_faults(text: str) -> None:
    result = run("render", "-", "--partner", "acme", "--json", given=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert all(row["severity"] == "error" for row in rows(result.stderr))


def test_a_997_is_not_rendered_from_its_document(nowhere: Path) -> None:
    (nowhere / "997.edi").write_text(run("validate", GOOD_850, "--ack", "997").stdout)
    document = run("parse", "997.edi").stdout
    result = run("render", "-", "--partner", "acme", given=document)
    assert result.exit_code == 2
    assert "validate FILE --ack 997" in result.stderr


def test_inspect_shows_every_segment_and_its_findings_in_place() -> None:
    result = run("inspect", BAD_850)
    assert result.exit_code == 0
    assert "Purchase Order" in result.stdout and "which is no date" in result.stdout


def test_inspect_says_what_a_file_is_that_is_not_x12(nowhere: Path) -> None:
    (nowhere / "empty").write_bytes(b"")
    for file in ("empty", GOLDEN / "inbound" / "csv" / "european" / "input.csv"):
        result = run("inspect", file)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("error:")
