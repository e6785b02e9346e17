"""Settings of this room's tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

from gateway.x12.segment_check import segment_check
from gateway.x12.structure import structure_of

# The engine compiles an expression when enough was interpreted: a pause that may fall into any example.
settings.register_profile("x12", deadline=None)
settings.load_profile("x12")


@pytest.fixture(scope="session", autouse=True)
def nothing_prepared() -> None:
    """Mutants are tested in forks of a process that ran the tests before: what it prepared would hide the mutant."""
    segment_check.cache_clear()
    structure_of.cache_clear()
