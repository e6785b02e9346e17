"""Files that broke the reader once, and the seeds of the fuzzer: all invariants hold for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.x12.fuzz_reader import seeds
from tests.x12.invariants import check_answers, check_chunks, check_invariants, check_writing

FILES = sorted(path for path in (Path(__file__).parent / "crashers").iterdir() if path.suffix != ".md")


def hold(data: bytes) -> None:
    """All that the fuzzer asserts."""
    events = check_invariants(data)
    check_answers(events)
    check_writing(events)
    check_chunks(data, 7)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_does_not_break_any_more(file: Path) -> None:
    hold(file.read_bytes())


@pytest.mark.parametrize("seed", seeds())
def test_seeds(seed: bytes) -> None:
    hold(seed)
