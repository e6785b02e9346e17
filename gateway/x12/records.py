"""Validated sets as light records: every element by name, with its place in the file recoverable.

Building loops costs more than checking a set. Who reads thousands of orders takes these records instead: the text is
split once, names are looked up and offsets counted only where someone asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from gateway.x12.set_text import SetText
from gateway.x12.tables import Guide, LoopUse

Elements = list[str]  # of one segment, its id first; raw text as in :class:`~gateway.x12.segments.Segment`


class Part:
    """Consecutive segments of a set: one occurrence of the line loop, or what stands before or after them all.

    ``segments`` are split into elements, in order; ``start`` is the byte offset of the first.
    """

    __slots__ = ("content", "segments", "start")

    def __init__(self, content: SetText, start: int, segments: list[Elements]) -> None:
        self.content = content
        self.start = start
        self.segments = segments

    def named(self, tag: str) -> Iterator[Elements]:
        """Every segment with the id, loops inside the line included, in order."""
        return (elements for elements in self.segments if elements[0] == tag)

    def first(self, tag: str, position: int) -> str:
        """The raw text of element ``position`` (from 1) of the first segment with the id; empty where none was sent."""
        for elements in self.segments:
            if elements[0] == tag:
                return elements[position] if position < len(elements) else ""
        return ""

    def offset(self, segment: Elements, position: int = 0) -> int:
        """The byte offset of an element of one of these segments (the object itself, not its equal); 0 is its id."""
        width = len(self.content.punctuation.ends)
        at = self.start
        for elements in self.segments:
            if elements is segment:
                return at + sum(len(element) + 1 for element in elements[:position])
            at += sum(map(len, elements)) + len(elements) - 1 + width
        raise ValueError(f"the {segment[0]} is not of this part")


class SetRecord:
    """A set cut at its lines: ``heading`` from ST on, ``lines``, and ``summary`` to SE."""

    __slots__ = ("heading", "lines", "summary")

    def __init__(self, heading: Part, lines: list[Part], summary: Part) -> None:
        self.heading = heading
        self.lines = lines
        self.summary = summary


def set_record(content: SetText, guide: Guide, line: str) -> SetRecord:
    """The record of a set that the compiled guide accepted; ``line`` is the id that opens its lines: ``PO1``.

    Raises ValueError if the guide has no loop of the whole set that alone is opened by that id.
    """
    inside = tags_of_lines(guide, line)
    ends, separator = content.punctuation.ends, content.punctuation.delimiters.element
    opening = f"{ends}{line}{separator}"
    first, *others = content.text.split(opening)
    heading = Part(content, content.offset, [raw.split(separator) for raw in first.split(ends)])
    at = content.offset + len(first) + len(ends)
    lines: list[Part] = []
    for text in others:
        # ``opening`` took the id from the first segment.
        segments = [raw.split(separator) for raw in text.split(ends)]
        segments[0].insert(0, line)
        lines.append(Part(content, at, segments))
        at += len(text) + len(opening)
    last = lines[-1] if lines else heading
    return SetRecord(heading, lines, _split_off(last, inside if lines else None))


def _split_off(last: Part, inside: frozenset[str] | None) -> Part:
    """The summary, taken from the last line: from a segment on that no line can hold. Without lines it is SE."""
    segments = last.segments
    at = len(segments) - 1
    if inside is not None:
        at = next(at for at, elements in enumerate(segments) if elements[0] not in inside)
    start = last.offset(segments[at])
    last.segments = segments[:at]
    return Part(last.content, start, segments[at:])


@lru_cache(maxsize=256)
def tags_of_lines(guide: Guide, line: str) -> frozenset[str]:
    """The segment ids that one line may hold."""
    rows = [use for use in guide.uses if use.tag == line]
    if len(rows) != 1 or not rows[0].opens_loop or rows[0].loop.parent is not guide.root:
        raise ValueError(f"{line} does not open a loop of its own in the {guide.set_code}")
    return frozenset(_tags(rows[0].loop))


def _tags(loop: LoopUse) -> Iterator[str]:
    for member in loop.members:
        if isinstance(member, LoopUse):
            yield from _tags(member)
        else:
            yield member.tag
