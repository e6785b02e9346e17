"""The picture at the top of the story: a lane for each partner, a mark for each exchange at its moment."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.demo.chronicle import Chronicle, Entry

_WIDTH, _LEFT, _RIGHT, _LANE = 1080, 210, 24, 62
_APART = 11.0  # marks closer than this are drawn beside each other


@dataclass(frozen=True, slots=True)
class Mark:
    """An exchange: ``y`` lies above the lane for what came, below it for what went."""

    x: float
    y: float
    inbound: bool
    good: bool
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A partner's line."""

    name: str
    door: str
    y: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The picture in pixels. ``ticks`` are x and seconds."""

    width: int
    height: int
    left: int
    right: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]


def lanes(chronicle: Chronicle) -> Lanes:
    """Place every exchange of the chronicle."""
    entries = list(chronicle.entries())
    longest = max((chronicle.since_start(entry.at) for entry in entries), default=1.0) or 1.0
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    found: list[Lane] = []
    for number, code in enumerate(dict.fromkeys(entry.partner for entry in entries)):
        own = [entry for entry in entries if entry.partner == code]
        y = 34.0 + number * _LANE
        doors = " and ".join(dict.fromkeys(entry.door for entry in own))
        found.append(Lane(own[0].partner_name, doors, y, _marks(own, chronicle, scale, y)))
    step = next((step for step in (1, 2, 5, 10, 20) if longest / step <= 10), 60)
    ticks = tuple((_LEFT + second * scale, f"{second} s") for second in range(0, int(longest) + 1, step))
    return Lanes(_WIDTH, 34 + len(found) * _LANE, _LEFT, _WIDTH - _RIGHT, tuple(found), ticks)


def _marks(entries: list[Entry], chronicle: Chronicle, scale: float, lane: float) -> tuple[Mark, ...]:
    free = {True: 0.0, False: 0.0}
    marks: list[Mark] = []
    for entry in entries:
        inbound = entry.direction == "in"
        x = max(_LEFT + chronicle.since_start(entry.at) * scale, free[inbound])
        free[inbound] = x + _APART
        name = entry.files[0].name
        marks.append(
            Mark(
                x=round(x, 1),
                y=lane - 10 if inbound else lane + 10,
                inbound=inbound,
                good=entry.state in ("acknowledged", "delivered", "translated"),
                title=f"{name}: {entry.telling.title}",
                anchor=f"file-{name.partition('_')[0]}",
            )
        )
    return tuple(marks)
