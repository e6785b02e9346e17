"""Paths into a transaction set: ``BEG03``, ``REF[DP].02``, ``N1[ST]/N401``, ``REF04-2``, ``PO1``, ``PO1/SLN``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gateway.x12.segments import Segment

_STEP = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2}?)"
    r"(?:\[(?:(?P<where>\d\d)=)?(?P<qualifier>[^\]]*)\])?"
    r"(?:\.?(?P<element>\d\d)(?:-(?P<component>\d{1,2}))?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a path: a segment or loop by its id, perhaps only where element ``where`` equals ``qualifier``.

    ``REF[DP]`` asks for REF01 = DP, ``PO1[07=12]`` for PO107 = 12. ``element`` and ``component`` (from 1) are what the
    last step of a value's path names, else None.
    """

    tag: str
    where: int = 1
    qualifier: str | None = None
    element: int | None = None
    component: int | None = None

    def accepts(self, segment: Segment) -> bool:
        """Whether the segment has this step's id and qualifier."""
        return segment.tag == self.tag and (
            self.qualifier is None or segment.get(self.where) == self.qualifier
        )


class PathError(ValueError):
    """A path that follows no grammar of ours: the map that holds it is wrong, never the document."""


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of a path, outermost first.

    A segment id has two or three characters and an element two digits, so the length tells them apart: ``N10`` is the
    segment N10, ``N104`` element 04 of N1, ``N1004`` element 04 of N10. Raises :class:`PathError`.
    """
    steps: list[Step] = []
    parts = path.split("/")
    for place, part in enumerate(parts):
        match = _STEP.fullmatch(part)
        if match is None or (match["element"] and place < len(parts) - 1):
            raise PathError(
                f"{path!r} is no path into a transaction set: write BEG03, REF[DP].02, REF04-2 or PO1/PID05"
            )
        steps.append(
            Step(
                tag=match["tag"],
                where=int(match["where"] or 1),
                qualifier=match["qualifier"],
                element=int(match["element"]) if match["element"] else None,
                component=int(match["component"]) if match["component"] else None,
            )
        )
    return tuple(steps)
