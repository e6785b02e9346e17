"""Sets that stand as text: the fast path of the reader tells what the slow one would, in bounded work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.x12.compiled_guide import COMPILED, GUIDES_KEPT, LEXICONS_KEPT, CompiledGuides
from gateway.x12.delimiters import Delimiters
from gateway.x12.events import Event, SetRead
from gateway.x12.possessive import POSSESSIVE_IS_SOUND
from gateway.x12.punctuation import Punctuation, punctuation_of
from gateway.x12.records import set_record
from gateway.x12.segment_check import ElementFault, SegmentCheck
from gateway.x12.set_text import SetText
from tests.x12.reading import GUIDES, ORDER, events_of, group, interchange, order_file, sets_of, transaction

GUIDE = GUIDES.find("850", "004010")
assert GUIDE is not None


compiled = pytest.mark.skipif(
    not POSSESSIVE_IS_SOUND,
    reason="this Python gets possessive quantifiers wrong, so nothing is compiled here",
)


@pytest.fixture(autouse=True)
def learned() -> None:
    """The expressions of an 850 under the usual punctuation, without and with line breaks."""
    assert GUIDE is not None
    for line_break in ("", "\n"):
        compiled = COMPILED.find(GUIDE, punctuation_of(Delimiters(), line_break))
        if not compiled.lexicon.tags.issuperset(compiled.tables):
            compiled.lexicon.learn(compiled.tables)


def told(events: list[Event]) -> list[object]:
    """All that events tell, sets with their segments and rows."""
    return [
        (event.document.findings, event.document.segments, event.document.uses)
        if isinstance(event, SetRead)
        else event
        for event in events
    ]


def slowly(data: bytes, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events without the fast path."""
    with monkeypatch.context() as patched:
        patched.setattr("gateway.x12.set_cutter.SetCutter.next", lambda self: None)
        return events_of(data)


FILES = {
    "good": order_file(),
    "line breaks": interchange(group(transaction(), transaction(number="0002")), after="\n"),
    "other line breaks": interchange(group(transaction()), after="\r\n"),
    "line breaks here and there": interchange(group(transaction())).replace(b"~PO1", b"~\nPO1"),
    "a line break too many": interchange(group(transaction()), after="\n").replace(b"~\nPO1", b"~\n\nPO1"),
    "no line break after ST": interchange(group(transaction()), after="\n").replace(b"0001~\n", b"0001~", 1),
    "wrong count": interchange(group(transaction(count=99), transaction(number="0002"))),
    "number twice": interchange(group(transaction(), transaction())),
    "a bad one between good ones": interchange(
        group(transaction(), transaction(["BEG*00*SA*1"], number="0002"), transaction(number="0003"))
    ),
    "wrong total": order_file([*ORDER[:-1], "CTT*3"]),
    "hash total": order_file([*ORDER[:-1], "CTT*2*14"]),
    "wrong hash total": order_file([*ORDER[:-1], "CTT*2*15"]),
    "no SE": interchange(group(transaction()[:-1], transaction(number="0002"))),
    "blanks before a segment": interchange(group(transaction())).replace(b"~PO1", b"~  PO1", 1),
    "empty segment": interchange(group(transaction())).replace(b"~PO1", b"~~PO1", 1),
    "GE inside": interchange(group(transaction())).replace(b"~PO1", b"~GE*1*7~PO1", 1),
    "stray segments": interchange(group(["N1*ST*X"], transaction(), ["N1*ST*Y"], transaction(number="2"))),
    "ISA in data": order_file([*ORDER[:3], "N1*ST*VISA", *ORDER[6:]]),
    "ISA at the end of data": order_file([*ORDER[:3], "N1*ST*VISA*92*00417", *ORDER[6:]]),
    "an ISA inside": interchange(group(transaction()))[:-40] + interchange(group(transaction())),
    "an ISA in a segment": interchange(group(transaction()))[:300] + interchange(group(transaction())),
    "cut off": interchange(group(transaction()))[:-60],
    "cut off in SE": interchange(group(transaction()))[: -len("0001~GE*1*7~IEA*1*000000042~")],
    "text of Windows": order_file([*ORDER[:3], "N1*ST*Caf\xe9", *ORDER[6:]]),
    "an unknown set": interchange(group(transaction(code="999"))),
    "a set without guide": interchange(group(transaction(code="816"))),
    "other set than group": interchange(group(transaction(), code="IN")),
    "padded number": interchange(group(transaction(number="0001 "))),
    "lost terminator": interchange(group(transaction()), after="\n").replace(b"~\nPID", b"\nPID"),
    "neighbouring version": order_file(version="004030"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_fast_path_tells_what_the_slow_one_tells(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = FILES[name]
    whole = told(events_of(data))
    assert whole == told(slowly(data, monkeypatch))
    assert whole == told(events_of([data[at : at + 7] for at in range(0, len(data), 7)]))


@compiled
def test_a_good_set_stays_text_until_segments_are_asked_for() -> None:
    (document,) = sets_of(events_of(order_file()))
    assert isinstance(document.content, SetText)
    assert "segments" not in vars(document.content)
    assert document.value("PO1[01=2]/PO102") == "4"
    assert document.segments[0].raw == "ST*850*0001" and document.segments[-1].tag == "SE"


@compiled
def test_records_hold_every_element_and_its_place() -> None:
    data = interchange(group(transaction([*ORDER, "AMT*TT*1"])), after="\n")
    (document,) = sets_of(events_of(data))
    content = document.content
    assert isinstance(content, SetText) and GUIDE is not None
    record = set_record(content, GUIDE, "PO1")
    assert [line.first("PO1", 1) for line in record.lines] == ["1", "2"]
    assert record.lines[0].first("PID", 5) == "Red widget" and record.lines[1].first("PID", 5) == ""
    assert [elements[0] for elements in record.summary.segments] == ["CTT", "AMT", "SE"]
    parts = (record.heading, *record.lines, record.summary)
    assert [tuple(elements) for part in parts for elements in part.segments] == [
        segment.elements for segment in document.segments
    ]
    for part in parts:
        for segment in part.segments:
            for position, element in enumerate(segment):
                assert data[part.offset(segment, position) :].startswith(element.encode())
    with pytest.raises(ValueError, match="not of this part"):
        record.summary.offset(["PO1"])
    with pytest.raises(ValueError, match="REF does not open"):
        set_record(content, GUIDE, "REF")


def test_records_of_a_set_without_lines() -> None:
    guide = GUIDES.find("856", "004010")
    assert guide is not None
    content = SetText("ST*856*0001~BSN*00*1*20260320*1500~SE*3*0001", 0, Punctuation(Delimiters(), ""), guide)
    record = set_record(content, guide, "HL")
    assert record.lines == [] and len(record.heading.segments) == 2
    assert record.summary.segments == [["SE", "3", "0001"]]


class Counting:
    """A text that counts the characters searched in it."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.calls = 0

    def match(self, text: str, start: int) -> re.Match[str] | None:
        self.calls += 1
        return self.pattern.match(text, start)

    def fullmatch(self, text: str, start: int, end: int) -> re.Match[str] | None:
        self.calls += 1
        return self.pattern.fullmatch(text, start, end)


def huge(last: str) -> bytes:
    lines = [segment for number in range(20_000) for segment in (f"PO1*{number}*1*EA*1.00", "PID*F****X")]
    return order_file([*ORDER[:6], *lines[:-1], last, "CTT*20000"])


@compiled
@pytest.mark.parametrize(("last", "calls"), [("PID*F****X", 1), ("PID*F****\x07", 3)])
def test_an_order_of_20000_lines_takes_a_bounded_number_of_steps(
    last: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert GUIDE is not None
    lexicon = COMPILED.find(GUIDE, punctuation_of(Delimiters(), "")).lexicon
    assert lexicon.pattern is not None
    counting = Counting(lexicon.pattern)
    monkeypatch.setattr(lexicon, "pattern", counting)
    looked_at: list[str] = []
    faults = SegmentCheck.faults

    def counted(self: SegmentCheck, *arguments: Any) -> Sequence[ElementFault]:
        looked_at.append(self.table.tag)
        return faults(self, *arguments)

    monkeypatch.setattr(SegmentCheck, "faults", counted)
    (document,) = sets_of(events_of(huge(last)))
    assert len(document.segments) == 40_009
    assert counting.calls == calls  # over the whole set, up to the bad segment and on from there
    assert looked_at == (["GS"] if calls == 1 else ["GS", "PID"])


def test_expressions_do_not_go_back_over_a_huge_order() -> None:
    """A possessive expression leaves no alternatives behind: refusing at the end is one pass, as accepting is."""
    assert GUIDE is not None
    compiled = COMPILED.find(GUIDE, punctuation_of(Delimiters(), ""))
    body = "BEG*00*SA*1**20260317~" + "PO1*1*1*EA~PID*F****X~" * 20_000
    assert compiled.match(body, 0, len(body)) is not None
    bad = body + "ZZZ*1~"
    assert compiled.match(bad, 0, len(bad)) is None
    pattern = compiled.lexicon.pattern
    assert pattern is not None
    assert (run := pattern.match(bad)) is not None and run.end() == len(body)


def test_sets_without_end_are_not_searched_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    from gateway.x12.byte_text import ByteText

    stretch = ByteText.stretch

    def counted(self: ByteText, *arguments: object) -> str | None:
        searched.append(1)
        return stretch(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ByteText, "stretch", counted)
    data = (
        order_file()[:200].rpartition(b"~")[0]
        + b"~"
        + b"GE*1*7~GS*PO*A*B*20260317*1430*7*X*004010~ST*850*1~" * 300
    )
    assert len(sets_of(events_of(data))) >= 300
    assert len(searched) < 10


def test_the_store_of_expressions_is_bounded() -> None:
    assert GUIDE is not None
    store = CompiledGuides()
    for number in range(LEXICONS_KEPT + 5):
        store.find(GUIDE, Punctuation(Delimiters(component=chr(0x80 + number)), ""))
    assert len(store._lexicons) == LEXICONS_KEPT <= GUIDES_KEPT
    assert len(store._guides) == LEXICONS_KEPT
