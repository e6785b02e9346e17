"""What holds for every input of the reader, whatever it is: for hypothesis, the fuzzer and the crashers."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.core.finding import Finding, has_errors
from gateway.x12.acknowledgement import functional_acknowledgement, implementation_acknowledgement
from gateway.x12.delimiters import Delimiters
from gateway.x12.draft import SetDraft
from gateway.x12.envelope import Identity
from gateway.x12.events import Event, GroupClosed, GroupOpened, InterchangeClosed, InterchangeOpened, SetRead
from gateway.x12.inspection import inspect
from gateway.x12.transaction_set import Loop
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange
from tests.x12.reading import GUIDES, events_of, sets_of

_ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="ZZ", identifier="US", group_identifier="US"),
    receiver=Identity(qualifier="ZZ", identifier="THEM", group_identifier="THEM"),
    interchange_version="00501",
    group_version="005010",
    delimiters=Delimiters("\x1d", "\x1f", "\x1c", "\x1e"),
    charset="latin-1",
)
_NOW = datetime(2026, 3, 17, 14, 30, tzinfo=UTC)


def check_invariants(data: bytes) -> list[Event]:
    """Reads, inspects and answers the input; AssertionError where something does not hold. Returns the events."""
    events = events_of(data)
    kinds = [type(event) for event in events]
    assert kinds.count(InterchangeOpened) == kinds.count(InterchangeClosed)
    assert kinds.count(GroupOpened) == kinds.count(GroupClosed)
    for event in events:
        for finding in event.findings:
            assert finding.message and Finding.from_json(finding.to_json()).to_json() == finding.to_json()
            assert 0 <= (finding.location.offset or 0) <= len(data)
        if isinstance(event, SetRead):
            document = event.document
            assert len(document.uses) == len(document.segments) == count_segments(document.root)
            assert document.segments[0].tag == "ST"
        if isinstance(event, GroupClosed):
            assert len(event.sets) == sum(isinstance(e, SetRead) for e in _in_group(events, event))
    for line in inspect(data, GUIDES, "drop.edi"):
        assert line.isprintable()
    return events


def check_answers(events: list[Event]) -> None:
    """Whatever came, its 997 and 999 can be written."""
    for event in events:
        if isinstance(event, GroupClosed) and event.header.functional_identifier != "FA":
            for answer in (functional_acknowledgement, implementation_acknowledgement):
                assert answer(event, envelope=_ENVELOPE).segments[-1][0] == "AK9"


def check_writing(events: list[Event]) -> None:
    """What was read, written with other delimiters and read again, is the same, where it can be written at all."""
    for document in sets_of(events):
        segments = [_trimmed(segment.elements) for segment in document.segments[1:]]
        body = [elements for elements in segments if elements[0] not in ("SE", "")]
        data, findings = write_interchange(
            _ENVELOPE, "PO", [SetDraft("816", tuple(body))], Numbers.counted(1, 1, 1), _NOW
        )
        if has_errors(findings) or not all(len(elements) > 1 and _is_tag(elements[0]) for elements in body):
            continue
        (again,) = sets_of(events_of(data))
        assert [_trimmed(segment.elements) for segment in again.segments[1:-1]] == body


def check_chunks(data: bytes, size: int) -> None:
    """Read in chunks of a size, the input gives the same events as whole."""
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert described(events_of(chunks)) == described(events_of(data))


def described(events: list[Event]) -> list[object]:
    """Events as values that can be compared."""
    shown: list[object] = []
    for event in events:
        shown.append((type(event).__name__, event.findings))
        if isinstance(event, SetRead):
            pairs = zip(event.document.segments, event.document.uses, strict=True)
            shown.append([(segment, use.row if use else None) for segment, use in pairs])
    return shown


def count_segments(loop: Loop) -> int:
    """How many segments a loop holds at any depth."""
    return len(loop.segments) + sum(map(count_segments, loop.loops))


def _trimmed(elements: tuple[str, ...]) -> tuple[str, ...]:
    last = max((at for at, element in enumerate(elements) if element), default=0)
    return elements[: last + 1]


def _is_tag(tag: str) -> bool:
    return tag.isascii() and tag.isalnum() and tag not in ("ISA", "GS", "ST", "SE", "GE", "IEA")


def _in_group(events: list[Event], closed: GroupClosed) -> list[Event]:
    """The events between a group's opening and its closing."""
    end = next(at for at, event in enumerate(events) if event is closed)
    start = max(at for at, event in enumerate(events[:end]) if isinstance(event, GroupOpened))
    return events[start:end]
