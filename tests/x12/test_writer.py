"""Interchanges as written: envelope, counts, trimming, and data that would break them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import Finding, Severity, has_errors
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import Identity
from gateway.x12.writer import (
    DraftSegment,
    EnvelopeSettings,
    Numbers,
    Repeated,
    SetDraft,
    write_interchange,
    write_interchange_segments,
)

SELLER = Identity(qualifier="ZZ", identifier="SELLER", group_identifier="SELLERGS")
BUYER = Identity(qualifier="12", identifier="5551234", group_identifier="BUYERGS")
ENVELOPE = EnvelopeSettings(sender=SELLER, receiver=BUYER, usage="T")
MODERN = replace(ENVELOPE, interchange_version="00501", group_version="005010")
NOW = datetime(2026, 3, 17, 14, 30, tzinfo=ZoneInfo("America/Chicago"))
BAK: DraftSegment = ("BAK", "00", "AC", "4500012345", "20260317")


def _write(
    *segments: DraftSegment, envelope: EnvelopeSettings = ENVELOPE
) -> tuple[list[str], tuple[Finding, ...]]:
    """The segments of a one-set interchange, and the findings."""
    data, findings = write_interchange(
        envelope, "PR", [SetDraft("855", segments)], Numbers.counted(42, 7, 1), NOW
    )
    text = data.decode("latin-1")
    return text.removesuffix("~").split("~"), findings


def test_golden_interchange() -> None:
    first = SetDraft("855", (BAK, ("PO1", "1", "10", "EA", "14.40"), ("CTT", "1")))
    second = SetDraft("855", (("BAK", "00", "RD", "4500012346", "20260317"),))
    data, findings = write_interchange(ENVELOPE, "PR", [first, second], Numbers(42, 7, (1, 2)), NOW)
    assert data == (
        b"ISA*00*          *00*          *ZZ*SELLER         *12*5551234        *260317*1430*U*00401*000000042*0*T*>~"
        b"GS*PR*SELLERGS*BUYERGS*20260317*1430*7*X*004010~"
        b"ST*855*0001~BAK*00*AC*4500012345*20260317~PO1*1*10*EA*14.40~CTT*1~SE*5*0001~"
        b"ST*855*0002~BAK*00*RD*4500012346*20260317~SE*3*0002~"
        b"GE*2*7~IEA*1*000000042~"
    )
    assert findings == ()


def test_isa_is_106_bytes_and_holds_the_delimiters_where_readers_look() -> None:
    delimiters = Delimiters(element="|", component="\\", segment="\n", repetition="!")
    envelope = replace(MODERN, delimiters=delimiters, acknowledgement_requested=True, usage="P")
    data, findings = write_interchange(
        envelope, "PR", [SetDraft("855", (BAK,))], Numbers.counted(1, 1, 1), NOW
    )
    assert findings == ()
    isa = data[:106].decode()
    assert (isa[3], isa[82], isa[104], isa[105]) == ("|", "!", "\\", "\n")
    assert isa[84:104] == "00501|000000001|1|P|"


def test_isa11_is_u_before_00402_whatever_the_settings() -> None:
    envelope = replace(ENVELOPE, delimiters=Delimiters(repetition="!"))
    segments, findings = _write(BAK, ("REF", "DP", "a!b"), envelope=envelope)
    assert segments[0].split("*")[11] == "U"
    assert findings == ()  # no separator in this version, so ! is data


def test_isa11_has_a_repetition_separator_from_00402() -> None:
    assert _write(BAK, envelope=replace(ENVELOPE, interchange_version="00402"))[0][0].split("*")[11] == "^"


def test_gs04_has_no_century_before_004010() -> None:
    assert _write(BAK, envelope=replace(ENVELOPE, group_version="003060"))[0][1].split("*")[4] == "260317"
    assert (
        _write(BAK, envelope=replace(ENVELOPE, group_version="004010VICS"))[0][1].split("*")[4] == "20260317"
    )


def test_trailing_empties_are_trimmed_and_inner_ones_kept() -> None:
    segments, findings = _write(
        BAK, ("PO1", "1", "", "", ("a", "", ""), ("", "b"), ("", ""), ""), ("REF", "", "x", "", "")
    )
    assert segments[4:6] == ["PO1*1***a*>b", "REF**x"]
    assert findings == ()


def test_repetitions_are_joined_trimmed_and_never_lost() -> None:
    repeated = Repeated((("a", "b", ""), "", "c", ""))
    assert _write(BAK, ("DMG", repeated), envelope=MODERN)[0][4] == "DMG*a>b^^c"
    _, findings = _write(BAK, ("DMG", repeated))
    assert [(f.code, f.location.element) for f in findings] == [("no-repetition-separator", 1)]


def test_newline_after_segment_does_not_double_a_newline_terminator() -> None:
    data, _ = write_interchange(
        replace(ENVELOPE, newline_after_segment=True),
        "PR",
        [SetDraft("855", (BAK,))],
        Numbers.counted(1, 1, 1),
        NOW,
    )
    assert data.count(b"~\n") == data.count(b"~") == 7
    newline = replace(ENVELOPE, newline_after_segment=True, delimiters=Delimiters(segment="\n"))
    data, _ = write_interchange(newline, "PR", [SetDraft("855", (BAK,))], Numbers.counted(1, 1, 1), NOW)
    assert b"\n\n" not in data


def test_st03_is_sent_where_the_guide_names_a_convention() -> None:
    draft = SetDraft("855", (BAK,), convention_reference="005010X999")
    data, _ = write_interchange(MODERN, "PR", [draft], Numbers.counted(1, 1, 1), NOW)
    assert b"~ST*855*0001*005010X999~" in data


def test_interchange_without_groups() -> None:
    segments = [("TA1", "000000001", "260317", "1430", "A", "000")]
    data, findings = write_interchange_segments(ENVELOPE, segments, 9, NOW)
    assert data.endswith(b">~TA1*000000001*260317*1430*A*000~IEA*0*000000009~")
    assert findings == ()


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("4500*1", "delimiter-in-data", "*"),
        ("a>b", "delimiter-in-data", ">"),
        ("a~b", "delimiter-in-data", "~"),
        ("a\nb", "control-character-in-data", "U+000A"),
        ("a\x85b", "control-character-in-data", "U+0085"),
        ("Café", "character-not-in-set", "é"),
    ],
)
def test_data_that_would_break_the_interchange_is_refused_with_its_place(
    value: str, code: str, shown: str
) -> None:
    data, findings = write_interchange(
        ENVELOPE,
        "PR",
        [SetDraft("855", (BAK, ("REF", "DP", "x", ("y", value))))],
        Numbers.counted(42, 7, 1),
        NOW,
    )
    (finding,) = findings
    place = finding.location
    assert (finding.code, finding.severity, finding.found) == (code, Severity.ERROR, value)
    assert shown in finding.message
    assert (place.interchange, place.group, place.set) == ("000000042", "7", "0001")
    assert (place.segment_number, place.segment, place.element, place.component) == (3, "REF", 3, 2)
    assert place.offset == data.index(b"REF*DP")


def test_replacement_policy_writes_the_nearest_text_and_warns() -> None:
    envelope = replace(ENVELOPE, replacement=" ")
    segments, findings = _write(BAK, ("MSG", "Café “5*3” 日\n"), envelope=envelope)
    assert segments[4] == 'MSG*Cafe "5 3"   '
    assert [(f.code, f.severity) for f in findings] == [("control-character-in-data", Severity.WARNING)]


def test_replacement_that_is_a_delimiter_is_never_sent() -> None:
    _, findings = _write(BAK, ("MSG", "a*b"), envelope=replace(ENVELOPE, replacement="*"))
    assert has_errors(findings)


def test_utf8_data_is_checked_by_bytes() -> None:
    envelope = replace(ENVELOPE, charset="utf-8", delimiters=Delimiters(segment="\x85"))
    data, findings = write_interchange(
        envelope, "PR", [SetDraft("855", (("MSG", "é"), ("MSG", "Å")))], Numbers.counted(1, 1, 1), NOW
    )
    assert "MSG*é".encode() in data  # C3 A9
    assert [(f.code, f.found) for f in findings] == [("delimiter-in-data", "Å")]  # C3 85


def test_cp1252() -> None:
    data, findings = write_interchange(
        replace(ENVELOPE, charset="cp1252"),
        "PR",
        [SetDraft("855", (("MSG", "5 €"),))],
        Numbers.counted(1, 1, 1),
        NOW,
    )
    assert b"MSG*5 \x80~" in data
    assert findings == ()


def test_segment_without_elements_is_found() -> None:
    _, findings = _write(BAK, ("PID", "", ("", "")))
    assert [(f.code, f.location.segment_number) for f in findings] == [("segment-empty", 3)]


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"receiver": replace(BUYER, identifier="1234567890123456")}, ("ISA", 8)),
        ({"receiver": replace(BUYER, qualifier="Z")}, ("ISA", 7)),
        ({"sender": replace(SELLER, identifier="  ")}, ("ISA", 6)),
        ({"sender": replace(SELLER, group_identifier="S")}, ("GS", 2)),
        ({"receiver": replace(BUYER, group_identifier="")}, ("GS", 3)),
        ({"interchange_version": "4010"}, ("ISA", 12)),
        ({"usage": ""}, ("ISA", 15)),
        ({"group_version": "004010-TOO-LONG"}, ("GS", 8)),
    ],
)
def test_envelope_values_that_do_not_fit_are_found(
    changes: dict[str, object], element: tuple[str, int]
) -> None:
    _, findings = _write(BAK, envelope=replace(ENVELOPE, **changes))  # type: ignore[arg-type]
    assert ("envelope-value-unusable", *element) in [
        (f.code, f.location.segment, f.location.element) for f in findings
    ]


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters(element="*", component="*"),
        Delimiters(element="A"),
        Delimiters(segment=" "),
        Delimiters(component=""),
        Delimiters(component="€"),
        Delimiters(segment="\r\n"),
    ],
)
def test_delimiters_that_cannot_delimit_are_found(delimiters: Delimiters) -> None:
    _, findings = _write(BAK, envelope=replace(ENVELOPE, delimiters=delimiters))
    assert "delimiters-unusable" in [f.code for f in findings]


def test_repetition_separator_equal_to_another_delimiter_is_found_only_where_it_is_used() -> None:
    clash = Delimiters(component="^")
    assert "delimiters-unusable" not in [
        f.code for f in _write(BAK, envelope=replace(ENVELOPE, delimiters=clash))[1]
    ]
    assert "delimiters-unusable" in [
        f.code for f in _write(BAK, envelope=replace(MODERN, delimiters=clash))[1]
    ]


def test_numbers_out_of_range_and_missing_zones_are_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="1000000000"):
        Numbers(1_000_000_000, 1)
    with pytest.raises(ValueError, match="need as many control numbers"):
        write_interchange(ENVELOPE, "PR", [SetDraft("855", (BAK,))], Numbers(1, 1, ()), NOW)
    with pytest.raises(ValueError, match="zone"):
        write_interchange(ENVELOPE, "PR", [], Numbers(1, 1), NOW.replace(tzinfo=None))


_text = st.text(st.sampled_from("AZaz09 .-&^>*~:|\\é\n"), max_size=6)
_segment = st.lists(st.one_of(_text, st.lists(_text, max_size=3).map(tuple)), min_size=1, max_size=5)


@given(
    st.lists(_segment, max_size=5), st.sampled_from([(*"*>~",), (*"|:\n",), (*"\x1d\x1f\x1c",), (*"^~>",)])
)
def test_without_errors_the_text_splits_into_what_was_written(
    segments: Sequence[Sequence[str | tuple[str, ...]]], marks: tuple[str, str, str]
) -> None:
    element, component, terminator = marks
    envelope = replace(
        ENVELOPE, delimiters=Delimiters(element=element, component=component, segment=terminator)
    )
    drafts = [SetDraft("855", tuple(("ZZZ", *segment) for segment in segments))]
    data, findings = write_interchange(envelope, "PR", drafts, Numbers.counted(1, 1, 1), datetime.now(UTC))
    if has_errors(findings):
        return
    written = data.decode("latin-1").removesuffix(terminator).split(terminator)
    assert len(written) == len(segments) + 6
    for text, segment in zip(written[3:-3], segments, strict=True):
        read = [part.split(component) for part in text.split(element)[1:]]
        expected = [[part] if isinstance(part, str) else list(part) for part in segment]
        assert _significant(read) == _significant(expected)


def _significant(elements: Sequence[Sequence[str]]) -> list[list[str]]:
    """Elements without the trailing empties that carry no meaning."""
    kept = [list(element) for element in elements]
    for element in kept:
        while element and not element[-1]:
            element.pop()
    while kept and not kept[-1]:
        kept.pop()
    return kept
