"""What happened in a performance, in order: every file that was exchanged, and what people did in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.core.finding import Finding
from gateway.demo.out_folder import OutFolder

Direction = Literal["in", "out"]
"""Seen from the gateway: ``in`` came to us, ``out`` went to the partner."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What the story says of a file: a title, what it means, and what is answered and why (empty: nothing is)."""

    title: str
    meaning: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the out folder. ``what`` says which part of the exchange it is."""

    name: str
    data: bytes
    what: str


@dataclass(slots=True, kw_only=True)
class Entry:
    """One exchange: a document that came or went, with everything that was on the wire for it.

    ``at`` is Unix time in seconds. ``milliseconds`` run, for what came, until the gateway had translated and answered
    for it in its ledger; for what went, from its cause until the partner had it. ``payload`` is the document itself.
    ``state`` is the ledger's, at the end; ``remark`` adds what became of the business in it.
    """

    partner: str
    partner_name: str
    door: str
    direction: Direction
    document: str
    telling: Telling
    at: float
    payload: bytes
    files: tuple[StoredFile, ...] = ()
    milliseconds: float | None = None
    control_numbers: str = ""
    document_id: int | None = None
    state: str = ""
    remark: str = ""
    findings: tuple[Finding, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def is_x12(self) -> bool:
        """Whether the payload is an interchange."""
        return self.payload.startswith(b"ISA")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened without a file: a person decided, stock was counted. ``points`` are facts in rows."""

    at: float
    title: str
    text: str
    points: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Chapter:
    """A part of the plot."""

    title: str
    introduction: str
    events: list[Entry | Note] = field(default_factory=list)


class Chronicle:
    """Numbers and writes files as they are exchanged. ``progress`` hears of each entry and note."""

    def __init__(self, out: OutFolder, progress: Callable[[str], None] = lambda _line: None) -> None:
        self.out = out
        self.began = time.time()
        self.chapters: list[Chapter] = []
        self._progress = progress
        self._number = 0

    def chapter(self, title: str, introduction: str) -> None:
        """Begin a part."""
        self.chapters.append(Chapter(title, introduction))
        self._progress(title)

    def note(self, title: str, text: str, points: Sequence[tuple[str, str]] = ()) -> None:
        """Something happened without a file."""
        self.chapters[-1].events.append(Note(time.time(), title, text, tuple(points)))
        self._progress(title)

    def add(self, entry: Entry, parts: Sequence[tuple[str, bytes, str, Direction]]) -> Entry:
        """Write an exchange's parts (kind, bytes, what it is, direction) under the next numbers, and keep it."""
        entry.files = tuple(
            self._write(entry.partner, kind, data, what, direction) for kind, data, what, direction in parts
        )
        self.chapters[-1].events.append(entry)
        self._progress(f"{entry.files[0].name}: {entry.telling.title}")
        return entry

    def entries(self) -> Iterator[Entry]:
        """Every exchange, in order."""
        for chapter in self.chapters:
            yield from (event for event in chapter.events if isinstance(event, Entry))

    def since_start(self, at: float) -> float:
        """Seconds since the performance began."""
        return max(at - self.began, 0.0)

    def _write(self, partner: str, kind: str, data: bytes, what: str, direction: Direction) -> StoredFile:
        self._number += 1
        stem, _, suffix = kind.partition(".")
        name = f"{self._number:02d}_{partner}_{stem}_{direction}.{suffix}"
        self.out.write(name, data)
        return StoredFile(name, data, what)
