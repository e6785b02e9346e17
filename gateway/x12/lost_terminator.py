"""Two segments that stand as one, because the terminator between them was lost and only the line break is left.

They are judged as the two they were meant to be, so that one fault makes one finding and not a cascade: without it a
lost ``~`` before a PO1 would misplace every segment of that line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from gateway.x12.delimiters import Delimiters
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.segments import Segment
from gateway.x12.tables import Dictionary, SegmentUse

_CONTROL = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})  # their loss is told by the envelope's check
_LINE_BREAKS = frozenset("\r\n")
_BREAK = re.compile(r"[\r\n]+[ \t]*(?=([A-Z][A-Z0-9]{1,2})([^A-Za-z0-9]))", re.ASCII)


def parts_of(segment: Segment, dictionary: Dictionary, delimiters: Delimiters) -> Sequence[Segment]:
    """The segments that the segment's text holds: itself, unless a line break in it is followed by the id of a known
    segment and an element separator. All bear its number.
    """
    text = delimiters.element.join(segment.elements)
    if ("\n" not in text and "\r" not in text) or not _LINE_BREAKS.isdisjoint(delimiters.all()):
        return (segment,)
    starts = [(0, 0)]
    starts += [
        found.span()
        for found in _BREAK.finditer(text)
        if found[2] == delimiters.element and found[1] in dictionary.segments and found[1] not in _CONTROL
    ]
    if len(starts) == 1:
        return (segment,)
    ends = [before for before, _ in starts[1:]] + [len(text)]
    return [
        Segment(
            tuple(text[start:end].split(delimiters.element)),
            segment.number,
            segment.offset + start,
            text[start:end],
        )
        for (_, start), end in zip(starts, ends, strict=True)
    ]


def tell_lost_terminator(parts: Sequence[Segment], use: SegmentUse | None, diagnosis: Diagnosis) -> None:
    """One finding for each terminator that is missing, at the last element before it (AK403 code 6)."""
    for before, after in pairwise(parts):
        diagnosis.lost_terminator(before, after, use.loop.path if use is not None else None)
