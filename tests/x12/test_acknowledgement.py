"""The 997 by hand: what the standard's text asks for in each case, and what partners' 997s and 999s say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.canonical.functional_acknowledgement import SetAcknowledgement
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.acknowledgement import (
    AcknowledgementPolicy,
    functional_acknowledgement,
    group_status,
    implementation_acknowledgement,
    implementation_acknowledgement_version,
    needs_acknowledgement,
    read_functional_acknowledgement,
)
from gateway.x12.delimiters import Delimiters
from gateway.x12.draft import SetDraft
from gateway.x12.envelope import GroupHeader, Identity, InterchangeHeader
from gateway.x12.events import GroupClosed, SetVerdict
from gateway.x12.faults import Fault, Level, SyntaxFinding
from gateway.x12.segment_text import joined
from gateway.x12.segments import Segment
from gateway.x12.transaction_set import ReadContent, TransactionSet
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange

INTERCHANGE = InterchangeHeader(
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
GROUP = GroupHeader(
    functional_identifier="PO",
    sender="BUYERGS",
    receiver="SELLERGS",
    date="20260317",
    time="1430",
    group_control_number="0007",
    agency="X",
    version="004010VICS",
)
ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="ZZ", identifier="SELLER", group_identifier="SELLERGS"),
    receiver=Identity(qualifier="12", identifier="5551234", group_identifier="BUYERGS"),
)


def _finding(fault: Fault, severity: Severity = Severity.ERROR, **place: object) -> SyntaxFinding:
    extra = {name: place.pop(name) for name in ("loop", "element_number", "found") if name in place}
    return SyntaxFinding(
        code=fault.code,
        message="as found",
        severity=severity,
        location=Location(**place),  # type: ignore[arg-type]
        standard_code=fault.standard_code(GROUP.version),
        fault=fault,
        **extra,  # type: ignore[arg-type]
    )


def _verdict(
    *findings: Finding, number: str = "0001", code: str = "850", convention: str | None = None
) -> SetVerdict:
    return SetVerdict(code, number, findings, guide_known=True, convention=convention)


def _closed(
    *sets: SetVerdict, version: str = "004010VICS", findings: tuple[Finding, ...] = ()
) -> GroupClosed:
    return GroupClosed(INTERCHANGE, replace(GROUP, version=version), sets, len(sets), findings)


def _text(draft: SetDraft) -> list[str]:
    return [joined(segment, Delimiters()) for segment in draft.segments]


LONG_QUANTITY = _finding(
    Fault.ELEMENT_TOO_LONG,
    segment="PO1",
    segment_number=5,
    element=2,
    loop="PO1",
    element_number="330",
    found="12345678901234567890",
)


def test_group_without_errors() -> None:
    closed = _closed(_verdict(), _verdict(number="0002"))
    assert _text(functional_acknowledgement(closed)) == [
        "AK1*PO*0007",
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK5*A",
        "AK9*A*2*2*2",
    ]


def test_005010_names_the_version_and_the_convention() -> None:
    closed = _closed(_verdict(convention="005010X999"), version="005010")
    assert _text(functional_acknowledgement(closed))[:2] == ["AK1*PO*0007*005010", "AK2*850*0001*005010X999"]


def test_one_bad_set_of_two() -> None:
    closed = _closed(_verdict(LONG_QUANTITY), _verdict(number="0002"))
    assert _text(functional_acknowledgement(closed)) == [
        "AK1*PO*0007",
        "AK2*850*0001",
        "AK3*PO1*5*PO1*8",
        "AK4*2*330*5*12345678901234567890",
        "AK5*R*5",
        "AK2*850*0002",
        "AK5*A",
        "AK9*P*2*2*1",
    ]


def test_every_finding_has_its_place_in_the_order_of_the_set() -> None:
    closed = _closed(
        _verdict(
            _finding(Fault.SEGMENT_COUNT_WRONG, segment="SE", segment_number=9, element=1),
            _finding(Fault.CODE_NOT_IN_LIST, segment="REF", segment_number=3, element=4, component=1,
                     element_number="128", found="QQQ"),
            _finding(Fault.ELEMENT_MISSING, segment="BEG", segment_number=2, element=3, element_number="324"),
            _finding(Fault.BAD_DATE, segment="BEG", segment_number=2, element=5, element_number="373",
                     found="20261301"),
            _finding(Fault.SEGMENT_MISSING, segment="PO1", segment_number=8),
            _finding(Fault.SEGMENT_UNKNOWN, segment="XYZ", segment_number=7),
            _finding(Fault.SEGMENT_TOO_OFTEN, segment="REF", segment_number=3),
            _finding(Fault.LINE_COUNT_WRONG, segment="CTT", segment_number=8, element=1, found="7"),
        )
    )  # fmt: skip
    assert _text(functional_acknowledgement(closed)) == [
        "AK1*PO*0007",
        "AK2*850*0001",
        "AK3*BEG*2**8",
        "AK4*3*324*1",
        "AK4*5*373*8*20261301",
        "AK3*REF*3**5",
        "AK3*REF*3**8",
        "AK4*4>1*128*7*QQQ",
        "AK3*XYZ*7**1",
        "AK3*PO1*8**3",
        "AK3*CTT*8**8",
        "AK5*R*4*5",
        "AK9*R*1*1*0",
    ]


def test_repetition_is_told_from_005010_on() -> None:
    fault = _finding(
        Fault.BAD_CHARACTER, segment="DMG", segment_number=4, element=5, component=2, repetition=3
    )
    assert "AK4*5>2**6" in _text(functional_acknowledgement(_closed(_verdict(fault))))
    assert "AK4*5>2>3**6" in _text(functional_acknowledgement(_closed(_verdict(fault), version="005010")))


@pytest.mark.parametrize(
    ("number", "version", "written"),
    [("355", "004010", "355"), ("C040", "004010", ""), ("C040", "005010", "C040"), (None, "005010", "")],
)
def test_element_reference_number_as_the_version_has_it(
    number: str | None, version: str, written: str
) -> None:
    fault = replace(LONG_QUANTITY, element_number=number, found=None)
    text = _text(functional_acknowledgement(_closed(_verdict(fault), version=version)))
    assert f"AK4*2*{written}*5" in text


@pytest.mark.parametrize(
    ("found", "envelope", "copied"),
    [
        ("x" * 120, None, "x" * 99),
        ("a\x07b", None, ""),
        ("a\x07b", ENVELOPE, ""),
        ("1*2", ENVELOPE, ""),
        ("12:60", ENVELOPE, "12:60"),
        ("12:60", None, ""),
        ("é", ENVELOPE, ""),
        ("é", replace(ENVELOPE, charset="utf-8"), "é"),
        ("abc", replace(ENVELOPE, charset="basic"), ""),
        ("   ", None, ""),
        (None, None, ""),
    ],
)
def test_bad_value_is_copied_where_it_can_be_sent(
    found: str | None, envelope: EnvelopeSettings | None, copied: str
) -> None:
    draft = functional_acknowledgement(
        _closed(_verdict(replace(LONG_QUANTITY, found=found))), envelope=envelope
    )
    assert draft.segments[3][4:] == (copied,)


def test_values_that_the_997_cannot_hold_are_left_out_or_cut() -> None:
    long_loop = replace(LONG_QUANTITY, loop="PO1/LONGER")
    assert "AK3*PO1*5*LONGER*8" in _text(functional_acknowledgement(_closed(_verdict(long_loop))))
    assert "AK3*PO1*5**8" in _text(functional_acknowledgement(_closed(_verdict(long_loop), version="005010")))
    junk = _finding(Fault.SEGMENT_UNKNOWN, segment="P\x01", segment_number=1_000_000)
    assert "AK3*ZZZ*999999**1" in _text(functional_acknowledgement(_closed(_verdict(junk))))


def test_header_values_that_would_break_the_997_are_not_repeated() -> None:
    closed = _closed(_verdict(convention="a>b"), version="005010~X")
    closed = replace(closed, header=replace(closed.header, group_control_number="A7>1"))
    assert _text(functional_acknowledgement(closed))[:2] == ["AK1*PO*71", "AK2*850*0001"]


@pytest.mark.parametrize(("number", "written"), [("1", "AK2*850*0001"), ("ABCD", "AK2*850*ABCD")])
def test_set_control_number_is_repeated(number: str, written: str) -> None:
    assert written in _text(functional_acknowledgement(_closed(_verdict(number=number))))


@pytest.mark.parametrize("verdict", [_verdict(number=""), _verdict(number="1234567890"), _verdict(code="8")])
def test_set_that_cannot_be_named_is_only_counted(verdict: SetVerdict) -> None:
    assert _text(functional_acknowledgement(_closed(verdict))) == ["AK1*PO*0007", "AK9*A*1*1*1"]


def test_refused_group_lists_only_sets_in_error() -> None:
    group_fault = _finding(Fault.GROUP_CONTROL_NUMBER_DIFFERS, segment="GE", segment_number=9)
    closed = _closed(_verdict(), _verdict(LONG_QUANTITY, number="0002"), findings=(group_fault,))
    assert _text(functional_acknowledgement(closed)) == [
        "AK1*PO*0007",
        "AK2*850*0002",
        "AK3*PO1*5*PO1*8",
        "AK4*2*330*5*12345678901234567890",
        "AK5*R*5",
        "AK9*R*2*2*0*4",
    ]


def test_counts_are_those_announced_and_those_received() -> None:
    closed = replace(_closed(_verdict()), included=3)
    assert _text(functional_acknowledgement(closed))[-1] == "AK9*A*3*1*1"
    assert _text(functional_acknowledgement(replace(closed, included=None)))[-1] == "AK9*A*1*1*1"


def test_no_more_than_five_codes_and_99_element_notes() -> None:
    faults = (
        Fault.SET_TRAILER_MISSING,
        Fault.SET_CONTROL_NUMBER_DIFFERS,
        Fault.SEGMENT_COUNT_WRONG,
        Fault.SET_IDENTIFIER_INVALID,
        Fault.SET_CONTROL_NUMBER_INVALID,
    )
    many = [replace(LONG_QUANTITY, found=str(n)) for n in range(150)]
    text = _text(functional_acknowledgement(_closed(_verdict(*map(_finding, faults), *many))))
    assert sum(line.startswith("AK4") for line in text) == 99
    assert "AK5*R*2*3*4*6*7" in text


@pytest.mark.parametrize(
    ("policy", "severity", "expected"),
    [
        (AcknowledgementPolicy(), Severity.ERROR, ("R", "R")),
        (AcknowledgementPolicy(), Severity.WARNING, ("A", "A")),
        (AcknowledgementPolicy(note_warnings=True), Severity.WARNING, ("E", "E")),
        (AcknowledgementPolicy(tolerated=frozenset({"element-too-long"})), Severity.ERROR, ("E", "E")),
        (AcknowledgementPolicy(tolerated_levels=frozenset({Level.ELEMENT})), Severity.ERROR, ("E", "E")),
        (AcknowledgementPolicy(tolerated_levels=frozenset({Level.SEGMENT})), Severity.ERROR, ("R", "R")),
    ],
)
def test_policy_decides_between_rejected_noted_and_accepted(
    policy: AcknowledgementPolicy, severity: Severity, expected: tuple[str, str]
) -> None:
    closed = _closed(_verdict(replace(LONG_QUANTITY, severity=severity)))
    text = _text(functional_acknowledgement(closed, policy))
    assert (text[-2].split("*")[1], text[-1].split("*")[1]) == expected
    assert ("AK4*2*330*5*12345678901234567890" in text) is (expected[0] != "A")


def test_findings_of_others_are_placed_by_how_far_their_place_goes() -> None:
    place = Location(segment="PO1", segment_number=5, element=6)
    known = Finding(code="partner-rule", message="…", location=place, standard_code="7", found="ZZ")
    unknown = Finding(code="partner-rule", message="…", location=place)
    whole = Finding(code="partner-rule", message="…")
    assert "AK4*6**7*ZZ" in _text(functional_acknowledgement(_closed(_verdict(known))))
    assert _text(functional_acknowledgement(_closed(_verdict(unknown))))[2:4] == ["AK3*PO1*5**8", "AK5*R*5"]
    assert _text(functional_acknowledgement(_closed(_verdict(whole))))[2] == "AK5*R"


def test_group_status() -> None:
    bad = _verdict(LONG_QUANTITY)
    assert [group_status(_closed(*sets)) for sets in ([], [_verdict()], [bad], [bad, _verdict()])] == [
        *"AARP"
    ]


def test_a_partner_who_posts_whole_groups_gets_no_p() -> None:
    closed = _closed(_verdict(LONG_QUANTITY), _verdict(number="0002"))
    text = _text(functional_acknowledgement(closed, AcknowledgementPolicy(whole_group=True)))
    assert (text[1], text[-2:]) == ("AK2*850*0001", ["AK5*R*5", "AK9*R*2*2*0"])


def test_the_tables_mark_of_a_second_loop_is_not_told() -> None:
    second = replace(LONG_QUANTITY, loop="OID/N1#2")
    assert "AK3*PO1*5*N1*8" in _text(functional_acknowledgement(_closed(_verdict(second))))


def test_999_in_its_own_segments_and_codes() -> None:
    too_many = _finding(
        Fault.TOO_MANY_COMPONENTS, segment="REF", segment_number=3, element=4, component=7, found="A"
    )
    missing = _finding(
        Fault.CONDITION_UNMET, segment="PO1", segment_number=5, element=7, loop="PO1", element_number="234"
    )
    inside = replace(missing, location=replace(missing.location, element=4, component=2), trigger=1)
    verdict = _verdict(too_many, replace(missing, trigger=6), inside, convention="C1")
    draft = implementation_acknowledgement(_closed(verdict))
    assert draft.set_code == "999"
    assert _text(draft) == [
        "AK1*PO*0007*004010VICS",
        "AK2*850*0001*C1",
        "IK3*REF*3**8",
        "IK4*4>7**13*A",
        "IK3*PO1*5*PO1*8",
        "IK4*7*234*2",
        "CTX*SITUATIONAL TRIGGER*PO1*5*PO1*6",
        "IK4*4>2*234*2",
        "CTX*SITUATIONAL TRIGGER*PO1*5*PO1*4>1",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]


@pytest.mark.parametrize(
    ("version", "written"),
    [("004010VICS", "005010"), ("junk", "005010"), ("005010X220", "005010"), ("006020", "006020")],
)
def test_version_of_a_999(version: str, written: str) -> None:
    assert implementation_acknowledgement_version(version) == written


def test_acknowledgements_are_never_acknowledged() -> None:
    fa = replace(GROUP, functional_identifier="FA")
    assert needs_acknowledgement(GROUP)
    assert not needs_acknowledgement(fa)
    with pytest.raises(ValueError, match="never acknowledged"):
        functional_acknowledgement(replace(_closed(), header=fa))


def _document(text: str, terminator: str = "~") -> TransactionSet:
    """The first set of a small interchange, split without the reader so that reading answers is tested alone."""
    lines = [line.strip() for line in text.split(terminator)]
    first = next(n for n, line in enumerate(lines) if line.startswith("ST*"))
    last = next(n for n, line in enumerate(lines) if line.startswith("SE*"))
    segments = tuple(
        Segment(tuple(line.split("*")), number, 0, line)
        for number, line in enumerate(lines[first : last + 1], start=1)
    )
    return TransactionSet(
        "997", "0001", INTERCHANGE, GROUP, None, ReadContent(segments, (None,) * len(segments)), ()
    )


def test_what_we_write_is_what_we_read() -> None:
    draft = functional_acknowledgement(_closed(_verdict(LONG_QUANTITY), _verdict(number="0002")))
    data, findings = write_interchange(ENVELOPE, "FA", [draft], Numbers.counted(1, 1, 1), datetime.now(UTC))
    assert findings == ()
    read = read_functional_acknowledgement(_document(data.decode()))
    assert read is not None
    assert (read.functional_identifier, read.group_control_number, read.status) == ("PO", "0007", "P")
    assert (read.included, read.received, read.accepted, read.version) == (2, 2, 1, None)
    assert read.origin.interchange == "000000042"
    assert read.sets == (
        SetAcknowledgement(
            set="850",
            set_control_number="0001",
            status="R",
            codes=("5",),
            errors=(
                "segment 5 PO1 in loop PO1: segment has errors in its elements (8)",
                "segment 5 PO102 (element 330): element too long (5), sent was 12345678901234567890",
            ),
        ),
        SetAcknowledgement(set="850", set_control_number="0002", status="A"),
    )


def test_999_is_read_alike() -> None:
    read = read_functional_acknowledgement(
        _document(
            "ST*999*0001*005010X231~AK1*HC*17*005010X222A1~AK2*837*0001*005010X222A1~IK3*NM1*8*2010*I9~"
            "CTX*SITUATIONAL TRIGGER*CLM*43**5>3*C023>1325~CTX*CLM01>123~"
            "IK4*9>2>1*67*I12*ABC~IK5*R*5*I5~AK9*R*1*1*0*2~SE*10*0001~"
        )
    )
    assert read is not None
    assert (read.version, read.codes) == ("005010X222A1", ("2",))
    assert read.sets[0].codes == ("5", "I5")
    assert read.sets[0].errors == (
        "segment 8 NM1 in loop 2010: the guide does not use this segment beside the others (I9)"
        "; in context SITUATIONAL TRIGGER CLM at segment 43, element 5-3; in context CLM01 123",
        "segment 8 NM109-2 (element 67): value does not follow the guide's pattern (I12), sent was ABC",
    )


@pytest.mark.parametrize(
    ("body", "status", "sets"),
    [
        ("AK1*PO*7~AK2*850*0001~AK2*850*0002~AK5*A~", "", [("0001", ""), ("0002", "A")]),
        ("AK1*PO*7~AK2*850*0001~AK4*1**7~AK9*A*x*1*-1~", "A", [("0001", "")]),
        ("AK1~AK5*A~AK9~", "", []),
    ],
)
def test_reading_is_tolerant(body: str, status: str, sets: list[tuple[str, str]]) -> None:
    read = read_functional_acknowledgement(_document(f"ST*997*0001~{body}SE*9*0001~"))
    assert read is not None
    assert (read.status, read.included, read.accepted) == (status, None, None)
    assert [(answer.set_control_number, answer.status) for answer in read.sets] == sets


def test_nothing_to_match_without_ak1() -> None:
    assert read_functional_acknowledgement(_document("ST*997*0001~SE*2*0001~")) is None


def test_text_of_partners_is_made_harmless() -> None:
    read = read_functional_acknowledgement(
        _document("ST*997*0001~AK1*PO*7~AK2*850*0001~AK4*1*2*7*a\x1b[2J~SE*5*1~")
    )
    assert read is not None
    assert read.sets[0].errors == ("element 01 (element 2): code not in the list (7), sent was a\ufffd[2J",)
