"""``gateway validate``: verdicts, exit codes, acknowledgements, bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.finding import Finding
from tests.cli.command import BAD_850, GOLDEN, GOOD_850, rows, run

CXML = GOLDEN / "inbound" / "cxml"
CSV = GOLDEN / "inbound" / "csv"


def test_a_good_file_is_accepted_in_one_line() -> None:
    result = run("validate", GOOD_850)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        f"{GOOD_850}: accepted, 1 transaction set\n",
        "",
    )


def test_a_bad_file_is_refused_with_every_finding_on_standard_output() -> None:
    result = run("validate", BAD_850)
    assert result.exit_code == 1
    assert "BEG03" in result.stdout and "DTM02" in result.stdout  # of the first set and of the third
    assert result.stdout.endswith("refused, 3 transaction sets, 2 refused\n")
    assert result.stderr == ""


def test_json_lines_are_findings_of_the_contract() -> None:
    result = run("validate", "--json", BAD_850)
    findings = [Finding.from_json(row) for row in rows(result.stdout)]
    assert result.exit_code == 1
    assert {finding.location.file for finding in findings} == {str(BAD_850)}
    missing = next(finding for finding in findings if finding.code == "element-missing")
    assert (missing.location.set, missing.location.segment, missing.location.element) == ("0001", "BEG", 3)
    assert missing.standard_code == "1"


def test_what_only_reading_the_order_finds_refuses_too() -> None:
    """A quantity that our ledger cannot hold passes the guide; arrival would refuse the order all the same."""
    result = run("validate", "--json", BAD_850)
    assert "number-out-of-range" in {row["code"] for row in rows(result.stdout)}


def test_quiet_says_it_by_the_exit_code_alone() -> None:
    assert [
        (r.exit_code, r.output) for r in (run("validate", "--quiet", f) for f in (GOOD_850, BAD_850))
    ] == [
        (0, ""),
        (1, ""),
    ]


def test_one_bad_file_among_several_decides_the_exit_code_and_hides_no_neighbour() -> None:
    result = run("validate", BAD_850, GOOD_850)
    assert result.exit_code == 1
    assert f"{GOOD_850}: accepted" in result.stdout


def test_standard_input_is_a_file_too() -> None:
    result = run("validate", "-", given=GOOD_850.read_bytes())
    assert (result.exit_code, result.stdout) == (0, "standard input: accepted, 1 transaction set\n")


@pytest.mark.parametrize(
    ("file", "code", "summary"),
    [
        (CXML / "new-order" / "input.xml", 0, "accepted, 1 document"),
        (CXML / "broken-items" / "input.xml", 1, "refused, 1 document, 1 refused"),
        (CSV / "trade-show" / "input.csv", 0, "accepted, 2 documents"),
        (CSV / "missing-column" / "input.csv", 1, "refused, nothing in it can be read"),
    ],
)
def test_cxml_and_csv_are_checked_as_they_would_be_read(file: Path, code: int, summary: str) -> None:
    result = run("validate", file)
    assert result.exit_code == code
    assert result.stdout.splitlines()[-1] == f"{file}: {summary}"


def test_partner_says_how_its_sheets_are_laid_out(nowhere: Path) -> None:
    sheet = nowhere / "show.csv"
    sheet.write_text("PO #,Order Date,Style,Qty,Wholesale\n17,03/04/2026,W-RED,10,14.40\n")
    result = run("validate", sheet, "--partner", "summit-outfitters")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, f"{sheet}: accepted, 1 document")
    (order,) = rows(run("parse", sheet, "--partner", "summit-outfitters").stdout)
    assert (order["partner"], order["ordered_on"]) == ("summit-outfitters", "2026-03-04")


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"\x00\xff\x90" * 50, b"ISA*00*", b"hello", b"<a", b"{}", b"PK\x03\x04"]
)
def test_what_cannot_be_read_is_refused_with_a_finding(content: bytes, nowhere: Path) -> None:
    file = nowhere / "drop.edi"
    file.write_bytes(content)
    result = run("validate", "--json", file)
    assert result.exit_code == 1
    assert [row["severity"] for row in rows(result.stdout)].count("error") >= 1


def test_a_set_without_a_guide_is_accepted_at_envelope_level(nowhere: Path) -> None:
    text = GOOD_850.read_text().replace("ST*850", "ST*830").replace("GS*PO", "GS*PS")
    (nowhere / "830.edi").write_text(text)
    result = run("validate", "830.edi")
    assert (result.exit_code, result.stdout) == (
        0,
        "830.edi: accepted, 1 transaction set, 1 × 830 at envelope level only\n",
    )


def test_usage_faults_end_with_2_before_anything_is_written(nowhere: Path) -> None:
    for arguments in (
        ["validate"],
        ["validate", "missing.edi"],
        ["validate", nowhere],
        ["validate", GOOD_850, "x" * 5000],
        ["validate", GOOD_850, "--ack", "824"],
        ["validate", GOOD_850, "--ack", "997", "--engine", "pyx12"],
        ["validate", GOOD_850, "--engine", "other"],
        ["validate", GOOD_850, "--partner", "acmee"],
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert result.stderr
    assert "Perhaps acme?" in run("validate", GOOD_850, "--partner", "acmee").stderr


def test_the_997_of_a_mixed_group_accepts_and_rejects_set_by_set() -> None:
    result = run("validate", BAD_850, "--ack", "997")
    assert result.exit_code == 1
    segments = result.stdout.replace("\n", "").split("~")
    assert [segment for segment in segments if segment.startswith(("AK2", "AK5", "AK9"))][:4] == [
        "AK2*850*0001",
        "AK5*R*5",
        "AK2*850*0002",
        "AK5*A",
    ]
    assert "AK9*P*3*3*1" in segments
    assert "BEG03" in result.stderr and "2 refused" in result.stderr
    assert run("validate", "-", given=result.stdout).exit_code == 0


def test_the_999_says_the_same_in_its_own_segments_and_is_valid() -> None:
    result = run("validate", BAD_850, "--ack", "999")
    assert result.exit_code == 1
    segments = result.stdout.replace("\n", "").split("~")
    assert [segment.split("*")[:2] for segment in segments if segment.startswith(("ST", "IK5", "AK9"))] == [
        ["ST", "999"],
        ["IK5", "R"],
        ["IK5", "A"],
        ["IK5", "R"],
        ["AK9", "P"],
    ]
    assert "*X*005010" in segments[1] and any(segment.startswith("IK4*3*324*1") for segment in segments)
    assert run("validate", "-", given=result.stdout).stderr == ""


def test_the_997_goes_back_to_whom_it_came_from_in_the_partners_own_envelope() -> None:
    plain = run("validate", GOOD_850, "--ack", "997").stdout
    agreed = run("validate", GOOD_850, "--ack", "997", "--partner", "hooli").stdout
    sender, receiver = GOOD_850.read_text().split("*")[6], GOOD_850.read_text().split("*")[8]
    for text in (plain, agreed):
        assert (text.split("*")[6], text.split("*")[8]) == (receiver, sender)
    assert "00501" in agreed and "00501" not in plain


def test_acknowledgements_and_refused_interchanges_get_no_997(nowhere: Path) -> None:
    (nowhere / "997.edi").write_text(run("validate", GOOD_850, "--ack", "997").stdout)
    answered = run("validate", "997.edi", "--ack", "997")
    assert (answered.exit_code, answered.stdout) == (0, "")
    assert "never answered" in answered.stderr
    (nowhere / "cut.edi").write_text(GOOD_850.read_text().partition("IEA")[0])
    cut = run("validate", "cut.edi", "--ack", "997")
    assert (cut.exit_code, cut.stdout) == (1, "")
    assert "TA1" in cut.stderr
    sheet = run("validate", CSV / "trade-show" / "input.csv", "--ack", "997")
    assert (sheet.exit_code, sheet.stdout) == (0, "")
    assert "not X12" in sheet.stderr


def test_pyx12_gives_a_second_opinion() -> None:
    good = run("validate", GOOD_850, "--engine", "pyx12")
    assert (good.exit_code, good.stdout) == (0, f"{GOOD_850}: accepted by pyx12\n")
    bad = run("validate", BAD_850, "--engine", "pyx12", "--json")
    assert bad.exit_code == 1
    assert {row["rule"] for row in rows(bad.stdout)} == {"pyx12"}
