"""Checks a transaction set against its guide, segment by segment, and tells everything that is wrong in one pass.

The walker keeps its place in the guide's table. A segment that fits nowhere further on is judged for itself and
does not move the walker, so that its neighbours are judged as if it were not there.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.x12.content import check_content
from gateway.x12.delimiters import Delimiters
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.guide import release_of
from gateway.x12.lost_terminator import parts_of, tell_lost_terminator
from gateway.x12.segment_check import segment_check
from gateway.x12.segments import Segment
from gateway.x12.structure import Move, Structure, depth_of, holds, structure_of
from gateway.x12.tables import Guide, LoopUse, SegmentUse

# ST and SE are judged with the envelope (gateway.x12.control_structure).
_ENVELOPE = frozenset({"ST", "SE"})


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Each segment's row in the guide (None where it has none), and what was found."""

    uses: tuple[SegmentUse | None, ...]
    findings: tuple[Finding, ...]


def interpret(
    segments: Sequence[Segment],
    guide: Guide,
    delimiters: Delimiters,
    version: str,
    place: Location,
    encoding: str | None = None,
    sound: Container[int] = (),
) -> Interpretation:
    """Judges the segments of one set, ST first; SE may be missing (the envelope's check tells that).

    ``version`` is GS08, ``place`` holds file and control numbers for the findings. ``sound`` holds the numbers of
    segments whose elements need no look, because the compiled guide has seen to them.
    """
    release = release_of(version) or guide.version
    diagnosis = Diagnosis(place, guide, release, release != guide.version, encoding)
    walker = _Walker(structure_of(guide), diagnosis)
    uses: list[SegmentUse | None] = []
    parts: list[Segment] = []
    places: list[SegmentUse | None] = []
    for segment in segments:
        first = len(parts)
        if segment.number in sound:
            use = walker.place(segment)
            parts.append(segment)
            places.append(use)
            uses.append(use)
            continue
        for part in parts_of(segment, guide.dictionary, delimiters):
            use = walker.place(part)
            parts.append(part)
            places.append(use)
            table = use.segment if use is not None else guide.dictionary.segments.get(part.tag)
            if table is not None and part.tag not in _ENVELOPE:
                for wrong in segment_check(table).faults(part.elements, part.raw, delimiters, encoding):
                    diagnosis.element(part, table, use.loop.path if use else None, wrong)
        uses.append(places[first])
        if len(parts) > first + 1:
            tell_lost_terminator(parts[first:], places[first], diagnosis)
    if segments:
        walker.finish(segments[-1])
        check_content(parts, places, diagnosis)
    return Interpretation(tuple(uses), _settled(diagnosis.findings, walker.misplaced))


def rows_of(segments: Sequence[Segment], guide: Guide) -> tuple[SegmentUse | None, ...]:
    """Each segment's row in the guide, as :func:`interpret` gives it."""
    walker = _Walker(structure_of(guide), Diagnosis(Location(), guide, guide.version, False))
    return tuple(map(walker.place, segments))


@dataclass(slots=True)
class _Position:
    """A row of the guide, and how often its member has come at each depth."""

    use: SegmentUse
    counts: list[int]


class _Walker:
    """Keeps the place in the guide while segments pass."""

    def __init__(self, structure: Structure, diagnosis: Diagnosis) -> None:
        self.structure = structure
        self.diagnosis = diagnosis
        self.position = _Position(structure.guide.uses[0], [0])
        self.detour: tuple[LoopUse, _Position] | None = None  # a misplaced loop, and where to go on after it
        self.stranger: str | None = None  # the segment before had this unknown id
        self.misplaced: set[str] = set()

    def place(self, segment: Segment) -> SegmentUse | None:
        """The row that the segment takes, or None; tells what is wrong with its place."""
        tag = segment.elements[0]
        move = self._choose(tag)
        if move is None and self.detour is not None:
            self.position, self.detour = self.detour[1], None
            move = self._choose(tag)
        if move is None:
            return self._place_misfit(segment)
        self.stranger = None
        self._take(move, segment)
        return move.target

    def finish(self, last: Segment) -> None:
        """Tells what is mandatory and has not come, where the set ended without its SE."""
        if last.tag == "SE":
            return
        if self.detour is not None:
            self.position, self.detour = self.detour[1], None
        for move in self.structure.moves_from(self.position.use, "SE"):
            for use in move.skipped:
                self.diagnosis.missing(use, last)

    def _choose(self, tag: str) -> Move | None:
        """The nearest move that keeps within the limits; if none does, the nearest."""
        moves = self.structure.moves[self.position.use.row].get(tag)
        if moves is None:
            moves = self.structure.moves_from(self.position.use, tag)
        if self.detour is not None:
            inside = self.detour[0]
            moves = tuple(m for m in moves if holds(inside, m.target.loop) and m.target is not inside.trigger)
        if not moves:
            return None
        nearest = moves[0]
        if not nearest.again or len(moves) == 1:
            return nearest
        for move in moves:
            within = (
                move.limit is None or (self.position.counts[move.level] if move.again else 0) < move.limit
            )
            if within and (move is nearest or not move.skipped):
                return move
        return nearest

    def _take(self, move: Move, segment: Segment) -> None:
        """Moves on, counts, and tells what was left out or came too often."""
        for use in move.skipped:
            self.diagnosis.missing(use, segment)
        counts = self.position.counts
        count = counts[move.level] + 1 if move.again else 1
        del counts[move.level :]
        counts.append(count)
        if move.enters:
            counts.append(1)
        self.position.use = move.target
        limit = move.limit
        if limit is not None and count > limit:
            self._too_often(move, segment, count, limit)

    def _too_often(self, move: Move, segment: Segment, count: int, limit: int) -> None:
        use = move.target
        rule = f"sets/{self.structure.guide.set_code} {use.loop.path or use.tag}"
        at_most = f"at most {limit} {'time' if limit == 1 else 'times'}"
        if use.opens_loop:
            message = f"Loop {use.loop.path} comes {count} times, {at_most} is allowed"
            self.diagnosis.segment(Fault.LOOP_TOO_OFTEN, segment, use.loop.path, message, at_most, rule)
        else:
            where = f" in loop {use.loop.path}" if use.loop.parent else f" in the {use.area}"
            message = f"{use.tag} ({use.segment.name}) comes {count} times{where}, {at_most} is allowed"
            self.diagnosis.segment(Fault.SEGMENT_TOO_OFTEN, segment, use.loop.path, message, at_most, rule)

    def _place_misfit(self, segment: Segment) -> SegmentUse | None:
        """A segment with no place further on: unknown, foreign to the set, misplaced, or its loop's start missing."""
        tag = segment.tag
        guide = self.structure.guide
        before, self.stranger = self.stranger, None
        rows = self.structure.uses_of.get(tag)
        if rows is None:
            self._tell_foreign(segment)
            capital = tag.upper()
            if capital in self.structure.uses_of:
                # Told as unknown, as the standard has it, and read as what is meant, or all would seem missing.
                self.stranger = None
                return self.place(segment._replace(elements=(capital, *segment.elements[1:])))
            return None
        entry = self._entry(rows)
        if entry is not None and before is not None and _resembles(before, _home(entry).trigger.tag):
            # P01 for PO1: the unknown segment was the loop's start, and has been told.
            return self._enter(entry, segment, tell=False)
        here = self.position.use.loop
        earlier = any(holds(_home(row), here) for row in rows)
        if entry is not None and not earlier:
            return self._enter(entry, segment, tell=True)
        self.misplaced.add(tag)
        behind = earlier or all(row.row <= self.position.use.row for row in rows)
        fault = Fault.SEGMENT_OUT_OF_SEQUENCE if behind else Fault.SEGMENT_UNEXPECTED
        words = "stands after its place" if behind else "is not expected here"
        self.diagnosis.segment(
            fault,
            segment,
            here.path,
            f"{tag} ({rows[0].segment.name}) {words}: here the {guide.set_code} has come to {self._here()}",
            f"{tag} at its place in the {guide.set_code}",
            f"sets/{guide.set_code} {rows[0].loop.path or tag}",
        )
        return self._wander(rows)

    def _tell_foreign(self, segment: Segment) -> None:
        guide, tag = self.structure.guide, segment.tag
        if tag in guide.dictionary.segments:
            fault, words = (
                Fault.SEGMENT_NOT_IN_SET,
                f"does not belong to the {guide.set_code} ({guide.title})",
            )
        else:
            fault, words = Fault.SEGMENT_UNKNOWN, "is no segment that we know"
            if tag.upper() in guide.dictionary.segments:
                words = f"is no segment id: {tag.upper()} is written in capitals"
            self.stranger = tag
        message = f"{tag or 'A segment without id'} {words}"
        wanted = f"a segment of the {guide.set_code}"
        self.diagnosis.segment(
            fault, segment, self.position.use.loop.path, message, wanted, f"sets/{guide.set_code}"
        )

    def _entry(self, rows: list[SegmentUse]) -> SegmentUse | None:
        """A row inside a loop that could begin here, had its first segment come."""
        for row in rows:
            loop = _home(row)
            if loop.parent is not None:
                moves = self.structure.moves_from(self.position.use, loop.trigger.tag)
                if any(move.target is loop.trigger for move in moves):
                    return row
        return None

    def _enter(self, entry: SegmentUse, segment: Segment, *, tell: bool) -> SegmentUse:
        """Goes on as if the loop's first segment had come before this one."""
        trigger = _home(entry).trigger
        moves = self.structure.moves_from(self.position.use, trigger.tag)
        self._take(next(move for move in moves if move.target is trigger), segment)
        if tell:
            self._tell_without_start(entry, segment)
        within = self.structure.moves_from(trigger, entry.tag)
        self._take(next(move for move in within if move.target is entry), segment)
        return entry

    def _tell_without_start(self, entry: SegmentUse, segment: Segment) -> None:
        """The first segment of a loop is missing; if the loop is optional, it is this segment that is unexpected."""
        loop = _home(entry)
        trigger = loop.trigger
        if loop.requirement == "M":
            self.diagnosis.missing(trigger, segment)
            return
        self.diagnosis.segment(
            Fault.SEGMENT_UNEXPECTED,
            segment,
            loop.path,
            f"{segment.tag} ({entry.segment.name}) belongs in loop {loop.path}, but no {trigger.tag}"
            " stands before it to begin that loop",
            f"{trigger.tag} ({trigger.segment.name}) before {segment.tag}",
            f"sets/{self.structure.guide.set_code} {loop.path}",
        )

    def _wander(self, rows: list[SegmentUse]) -> SegmentUse | None:
        """Reads a misplaced loop as that loop, then comes back; a single misplaced segment has no row."""
        here = self.position.use.loop
        starts = [row for row in rows if row.opens_loop]
        if not starts:
            return None
        near = [row for row in starts if holds(_home(row), here)]
        start = max(near, key=lambda row: depth_of(row.loop)) if near else starts[0]
        self.detour = (start.loop, self.position)
        self.position = _Position(start, [1] * (depth_of(start.loop) + 1))
        return start

    def _here(self) -> str:
        use = self.position.use
        if use.loop.parent is not None:
            return f"loop {use.loop.path}"
        return use.tag


def _home(row: SegmentUse) -> LoopUse:
    """The loop in which a row is counted: a loop's first segment belongs to the loop around."""
    return row.loop.parent if row.opens_loop and row.loop.parent is not None else row.loop


def _resembles(unknown: str, tag: str) -> bool:
    """Whether an unknown id may be a misspelt segment id: one character differs, is missing or too many."""
    if len(unknown) == len(tag):
        return sum(a != b for a, b in zip(unknown, tag, strict=True)) == 1
    longer, shorter = sorted((unknown, tag), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


def _settled(findings: list[SyntaxFinding], misplaced: set[str]) -> tuple[Finding, ...]:
    """The findings in the order of the set, without "missing" for what came after all, at a wrong place."""
    kept = [
        finding
        for finding in findings
        if finding.fault is not Fault.SEGMENT_MISSING or finding.location.segment not in misplaced
    ]
    return tuple(sorted(kept, key=_place_in_set))


def _place_in_set(finding: Finding) -> tuple[int, int]:
    """Segment after segment; what is said of a segment as a whole before what is said of its elements."""
    return finding.location.segment_number or 0, finding.location.element or 0
