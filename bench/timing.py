"""How often something can be done in a second of CPU time."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time


def rate(action: Callable[[], object], *, seconds: float = 0.3, rounds: int = 5) -> float:
    """Actions a second of CPU time, the best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        count, start = 0, process_time()
        while (spent := process_time() - start) < seconds:
            action()
            count += 1
        best = max(best, count / spent)
    return best


def result(what: str, per_second: float, unit: str) -> dict[str, object]:
    """One line of output."""
    return {"bench": what, "rate": round(per_second, 1), "unit": unit}
