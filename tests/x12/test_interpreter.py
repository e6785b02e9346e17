"""Verdicts on transaction sets, made by hand from the standard's text: what is wrong, where, with which codes."""

from __future__ import annotations

import pytest

from gateway.core.finding import Severity
from gateway.x12.delimiters import Delimiters
from gateway.x12.faults import Fault, SyntaxFinding
from tests.x12.reading import (
    ORDER,
    closed_groups,
    events_of,
    group,
    interchange,
    order_file,
    sets_of,
    transaction,
)

BEG, REF, DTM, N1, N3, N4, PO1, PID, PO1_2, CTT = ORDER


def verdict(
    segments: list[str] | tuple[str, ...], code: str = "850", gs: str = "PO", version: str = "004010"
) -> list[tuple[str, str | None, str | None]]:
    """Of each finding: place (``PO102@8``), acknowledgement code, loop; warnings have a ``w`` before the place."""
    (document,) = sets_of(events_of(order_file(segments, code=code, gs=gs, version=version)))
    found = []
    for finding in document.findings:
        assert isinstance(finding, SyntaxFinding)
        place = finding.location
        reference = f"{place.segment}{place.element or '':02}" if place.element else f"{place.segment}"
        if place.component:
            reference += f"-{place.component}"
        if place.repetition:
            reference += f"r{place.repetition}"
        mark = "" if finding.is_error else "w "
        found.append((f"{mark}{reference}@{place.segment_number}", finding.standard_code, finding.loop))
    return found


def replaced(old: str, new: str) -> list[str]:
    """The good order with one segment replaced."""
    assert old in ORDER
    return [new if segment == old else segment for segment in ORDER]


def test_the_order_is_good() -> None:
    assert verdict(ORDER) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (BEG, "BEG*00*SA***20260317", [("BEG03@2", "1", None)]),
        (
            BEG,
            "BEG",
            [("BEG01@2", "1", None), ("BEG02@2", "1", None), ("BEG03@2", "1", None), ("BEG05@2", "1", None)],
        ),
        (BEG, "BEG*99*SA*1**20260317", [("BEG01@2", "7", None)]),
        (BEG, "BEG*00*SA*1**20260230", [("BEG05@2", "8", None)]),
        (BEG, "BEG*00*SA*1**260317", [("BEG05@2", "4", None)]),
        (BEG, "BEG*00*SA*1234567890123456789012X**20260317", [("BEG03@2", "5", None)]),
        (REF, "REF*DP", [("REF02@3", "2", None)]),  # R0203
        (PO1, "PO1*1*ten*EA", [("PO102@8", "6", "PO1")]),
        (PO1, "PO1*1**EA*1.00*PE", [("PO102@8", "2", "PO1")]),  # C0302: a unit needs a quantity
        (PO1, "PO1*1*1**1.00*PE", []),
        (PO1, "PO1*1*1*EA**PE", [("PO104@8", "2", "PO1")]),  # C0504: basis needs a price
        (PO1, "PO1*1*1*EA*1*PE*UP", [("PO107@8", "2", "PO1")]),  # P0607
        (PO1, "PO1*1*1*EA*1*PE**614141000418", [("PO106@8", "2", "PO1")]),
        (PO1, "PO1*1*1*EA*1*PE***VN*1", []),  # an empty pair in the middle is no fault
        (PO1, "PO1*1*1*EA*1*PE*UP*1*2*3", [("PO108@8", "4", "PO1")]),
        (PO1, PO1 + "*" * 16, []),
        (PO1, PO1 + "*" * 20, [("w PO126@8", "3", "PO1")]),  # empty, yet beyond PO125
        (PO1, PO1 + "*" * 17 + "X", [("PO126@8", "3", "PO1")]),
        (DTM, "DTM*010*20260320*2561", [("DTM03@4", "9", None)]),
        (DTM, "DTM*010", [("DTM02@4", "2", None)]),  # R020305
        (N1, "N1*ST", [("N102@5", "2", "N1")]),  # R0203
        (N1, "N1*ST*Hooli*92", [("N104@5", "2", "N1")]),  # P0304
        (N4, "N4*Boise*IDAHO", [("N402@7", "5", "N1")]),
        (CTT, "CTT*3", [("w CTT01@11", None, None)]),
        (CTT, "CTT*2*14", []),
        (CTT, "CTT*2*15", [("w CTT02@11", None, None)]),
        (CTT, "CTT*two", [("CTT01@11", "6", "CTT")]),
        (DTM, "DTM*010****D8*20260320", []),
        (DTM, "DTM*010****D8*260320", [("DTM06@4", "8", None)]),
        (DTM, "DTM*010****RD8*20260320-20260327", []),
        (DTM, "DTM*010****RD8*20260320-20260332", [("DTM06@4", "8", None)]),
        (DTM, "DTM*010****RD8*20260320", [("DTM06@4", "8", None)]),
        (DTM, "DTM*010****TM*2460", [("DTM06@4", "9", None)]),
        (DTM, "DTM*010****DT*202603202359", []),
        (DTM, "DTM*010****DT*202603202360", [("DTM06@4", "8", None)]),
        (DTM, "DTM*010****CM*202613", [("DTM06@4", "8", None)]),
        (DTM, "DTM*010****CY*2026", []),
        (DTM, "DTM*010****UN*SOON", []),
        (DTM, "DTM*010****D8", [("DTM06@4", "2", None)]),  # P0506
    ],
)
def test_elements_of_an_850(old: str, new: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert verdict(replaced(old, new)) == expected


def test_composites_and_their_conditions() -> None:
    # REF04 is the composite C040: components 1 and 2 mandatory, 3 and 4 paired
    assert verdict(replaced(REF, "REF*DP*1**DP>7")) == []
    assert verdict(replaced(REF, "REF*DP*1**DP")) == [("REF04-2@3", "1", None)]
    assert verdict(replaced(REF, "REF*DP*1**DP>7>IA")) == [("REF04-4@3", "2", None)]
    assert verdict(replaced(REF, "REF*DP*1**??>7")) == [("REF04-1@3", "7", None)]
    assert verdict(replaced(REF, "REF*DP*1**DP>1>DP>2>DP>3>DP>4")) == [("REF04-7@3", "3", None)]
    assert verdict(replaced(REF, "REF*DP*1**DP>1>DP>2>DP>3>DP>4"), version="005010") == [
        ("REF04-7@3", "13", None)
    ]
    assert verdict(replaced(REF, "REF*DP*1>2")) == [("REF02@3", "6", None)]


def test_repetitions() -> None:
    assert verdict(replaced(REF, "REF*DP*1^2"), version="005010") == [("REF02r2@3", "12", None)]
    # Before 00402 the same character is data.
    assert verdict(replaced(REF, "REF*DP*1^2")) == []


def test_structure_missing_unknown_foreign_and_misplaced() -> None:
    order = list(ORDER)
    assert verdict(order[1:]) == [("BEG@2", "3", None)]
    assert verdict([BEG, REF, N1]) == [("PO1@5", "3", "PO1")]
    assert verdict([*order[:2], "QQQ*1", *order[2:]]) == [("QQQ@4", "1", None)]
    assert verdict([*order[:2], "BIG*20260317*X", *order[2:]]) == [("BIG@4", "6", None)]
    assert verdict([*order[:2], "AK1*PO*1", *order[2:]]) == [("AK1@4", "6", None)]
    assert verdict([BEG, DTM, REF, *order[3:]]) == [("REF@4", "7", None)]
    assert verdict([REF, BEG, *order[2:]]) == [("BEG@3", "7", None)]


def test_neighbours_of_a_misfit_are_judged_fairly() -> None:
    order = list(ORDER)
    # An N9 loop after the N1 loop: one finding, its MSG is read as the N9's.
    assert verdict([*order[:6], "N9*L1*NOTES", "MSG*CALL AHEAD", *order[6:]]) == [("N9@8", "7", "N1")]
    # A loop without its first segment: its first segment is told, the others are read in it.
    assert verdict([*order[:3], N3, N4, *order[6:]]) == [("N3@5", "2", "N1")]
    # A misspelt PO1 is told once; what belongs to the line is read in it.
    assert verdict([*order[:6], PO1.replace("PO1", "P01"), PID, CTT.replace("2", "0")]) == [
        ("P01@8", "1", "N1")
    ]
    # An unknown segment between the lines leaves the second line alone.
    assert verdict([*order[:8], "ZZ9*A*B*C", *order[8:]]) == [("ZZ9@10", "1", "PO1/PID")]


@pytest.mark.parametrize("written", ["P1", "PO", "O1", "POO1", "PO11", "XPO1", "PO1X", "P01", "BO1"])
def test_a_misspelt_first_segment_of_a_loop_is_told_once(written: str) -> None:
    line = PO1.replace("PO1", written, 1)
    assert verdict([*ORDER[:6], line, PID, CTT.replace("2", "0")]) == [(f"{written}@8", "1", "N1")]


@pytest.mark.parametrize("written", ["QQ9", "1OP", "P", "POO11", "P0"])
def test_what_resembles_nothing_stands_for_nothing(written: str) -> None:
    line = PO1.replace("PO1", written, 1)
    assert verdict([*ORDER[:6], line, PID, CTT.replace("2", "0")]) == [
        (f"{written}@8", "1", "N1"),
        ("PID@9", "7", "N1"),  # the PID of the heading, whose place is behind us
        ("PO1@10", "3", "PO1"),
    ]


def test_what_is_missing_where_the_set_has_no_end() -> None:
    data = order_file([BEG, REF, N1])
    (document,) = sets_of(events_of(data.replace(b"SE*5*0001~", b"")))
    assert [(f.code, f.location.segment, f.location.segment_number) for f in document.findings] == [
        ("set-trailer-missing", None, None),
        ("segment-missing", "PO1", 4),
    ]
    (document,) = sets_of(
        events_of(data.replace(b"N1*ST*Hooli Warehouse*92*00417~SE*5*0001~", b"PO1*1*1*EA~"))
    )
    assert [f.code for f in document.findings] == ["set-trailer-missing"]


def test_a_misplaced_loop_is_read_as_that_loop_and_the_walk_comes_back() -> None:
    order = [*ORDER[:6], "N9*L1*NOTES", "MSG*ONE", "MSG*TWO", *ORDER[6:]]
    (document,) = sets_of(events_of(order_file(order)))
    assert [(f.code, f.location.segment_number) for f in document.findings] == [
        ("segment-out-of-sequence", 8)
    ]
    tags = [(use.loop.path if use else None) for use in document.uses]
    assert tags[7:11] == ["N9", "N9", "N9", "PO1"]
    message = document.findings[0].message
    assert message.endswith("stands after its place: here the 850 has come to loop N1")


def test_a_lost_terminator_is_told_once() -> None:
    """The line break that is left shows where it was; nothing else is told, and the lines are counted right."""
    data = order_file([*replaced(PID, PID + "\n" + PO1_2)[:8], CTT])
    for eol in (b"\n", b"\r\n"):
        (document,) = sets_of(events_of(data.replace(b"\n", eol)))
        (finding,) = document.findings
        assert finding.message == (
            "The segment terminator is missing between PID and PO1, only a line break stands there"
        )
        assert (finding.code, finding.location.segment_number, finding.location.element) == (
            "bad-character",
            9,
            5,
        )
        assert (finding.standard_code, finding.found) == ("6", "Red widget")
        assert len(document.segments) == len(document.uses) == 11
    assert verdict(replaced(PID, PID + "\nWELL MADE")) == [
        ("PID05@9", "6", "PO1/PID")
    ]  # text with a line break
    assert verdict(replaced(PID, PID + "\nZZ9*"))[0] == ("PID05@9", "6", "PO1/PID")


def test_repeat_limits_of_segments_and_loops() -> None:
    header = [BEG, *[DTM] * 10]
    assert verdict([*header, PO1]) == []
    assert verdict([*header, DTM, PO1]) == [("DTM@13", "5", None)]
    charges = ["SAC*C*D240***100"] * 25
    assert verdict([BEG, *charges, PO1]) == []
    assert verdict([BEG, *charges, charges[0], PO1]) == [("SAC@28", "4", "SAC")]
    assert verdict([BEG, BEG, *ORDER[1:]]) == [("BEG@3", "5", None)]


def test_what_only_the_version_explains_is_a_warning() -> None:
    order = replaced(BEG, "BEG*00*SA*1**260317")
    assert verdict(order, version="003040") == [("w BEG05@2", "4", None)]
    assert verdict(replaced(PO1, "PO1*1*10*Q9*1"), version="004030VICS") == [("w PO103@8", "7", "PO1")]
    assert verdict(replaced(BEG, "BEG*00*SA***20260317"), version="003040") == [("BEG03@2", "1", None)]
    assert verdict(replaced(PO1, "PO1*1*ten*EA*1"), version="003040") == [("PO102@8", "6", "PO1")]
    (document,) = sets_of(events_of(order_file(order, version="003040")))
    assert document.findings[0].severity is Severity.WARNING
    assert "version 003040 may allow it" in document.findings[0].message


def test_a_neighbouring_version_is_told_once_at_the_group() -> None:
    events = events_of(order_file(version="004030"))
    (closed,) = closed_groups(events)
    assert [finding.code for finding in closed.header_findings] == ["group-version-nearest"]
    assert not closed.header_findings[0].is_error


HL = (
    "HL*1**S",
    "HL*2*1*O",
    "PRF*4500012345",
    "HL*3*2*P",
    "MAN*GM*00006141410000000012",
    "HL*4*3*I",
    "SN1**6*EA",
)


def ship_notice(levels: tuple[str, ...], count: int) -> list[str]:
    return ["BSN*00*S-1*20260320*1500*0001", *levels, f"CTT*{count}"]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (HL, []),
        ((*HL[:-2], "HL*4*9*I", HL[-1]), [("HL02@8", None, "HL")]),
        ((*HL[:-2], "HL*3*2*I", HL[-1]), [("HL01@8", None, "HL")]),
        ((*HL[:-2], "HL*7*3*I", HL[-1]), [("w HL01@8", None, "HL")]),
        (("HL*1**S*0", *HL[1:]), [("w HL04@3", None, "HL")]),
        ((*HL[:-2], "HL*4*3*I*1", HL[-1]), [("w HL04@8", None, "HL")]),
        (("HL*1**S*1", *HL[1:-2], "HL*4*3*I*0", HL[-1]), []),
        ((*HL[:-2], "HL*4*3*?", HL[-1]), [("HL03@8", "7", "HL")]),
    ],
)
def test_hierarchies_of_an_856(
    levels: tuple[str, ...], expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert verdict(ship_notice(levels, 4), code="856", gs="SH") == expected


@pytest.mark.parametrize(
    ("structure", "levels", "expected"),
    [
        ("0001", ["HL*1**S", "HL*2*1*O", "HL*3*2*I"], []),  # a level may be left out
        ("0001", ["HL*1**S", "HL*2*1*O", "HL*3*2*T", "HL*4*3*P", "HL*5*4*P", "HL*6*5*I"], []),
        ("0002", ["HL*1**S", "HL*2*1*O", "HL*3*2*I", "HL*4*3*P"], []),
        ("0001", ["HL*1**S", "HL*2*1*O", "HL*3*2*I", "HL*4*3*P"], [("w HL03@6", None, "HL")]),
        ("0001", ["HL*1**S", "HL*2*1*O", "HL*3*2*O"], [("w HL03@5", None, "HL")]),
        ("ZZZZ", ["HL*1**S", "HL*2*1*O", "HL*3*2*O"], []),
        ("0001", ["HL*1**S", "HL*2*1*O", "HL*3**I"], [("w HL02@5", None, "HL")]),
        ("0001", ["HL*1**S", "HL*2**S"], []),
    ],
)
def test_levels_stand_in_the_order_that_bsn05_announces(
    structure: str, levels: list[str], expected: list[tuple[str, str | None, str | None]]
) -> None:
    segments = [f"BSN*00*S-1*20260320*1500*{structure}", *levels]
    assert verdict(segments, code="856", gs="SH") == expected


@pytest.mark.parametrize(
    ("code", "gs", "segments", "right"),
    [
        ("846", "IB", ["BIA*00*DD*1*20260320", "LIN**SK*A", "QTY*33*5", "QTY*17*2"], {"7"}),
        ("860", "PC", ["BCH*04*SA*1***20260317", "POC*1*QI*15*10*EA", "POC*2*QI*2.5*1*EA"], {"17.5", "40"}),
        ("865", "CA", ["BCA*00*AC*1***20260317", "POC*1*QI*15*10*EA"], {"15"}),
        ("810", "IN", ["BIG*20260320*I", "IT1*1*-6*EA*1", "IT1*2*2*EA*1", "TDS*400"], {"-4", "8"}),
    ],
)
def test_each_set_says_what_its_hash_total_adds_up(
    code: str, gs: str, segments: list[str], right: set[str]
) -> None:
    lines = sum(segment[:3] in ("LIN", "POC", "IT1") for segment in segments)
    for total in (*right, "99"):
        found = [place for place, _, _ in verdict([*segments, f"CTT*{lines}*{total}"], code, gs)]
        assert found == ([] if total in right else [f"w CTT02@{len(segments) + 2}"])


def test_an_856_counts_levels_not_lines() -> None:
    assert verdict(ship_notice(HL, 1), code="856", gs="SH") == [("w CTT01@10", None, None)]


def test_bounded_loops() -> None:
    line = [*ORDER[:7], "LS*LDT", "LDT*AF*5*DA", "LE*LDT", CTT.replace("2", "1")]
    assert verdict(line) == []
    assert verdict([*line[:-2], "LE*XXX", line[-1]]) == [("LE01@11", None, None)]
    assert verdict([*line[:-2], line[-1]]) == [("LE@11", "3", "PO1/LS")]


def test_every_set_has_a_good_example() -> None:
    examples = {
        ("810", "IN"): ["BIG*20260320*INV-1", "IT1*1*6*EA*14.40", "TDS*8640", "CTT*1"],
        ("820", "RA"): ["BPR*C*900*C*ACH", "ENT*1", "RMR*IV*75213001**900"],
        ("824", "AG"): ["BGN*11*1*20260320", "OTI*TR*TN*0001"],
        ("846", "IB"): ["BIA*00*DD*1*20260320", "LIN**SK*W-RED", "QTY*33*5", "CTT*1"],
        ("855", "PR"): ["BAK*00*AC*4500012345*20260317", "PO1*1*10*EA*14.40", "ACK*IA*10*EA", "CTT*1"],
        ("860", "PC"): ["BCH*04*SA*4500012345***20260317", "POC*1*QI*15*10*EA", "CTT*1"],
        ("864", "TX"): ["BMG*00", "MIT*1", "MSG*HELLO"],
        ("865", "CA"): ["BCA*00*AC*4500012345***20260317", "POC*1*QI*15*10*EA", "ACK*IA*15*EA", "CTT*1"],
        ("940", "OW"): ["W05*N*4500012345", "N1*ST*HOOLI", "LX*1", "W01*10*EA**VN*W-RED"],
        ("945", "SW"): [
            "W06*F*4500012345*20260320",
            "N1*ST*HOOLI",
            "LX*1",
            "MAN*GM*1",
            "W12*CC*10*10**EA**VN*W-RED",
        ],
        ("997", "FA"): [
            "AK1*PO*7",
            "AK2*850*0001",
            "AK3*PO1*8*PO1*8",
            "AK4*2*380*6*TEN",
            "AK5*R*5",
            "AK9*R*1*1*0",
        ],
    }
    for (code, gs), segments in examples.items():
        for version in ("004010", "005010"):
            assert [f for f in verdict(segments, code, gs, version) if not f[0].startswith("w ")] == [], code


def test_an_acknowledgement_of_005010() -> None:
    segments = [
        "AK1*PO*7*005010",
        "AK2*850*0001",
        "IK3*PO1*8*PO1*8",
        "CTX*SITUATIONAL TRIGGER*PO1*8**2",
        "IK4*2*380*6*TEN",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]
    assert verdict(segments, "999", "FA", "005010X231A1") == []


def test_findings_say_all_that_an_ak4_needs() -> None:
    data = interchange(
        group(transaction(replaced(PO1, "PO1*1*123456789012345678*EA"))),
        delimiters=Delimiters("|", "<", "\n"),
    )
    (document,) = sets_of(events_of(data))
    (finding,) = document.findings
    assert isinstance(finding, SyntaxFinding)
    assert finding.to_json() == {
        "code": "element-too-long",
        "severity": "error",
        "message": "PO102 (Quantity Ordered) has 18 digits, at most 15 are allowed",
        "location": {
            "file": "drop.edi",
            "interchange": "000000042",
            "group": "7",
            "set": "0001",
            "segment_number": 8,
            "segment": "PO1",
            "element": 2,
            "offset": data.index(b"123456789012345678"),
        },
        "found": "123456789012345678",
        "wanted": "1 to 15 digits",
        "rule": "x12/004010/segments PO1-02",
        "fix": "Ask the partner for a corrected 850",
        "standard_code": "5",
    }
    assert (finding.fault, finding.loop, finding.element_number) == (Fault.ELEMENT_TOO_LONG, "PO1", "330")


def test_a_long_order_costs_in_proportion() -> None:
    lines = [PO1, PID] * 5000
    (document,) = sets_of(events_of(order_file([BEG, *lines, "CTT*5000"])))
    assert document.findings == () and len(list(document.occurrences("PO1"))) == 5000
