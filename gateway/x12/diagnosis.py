"""Turns the faults of one transaction set into findings: the one place where they become prose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gateway.core.finding import Severity
from gateway.core.location import Location
from gateway.x12.character_set import decode
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.segment_check import ElementFault
from gateway.x12.segments import Segment
from gateway.x12.tables import Guide, SegmentTable, SegmentUse

_LONGEST_FOUND = 200

# What a neighbouring version may allow: told as a warning where the guide is of another version than the group.
_VERSION_MAY_EXPLAIN = frozenset(
    {
        Fault.ELEMENT_TOO_SHORT,
        Fault.ELEMENT_TOO_LONG,
        Fault.CODE_NOT_IN_LIST,
        Fault.TOO_MANY_ELEMENTS,
        Fault.TOO_MANY_COMPONENTS,
        Fault.TOO_MANY_REPETITIONS,
        Fault.SEGMENT_UNKNOWN,
        Fault.SEGMENT_NOT_IN_SET,
        Fault.SEGMENT_TOO_OFTEN,
        Fault.LOOP_TOO_OFTEN,
    }
)


@dataclass(slots=True)
class Diagnosis:
    """Collects the findings of one set. ``place`` holds file and control numbers; ``version`` is the release in GS08,
    ``other_release`` whether that is not the guide's own.
    """

    place: Location
    guide: Guide
    version: str
    other_release: bool
    encoding: str | None = None
    findings: list[SyntaxFinding] = field(default_factory=list)

    def element(self, segment: Segment, table: SegmentTable, loop: str | None, wrong: ElementFault) -> None:
        """A fault of an element of a segment."""
        name = f"{segment.tag}{wrong.position:02d}"
        if wrong.component is not None:
            name += f"-{wrong.component}"
        if wrong.repetition is not None and wrong.fault is not Fault.TOO_MANY_REPETITIONS:
            name += f" (repetition {wrong.repetition})"
        title = _title(table, wrong)
        value = wrong.value
        if value is None and wrong.component is None:
            value = segment.get(wrong.position)
        self._add(
            wrong.fault,
            f"{name} {title}{wrong.statement}",
            self.at(segment, wrong.position, wrong.component, wrong.repetition),
            loop,
            wanted=wrong.wanted,
            found=value,
            rule=wrong.rule,
            number=wrong.number,
            harmless=wrong.harmless,
            trigger=wrong.trigger,
        )

    def segment(
        self, fault: Fault, segment: Segment, loop: str | None, message: str, wanted: str, rule: str
    ) -> None:
        """A fault of a segment as a whole."""
        self._add(fault, message, self.at(segment), loop, wanted=wanted, found=segment.raw.strip(), rule=rule)

    def lost_terminator(self, before: Segment, after: Segment, loop: str | None) -> None:
        """Two segments with a line break between them and no terminator."""
        self._add(
            Fault.BAD_CHARACTER,
            f"The segment terminator is missing between {before.tag} and {after.tag}, only a line break stands there",
            self.at(before, len(before.elements) - 1),
            loop,
            wanted=f"the segment terminator before {after.tag}",
            found=before.elements[-1],
            rule="X12.6, segment terminator",
        )

    def missing(self, use: SegmentUse, before: Segment) -> None:
        """A mandatory segment that is not there; ``before`` stands in its place."""
        where = f"in loop {use.loop.path}" if use.loop.parent is not None else f"in the {use.area}"
        self._add(
            Fault.SEGMENT_MISSING,
            f"{use.tag} ({use.segment.name}) is missing {where}, before {before.tag}",
            replace(self.at(before), segment=use.tag),
            use.loop.path or None,
            wanted=f"a {use.tag} segment before {before.tag}",
            found=None,
            rule=f"sets/{self.guide.set_code} {_row_name(use)}",
        )

    def content(
        self,
        fault: Fault,
        segment: Segment,
        element: int,
        message: str,
        wanted: str,
        *,
        warning: bool,
        loop: str | None = None,
    ) -> None:
        """A count, a total or a tree that does not add up."""
        self._add(
            fault,
            message,
            self.at(segment, element),
            loop,
            wanted=wanted,
            found=segment.get(element),
            rule=f"sets/{self.guide.set_code} {segment.tag}",
            harmless=warning,
        )

    def at(
        self,
        segment: Segment,
        element: int | None = None,
        component: int | None = None,
        repetition: int | None = None,
    ) -> Location:
        """The place of a segment or of one of its elements."""
        return Location(
            file=self.place.file,
            interchange=self.place.interchange,
            group=self.place.group,
            set=self.place.set,
            segment_number=segment.number,
            segment=segment.tag,
            element=element,
            component=component,
            repetition=repetition,
            offset=segment.offset if element is None else segment.element_offset(element),
        )

    def _add(
        self,
        fault: Fault,
        message: str,
        location: Location,
        loop: str | None,
        *,
        wanted: str,
        found: str | None,
        rule: str,
        number: str | None = None,
        harmless: bool = False,
        trigger: int | None = None,
    ) -> None:
        explained = self.other_release and fault in _VERSION_MAY_EXPLAIN
        if explained:
            message += f"; checked by the {self.guide.version} table, version {self.version} may allow it"
        warning = harmless or explained
        self.findings.append(
            SyntaxFinding(
                code=fault.code,
                message=message,
                severity=Severity.WARNING if warning else Severity.ERROR,
                location=location,
                found=shortened(found, self.encoding) or None,
                wanted=wanted,
                rule=rule if rule.startswith("X12") else f"x12/{self.guide.version}/{rule}",
                fix=None if warning else f"Ask the partner for a corrected {self.guide.set_code}",
                standard_code=fault.standard_code(self.version),
                fault=fault,
                loop=loop or None,
                element_number=number,
                trigger=trigger,
            )
        )


def shortened(raw: str | None, encoding: str | None = None) -> str | None:
    """A bad value as text for a person, cut where it is long."""
    if raw is None:
        return None
    text = decode(raw, encoding)
    return text if len(text) <= _LONGEST_FOUND else text[:_LONGEST_FOUND] + "…"


def _title(table: SegmentTable, wrong: ElementFault) -> str:
    if wrong.position > len(table.uses):
        return ""
    use = table.uses[wrong.position - 1]
    if wrong.component is not None and use.components and wrong.component <= len(use.components.uses):
        use = use.components.uses[wrong.component - 1]
    return f"({use.element.name}) "


def _row_name(use: SegmentUse) -> str:
    return use.loop.path if use.opens_loop else f"{use.loop.path}/{use.tag}".lstrip("/")
