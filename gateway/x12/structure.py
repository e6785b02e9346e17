"""Where a segment can go next in a transaction set: the guide's order, loops and limits as a table of moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gateway.x12.tables import Guide, LoopUse, SegmentUse


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A step from one row of a guide to another.

    ``level`` is the depth (0 for the set) of the member that is counted: the segment itself, or the loop it opens.
    ``again`` says that this member stood here before and is repeated. ``skipped`` are the mandatory members that
    the step leaves out. ``enters`` says that the target opens a loop, one level deeper. ``limit`` is how often the
    counted member may stand here, None without limit.
    """

    target: SegmentUse
    level: int
    again: bool
    skipped: tuple[SegmentUse, ...]
    enters: bool
    limit: int | None


class Structure:
    """The moves of one guide, worked out when first asked for and kept."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.uses_of: dict[str, list[SegmentUse]] = {}
        for use in guide.uses:
            self.uses_of.setdefault(use.tag, []).append(use)
        self.moves: list[dict[str, tuple[Move, ...]]] = [{} for _ in guide.uses]

    def moves_from(self, use: SegmentUse, tag: str) -> tuple[Move, ...]:
        """Every place further on that a segment with this id can take, nearest first; empty if there is none.

        A segment belongs to the innermost open loop that still has a place for it; outer loops come after.
        """
        known = self.moves[use.row].get(tag)
        if known is None:
            if tag not in self.uses_of:
                return ()
            known = self.moves[use.row][tag] = tuple(_moves(use, tag))
        return known


@lru_cache(maxsize=1024)
def structure_of(guide: Guide) -> Structure:
    """The prepared structure of a guide."""
    return Structure(guide)


def depth_of(loop: LoopUse) -> int:
    """How many loops hold this one; the set itself is 0."""
    depth = 0
    while loop.parent is not None:
        loop = loop.parent
        depth += 1
    return depth


def holds(outer: LoopUse, inner: LoopUse) -> bool:
    """Whether a loop is another one, or holds it at any depth."""
    here: LoopUse | None = inner
    while here is not None:
        if here is outer:
            return True
        here = here.parent
    return False


def _moves(use: SegmentUse, tag: str) -> Iterator[Move]:
    loop: LoopUse | None = use.loop
    at: SegmentUse | LoopUse = use
    skipped: list[SegmentUse] = []
    while loop is not None:
        level = depth_of(loop)
        for member in loop.members[loop.members.index(at) :]:
            target = member if isinstance(member, SegmentUse) else member.trigger
            # A loop's first segment comes again only as a new occurrence of the loop, seen from its parent.
            if target.tag == tag and not (target is use and target.opens_loop and member is target):
                enters = member is not target
                yield Move(target, level, member is at, tuple(skipped), enters, member.maximum)
            if member is not at and member.requirement == "M":
                skipped.append(target)
        at, loop = loop, loop.parent
