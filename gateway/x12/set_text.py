"""A transaction set as it stands in the file: one stretch of text, cut into segments only when someone asks.

A set that the compiled guide accepts needs no segments to be known as good; most readers then want a few of them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from gateway.x12.interpreter import rows_of
from gateway.x12.punctuation import Punctuation
from gateway.x12.segments import Segment
from gateway.x12.tables import Guide, SegmentUse

MOST_SEGMENTS = 1_000_000  # of one set; more is refused, the rest of the set skipped


class SetText:
    """The text from ST to the last element of SE, and the byte ``offset`` of the S of ST."""

    def __init__(self, text: str, offset: int, punctuation: Punctuation, guide: Guide | None = None) -> None:
        self.text = text
        self.offset = offset
        self.punctuation = punctuation
        self.guide = guide
        self.count = text.count(punctuation.delimiters.segment) + 1  # of segments

    @property
    def header(self) -> Segment:
        """The ST."""
        raw = self.text[: self.text.find(self.punctuation.delimiters.segment)]
        elements = tuple(raw.split(self.punctuation.delimiters.element))
        return Segment(elements, 1, self.offset, self.punctuation.line_break + raw)

    @property
    def trailer(self) -> Segment:
        """The SE."""
        start = self.text.rfind(self.punctuation.ends) + len(self.punctuation.ends)
        raw = self.text[start:]
        elements = tuple(raw.split(self.punctuation.delimiters.element))
        return Segment(elements, self.count, self.offset + start, self.punctuation.line_break + raw)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, ST first. Raises ValueError where they cannot simply be cut at the terminators."""
        segments = self.cut()
        if segments is None:
            raise ValueError("a set is kept as text only if it can be cut")
        return segments

    @cached_property
    def uses(self) -> tuple[SegmentUse | None, ...]:
        """Each segment's row in the guide."""
        if self.guide is None:
            return (None,) * len(self.segments)
        return rows_of(self.segments, self.guide)

    def cut(self) -> tuple[Segment, ...] | None:
        """The segments as the reader cuts them one by one; None if something is here that it would have to tell."""
        delimiters = self.punctuation.delimiters
        separator, padded = delimiters.element, delimiters.segment in "\r\n"
        at = self.offset - len(self.punctuation.line_break)
        segments: list[Segment] = []
        # The line break that stands before ST belongs to its raw text, as it does for every segment.
        for number, raw in enumerate((self.punctuation.line_break + self.text).split(delimiters.segment), 1):
            body = raw.lstrip("\r\n")
            offset = at + len(raw) - len(body)
            if padded:
                body = body.rstrip("\r")
            if not body[:1].isalpha() or (padded and body[-1] == " "):
                return None
            segments.append(Segment(tuple(body.split(separator)), number, offset, raw))
            at += len(raw) + 1
        return tuple(segments) if len(segments) <= MOST_SEGMENTS else None

    def some(self, tags: Collection[str]) -> list[Segment]:
        """The segments with some ids, where only their elements matter: numbers and offsets are left 0."""
        separator = self.punctuation.delimiters.element
        return [
            Segment(tuple(raw.split(separator)), 0, 0, raw)
            for raw in self.text.split(self.punctuation.ends)
            if raw.partition(separator)[0] in tags
        ]
