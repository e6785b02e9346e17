"""A segment as it stands in the file."""

from __future__ import annotations

from typing import NamedTuple


class Segment(NamedTuple):
    """One segment: its raw elements and its place. A named tuple, because files make millions of them.

    ``elements[0]`` is the segment id, ``elements[n]`` the raw text of element n (components and repetitions not yet
    split); an element beyond the last one sent is absent. ``number`` counts from 1 at ST (outside a set: from 1 at
    ISA). ``offset`` is the byte offset of the segment's first character in the file. ``raw`` is the exact text
    between its neighbours' terminators, without its own, so a document can be re-emitted byte for byte.
    """

    elements: tuple[str, ...]
    number: int
    offset: int
    raw: str

    @property
    def tag(self) -> str:
        """The segment id: ``PO1``."""
        return self.elements[0]

    def get(self, position: int) -> str:
        """The raw text of element ``position`` (1 is the first after the id); empty where none was sent."""
        return self.elements[position] if position < len(self.elements) else ""

    def element_offset(self, position: int) -> int:
        """The byte offset of element ``position`` in the file; of an absent one, where the segment ends."""
        before = self.elements[:position]
        end = self.offset + sum(len(element) + 1 for element in before)
        return end if position < len(self.elements) else end - 1
