"""Puts the segments of one interchange together: into sets, sets into groups, and judges each as it closes."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.character_check import check_characters
from gateway.x12.control_structure import ControlCheck, set_envelope_is_plain
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.events import (
    Event,
    GroupClosed,
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    SetRead,
    SetVerdict,
)
from gateway.x12.faults import Fault
from gateway.x12.guide import Guide, Guides
from gateway.x12.interpreter import Interpretation, interpret
from gateway.x12.segment_check import segment_check
from gateway.x12.segments import Segment
from gateway.x12.set_judge import SetJudge
from gateway.x12.set_text import MOST_SEGMENTS, SetText
from gateway.x12.transaction_set import ReadContent, SetContent, TransactionSet

GuideChoice = Callable[[InterchangeHeader, GroupHeader, str], Guide | None]

_CONTROL_TAGS = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_SERVICE_TAGS = frozenset({"ISB", "ISE", "TA3"})  # interchange services and delivery notices: read past
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for a whole file: its name, the guides, who chooses among them, the partner's text encoding and
    character set.
    """

    guides: Guides
    file: str | None
    guide_for: GuideChoice | None
    encoding: str | None
    charset: str | None = None


@dataclass(slots=True)
class _OpenGroup:
    """A group whose GE has not come yet."""

    header: GroupHeader
    header_findings: tuple[Finding, ...]
    verdicts: list[SetVerdict] = field(default_factory=list)
    control_numbers: set[str] = field(default_factory=set)
    guides: dict[str, Guide | None] = field(default_factory=dict)  # by ST01
    judges: dict[Guide, SetJudge] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    stray: bool = False  # the segments that stand here outside a set have been told


class Assembly:
    """One interchange whose IEA has not come yet."""

    def __init__(
        self, header: InterchangeHeader, header_findings: tuple[Finding, ...], circumstances: Circumstances
    ) -> None:
        self.header = header
        self.closed = False
        self.findings: list[Finding] = []
        self._header_findings = header_findings
        self._circumstances = circumstances
        self._guides = circumstances.guides
        self._segments = 1  # the ISA
        self._groups = 0
        self._group_numbers: set[str] = set()
        self._stray = False
        self._group: _OpenGroup | None = None
        self._set: list[Segment] | None = None
        self._overflow = 0

    @property
    def between_sets(self) -> bool:
        """Whether a group is open and no set in it."""
        return self._set is None and self._group is not None

    def number_next(self) -> int:
        """The number of the segment that comes next: in its set from 1, outside a set from 1 at ISA."""
        self._segments += 1
        return self._segments if self._set is None else len(self._set) + 1

    def add(self, segment: Segment) -> Iterator[Event]:
        """Takes the next segment; the events are what it opens or closes."""
        tag = segment.elements[0]
        if self.take(segment):
            return
        if tag == "ST":
            yield from self._close_set(None)
            self._open_set(segment)
        elif tag == "SE":
            if self._set is None:
                self._tell_stray(segment)
            yield from self._close_set(segment)
        elif tag == "GS":
            yield from self._close_group(None)
            yield self._open_group(segment)
        elif tag == "GE":
            if self._group is None:
                self._tell_stray(segment)
            yield from self._close_group(segment)
        elif tag == "IEA":
            yield from self.close(segment)
        elif tag == "TA1" and self._group is None:
            yield self._read_acknowledgement(segment)
        elif not (tag in _SERVICE_TAGS and self._group is None):
            self._tell_stray(segment)

    def take(self, segment: Segment) -> bool:
        """Takes a segment that belongs to the open set; False if it does not, or if no set is open."""
        if self._set is None or segment.elements[0] in _CONTROL_TAGS:
            return False
        if len(self._set) < MOST_SEGMENTS:
            self._set.append(segment)
        else:
            self._overflow += 1
        return True

    def close(self, iea: Segment | None, *, truncated: bool = False) -> Iterator[Event]:
        """Ends the interchange; without ``iea`` its end is missing (``truncated``: with the end of the file)."""
        yield from self._close_group(None)
        self.closed = True
        check = ControlCheck(self._guides, self._place())
        trailer = check.interchange_trailer(iea, self.header, self._groups, truncated=truncated)
        yield InterchangeClosed(self.header, (*self.findings, *trailer), self._header_findings, iea)

    def tell(
        self, fault: Fault, message: str, offset: int, severity: Severity, wanted: str | None = None
    ) -> None:
        """Notes something about the interchange as a whole."""
        check = ControlCheck(self._guides, replace(self._place(), offset=offset))
        self.findings.append(check.finding(fault, None, message, severity=severity, wanted=wanted))

    # Sets

    def _open_set(self, st: Segment) -> None:
        if self._group is None:
            self._tell_stray(st)
            return
        self._group.stray = False
        self._set = [st._replace(number=1)]
        self._overflow = 0

    def _close_set(self, se: Segment | None) -> Iterator[Event]:
        """Judges the set that is open, if one is; without ``se`` its end is missing."""
        if self._set is None or self._group is None:
            return
        if se is not None:
            self._set.append(se)
        segments, self._set = tuple(self._set), None
        yield self._judge(segments, se, self._group)

    def take_set(self, content: SetText) -> SetRead | None:
        """Judges a set that stands as text, from ST to SE; None if it must be read segment by segment.

        The compiled guide says at once of a good set that it is good; any other is cut and interpreted.
        """
        group = self._group
        if self._set is not None or group is None:
            return None
        st, se, count = content.header, content.trailer, content.count
        content.guide = guide = self._guide(st.get(1), group)
        sound: Container[int] = ()
        if guide is not None and self._circumstances.charset is None:
            judge = group.judges.get(guide)
            if judge is None:
                encoding = self._circumstances.encoding
                judge = group.judges[guide] = SetJudge(guide, content.punctuation, encoding)
            if judge.is_good(content):
                self._begin_set(group, count)
                findings = self._judge_envelope(st, se, count, guide, group)
                return self._conclude(content, st, guide, findings, group)
            judge.missed(content)
            sound = judge.sound(content)
        segments = content.cut()
        if segments is None or not _CONTROL_TAGS.isdisjoint(
            segment.elements[0] for segment in segments[1:-1]
        ):
            return None
        self._begin_set(group, count)
        return self._judge(segments, segments[-1], group, content, sound)

    def _begin_set(self, group: _OpenGroup, count: int) -> None:
        """Goes on over the segments of a whole set."""
        group.stray = False
        self._segments += count
        self._overflow = 0

    def _judge(
        self,
        segments: tuple[Segment, ...],
        se: Segment | None,
        group: _OpenGroup,
        text: SetText | None = None,
        sound: Container[int] = (),
    ) -> SetRead:
        """Interprets a set; one that is good after all is kept as its ``text``, if it stands as such."""
        st, count = segments[0], len(segments) + self._overflow
        guide = self._guide(st.get(1), group)
        place = self._place(group.header.group_control_number, st.get(2))
        interpretation = self._interpret(segments, guide, group.header, place, sound)
        findings = (
            *self._judge_envelope(st, se, count, guide, group),
            *interpretation.findings,
            *self._judge_characters(segments, group.header, place),
        )
        content: SetContent = ReadContent(segments, interpretation.uses)
        if text is not None and not interpretation.findings:
            content = text
        return self._conclude(content, st, guide, findings, group)

    def _conclude(
        self,
        content: SetContent,
        st: Segment,
        guide: Guide | None,
        findings: tuple[Finding, ...],
        group: _OpenGroup,
    ) -> SetRead:
        """The event of a set that was judged; the group remembers the verdict."""
        code, number = st.get(1), st.get(2)
        group.control_numbers.add(number)
        group.verdicts.append(SetVerdict(code, number, findings, guide is not None, st.get(3) or None))
        return SetRead(
            TransactionSet(
                set_code=code,
                set_control_number=number,
                interchange=self.header,
                group=group.header,
                guide=guide,
                content=content,
                findings=findings,
                file=self._circumstances.file,
                encoding=self._circumstances.encoding,
            )
        )

    def _judge_envelope(
        self, st: Segment, se: Segment | None, count: int, guide: Guide | None, group: _OpenGroup
    ) -> tuple[Finding, ...]:
        header, number = group.header, st.get(2)
        again = number in group.control_numbers
        if not (again or self._overflow) and set_envelope_is_plain(st, se, count, header, guide):
            return ()
        check = ControlCheck(self._guides, self._place(header.group_control_number, number))
        findings: list[Finding] = list(check.set_envelope(st, se, count, header, guide))
        if again:
            message = f"The set control number {number} was used before in this group"
            fault, wanted = Fault.SET_CONTROL_NUMBER_TWICE, "a new number"
            findings.append(
                check.finding(fault, st, message, element=2, version=header.version, wanted=wanted)
            )
        if self._overflow:
            message = f"The set has {count} segments, of which {MOST_SEGMENTS} were read"
            findings.append(check.finding(Fault.SET_TOO_LARGE, st, message, version=header.version))
        return tuple(findings)

    def _judge_characters(
        self, segments: tuple[Segment, ...], header: GroupHeader, place: Location
    ) -> Iterator[Finding]:
        charset, encoding = self._circumstances.charset, self._circumstances.encoding
        if charset is None:
            return
        delimiters = self.header.delimiters
        yield from check_characters(segments, charset, delimiters, place, header.version, encoding)

    def _guide(self, code: str, group: _OpenGroup) -> Guide | None:
        if code not in group.guides:
            choice, header = self._circumstances.guide_for, group.header
            group.guides[code] = (
                choice(self.header, header, code) if choice else self._guides.find(code, header.version)
            )
        return group.guides[code]

    def _interpret(
        self,
        segments: tuple[Segment, ...],
        guide: Guide | None,
        header: GroupHeader,
        place: Location,
        sound: Container[int],
    ) -> Interpretation:
        if guide is None:
            return Interpretation((None,) * len(segments), ())
        encoding = self._circumstances.encoding
        return interpret(segments, guide, self.header.delimiters, header.version, place, encoding, sound)

    # Groups

    def _open_group(self, gs: Segment) -> GroupOpened:
        self._groups += 1
        self._stray = False
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
        check = ControlCheck(self._guides, self._place(number))
        findings: list[Finding] = list(check.group_header(gs, header, self.header.delimiters))
        if number in self._group_numbers:
            message = f"The group control number {number} was used before in this interchange"
            fault = Fault.GROUP_CONTROL_NUMBER_TWICE
            findings.append(check.finding(fault, gs, message, element=6, wanted="a new number"))
        self._group_numbers.add(number)
        self._group = _OpenGroup(header, tuple(findings))
        return GroupOpened(self.header, header, tuple(findings), gs)

    def _close_group(self, ge: Segment | None) -> Iterator[Event]:
        yield from self._close_set(None)
        if self._group is None:
            return
        group, self._group = self._group, None
        check = ControlCheck(self._guides, self._place(group.header.group_control_number))
        trailer = check.group_trailer(ge, group.header, len(group.verdicts))
        said = ge.get(1) if ge is not None else ""
        yield GroupClosed(
            interchange=self.header,
            header=group.header,
            sets=tuple(group.verdicts),
            included=int(said) if _NUMBER.fullmatch(said) else None,
            findings=(*group.findings, *trailer),
            header_findings=group.header_findings,
            trailer=ge,
        )

    # Outside sets and groups

    def _read_acknowledgement(self, ta1: Segment) -> InterchangeAcknowledgementRead:
        table = self._guides.nearest_dictionary("004010").segments["TA1"]
        check = ControlCheck(self._guides, self._place())
        findings = tuple(
            check.finding(
                Fault.SEGMENT_OUTSIDE_GROUP,
                ta1,
                f"TA1{wrong.position:02d} {wrong.statement}",
                element=wrong.position,
                wanted=wrong.wanted,
            )
            for wrong in segment_check(table).faults(ta1.elements, ta1.raw, self.header.delimiters)
        )
        return InterchangeAcknowledgementRead(self.header, ta1, findings)

    def _tell_stray(self, segment: Segment) -> None:
        """A segment outside a set, or outside a group; of several in a row only the first is told."""
        group = self._group
        if group.stray if group else self._stray:
            return
        if group is not None:
            group.stray = True
            findings, fault, outside, opener = (
                group.findings,
                Fault.SEGMENT_OUTSIDE_SET,
                "a transaction set",
                "ST",
            )
            place = self._place(group.header.group_control_number)
        else:
            self._stray = True
            findings, fault, outside, opener = (
                self.findings,
                Fault.SEGMENT_OUTSIDE_GROUP,
                "a functional group",
                "GS",
            )
            place = self._place()
        message = f"{segment.tag} stands outside {outside}; nothing is read up to the next {opener}"
        check = ControlCheck(self._guides, place)
        findings.append(check.finding(fault, segment, message, wanted=f"{opener} before {segment.tag}"))

    def _place(self, group: str | None = None, number: str | None = None) -> Location:
        interchange = self.header.interchange_control_number
        return Location(file=self._circumstances.file, interchange=interchange, group=group, set=number)
