"""When a file has fallen quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.transport.mailbox import RemoteFile
from gateway.transport.stability import Stability

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


class Clocks:
    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)


def file(size: int = 1, age: float = 0, name: str = "a") -> RemoteFile:
    return RemoteFile(name=name, path=f"out/{name}", size=size, modified=NOON - timedelta(seconds=age))


def stability(clocks: Clocks, *, same_clock: bool = False) -> Stability:
    return Stability(quiet_seconds=10, same_clock=same_clock, monotonic=clocks.monotonic, now=clocks.now)


def test_two_equal_looks_that_far_apart() -> None:
    clocks = Clocks()
    quiet = stability(clocks)
    assert quiet.quiet([file()]) == []
    clocks.seconds = 9.9
    assert quiet.quiet([file()]) == [], "two looks in quick succession prove nothing"
    clocks.seconds = 10
    assert quiet.quiet([file()]) == [file()]


def test_size_and_date_both_count() -> None:
    clocks = Clocks()
    quiet = stability(clocks)
    for changed in (file(1), file(2), file(2, age=-1), file(1)):
        clocks.seconds += 60
        assert quiet.quiet([changed]) == []
    clocks.seconds += 60
    assert quiet.quiet([file(1)]) == [file(1)]


def test_a_foreign_clock_is_not_believed() -> None:
    assert stability(Clocks()).quiet([file(age=86_400)]) == []


def test_our_own_clock_is() -> None:
    quiet = stability(Clocks(), same_clock=True)
    assert quiet.quiet([file(age=9), file(age=10, name="b")]) == [file(age=10, name="b")]
    assert quiet.quiet([file(age=-3600, name="from the future")]) == []


def test_a_file_that_left_and_came_back_is_new() -> None:
    clocks = Clocks()
    quiet = stability(clocks)
    quiet.quiet([file()])
    clocks.seconds = 60
    quiet.quiet([])
    clocks.seconds = 120
    assert quiet.quiet([file()]) == []
