"""Reads X12 files: bytes by chunk in, envelopes and checked transaction sets out, one by one.

Memory holds one transaction set at a time. Nothing raises for bad data: what is wrong is a finding in the event it
belongs to, and the good neighbours of a bad set go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.byte_text import ByteText
from gateway.x12.control_structure import ControlCheck
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.events import (
    Event,
    GroupClosed,
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
    SetVerdict,
    Unreadable,
)
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.guide import Guide, Guides
from gateway.x12.interchange_header import (
    LENGTH,
    LONGEST,
    HeaderText,
    check_header,
    interchange_header,
    read_header,
    stands_here,
)
from gateway.x12.interpreter import interpret
from gateway.x12.segment_check import segment_check
from gateway.x12.segments import Segment
from gateway.x12.surroundings import Skipped
from gateway.x12.transaction_set import TransactionSet

GuideChoice = Callable[[InterchangeHeader, GroupHeader, str], Guide | None]

LONGEST_SEGMENT = 1 << 20  # characters; X12 knows no limit, but something that never ends is no segment
MOST_SEGMENTS = 1_000_000  # of one set; more is refused, the rest of the set skipped

_CONTROL_TAGS = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_SERVICE_TAGS = frozenset({"ISB", "ISE", "TA3"})  # interchange services and delivery notices: read past
_BLANKS = "\r\n\t \x00"


def read(
    chunks: Iterable[bytes],
    guides: Guides,
    *,
    file: str | None = None,
    guide_for: GuideChoice | None = None,
    encoding: str | None = None,
) -> Iterator[Event]:
    """The events of a file, however it is cut into chunks.

    ``guide_for`` chooses the guide of a set from the two headers and ST01 (a partner's own, say); by default it is
    the standard's for ST01 and GS08. ``encoding`` is how the partner's text becomes characters (None: UTF-8, with
    Windows-1252 where the bytes are none). ``file`` is the name that locations show.
    """
    return _Reading(ByteText(chunks), guides, file, guide_for, encoding).events()


@dataclass(slots=True)
class _OpenSet:
    """A set whose SE has not come yet."""

    segments: list[Segment]
    overflow: int = 0


@dataclass(slots=True)
class _OpenGroup:
    """A group whose GE has not come yet."""

    header: GroupHeader
    header_findings: tuple[Finding, ...]
    verdicts: list[SetVerdict] = field(default_factory=list)
    control_numbers: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    stray: bool = False  # the segments that stand here outside a set have been told


@dataclass(slots=True)
class _OpenInterchange:
    """An interchange whose IEA has not come yet."""

    header: InterchangeHeader
    header_findings: tuple[Finding, ...]
    groups: int = 0
    group_numbers: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    segments: int = 1
    stray: bool = False
    indented: bool = False


class _Reading:
    """The state of reading one file: which interchange, group and set are open."""

    def __init__(
        self,
        text: ByteText,
        guides: Guides,
        file: str | None,
        guide_for: GuideChoice | None,
        encoding: str | None,
    ) -> None:
        self.text = text
        self.guides = guides
        self.file = file
        self.guide_for = guide_for
        self.encoding = encoding
        self.interchange_numbers: set[tuple[str, str, str]] = set()
        self.interchange: _OpenInterchange
        self.group: _OpenGroup | None = None
        self.set: _OpenSet | None = None

    def events(self) -> Iterator[Event]:
        """Interchange after interchange, and what stands around them."""
        first = True
        while True:
            skipped = Skipped(self.text.offset, self.file, first=first)
            header = self._seek_header(skipped)
            if header is None:
                findings = tuple(skipped.findings_at_end())
                if findings:
                    yield Unreadable(findings, skipped.offset)
                return
            first = False
            yield self._open_interchange(header, skipped)
            yield from self._read_interchange()

    # The ISA

    def _seek_header(self, skipped: Skipped) -> HeaderText | None:
        """Goes to the next ISA; what is passed over is kept in short."""
        while True:
            ahead = self.text.find("ISA", 1 << 16)
            if ahead < 0:
                available = self.text.fill(1)
                skipped.add(self.text.take(max(available - 2, 1)))
                if not self.text.fill(1):
                    return None
                continue
            skipped.add(self.text.take(ahead))
            header = read_header(self.text.peek(0, LONGEST))
            if header is not None:
                return header
            skipped.add(self.text.take(3))

    def _open_interchange(self, isa: HeaderText, skipped: Skipped) -> InterchangeOpened:
        offset = self.text.offset
        header = interchange_header(isa)
        number = header.interchange_control_number
        place = Location(file=self.file, interchange=number, segment_number=1, segment="ISA", offset=offset)
        version = "005010" if header.version >= "00402" else "004010"
        findings: list[Finding] = [
            *skipped.findings_before(number),
            *check_header(isa, self.guides.dictionary(version), place),
        ]
        identity = (header.sender, header.receiver, number)
        if identity in self.interchange_numbers:
            segment = Segment(isa.elements, 1, offset, isa.raw)
            check = ControlCheck(self.guides, Location(file=self.file, interchange=number))
            message = f"The interchange control number {number} was used before in this file"
            findings.append(
                check.finding(Fault.INTERCHANGE_TWICE, segment, message, element=13, wanted="a new number")
            )
        self.interchange_numbers.add(identity)
        self.interchange = _OpenInterchange(header, tuple(findings))
        self.text.take(len(isa.raw))
        end = self.text.find(header.delimiters.segment, 4)
        self.text.take(end + 1)
        return InterchangeOpened(header, tuple(findings), offset)

    # The segments between ISA and IEA

    def _read_interchange(self) -> Iterator[Event]:
        delimiters = self.interchange.header.delimiters
        terminator, separator = delimiters.segment, delimiters.element
        while True:
            end = self.text.find(terminator, LONGEST_SEGMENT)
            if end < 0:
                if self.text.fill(LONGEST_SEGMENT) < LONGEST_SEGMENT:
                    yield from self._end_of_file(delimiters)
                else:
                    yield from self._endless()
                return
            if "ISA" in (raw := self.text.peek(0, end)):
                inside = self._header_inside(raw, separator)
                if inside >= 0:
                    yield from self._interrupted(inside, delimiters)
                    return
            offset = self.text.offset
            self.text.take(end + 1)
            segment = self._segment(raw, offset, delimiters)
            if segment is None:
                continue
            tag = segment.elements[0]
            if self.set is not None and tag not in _CONTROL_TAGS:
                self._add(segment)
                continue
            yield from self._control(tag, segment)
            if tag == "IEA":
                return

    def _segment(self, raw: str, offset: int, delimiters: Delimiters) -> Segment | None:
        """The segment in a stretch of text between terminators, or None if only blanks are there."""
        body = raw
        if not raw[:1].isalpha():
            body = raw.lstrip(_BLANKS)
            if not body:
                return None
            if not self.interchange.indented and any(blank in raw[: len(raw) - len(body)] for blank in " \t"):
                self._tell_indented(offset)
        offset += len(raw) - len(body)
        if body.endswith("\r") and delimiters.segment == "\n":
            body = body[:-1]
        self.interchange.segments += 1
        number = self.interchange.segments if self.set is None else len(self.set.segments) + 1
        return Segment(tuple(body.split(delimiters.element)), number, offset, raw)

    def _add(self, segment: Segment) -> None:
        assert self.set is not None
        if len(self.set.segments) < MOST_SEGMENTS:
            self.set.segments.append(segment)
        else:
            self.set.overflow += 1

    def _control(self, tag: str, segment: Segment) -> Iterator[Event]:
        """A control segment, or any segment outside a set."""
        if tag == "ST":
            yield from self._close_set(None)
            self._open_set(segment)
        elif tag == "SE":
            if self.set is None:
                self._tell_stray(segment)
            yield from self._close_set(segment)
        elif tag == "GS":
            yield from self._close_group(None)
            yield self._open_group(segment)
        elif tag == "GE":
            if self.group is None:
                self._tell_stray(segment)
            yield from self._close_group(segment)
        elif tag == "IEA":
            yield from self._close_interchange(segment, truncated=False)
        elif tag == "TA1" and self.group is None:
            yield self._read_acknowledgement(segment)
        elif not (tag in _SERVICE_TAGS and self.group is None):
            self._tell_stray(segment)

    # Sets

    def _open_set(self, st: Segment) -> None:
        if self.group is None:
            self._tell_stray(st)
            return
        self.group.stray = False
        self.set = _OpenSet([replace(st, number=1)])

    def _close_set(self, se: Segment | None) -> Iterator[Event]:
        """Judges the set that is open, if one is; without ``se`` its end is missing."""
        if self.set is None or self.group is None:
            return
        opened, group, self.set = self.set, self.group, None
        if se is not None:
            opened.segments.append(se)
        segments = tuple(opened.segments)
        st, header = segments[0], group.header
        code, number = st.get(1), st.get(2)
        guide = self._guide(code, header)
        place = self._place(header.group_control_number, number)
        check = ControlCheck(self.guides, place)
        findings: list[Finding] = list(
            check.set_envelope(st, se, len(segments) + opened.overflow, header, guide)
        )
        if number in group.control_numbers:
            message = f"The set control number {number} was used before in this group"
            findings.append(
                check.finding(Fault.SET_CONTROL_NUMBER_TWICE, st, message, element=2, version=header.version)
            )
        group.control_numbers.add(number)
        if opened.overflow:
            message = f"The set has {len(segments) + opened.overflow} segments, {MOST_SEGMENTS} are read"
            findings.append(check.finding(Fault.SET_TOO_LARGE, st, message, version=header.version))
        document = self._document(segments, guide, place, findings)
        group.verdicts.append(
            SetVerdict(code, number, document.findings, guide is not None, st.get(3) or None)
        )
        yield SetRead(document)

    def _guide(self, code: str, header: GroupHeader) -> Guide | None:
        if self.guide_for is not None:
            return self.guide_for(self.interchange.header, header, code)
        return self.guides.find(code, header.version)

    def _document(
        self, segments: tuple[Segment, ...], guide: Guide | None, place: Location, findings: list[Finding]
    ) -> TransactionSet:
        header = self.interchange.header
        assert self.group is not None
        uses: tuple[object, ...] = (None,) * len(segments)
        interpretation = None
        if guide is not None:
            version = self.group.header.version
            interpretation = interpret(segments, guide, header.delimiters, version, place, self.encoding)
        return TransactionSet(
            set_code=segments[0].get(1),
            set_control_number=segments[0].get(2),
            interchange=header,
            group=self.group.header,
            guide=guide,
            segments=segments,
            uses=interpretation.uses if interpretation else (None,) * len(segments),
            findings=(*findings, *(interpretation.findings if interpretation else ())),
            file=self.file,
            encoding=self.encoding,
        )

    # Groups

    def _open_group(self, gs: Segment) -> GroupOpened:
        interchange = self.interchange
        interchange.groups += 1
        interchange.stray = False
        header = GroupHeader(
            functional_identifier=gs.get(1),
            sender=gs.get(2),
            receiver=gs.get(3),
            date=gs.get(4),
            time=gs.get(5),
            group_control_number=gs.get(6),
            agency=gs.get(7),
            version=gs.get(8),
        )
        number = header.group_control_number
        check = ControlCheck(self.guides, self._place(number))
        findings: list[Finding] = list(check.group_header(gs, header, interchange.header.delimiters))
        if number in interchange.group_numbers:
            message = f"The group control number {number} was used before in this interchange"
            findings.append(check.finding(Fault.GROUP_CONTROL_NUMBER_TWICE, gs, message, element=6))
        interchange.group_numbers.add(number)
        self.group = _OpenGroup(header, tuple(findings))
        return GroupOpened(interchange.header, header, tuple(findings))

    def _close_group(self, ge: Segment | None) -> Iterator[Event]:
        yield from self._close_set(None)
        if self.group is None:
            return
        group, self.group = self.group, None
        check = ControlCheck(self.guides, self._place(group.header.group_control_number))
        trailer = check.group_trailer(ge, group.header, len(group.verdicts))
        said = ge.get(1) if ge is not None else ""
        yield GroupClosed(
            interchange=self.interchange.header,
            header=group.header,
            sets=tuple(group.verdicts),
            included=int(said) if re.fullmatch(r"\d{1,9}", said, re.ASCII) else None,
            findings=(*group.findings, *trailer),
            header_findings=group.header_findings,
        )

    # The end of an interchange

    def _close_interchange(self, iea: Segment | None, *, truncated: bool) -> Iterator[Event]:
        yield from self._close_group(None)
        interchange = self.interchange
        check = ControlCheck(self.guides, self._place())
        trailer = check.interchange_trailer(iea, interchange.header, interchange.groups, truncated=truncated)
        yield InterchangeClosed(
            interchange.header, (*interchange.findings, *trailer), interchange.header_findings
        )

    def _end_of_file(self, delimiters: Delimiters) -> Iterator[Event]:
        """What stands after the last terminator: nothing, or a segment that lacks its own."""
        offset = self.text.offset
        raw = self.text.take(self.text.fill(1))
        segment = self._segment(raw, offset, delimiters)
        closed = False
        if segment is not None:
            self._tell_unterminated(segment)
            tag = segment.elements[0]
            closed = tag == "IEA"
            if self.set is not None and tag not in _CONTROL_TAGS:
                self._add(segment)
            elif tag != "ISA":
                yield from self._control(tag, segment)
        if not closed:
            yield from self._close_interchange(None, truncated=True)

    def _endless(self) -> Iterator[Event]:
        """A stretch without terminator that is too long for a segment: the interchange is over, its rest is junk."""
        check = ControlCheck(self.guides, self._place())
        message = f"No segment terminator follows within {LONGEST_SEGMENT} characters"
        self.interchange.findings.append(
            check.finding(Fault.SEGMENT_WITHOUT_END, None, message, wanted="a segment terminator")
        )
        yield from self._close_interchange(None, truncated=False)

    def _header_inside(self, raw: str, separator: str) -> int:
        """Where a new ISA begins in a segment's text, -1 if the letters are data."""
        start = raw.find("ISA")
        while start >= 0:
            if not raw[:start].strip(_BLANKS) and raw[start + 3 : start + 4] == separator:
                return start
            if stands_here(self.text.peek(start, LENGTH)):
                return start
            start = raw.find("ISA", start + 1)
        return -1

    def _interrupted(self, inside: int, delimiters: Delimiters) -> Iterator[Event]:
        """A new ISA before the IEA: what stands before it is cut off, and reading goes on with the new one."""
        offset = self.text.offset
        segment = self._segment(self.text.take(inside), offset, delimiters)
        if segment is not None and self.set is not None:
            self._add(segment)
        yield from self._close_interchange(None, truncated=False)

    # Segments that stand where none should

    def _read_acknowledgement(self, ta1: Segment) -> InterchangeAcknowledgementRead:
        header = self.interchange.header
        table = self.guides.dictionary("004010").segments["TA1"]
        check = ControlCheck(self.guides, self._place())
        findings = tuple(
            check.finding(
                Fault.SEGMENT_OUTSIDE_GROUP,
                ta1,
                f"TA1{wrong.position:02d} {wrong.statement}",
                element=wrong.position,
                wanted=wrong.wanted,
            )
            for wrong in segment_check(table).faults(ta1.elements, ta1.raw, header.delimiters)
        )
        return InterchangeAcknowledgementRead(header, ta1, findings)

    def _tell_stray(self, segment: Segment) -> None:
        """A segment outside a set, or outside a group; of several in a row the first is told."""
        owner = self.group or self.interchange
        if owner.stray:
            return
        owner.stray = True
        if self.group is not None:
            place, fault, wanted = (
                self._place(self.group.header.group_control_number),
                Fault.SEGMENT_OUTSIDE_SET,
                "ST",
            )
            message = f"{segment.tag} stands outside a transaction set: it and what follows up to the next ST is not read"
        else:
            place, fault, wanted = self._place(), Fault.SEGMENT_OUTSIDE_GROUP, "GS"
            message = f"{segment.tag} stands outside a functional group: it and what follows up to the next GS is not read"
        check = ControlCheck(self.guides, place)
        owner.findings.append(check.finding(fault, segment, message, wanted=f"{wanted} before {segment.tag}"))

    def _tell_indented(self, offset: int) -> None:
        self.interchange.indented = True
        self._warn(Fault.SEGMENTS_INDENTED, offset, "Segments begin with blanks, which are skipped")

    def _tell_unterminated(self, segment: Segment) -> None:
        message = f"The last segment, {segment.tag}, has no segment terminator"
        self._warn(Fault.TERMINATOR_MISSING, segment.offset, message)

    def _warn(self, fault: Fault, offset: int, message: str) -> None:
        self.interchange.findings.append(
            SyntaxFinding(
                code=fault.code,
                message=message,
                severity=Severity.WARNING,
                location=replace(self._place(), offset=offset),
                fault=fault,
            )
        )

    def _place(self, group: str | None = None, number: str | None = None) -> Location:
        header = self.interchange.header
        return Location(
            file=self.file, interchange=header.interchange_control_number, group=group, set=number
        )
