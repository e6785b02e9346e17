"""A transaction set as read: its segments, where each stands in the guide, and values by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from gateway.core.finding import Finding, has_errors
from gateway.core.location import Location
from gateway.x12.character_set import decode
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.path import Step, parse_path
from gateway.x12.segments import Segment
from gateway.x12.tables import Guide, LoopUse, SegmentUse


class SetContent(Protocol):
    """The segments of a set from ST to SE (SE may be missing), and beside each its row in the guide, or None where it
    has none: an unknown or misplaced segment, or a set without guide.
    """

    @property
    def segments(self) -> tuple[Segment, ...]: ...

    @property
    def uses(self) -> tuple[SegmentUse | None, ...]: ...


@dataclass(frozen=True, slots=True)
class ReadContent:
    """Content that was read segment by segment."""

    segments: tuple[Segment, ...]
    uses: tuple[SegmentUse | None, ...]


@dataclass(frozen=True, eq=False)
class TransactionSet:
    """One transaction set from ST to SE; a :class:`~gateway.core.document.Document`.

    ``content`` may be text that is cut into segments when they are asked for
    (:class:`~gateway.x12.set_text.SetText`). ``guide`` is None for a set that is read at envelope level only.
    ``encoding`` is the partner's, None for UTF-8 with Windows-1252 as fallback.
    """

    set_code: str  # ST01
    set_control_number: str  # ST02
    interchange: InterchangeHeader
    group: GroupHeader
    guide: Guide | None
    content: SetContent
    findings: tuple[Finding, ...]
    file: str | None = None
    encoding: str | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, ST first."""
        return self.content.segments

    @property
    def uses(self) -> tuple[SegmentUse | None, ...]:
        """Beside each segment its row in the guide, or None where it has none."""
        return self.content.uses

    @property
    def refused(self) -> bool:
        """Whether a finding of error severity refuses the set."""
        return has_errors(self.findings)

    @cached_property
    def root(self) -> Loop:
        """The set as loops inside loops; built when first asked for."""
        return _build_loops(self)

    def value(self, path: str) -> str | None:
        """The first value at the path (see :mod:`gateway.x12.path`), or None."""
        return self.root.value(path)

    def occurrences(self, path: str) -> Iterator[Loop]:
        """Each occurrence of a loop, or each segment as a loop of its own, in order."""
        return self.root.occurrences(path)

    def find_segments(self, tag: str) -> list[Segment]:
        """Every segment with the id, anywhere in the set, in order."""
        return [segment for segment in self.segments if segment.tag == tag]

    def location(self, path: str | None = None) -> Location:
        """Where the value at the path stands; without a path, the ST."""
        return self.root.location(path)

    def location_of(self, segment: Segment, element: int | None = None) -> Location:
        """The place of a segment of this set, or of one of its elements."""
        return Location(
            file=self.file,
            interchange=self.interchange.interchange_control_number,
            group=self.group.group_control_number,
            set=self.set_control_number,
            segment_number=segment.number,
            segment=segment.tag,
            element=element,
            offset=segment.offset if element is None else segment.element_offset(element),
        )


@dataclass(slots=True, eq=False)
class Loop:
    """One occurrence of a loop: its own segments (the first opens it) and the loops inside it, in order.

    A :class:`~gateway.core.document.Document`. The root is the set itself. Segments that the guide does not place
    belong to the loop that was open where they stood, so nothing is lost.
    """

    document: TransactionSet
    path: str
    segments: list[Segment] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    _by_tag: dict[str, list[Loop]] | None = None

    def value(self, path: str) -> str | None:
        """The first value at the path, decoded, or None where it is absent or empty.

        ``REF02`` looks at the segments of this loop and at those that open the loops in it, not deeper; write
        ``PO1/PID05`` to go deeper. Of a repeated element it is the first repetition.
        """
        found = self._find(path)
        if found is None:
            return None
        segment, step = found
        raw = segment.get(step.element or 0)
        delimiters = self.document.interchange.delimiters
        if delimiters.repetition:
            raw = raw.partition(delimiters.repetition)[0]
        if step.component is not None:
            components = raw.split(delimiters.component)
            raw = components[step.component - 1] if 0 < step.component <= len(components) else ""
        return decode(raw, self.document.encoding) or None

    def occurrences(self, path: str) -> Iterator[Loop]:
        """Each loop at the path; a segment that opens no loop comes as a loop of one segment."""
        steps = parse_path(path)
        yield from self._walk(steps)

    def location(self, path: str | None = None) -> Location:
        """Where the value at the path stands; if absent, the place of its segment or else of this loop's start."""
        if path is None:
            return self.document.location_of(self.segments[0])
        found = self._find(path)
        if found is None:
            return replace(self.document.location_of(self.segments[0]), path=path)
        segment, step = found
        return replace(self.document.location_of(segment, step.element), component=step.component)

    def _find(self, path: str) -> tuple[Segment, Step] | None:
        """The first segment at the path where the element asked for is filled, else the first at all."""
        steps = parse_path(path)
        last = steps[-1]
        first: Segment | None = None
        for loop in self._walk(steps):
            segment = loop.segments[0]
            if last.element is None or segment.get(last.element):
                return segment, last
            first = first or segment
        return (first, last) if first is not None else None

    def _walk(self, steps: tuple[Step, ...]) -> Iterator[Loop]:
        here, further = steps[0], steps[1:]
        for candidate in self._members().get(here.tag, ()):
            if here.accepts(candidate.segments[0]):
                if further:
                    yield from candidate._walk(further)
                else:
                    yield candidate

    def _members(self) -> dict[str, list[Loop]]:
        """The segments (as loops of one) and the loops of this loop by segment id, in the order of the file."""
        if self._by_tag is None:
            singles = [Loop(self.document, self.path, [segment]) for segment in self.segments]
            self._by_tag = {}
            for loop in sorted([*singles, *self.loops], key=lambda loop: loop.segments[0].number):
                self._by_tag.setdefault(loop.segments[0].tag, []).append(loop)
        return self._by_tag


def _build_loops(document: TransactionSet) -> Loop:
    root = Loop(document, "")
    stack: list[tuple[LoopUse | None, Loop]] = [(document.guide.root if document.guide else None, root)]
    for segment, use in zip(document.segments, document.uses, strict=True):
        if use is not None:
            home = use.loop.parent if use.opens_loop else use.loop
            while len(stack) > 1 and stack[-1][0] is not home:
                stack.pop()
            if use.opens_loop:
                opened = Loop(document, use.loop.path)
                stack[-1][1].loops.append(opened)
                stack.append((use.loop, opened))
        stack[-1][1].segments.append(segment)
    return root
