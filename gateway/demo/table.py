"""What the terminal shows: progress while the plot plays, and one table at the end."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from gateway.demo.chronicle import Chronicle, Entry

_HEADINGS = ("file", "partner", "door", "document", "control numbers", "state", "ms")


class Progress:
    """One line on a terminal that says what happens now; nothing in a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        if self._shown:
            line = f"{time.monotonic() - self._began:5.1f} s  {text}"
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{line[:width]}")
            self._stream.flush()

    def close(self) -> None:
        """Leave no line behind."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def print_result(chronicle: Chronicle, missing: Sequence[str], out: Path) -> None:
    """The table, what is missing, and what to try next, on standard output."""
    entries = list(chronicle.entries())
    rows = [_row(entry) for entry in entries]
    widths = [max(len(row[column]) for row in (_HEADINGS, *rows)) for column in range(len(_HEADINGS))]
    lines = [_line(_HEADINGS, widths), _line(tuple("-" * width for width in widths), widths)]
    lines += [_line(row, widths) for row in rows]
    sent = sum(entry.direction == "out" and entry.is_x12 for entry in entries)
    files = sum(len(entry.files) for entry in entries)
    lines += ["", f"{files} files in {out}, explained in {out / 'STORY.html'}"]
    if missing:
        lines += [
            "",
            f"Not everything came back as it should ({len(missing)}):",
            *(f"  - {each}" for each in missing),
        ]
    else:
        lines.append(
            f"Everything came back. Each of the {sent} X12 files we sent passes our guide and pyx12. "
            "ms: from a file's cause to its end."
        )
    lines += ["", "Try next:", *next_steps()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def next_steps() -> list[str]:
    """Three lines for whoever wants more, with the command as it can be typed here."""
    name = _command()
    steps = {
        f"{name} inspect your-850.edi": "your own file in words; validate checks it",
        f"{name} serve --demo": "the same partners beside a running console and portal",
        f"{name} init my-edi": "a workspace of your own; copy partners/acme to add your first partner",
    }
    width = max(map(len, steps))
    return [f"  {step:{width}}  {why}" for step, why in steps.items()]


def _command() -> str:
    """``gateway`` where that is on the path, else where ``make demo`` put it."""
    here = Path(".venv/bin/gateway")
    return str(here) if shutil.which("gateway") is None and here.is_file() else "gateway"


def _row(entry: Entry) -> tuple[str, ...]:
    arrow = "in " if entry.direction == "in" else "out"
    milliseconds = "" if entry.milliseconds is None else f"{entry.milliseconds:.0f}"
    number = entry.files[0].name.partition("_")[0]
    document = f"{arrow} {entry.document}"
    return number, entry.partner, entry.door, document, entry.control_numbers, entry.state, milliseconds


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
    return "  ".join([*padded, cells[-1].rjust(widths[-1])]).rstrip()
