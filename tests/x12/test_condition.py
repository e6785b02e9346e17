"""Relational conditions: the truth table of each kind, from X12.6."""

from __future__ import annotations

import itertools

import pytest

from gateway.x12.condition import breach_of
from gateway.x12.faults import Fault
from gateway.x12.tables import Condition

TABLES = {
    # filled elements -> position reported, or None where the condition holds
    "P": {(): None, (2, 3, 4): None, (2,): 3, (3,): 2, (4,): 2, (2, 3): 4, (2, 4): 3, (3, 4): 2},
    "R": {
        (): 2,
        (2,): None,
        (3,): None,
        (4,): None,
        (2, 3): None,
        (2, 4): None,
        (3, 4): None,
        (2, 3, 4): None,
    },
    "E": {(): None, (2,): None, (3,): None, (4,): None, (2, 3): 3, (2, 4): 4, (3, 4): 4, (2, 3, 4): 3},
    "C": {(): None, (2,): 3, (3,): None, (4,): None, (2, 3): 4, (2, 4): 3, (3, 4): None, (2, 3, 4): None},
    "L": {
        (): None,
        (2,): 3,
        (3,): None,
        (4,): None,
        (2, 3): None,
        (2, 4): None,
        (3, 4): None,
        (2, 3, 4): None,
    },
}


@pytest.mark.parametrize("kind", TABLES)
def test_truth_table(kind: str) -> None:
    condition = Condition(kind, (2, 3, 4))
    patterns = [pattern for size in range(4) for pattern in itertools.combinations((2, 3, 4), size)]
    assert set(patterns) == set(TABLES[kind])
    for pattern in patterns:
        breach = breach_of(condition, lambda position, filled=pattern: position in filled)  # type: ignore[misc]
        assert (breach.position if breach else None) == TABLES[kind][pattern], pattern
        if breach:
            assert breach.fault is (Fault.EXCLUSION_BROKEN if kind == "E" else Fault.CONDITION_UNMET)


def test_a_condition_is_written_as_the_standard_does() -> None:
    assert str(Condition("P", (6, 7))) == "P0607"
