"""Relational conditions between the elements of a segment (X12.6, "syntax notes"), one function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.x12.faults import Fault
from gateway.x12.tables import Condition

Filled = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Breach:
    """A condition that is not met: the fault, the position to report it at, and the rule in words.

    Words name elements by position in braces, ``{03}``, for the caller to put the segment's id before them.
    ``trigger`` is the element whose presence makes the condition bite; None where the absence of all does.
    """

    fault: Fault
    position: int
    statement: str
    condition: Condition
    trigger: int | None = None


def breach_of(condition: Condition, filled: Filled) -> Breach | None:
    """How the elements that are filled break the condition, or None if they do not."""
    return _RULES[condition.kind](condition, filled)


def _paired(condition: Condition, filled: Filled) -> Breach | None:
    """P: all or none."""
    missing = [position for position in condition.positions if not filled(position)]
    if missing and len(missing) < len(condition.positions):
        return Breach(
            Fault.CONDITION_UNMET,
            missing[0],
            f"{_and(condition.positions)} go together: all or none",
            condition,
            next(filter(filled, condition.positions)),
        )
    return None


def _required(condition: Condition, filled: Filled) -> Breach | None:
    """R: at least one."""
    if any(map(filled, condition.positions)):
        return None
    return Breach(
        Fault.CONDITION_UNMET,
        condition.positions[0],
        f"at least one of {_or(condition.positions)} is needed",
        condition,
    )


def _exclusive(condition: Condition, filled: Filled) -> Breach | None:
    """E: at most one; of several the first one stands."""
    present = sorted(filter(filled, condition.positions))
    if len(present) < 2:
        return None
    return Breach(
        Fault.EXCLUSION_BROKEN,
        present[1],
        f"only one of {_or(condition.positions)} may be sent",
        condition,
        present[0],
    )


def _conditional(condition: Condition, filled: Filled) -> Breach | None:
    """C: if the first, then all the others."""
    first, *others = condition.positions
    missing = [position for position in others if not filled(position)]
    if not filled(first) or not missing:
        return None
    return Breach(
        Fault.CONDITION_UNMET,
        missing[0],
        f"with {_or((first,))}, {_and(tuple(others))} must be sent",
        condition,
        first,
    )


def _list_conditional(condition: Condition, filled: Filled) -> Breach | None:
    """L: if the first, then at least one of the others."""
    first, *others = condition.positions
    if not filled(first) or any(map(filled, others)):
        return None
    return Breach(
        Fault.CONDITION_UNMET,
        others[0],
        f"with {_or((first,))}, at least one of {_or(tuple(others))} must be sent",
        condition,
        first,
    )


_RULES: dict[str, Callable[[Condition, Filled], Breach | None]] = {
    "P": _paired,
    "R": _required,
    "E": _exclusive,
    "C": _conditional,
    "L": _list_conditional,
}


def _and(positions: tuple[int, ...]) -> str:
    return _joined(positions, "and")


def _or(positions: tuple[int, ...]) -> str:
    return _joined(positions, "or")


def _joined(positions: tuple[int, ...], word: str) -> str:
    names = [f"{{{position:02d}}}" for position in positions]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
