"""What an acknowledgement says about one transaction set: notes on segments, and on elements within them.

Neutral between the 997 (AK3, AK4, AK5) and the 999 (IK3, IK4, IK5), which differ in segment names only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.finding import Finding
from gateway.x12.faults import Level, SyntaxFinding

ELEMENTS_IN_ERROR = "8"  # AK304: the segment has errors in its elements


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementNote:
    """One AK4: the place within the segment (from 1), the element's reference number, the code, the bad
    value.
    """

    element: int
    component: int | None
    repetition: int | None
    number: str | None  # AK402
    code: str  # AK403
    bad_value: str | None  # AK404
    trigger: tuple[int, int | None] | None = None  # CTX05: element and component that a condition depends on


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentNote:
    """One segment in error: an AK3 for each code (AK304 holds one), the AK4s under the AK3 that has code
    8.
    """

    segment: str  # AK301
    position: int  # AK302, from 1 at ST
    loop: str | None  # AK303
    codes: tuple[str, ...]
    elements: tuple[ElementNote, ...]


def level_of(finding: Finding) -> Level:
    """Where the finding is acknowledged: by its fault, else by how far its place goes."""
    if isinstance(finding, SyntaxFinding):
        return finding.fault.level
    place = finding.location
    if place.segment_number is not None and place.segment is not None:
        return Level.ELEMENT if place.element is not None and finding.standard_code else Level.SEGMENT
    return Level.SET


def segment_notes(findings: Iterable[Finding]) -> tuple[SegmentNote, ...]:
    """The findings that have a place in a segment, gathered by segment, in the order of the set."""
    gathered: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        place = finding.location
        if level_of(finding) in (Level.ELEMENT, Level.SEGMENT, Level.CONTENT):
            gathered.setdefault((place.segment_number or 1, place.segment or ""), []).append(finding)
    # Stable: of two segments noted at one position (one missing before the one found) the first reported
    # leads.
    ordered = sorted(gathered.items(), key=lambda item: item[0][0])
    return tuple(_segment_note(tag, position, group) for (position, tag), group in ordered)


def set_codes(findings: Iterable[Finding], notes: tuple[SegmentNote, ...]) -> tuple[str, ...]:
    """AK502 to AK506: the codes of the set itself, then 5 where segments are in error; five find room."""
    codes = [f.standard_code for f in findings if level_of(f) is Level.SET and f.standard_code]
    if notes:
        codes.append("5")
    return tuple(dict.fromkeys(codes))[:5]


def _segment_note(tag: str, position: int, findings: list[Finding]) -> SegmentNote:
    elements = tuple(_element_note(f) for f in findings if level_of(f) is Level.ELEMENT)
    codes = [f.standard_code or ELEMENTS_IN_ERROR for f in findings if level_of(f) is not Level.ELEMENT]
    if elements:
        codes.append(ELEMENTS_IN_ERROR)
    loops = [f.loop for f in findings if isinstance(f, SyntaxFinding) and f.loop]
    return SegmentNote(
        segment=tag,
        position=position,
        loop=_loop_identifier(loops[0]) if loops else None,
        codes=tuple(dict.fromkeys(codes)),
        elements=elements,
    )


def _loop_identifier(path: str) -> str:
    """AK303 of a loop's path: ``N1`` for ``PO1/N1``, and for ``N1#2``, where the tables tell two loops apart."""
    return path.rpartition("/")[2].partition("#")[0]


def _element_note(finding: Finding) -> ElementNote:
    place = finding.location
    trigger = finding.trigger if isinstance(finding, SyntaxFinding) else None
    inside = place.component is not None  # of a condition within a composite the trigger is a component too
    return ElementNote(
        element=place.element or 1,
        component=place.component,
        repetition=place.repetition,
        number=finding.element_number if isinstance(finding, SyntaxFinding) else None,
        code=finding.standard_code or "",
        bad_value=finding.found,
        trigger=((place.element or 1, trigger) if inside else (trigger, None)) if trigger else None,
    )
