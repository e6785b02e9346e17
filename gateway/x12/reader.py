"""Reads X12 files: bytes by chunk in, envelopes and checked transaction sets out, one by one.

Memory holds one transaction set at a time. Nothing raises for bad data: what is wrong is a finding in the event it
belongs to, and the good neighbours of a bad set go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.assembly import Assembly, Circumstances, GuideChoice
from gateway.x12.byte_text import ByteText
from gateway.x12.control_structure import ControlCheck
from gateway.x12.events import Event, InterchangeOpened, Unreadable
from gateway.x12.faults import Fault
from gateway.x12.guide import Guides
from gateway.x12.interchange_header import (
    LENGTH,
    LONGEST,
    REPETITION_SINCE,
    HeaderText,
    check_header,
    interchange_header,
    read_header,
    stands_here,
)
from gateway.x12.segments import Segment
from gateway.x12.set_cutter import SetCutter
from gateway.x12.surroundings import Skipped

LONGEST_SEGMENT = 1 << 20  # characters; X12 knows no limit, but something that never ends is no segment

_BLANKS = "\r\n\t \x00"


def read(
    chunks: Iterable[bytes],
    guides: Guides,
    *,
    file: str | None = None,
    guide_for: GuideChoice | None = None,
    encoding: str | None = None,
    charset: str | None = None,
) -> Iterator[Event]:
    """The events of a file, however it is cut into chunks.

    ``guide_for`` chooses the guide of a set from the two headers and ST01 (a partner's own, say); by default it is
    the standard's for ST01 and GS08. ``encoding`` is how the partner's text becomes characters (None: UTF-8, with
    Windows-1252 where the bytes are none). ``charset`` is the character set agreed on, ``basic`` or ``extended``, that
    data must keep to (None: any text). ``file`` is the name that locations show.
    """
    return _Reading(ByteText(chunks), Circumstances(guides, file, guide_for, encoding, charset)).events()


class _Reading:
    """Goes through the text of one file, from ISA to ISA and from terminator to terminator."""

    def __init__(self, text: ByteText, circumstances: Circumstances) -> None:
        self.text = text
        self.circumstances = circumstances
        self.interchange_numbers: set[tuple[str, str, str]] = set()
        self.indented = False
        self.padded = False

    def events(self) -> Iterator[Event]:
        """Interchange after interchange, and what stands around them."""
        first = True
        while True:
            skipped = Skipped(self.text.offset, self.circumstances.file, first=first)
            header = self._seek_header(skipped)
            if header is None:
                findings = tuple(skipped.findings_at_end())
                if findings:
                    yield Unreadable(findings, skipped.offset)
                return
            first = False
            opened = self._open(header, skipped)
            yield opened
            yield from self._segments(Assembly(opened.header, opened.findings, self.circumstances))

    def _seek_header(self, skipped: Skipped) -> HeaderText | None:
        """Goes to the next ISA; of what is passed over the beginning is kept."""
        while True:
            ahead = self.text.find("ISA", 1 << 16)
            if ahead < 0:
                skipped.add(self.text.take(max(self.text.fill(1) - 2, 1)))
                if not self.text.fill(1):
                    return None
                continue
            skipped.add(self.text.take(ahead))
            header = read_header(self.text.peek(0, LONGEST))
            if header is not None:
                return header
            skipped.add(self.text.take(3))

    def _open(self, isa: HeaderText, skipped: Skipped) -> InterchangeOpened:
        offset, file, guides = self.text.offset, self.circumstances.file, self.circumstances.guides
        header = interchange_header(isa)
        number = header.interchange_control_number
        place = Location(file=file, interchange=number, segment_number=1, segment="ISA", offset=offset)
        dictionary = guides.nearest_dictionary("005010" if header.version >= REPETITION_SINCE else "004010")
        findings: list[Finding] = [
            *skipped.findings_before(number),
            *check_header(isa, dictionary, place),
        ]
        identity = (header.sender, header.receiver, number)
        segment = Segment(isa.elements, 1, offset, isa.raw)
        if identity in self.interchange_numbers:
            check = ControlCheck(guides, Location(file=file, interchange=number))
            message = f"The interchange control number {number} was used before in this file"
            fault = Fault.INTERCHANGE_TWICE
            findings.append(check.finding(fault, segment, message, element=13, wanted="a new number"))
        self.interchange_numbers.add(identity)
        self.indented = self.padded = False
        self.text.take(len(isa.raw))
        self.text.take(self.text.find(header.delimiters.segment, LONGEST) + 1)
        return InterchangeOpened(header, tuple(findings), segment)

    def _segments(self, assembly: Assembly) -> Iterator[Event]:
        """The segments between ISA and IEA."""
        text, terminator = self.text, assembly.header.delimiters.segment
        sets = SetCutter(text, assembly.header.delimiters)
        while not assembly.closed:
            content = sets.next() if assembly.between_sets else None
            if content is not None:
                event = assembly.take_set(content)
                if event is not None:
                    sets.passed(content)
                    yield event
                    continue
                sets.avoid(content)
            raw = text.until(terminator, LONGEST_SEGMENT)
            stretch = text.peek(0, LONGEST_SEGMENT) if raw is None else raw
            if "ISA" in stretch:
                inside = self._header_inside(stretch, assembly.header.delimiters.element)
                if inside >= 0:
                    yield from self._interrupted(inside, assembly)
                    return
            if raw is None:
                yield from self._without_terminator(assembly)
                return
            segment = self._segment(raw, text.offset, assembly)
            text.skip(len(raw) + 1)
            if segment is not None and not assembly.take(segment):
                yield from assembly.add(segment)

    def _segment(self, raw: str, offset: int, assembly: Assembly) -> Segment | None:
        """The segment in a stretch of text between terminators, or None if only blanks are there."""
        body = raw.lstrip("\r\n")
        if not body[:1].isalpha():
            body = self._without_blanks(body, offset, assembly)
            if not body:
                return None
        offset += len(raw) - len(body)
        delimiters = assembly.header.delimiters
        if delimiters.segment in "\r\n":
            body = self._without_padding(body, offset, assembly)
        return Segment(tuple(body.split(delimiters.element)), assembly.number_next(), offset, raw)

    def _without_blanks(self, body: str, offset: int, assembly: Assembly) -> str:
        """A segment without the blanks before it; some systems indent segments for people to read."""
        rest = body.lstrip(_BLANKS)
        if rest and len(rest) < len(body) and not self.indented:
            self.indented = True
            message = "Segments begin with blanks, which are skipped"
            assembly.tell(Fault.SEGMENTS_INDENTED, message, offset, Severity.WARNING)
        return rest

    def _without_padding(self, body: str, offset: int, assembly: Assembly) -> str:
        """A line without the carriage return and the blanks at its end; some systems pad lines to a width."""
        body = body.rstrip("\r")
        if body.endswith(" "):
            body = body.rstrip(" ")
            if not self.padded:
                self.padded = True
                message = "Lines end with blanks, which are skipped"
                assembly.tell(Fault.SEGMENTS_PADDED, message, offset, Severity.WARNING)
        return body

    def _without_terminator(self, assembly: Assembly) -> Iterator[Event]:
        """No terminator follows: the last segment lacks it, or what stands here is no segment at all."""
        offset = self.text.offset
        if self.text.fill(LONGEST_SEGMENT) >= LONGEST_SEGMENT:
            message = f"No segment terminator follows within {LONGEST_SEGMENT} bytes"
            wanted = f"the segment terminator {assembly.header.delimiters.segment!r}"
            assembly.tell(Fault.SEGMENT_WITHOUT_END, message, offset, Severity.ERROR, wanted)
            yield from assembly.close(None)
            return
        segment = self._segment(self.text.take(self.text.fill(1)), offset, assembly)
        if segment is not None:
            message = f"The last segment, {segment.tag}, has no segment terminator"
            assembly.tell(Fault.TERMINATOR_MISSING, message, segment.offset, Severity.WARNING)
            yield from assembly.add(segment)
        if not assembly.closed:
            yield from assembly.close(None, truncated=True)

    def _header_inside(self, raw: str, separator: str) -> int:
        """Where a new ISA begins in a segment's text, -1 if the letters are data."""
        beginning = len(raw) - len(raw.lstrip(_BLANKS))
        start = raw.find("ISA")
        while start >= 0:
            if start == beginning and raw[start + 3 : start + 4] == separator:
                return start
            if stands_here(self.text.peek(start, LENGTH)):
                return start
            start = raw.find("ISA", start + 1)
        return -1

    def _interrupted(self, inside: int, assembly: Assembly) -> Iterator[Event]:
        """A new ISA before the IEA: what stands before it is cut off, and reading goes on with the new one."""
        offset = self.text.offset
        segment = self._segment(self.text.take(inside), offset, assembly)
        if segment is not None:
            assembly.take(segment)
        yield from assembly.close(None)
