"""Checks the elements of one segment against its table: presence, conditions, values, components, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gateway.x12.condition import breach_of
from gateway.x12.delimiters import Delimiters
from gateway.x12.element_type import acceptance, diagnose
from gateway.x12.faults import Fault
from gateway.x12.tables import ElementUse, SegmentTable

# Real segments come in few patterns of filled elements; a file that invents patterns must not fill the memory.
_PATTERNS_KEPT = 512


@dataclass(frozen=True, slots=True)
class ElementFault:
    """What is wrong with an element. ``statement`` continues a sentence that begins with the element's name."""

    fault: Fault
    position: int
    statement: str
    wanted: str
    rule: str  # the part of the rule after x12/<version>/
    component: int | None = None
    repetition: int | None = None
    number: str | None = None  # data element reference number
    value: str | None = None
    harmless: bool = False  # told as a warning
    trigger: int | None = None  # the element (in a composite: component) that makes a condition bite


class SegmentCheck:
    """The check of one segment table, prepared once."""

    def __init__(self, table: SegmentTable) -> None:
        self.table = table
        self._accepts = tuple(
            acceptance(use.element) if use.components is None else _never for use in table.uses
        )
        self._patterns: dict[tuple[bool, ...], tuple[ElementFault, ...]] = {}

    def faults(
        self, elements: tuple[str, ...], raw: str, delimiters: Delimiters, encoding: str | None = None
    ) -> Sequence[ElementFault]:
        """All faults of a segment's elements; ``elements[0]`` is the segment id, ``raw`` the segment's text,
        ``encoding`` the partner's.
        """
        pattern = tuple(map(bool, elements))
        presence = self._patterns.get(pattern)
        if presence is None:
            presence = self._judge_presence(pattern)
        if delimiters.component in raw or (delimiters.repetition and delimiters.repetition in raw):
            return [*presence, *self._check_parts(elements, delimiters, encoding)]
        # The common case: no components and no repetitions in sight.
        for value, accept in zip(elements[1:], self._accepts, strict=False):
            if value and not accept(value):
                return [*presence, *self._check_parts(elements, delimiters, encoding)]
        return presence

    def _judge_presence(self, pattern: tuple[bool, ...]) -> tuple[ElementFault, ...]:
        """Faults that depend only on which elements are filled."""
        faults = tuple(self._presence_faults(pattern))
        if len(self._patterns) >= _PATTERNS_KEPT:
            self._patterns.clear()
        self._patterns[pattern] = faults
        return faults

    def _presence_faults(self, pattern: tuple[bool, ...]) -> Iterator[ElementFault]:
        tag, uses = self.table.tag, self.table.uses
        yield from _missing(self.table, pattern, None)
        if len(pattern) - 1 > len(uses):
            data = any(pattern[len(uses) + 1 :])
            yield ElementFault(
                Fault.TOO_MANY_ELEMENTS,
                len(uses) + 1,
                f"is beyond the last element of {tag}" + ("" if data else " (it is empty)"),
                f"at most {len(uses)} elements",
                f"segments {tag}",
                harmless=not data,
            )
        yield from _breaches(self.table, pattern, None, tag)

    def _check_parts(
        self, elements: tuple[str, ...], delimiters: Delimiters, encoding: str | None
    ) -> Iterator[ElementFault]:
        """The slow path: every value split into repetitions and components, every fault of each told."""
        for use, raw in zip(self.table.uses, elements[1:], strict=False):
            if raw:
                yield from self._check_element(use, raw, delimiters, encoding)

    def _check_element(
        self, use: ElementUse, raw: str, delimiters: Delimiters, encoding: str | None
    ) -> Iterator[ElementFault]:
        occurrences = raw.split(delimiters.repetition) if delimiters.repetition else [raw]
        limit = use.repeat
        if limit is not None and len(occurrences) > limit:
            yield ElementFault(
                Fault.TOO_MANY_REPETITIONS,
                use.position,
                f"is repeated {len(occurrences)} times",
                f"at most {limit}" + (" repetition" if limit == 1 else " repetitions"),
                f"segments {self.table.tag}-{use.position:02d}",
                repetition=limit + 1,
                number=use.element.number,
                value=raw,
            )
        for number, occurrence in enumerate(occurrences, 1):
            repetition = number if len(occurrences) > 1 else None
            if use.components is not None:
                yield from self._check_composite(
                    use, use.components, occurrence, repetition, delimiters, encoding
                )
            elif occurrence:
                yield from self._check_simple(use, occurrence, repetition, delimiters, encoding)

    def _check_simple(
        self,
        use: ElementUse,
        raw: str,
        repetition: int | None,
        delimiters: Delimiters,
        encoding: str | None,
    ) -> Iterator[ElementFault]:
        rule = f"segments {self.table.tag}-{use.position:02d}"
        if delimiters.component in raw:
            yield ElementFault(
                Fault.BAD_CHARACTER,
                use.position,
                f"contains the component separator {delimiters.component!r}, but has no components",
                "text without delimiters",
                rule,
                repetition=repetition,
                number=use.element.number,
                value=raw,
            )
            return
        if self._accepts[use.position - 1](raw):
            return
        wrong = diagnose(use.element, raw, encoding)
        if wrong is not None:
            if wrong.fault is Fault.CODE_NOT_IN_LIST:
                rule = f"codes {use.element.number}"
            yield ElementFault(
                wrong.fault,
                use.position,
                wrong.statement,
                wrong.wanted,
                rule,
                repetition=repetition,
                number=use.element.number,
                value=raw,
            )

    def _check_composite(
        self,
        use: ElementUse,
        table: SegmentTable,
        raw: str,
        repetition: int | None,
        delimiters: Delimiters,
        encoding: str | None,
    ) -> Iterator[ElementFault]:
        components = raw.split(delimiters.component)
        pattern = (True, *map(bool, components))
        prefix = f"{self.table.tag}{use.position:02d}-"
        for fault in (*_missing(table, pattern, use), *_breaches(table, pattern, use, prefix)):
            yield _in_composite(fault, use, fault.component, repetition)
        if len(components) > len(table.uses):
            yield ElementFault(
                Fault.TOO_MANY_COMPONENTS,
                use.position,
                f"has {len(components)} components",
                f"at most {len(table.uses)} components",
                f"segments {table.tag}",
                component=len(table.uses) + 1,
                repetition=repetition,
                number=use.element.number,
                value=raw,
                harmless=not any(pattern[len(table.uses) + 1 :]),
            )
        inner = segment_check(table)
        for part, text in zip(table.uses, components, strict=False):
            if text:
                for fault in inner._check_simple(part, text, None, delimiters, encoding):
                    yield _in_composite(fault, use, part.position, repetition)


def _never(value: str) -> bool:
    """Composites are always looked at closely."""
    return False


@lru_cache(maxsize=4096)
def segment_check(table: SegmentTable) -> SegmentCheck:
    """The prepared check of a table."""
    return SegmentCheck(table)


def _missing(
    table: SegmentTable, pattern: tuple[bool, ...], inside: ElementUse | None
) -> Iterator[ElementFault]:
    """Mandatory elements that are not filled; ``inside`` is the composite's place if the table is a composite."""
    for use in table.uses:
        if use.requirement == "M" and not (use.position < len(pattern) and pattern[use.position]):
            yield ElementFault(
                Fault.ELEMENT_MISSING,
                inside.position if inside else use.position,
                "is missing, it is mandatory",
                "a value",
                f"segments {table.tag}-{use.position:02d}",
                component=use.position if inside else None,
                number=use.element.number,
            )


def _breaches(
    table: SegmentTable, pattern: tuple[bool, ...], inside: ElementUse | None, prefix: str
) -> Iterator[ElementFault]:
    """Relational conditions that are not met; ``prefix`` stands before a position to name an element."""

    def filled(position: int) -> bool:
        return position < len(pattern) and pattern[position]

    for condition in table.conditions:
        breach = breach_of(condition, filled)
        if breach is not None:
            verb = "must not be sent" if breach.fault is Fault.EXCLUSION_BROKEN else "is missing"
            words = re.sub(r"\{(\d\d)\}", lambda match: prefix + match[1], breach.statement)
            yield ElementFault(
                breach.fault,
                inside.position if inside else breach.position,
                f"{verb}: {words}",
                words,
                f"syntax {table.tag} {condition}",
                component=breach.position if inside else None,
                number=table.uses[breach.position - 1].element.number,
                trigger=breach.trigger,
            )


def _in_composite(
    fault: ElementFault, use: ElementUse, component: int | None, repetition: int | None
) -> ElementFault:
    return replace(fault, position=use.position, component=component, repetition=repetition)
