"""A transaction set to be written, before it has an envelope, delimiters or control numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repeated:
    """The occurrences of a repeating element (from 00402 on), each a simple value or the components of a
    composite.
    """

    occurrences: tuple[str | tuple[str, ...], ...]


Element = str | tuple[str, ...] | Repeated
"""A simple value, the components of a composite, or the occurrences of a repeating element."""

DraftSegment = tuple[Element, ...]
"""The segment id, then its elements: ``("PO1", "1", "10", "EA")``. Empty text is an absent element."""


@dataclass(frozen=True, slots=True)
class SetDraft:
    """A transaction set without ST and SE, which the writer adds with the counts.

    ``convention_reference`` is ST03 (element 1705, from 004060 on), sent only where the partner's guide names
    one.
    """

    set_code: str  # ST01
    segments: tuple[DraftSegment, ...]
    convention_reference: str | None = None


@dataclass(frozen=True, slots=True)
class ElementValue:
    """One value of a segment and its place in it, all counting from 1; ``component`` None in a simple
    element.
    """

    text: str
    element: int
    component: int | None = None
    repetition: int | None = None


def transformed(segment: DraftSegment, change: Callable[[ElementValue], str]) -> DraftSegment:
    """The segment with each value changed, in the order they are written; its shape and its id stay."""
    return (segment[0], *(_transformed_element(e, n, change) for n, e in enumerate(segment[1:], start=1)))


def _transformed_element(element: Element, position: int, change: Callable[[ElementValue], str]) -> Element:
    if isinstance(element, Repeated):
        occurrences = enumerate(element.occurrences, start=1)
        return Repeated(
            tuple(_transformed_occurrence(o, position, number, change) for number, o in occurrences)
        )
    return _transformed_occurrence(element, position, None, change)


def _transformed_occurrence(
    occurrence: str | tuple[str, ...],
    position: int,
    repetition: int | None,
    change: Callable[[ElementValue], str],
) -> str | tuple[str, ...]:
    if isinstance(occurrence, str):
        return change(ElementValue(occurrence, position, None, repetition))
    components = enumerate(occurrence, start=1)
    return tuple(change(ElementValue(text, position, number, repetition)) for number, text in components)
