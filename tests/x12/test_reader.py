"""Envelopes: good ones of every style, and each way in which they go wrong."""

from __future__ import annotations

import pytest

from gateway.core.finding import Severity
from gateway.x12.delimiters import Delimiters
from gateway.x12.events import (
    GroupClosed,
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
    Unreadable,
)
from gateway.x12.faults import Fault
from tests.x12.reading import (
    ORDER,
    closed_groups,
    closed_interchanges,
    errors_of,
    events_of,
    faults_of,
    findings_of,
    group,
    interchange,
    isa,
    order_file,
    sets_of,
    transaction,
)

GOOD = order_file()


def test_a_good_file_yields_its_envelopes_and_its_set_without_findings() -> None:
    events = events_of(GOOD)
    assert [type(event) for event in events] == [
        InterchangeOpened,
        GroupOpened,
        SetRead,
        GroupClosed,
        InterchangeClosed,
    ]
    assert findings_of(events) == []
    opened, closed = events[0], events[3]
    assert isinstance(opened, InterchangeOpened) and isinstance(closed, GroupClosed)
    assert (opened.header.sender_qualifier, opened.header.sender) == ("ZZ", "BUYER")
    assert (opened.header.receiver_qualifier, opened.header.receiver) == ("01", "123456789")
    assert not opened.header.test and not opened.header.acknowledgement_requested
    assert closed.header.version == "004010" and closed.included == 1
    assert [(v.set_code, v.set_control_number, v.guide_known) for v in closed.sets] == [("850", "0001", True)]


def test_segments_keep_raw_text_number_and_byte_offset() -> None:
    data = b"\xef\xbb\xbf" + interchange(group(transaction()), after="\r\n  ")
    (document,) = sets_of(events_of(data))
    for number, segment in enumerate(document.segments, 1):
        assert segment.number == number
        text = "*".join(segment.elements).encode("latin-1")
        assert data[segment.offset : segment.offset + len(text)] == text
        assert segment.raw.lstrip() == text.decode()
    line = document.segments[7]
    assert data[line.element_offset(4) :].startswith(b"14.40*")


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters("*", ">", "~"),
        Delimiters("|", "\\", "\n"),
        Delimiters("^", "<", "\x85"),
        Delimiters("\x1d", "\x1f", "\x1c"),
        Delimiters("~", ":", "\x07"),
        Delimiters("*", "~", "|"),
        Delimiters("\t", ";", "'"),
        Delimiters("\xff", "\x00", "\x0b"),
    ],
)
def test_any_byte_can_delimit(delimiters: Delimiters) -> None:
    events = events_of(interchange(group(transaction()), delimiters=delimiters))
    assert findings_of(events) == []
    (document,) = sets_of(events)
    assert document.interchange.delimiters == delimiters
    assert document.value("PO1/PID05") == "Red widget"


@pytest.mark.parametrize("after", ["", "\n", "\r\n", "\r", "\n\n"])
def test_line_breaks_after_terminators_do_not_matter(after: str) -> None:
    events = events_of(interchange(group(transaction()), after=after))
    assert [f for f in findings_of(events) if f.is_error] == []
    assert sets_of(events)[0].value("BEG03") == "4500012345"


def test_lines_ended_by_crlf_instead_of_a_terminator() -> None:
    text = interchange(group(transaction()), delimiters=Delimiters("*", ">", "\n")).decode()
    events = events_of(text.replace("\n", "\r\n").encode())
    assert findings_of(events) == []
    assert sets_of(events)[0].interchange.delimiters.segment == "\n"


def test_repetition_separator_only_from_00402_on() -> None:
    old = interchange(group(transaction()), version="00401", delimiters=Delimiters(repetition="^"))
    new = interchange(group(transaction()), version="00402", delimiters=Delimiters(repetition="^"))
    assert sets_of(events_of(old))[0].interchange.delimiters.repetition is None
    assert sets_of(events_of(new))[0].interchange.delimiters.repetition == "^"
    letters = interchange(group(transaction()), version="00501")
    assert Fault.STANDARD_INVALID in faults_of(findings_of(events_of(letters)))
    assert sets_of(events_of(letters))[0].interchange.delimiters.repetition is None


def test_several_interchanges_groups_and_delimiters_in_one_file() -> None:
    other = Delimiters("|", "<", "\n")
    data = interchange(
        group(transaction(number="0001"), transaction(number="0002"), number="1"),
        group(transaction(["BIG*20260317*INV-1"], code="810"), code="IN", number="2"),
    ) + interchange(group(transaction()), number="000000043", delimiters=other)
    events = events_of(data)
    assert [d.set_control_number for d in sets_of(events)] == ["0001", "0002", "0001", "0001"]
    assert [len(closed.sets) for closed in closed_groups(events)] == [2, 1, 1]
    assert [closed.header.interchange_control_number for closed in closed_interchanges(events)] == [
        "000000042",
        "000000043",
    ]
    assert sets_of(events)[3].findings == ()


def test_letters_isa_inside_data_are_data() -> None:
    order = [*ORDER[:-1], "N1*BY*ISABELLA ISA*00*ISA", "CTT*2"]
    events = events_of(
        order_file([*ORDER[:3], "N9*L1*ISA*00* ISA", "MSG*VISA AND ISA * ".strip(), *ORDER[3:]])
    )
    assert len(sets_of(events)) == 1 and len(closed_interchanges(events)) == 1
    assert len(sets_of(events_of(order_file(order)))) == 1


def test_the_last_terminator_may_be_missing() -> None:
    events = events_of(GOOD[:-1])
    assert faults_of(findings_of(events)) == [Fault.TERMINATOR_MISSING]
    assert findings_of(events)[0].severity is Severity.WARNING
    assert closed_interchanges(events)[0].trailer is not None


def test_mark_banner_and_blank_lines_are_skipped_with_a_warning() -> None:
    data = (
        b"\xef\xbb\xbfNETWORK BANNER ISA 00\r\n\r\n"
        + GOOD
        + b"\r\n\r\n"
        + order_file().replace(b"000000042", b"000000043")
    )
    events = events_of(data + b"\x1a")
    found = findings_of(events)
    assert [f.severity for f in found] == [Severity.WARNING] * len(found)
    assert faults_of(found) == [
        Fault.BYTE_ORDER_MARK,
        Fault.TEXT_AROUND,
        Fault.TEXT_AROUND,
        Fault.TEXT_AROUND,
    ]
    assert len(sets_of(events)) == 2


def test_ta1_comes_as_an_event_of_its_own() -> None:
    answer = "TA1*000000041*260316*1200*A*000"
    events = events_of(interchange([answer], group(transaction())).replace(b"IEA*2", b"IEA*1"))
    (acknowledgement,) = [e for e in events if isinstance(e, InterchangeAcknowledgementRead)]
    assert acknowledgement.segment.elements[1] == "000000041" and acknowledgement.findings == ()
    assert findings_of(events) == []


# What goes wrong


def test_empty_file() -> None:
    for data in (b"", b"\r\n \n", b"\xef\xbb\xbf\n"):
        (event,) = events_of(data)
        assert isinstance(event, Unreadable) and faults_of(event.findings) == [Fault.FILE_EMPTY]
        assert event.findings[0].is_error


@pytest.mark.parametrize(
    "data", [b"\x00\xff\x80" * 5000, b"<xml/>", b"GS*PO*A*B~ST*850*1~", b"ISAISA*ISA*" * 500, b"IS"]
)
def test_junk_is_no_interchange(data: bytes) -> None:
    (event,) = events_of(data)
    assert isinstance(event, Unreadable) and faults_of(event.findings) == [Fault.NO_INTERCHANGE]


def test_utf16_is_named() -> None:
    (finding,) = findings_of(events_of(b"\xff\xfe" + GOOD.decode().encode("utf-16-le")))
    assert "UTF-16" in finding.message and finding.fix == "Ask the partner to send plain text"


def test_truncated_anywhere_closes_all_that_was_open() -> None:
    for length in range(106, len(GOOD) - 1):
        events = events_of(GOOD[:length])
        kinds = [type(event) for event in events]
        assert kinds.count(InterchangeClosed) == 1 and kinds.count(GroupOpened) == kinds.count(GroupClosed)
        assert Fault.FILE_TRUNCATED in faults_of(findings_of(events)) or b"IEA" in GOOD[:length]
        assert [f for f in findings_of(events) if f.is_error], length


def test_truncated_in_a_set_is_told_at_each_level() -> None:
    cut = GOOD[: GOOD.index(b"PO1*2")]
    events = events_of(cut)
    (document,) = sets_of(events)
    assert document.refused and document.value("BEG03") == "4500012345"
    codes = [(f.code, f.standard_code) for f in findings_of(events) if f.is_error]
    assert codes == [("set-trailer-missing", "2"), ("group-trailer-missing", "3"), ("file-truncated", "023")]


@pytest.mark.parametrize(
    ("old", "new", "fault", "code"),
    [
        (b"SE*12*0001", b"SE*13*0001", Fault.SEGMENT_COUNT_WRONG, "4"),
        (b"SE*12*0001", b"SE**0001", Fault.SEGMENT_COUNT_WRONG, "4"),
        (b"SE*12*0001", b"SE*12*0002", Fault.SET_CONTROL_NUMBER_DIFFERS, "3"),
        (b"SE*12*0001~", b"", Fault.SET_TRAILER_MISSING, "2"),
        (b"ST*850*0001", b"ST*851X*0001", Fault.SET_IDENTIFIER_INVALID, "6"),
        (b"ST*850*0001", b"ST**0001", Fault.SET_IDENTIFIER_INVALID, "6"),
        (b"ST*850*0001", b"ST*777*0001", Fault.SET_NOT_SUPPORTED, "1"),
        (b"ST*850*", b"ST*850**", Fault.SET_CONTROL_NUMBER_INVALID, "7"),
        (b"GS*PO", b"GS*IN", Fault.SET_NOT_IN_GROUP, "6"),
        (b"GS*PO", b"GS*QQ", Fault.GROUP_TYPE_UNKNOWN, "1"),
        (b"*X*004010", b"*X*latest", Fault.GROUP_VERSION_UNKNOWN, "2"),
        (b"*7*X*", b"*seven*X*", Fault.GROUP_CONTROL_NUMBER_INVALID, "6"),
        (b"GE*1*7~", b"", Fault.GROUP_TRAILER_MISSING, "3"),
        (b"GE*1*7", b"GE*1*8", Fault.GROUP_CONTROL_NUMBER_DIFFERS, "4"),
        (b"GE*1*7", b"GE*41*7", Fault.SET_COUNT_WRONG, "5"),
        (b"IEA*1*", b"IEA*2*", Fault.GROUP_COUNT_WRONG, "021"),
        (b"IEA*1*000000042", b"IEA*1*000000001", Fault.INTERCHANGE_CONTROL_NUMBER_DIFFERS, "001"),
        (b"IEA*1*000000042~", b"", Fault.FILE_TRUNCATED, "023"),
        (b"ST*850*0001~", b"", Fault.SEGMENT_OUTSIDE_SET, None),
        (b"GS*PO*BUYERGS", b"G5*PO*BUYERGS", Fault.SEGMENT_OUTSIDE_GROUP, "024"),
    ],
)
def test_each_broken_pair(old: bytes, new: bytes, fault: Fault, code: str | None) -> None:
    assert GOOD.count(old) == 1
    errors = errors_of(GOOD.replace(old, new))
    assert fault in faults_of(errors)
    finding = errors[faults_of(errors).index(fault)]
    assert finding.standard_code == code
    assert finding.location.file == "drop.edi" and finding.location.interchange == "000000042"


def test_set_in_the_wrong_group_has_its_own_code_from_005010_on() -> None:
    data = order_file(version="005010").replace(b"GS*PO", b"GS*IN")
    assert [(e.fault, e.standard_code) for e in errors_of(data)] == [(Fault.SET_NOT_IN_GROUP, "18")]


def test_a_known_set_without_guide_is_read_at_envelope_level() -> None:
    for code, identifier in (
        ("816", "OR"),
        ("830", "PS"),
        ("832", "SC"),
        ("852", "PD"),
        ("875", "OG"),
        ("880", "GP"),
    ):
        events = events_of(order_file(["ZZZ*anything", "QQ*1"], code=code, gs=identifier))
        assert findings_of(events) == []
        (document,) = sets_of(events)
        assert document.guide is None and not document.refused
        assert not closed_groups(events)[0].sets[0].guide_known
        assert document.value("ZZZ01") == "anything"


def test_control_numbers_used_twice() -> None:
    sets = group(transaction(), transaction())
    assert [(e.fault, e.standard_code) for e in errors_of(interchange(sets))] == [
        (Fault.SET_CONTROL_NUMBER_TWICE, "23")
    ]
    groups = interchange(group(transaction()), group(transaction()))
    assert [(e.fault, e.standard_code) for e in errors_of(groups)] == [
        (Fault.GROUP_CONTROL_NUMBER_TWICE, "19")
    ]
    assert [(e.fault, e.standard_code) for e in errors_of(GOOD + GOOD)] == [(Fault.INTERCHANGE_TWICE, "025")]


def test_a_second_isa_before_the_iea_begins_a_new_interchange() -> None:
    events = events_of(isa("000000041").encode() + GOOD)
    closed = closed_interchanges(events)
    assert faults_of(closed[0].findings) == [Fault.INTERCHANGE_TRAILER_MISSING]
    assert closed[1].findings == () and sets_of(events)[0].findings == ()


def test_an_interchange_cut_off_in_data_does_not_harm_the_next() -> None:
    other = interchange(group(transaction()), number="000000043", delimiters=Delimiters("|", "<", "\n"))
    for cut in range(106, len(GOOD) - 20, 7):
        events = events_of(GOOD[:cut] + other)
        assert closed_interchanges(events)[0].trailer is None
        assert closed_interchanges(events)[1].findings == ()
        assert sets_of(events)[-1].findings == () and sets_of(events)[-1].value("CTT01") == "2"


def test_a_bad_set_does_not_harm_its_neighbours() -> None:
    bad = transaction(["BEG*00*SA*X**20269999", "PO1**many*EA"], number="0002")
    events = events_of(interchange(group(transaction(number="0001"), bad, transaction(number="0003"))))
    assert [d.refused for d in sets_of(events)] == [False, True, False]
    assert [v.refused for v in closed_groups(events)[0].sets] == [False, True, False]
    assert closed_groups(events)[0].envelope_findings == ()


def test_a_missing_se_does_not_swallow_the_next_set() -> None:
    first = transaction(number="0001")[:-1]
    events = events_of(interchange(group(first, transaction(number="0002"))))
    assert [faults_of(d.findings) for d in sets_of(events)] == [[Fault.SET_TRAILER_MISSING], []]


def test_text_after_the_last_interchange() -> None:
    harmless = events_of(GOOD + b"\r\n*** END OF MAILBOX ***\r\n")
    assert [f.severity for f in findings_of(harmless)] == [Severity.WARNING]
    lost = events_of(GOOD + b"GS*PO*A*B*20260317*1200*9*X*004010~ST*850*0009~")
    assert [f.severity for f in findings_of(lost)] == [Severity.ERROR]


def test_stray_segments_are_told_once_a_run() -> None:
    one = group(transaction())
    strays = [one[0], "N1*ST*LOST", "N3*STREET", *one[1:-1], "N1*ST*LOST TOO", one[-1]]
    events = events_of(interchange(strays))
    assert faults_of(findings_of(events)) == [Fault.SEGMENT_OUTSIDE_SET] * 2
    assert sets_of(events)[0].findings == ()


def test_something_that_never_ends_is_given_up() -> None:
    events = events_of([isa().encode(), *[b"x" * 65536] * 40])
    assert Fault.SEGMENT_WITHOUT_END in faults_of(findings_of(events))
    assert isinstance(events[-1], Unreadable)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"UNA:+.? 'UNB+UNOA:1+BUYER+SELLER+260317:1430+1'", "it is EDIFACT"),
        (b"\r\nUNB+UNOA:1+BUYER+SELLER+260317:1430+1'", "it is EDIFACT"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><cXML/>", "it looks like XML"),
        (b"GS*PO*A*B*20260317*1430*1*X*004010~ST*850*0001~", "though segments stand there"),
        (b"order_number,quantity\n1,2\n", "no ISA segment was found"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(data: bytes, said: str) -> None:
    (finding,) = findings_of(events_of(data))
    assert finding.code == "no-interchange" and said in finding.message and finding.fix
