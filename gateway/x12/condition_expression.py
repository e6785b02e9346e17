"""Relational conditions as expressions: the compiled twin of :mod:`gateway.x12.condition`.

A condition is turned into the combinations that it forbids: P0304 forbids "3 filled and 4 empty" and "3 empty and 4
filled". The expression that reads a segment looks for a combination where its lowest element stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from gateway.x12.tables import Condition

# Positions in order, each with whether it is filled; an element that was not sent is empty.
Combination = tuple[tuple[int, bool], ...]


def forbidden(condition: Condition) -> Iterator[Combination]:
    """The combinations of filled and empty elements that break a condition."""
    positions = condition.positions
    first, *others = positions
    if condition.kind == "P":
        for one, other in pairwise(sorted(positions)):
            yield ((one, True), (other, False))
            yield ((one, False), (other, True))
    elif condition.kind == "R":
        yield _ordered(dict.fromkeys(positions, False))
    elif condition.kind == "E":
        for pair in combinations(sorted(positions), 2):
            yield _ordered(dict.fromkeys(pair, True))
    elif condition.kind == "C":
        for other in others:
            yield _ordered({first: True, other: False})
    else:
        yield _ordered({first: True} | dict.fromkeys(others, False))


def _ordered(combination: dict[int, bool]) -> Combination:
    return tuple(sorted(combination.items()))


def shortened(combination: Combination, before: int) -> Combination | None:
    """The combination where a segment ends before an element, which is then empty; None if it cannot be there."""
    if any(full and position >= before for position, full in combination):
        return None
    return tuple((position, full) for position, full in combination if position < before) or None


def absent(combination: Combination, separator: str, filled: str) -> str:
    """An expression that holds behind the lowest element of a combination unless the others are as it says.

    ``separator`` and ``filled`` are expressions for what stands before an element, and for its first character.
    """
    here, others = combination[0][0], combination[1:]
    if not others:
        return "(?!)"
    if len(others) == 1 and others[0][0] == here + 1:
        return f"(?{'!' if others[0][1] else '='}{separator}{filled})"
    return f"(?!{''.join(_steps(here, others, separator, filled))})"


def _steps(here: int, others: Combination, separator: str, filled: str) -> Iterator[str]:
    """Walks from one element named to the next. Where the segment ends on the way, all further ones are empty."""
    closing = ""
    last_filled = max((place for place, (_, full) in enumerate(others) if full), default=-1)
    for place, (position, full) in enumerate(others):
        gap = position - here - 1
        exactly = place <= last_filled
        if gap:
            yield f"(?:{separator}{filled}*+){{{'' if exactly else '0,'}{gap}}}+"
        if full:
            yield f"{separator}{filled}" + ("" if place == len(others) - 1 else f"{filled}*+")
        elif exactly:
            yield f"{separator}(?!{filled})"
        elif place == len(others) - 1:
            yield f"(?!{separator}{filled})"
        else:
            yield f"(?:(?!{separator})|{separator}(?!{filled})"
            closing += ")"
        here = position
    yield closing
