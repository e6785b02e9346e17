"""The bytes of a file as text that is read once, forwards, in bounded memory.

Latin-1 makes each byte one character, so any byte can be a delimiter and positions are byte offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_BLOCK = 1 << 16


class ByteText:
    """A window on the text; ``offset`` is the place in the file of what comes next."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._blocks = _blocks(chunks)
        self._text = ""
        self._at = 0
        self._dropped = 0
        self._ended = False

    @property
    def offset(self) -> int:
        """The byte offset of the next character."""
        return self._dropped + self._at

    def fill(self, wanted: int) -> int:
        """Makes at least ``wanted`` characters available if the file has them; returns how many there are."""
        while len(self._text) - self._at < wanted and not self._ended:
            self._more()
        return len(self._text) - self._at

    def peek(self, start: int, length: int) -> str:
        """Characters ahead, from ``start`` after the next one; fewer at the end of the file."""
        self.fill(start + length)
        return self._text[self._at + start : self._at + start + length]

    def find(self, text: str, limit: int, start: int = 0) -> int:
        """How far ahead the text stands, from ``start`` on; -1 if it does not within ``limit`` characters or before
        the end.
        """
        searched = start
        while True:
            found = self._text.find(text, self._at + searched)
            if found >= 0:
                return found - self._at
            available = len(self._text) - self._at
            if available >= limit or self._ended:
                return -1
            searched = max(start, available - len(text) + 1)
            self._more()

    def until(self, text: str, limit: int) -> str | None:
        """What stands before the next occurrence of the text, without going there; None as :meth:`find` says -1."""
        end = self._text.find(text, self._at)
        if end < 0:
            found = self.find(text, limit)
            if found < 0:
                return None
            end = self._at + found
        return self._text[self._at : end]

    def stretch(self, beginning: str, middle: str, end: str, limit: int) -> str | None:
        """What stands from here, where ``beginning`` must stand, to the first ``end`` after the first ``middle``,
        without ``end`` and without going there; None if it does not stand here within ``limit`` characters.
        """
        text, at = self._text, self._at
        if text.startswith(beginning, at):
            inside = text.find(middle, at)
            if inside >= 0:
                found = text.find(end, inside + len(middle))
                if found >= 0:
                    return text[at:found]
        return self._far_stretch(beginning, middle, end, limit)

    def _far_stretch(self, beginning: str, middle: str, end: str, limit: int) -> str | None:
        """The same where more of the file may have to be read for it."""
        if self.peek(0, len(beginning)) != beginning:
            return None
        found = self.find(middle, limit)
        if found >= 0:
            found = self.find(end, limit, found + len(middle))
        return self.peek(0, found) if found >= 0 else None

    def skip(self, length: int) -> None:
        """Goes on over characters that were seen before."""
        self._at += length

    def take(self, length: int) -> str:
        """The next characters, which are then behind us."""
        self.fill(length)
        taken = self._text[self._at : self._at + length]
        self._at += len(taken)
        return taken

    def _more(self) -> None:
        block = next(self._blocks, None)
        if block is None:
            self._ended = True
            return
        self._dropped += self._at
        self._text = self._text[self._at :] + block.decode("latin-1")
        self._at = 0


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of a useful size, however small or large the chunks are."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        for start in range(0, len(chunk), _BLOCK):
            piece = bytes(chunk[start : start + _BLOCK])
            waiting.append(piece)
            size += len(piece)
            if size >= _BLOCK:
                yield b"".join(waiting)
                waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
