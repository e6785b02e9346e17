"""The TA1: when it is due, what it says, and what partners' TA1s say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.finding import Finding, Severity
from gateway.x12.acknowledgement import AcknowledgementPolicy
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import Identity, InterchangeHeader
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.interchange_acknowledgement import (
    InterchangeAnswer,
    interchange_acknowledgement,
    needs_interchange_acknowledgement,
    read_interchange_acknowledgement,
    write_interchange_acknowledgement,
)
from gateway.x12.segments import Segment
from gateway.x12.writer import EnvelopeSettings

HEADER = InterchangeHeader(
    sender_qualifier="12",
    sender="5551234",
    receiver_qualifier="ZZ",
    receiver="SELLER",
    date="260317",
    time="1430",
    version="00401",
    interchange_control_number="000000042",
    acknowledgement_requested=False,
    usage="P",
    delimiters=Delimiters(),
)
ASKING = replace(HEADER, acknowledgement_requested=True)


def _finding(fault: Fault, severity: Severity = Severity.ERROR) -> SyntaxFinding:
    return SyntaxFinding(
        code=fault.code, message="…", severity=severity, fault=fault, standard_code=fault.standard_code()
    )


WRONG_NUMBER = _finding(Fault.INTERCHANGE_CONTROL_NUMBER_DIFFERS)
WARNING = _finding(Fault.GROUP_COUNT_WRONG, Severity.WARNING)


def test_golden_interchange() -> None:
    envelope = EnvelopeSettings(
        sender=Identity(qualifier="ZZ", identifier="SELLER", group_identifier="SELLER"),
        receiver=Identity(qualifier="12", identifier="5551234", group_identifier="BUYER"),
        acknowledgement_requested=True,
    )
    segment = interchange_acknowledgement(HEADER, [WRONG_NUMBER])
    data, findings = write_interchange_acknowledgement(
        envelope, [segment], 3, datetime(2026, 3, 17, 15, 0, tzinfo=UTC)
    )
    assert data == (
        b"ISA*00*          *00*          *ZZ*SELLER         *12*5551234        *260317*1500*U*00401*000000003*0*P*>~"
        b"TA1*000000042*260317*1430*R*001~IEA*0*000000003~"
    )
    assert findings == ()


@pytest.mark.parametrize(
    ("findings", "policy", "verdict"),
    [
        ([], AcknowledgementPolicy(), ("A", "000")),
        ([WARNING], AcknowledgementPolicy(), ("A", "000")),
        ([WARNING], AcknowledgementPolicy(note_warnings=True), ("E", "021")),
        ([WARNING, WRONG_NUMBER], AcknowledgementPolicy(note_warnings=True), ("R", "001")),
        ([WRONG_NUMBER], AcknowledgementPolicy(tolerated=frozenset({WRONG_NUMBER.code})), ("E", "001")),
        ([Finding(code="odd", message="…")], AcknowledgementPolicy(), ("R", "022")),
        (
            [Finding(code="odd", message="…", standard_code="5"), WRONG_NUMBER],
            AcknowledgementPolicy(),
            ("R", "001"),
        ),
    ],
)
def test_verdict_and_note_code(
    findings: list[Finding], policy: AcknowledgementPolicy, verdict: tuple[str, str]
) -> None:
    assert interchange_acknowledgement(HEADER, findings, policy)[4:] == verdict


@pytest.mark.parametrize(
    ("header", "findings", "always", "on_error", "requested"),
    [
        (HEADER, [], True, False, False),
        (HEADER, [WARNING], True, False, False),
        (HEADER, [WRONG_NUMBER], True, True, False),
        (ASKING, [], True, True, True),
    ],
)
def test_when_it_is_due(
    header: InterchangeHeader, findings: list[Finding], always: bool, on_error: bool, requested: bool
) -> None:
    due = [needs_interchange_acknowledgement(header, findings, when) for when in InterchangeAnswer]
    assert due == [always, on_error, requested]
    assert not any(
        needs_interchange_acknowledgement(header, findings, when, answers_only=True)
        for when in InterchangeAnswer
    )


def test_malformed_header_values_do_not_break_the_ta1() -> None:
    header = replace(HEADER, interchange_control_number="42", date="26O317", time="14:30")
    assert interchange_acknowledgement(header, [])[1:4] == ("000000042", "000000", "0000")


def test_reading() -> None:
    read = read_interchange_acknowledgement(
        Segment(("TA1", "000000042", "260317", "1430", "R", "009"), 2, 106, "TA1*000000042*260317*1430*R*009")
    )
    assert (read.interchange_control_number, read.status, read.accepted) == ("000000042", "R", False)
    assert read.text == "receiver id (ISA08) unknown (009)"
    assert read_interchange_acknowledgement(Segment(("TA1", "1"), 2, 0, "TA1*1")).text == "no note code"
    assert read_interchange_acknowledgement(Segment(("TA1", "1", "", "", "E", "777"), 2, 0, "")).accepted
