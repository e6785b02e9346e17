"""Ending on a signal the way an exception ends: servers stop, temporary folders go."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_TERMINATED = 128 + signal.SIGTERM


@contextmanager
def tidy_end() -> Iterator[None]:
    """Within this, SIGTERM raises SystemExit (143) instead of ending the process on the spot.

    Only the main thread may say so; elsewhere (a test's thread) nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
