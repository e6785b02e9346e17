"""The records that the tables of ``schemas/x12`` become: elements, segments, loops, and the guide of a set.

The README there describes the columns; :mod:`gateway.x12.guide_tables` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A data element: its reference number, type (``AN ID R DT TM N0 N2`` or ``composite``) and length.

    ``codes`` is the list an ``ID`` is checked against, or None: free, or a list kept by somebody else.
    """

    number: str
    name: str
    type: str
    minimum: int
    maximum: int
    codes: frozenset[str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A relational condition (X12.6 "syntax note"): P, R, E, C or L over element positions, from 1."""

    kind: str
    positions: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class ElementUse:
    """An element at its position in a segment, or in a composite (``components`` is then None)."""

    position: int
    element: Element
    requirement: str  # M, O, or X: a relational condition decides
    repeat: int | None  # None: without limit
    components: SegmentTable | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SegmentTable:
    """A segment, or a composite: its elements in order and the conditions between them."""

    tag: str
    name: str
    uses: tuple[ElementUse, ...]
    conditions: tuple[Condition, ...]


@dataclass(slots=True, eq=False)
class LoopUse:
    """A loop at its place in a set. ``path`` names it: ``PO1/N1``; the root (the set itself) has the path ``""``.

    ``members`` are its segments and loops in order; the first is the segment that opens it.
    """

    path: str
    requirement: str
    maximum: int | None
    parent: LoopUse | None
    members: list[SegmentUse | LoopUse] = field(default_factory=list)

    @property
    def trigger(self) -> SegmentUse:
        """The segment that opens the loop."""
        first = self.members[0]
        assert isinstance(first, SegmentUse)
        return first

    @property
    def name(self) -> str:
        """The last part of the path, as AK303 shows it: ``N1``, also where the path has ``N1#2``."""
        return self.path.rpartition("/")[2].partition("#")[0]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentUse:
    """A segment at its place in a set: one row of the table. ``row`` counts from 0 (ST)."""

    row: int
    area: str  # heading, detail, summary
    segment: SegmentTable
    requirement: str
    maximum: int | None
    loop: LoopUse

    @property
    def tag(self) -> str:
        """The segment id."""
        return self.segment.tag

    @property
    def opens_loop(self) -> bool:
        """Whether the segment begins a new occurrence of its loop."""
        return self.loop.parent is not None and self.loop.members[0] is self


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """What one version knows: its segments (envelope included) and elements."""

    version: str
    segments: Mapping[str, SegmentTable]
    elements: Mapping[str, Element]


@dataclass(frozen=True, eq=False)
class Guide:
    """The table of one transaction set in one version. ``title`` is X12's short name of the set."""

    set_code: str
    version: str
    title: str
    functional_identifier: str  # GS01
    uses: tuple[SegmentUse, ...]
    root: LoopUse
    dictionary: Dictionary

    @property
    def name(self) -> str:
        """How findings name this guide: ``x12/004010/850``."""
        return f"x12/{self.version}/{self.set_code}"

    def loops(self) -> Iterator[LoopUse]:
        """Every loop, outer ones first."""
        waiting = [self.root]
        while waiting:
            loop = waiting.pop(0)
            if loop.parent is not None:
                yield loop
            waiting += [member for member in loop.members if isinstance(member, LoopUse)]


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A transaction set that X12 knows: ``title`` and ``functional_identifier`` are empty where we lack them."""

    code: str
    title: str
    functional_identifier: str
