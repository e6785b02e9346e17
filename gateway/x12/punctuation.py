"""What separates the parts of one interchange, as pieces of regular expressions: the compiler's alphabet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gateway.x12.delimiters import Delimiters
from gateway.x12.possessive import POSSESSIVE_IS_SOUND

LINE_BREAKS = ("", "\n", "\r\n", "\r")  # what may follow every terminator of a file

# Bytes beyond ASCII that are a letter or a part of one both in UTF-8 and in Windows-1252. The five that Windows-1252
# leaves open are not among them, and neither is 0xEF, with which UTF-8 begins the replacement character: the
# interpreter refuses what those become, so it must see them.
_BEYOND_ASCII = "".join(map(chr, set(range(0x80, 0x100)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xEF}))
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


@lru_cache(maxsize=64)
def punctuation_of(delimiters: Delimiters, line_break: str) -> Punctuation:
    """The punctuation, with its pieces prepared."""
    return Punctuation(delimiters, line_break)


@dataclass(frozen=True)
class Punctuation:
    """The delimiters of an interchange and the line break after its terminators (one of :data:`LINE_BREAKS`).

    ``ends`` is text: the terminator and the line break. The other properties are expressions. ``separator`` stands
    between elements, ``end`` after the last one. ``character`` is one character of a value, ``ascii_character`` one
    that counts as one in every encoding, ``beyond_ascii`` one that may not. ``filled`` is the first character of an
    element that is not empty, ``segment_rest`` all that follows in a segment.
    """

    delimiters: Delimiters
    line_break: str

    @cached_property
    def expressible(self) -> bool:
        """Whether values can be told from delimiters by their characters: no letter, digit, sign, point or blank.

        Nothing is where this Python gets possessive quantifiers wrong: every set is interpreted then.
        """
        if not POSSESSIVE_IS_SOUND:
            return False
        marks = self.delimiters.all()
        return len(set(marks)) == len(marks) and not any(
            (mark.isascii() and mark.isalnum()) or mark in "-. " for mark in marks
        )

    @cached_property
    def ends(self) -> str:
        return self.delimiters.segment + self.line_break

    @cached_property
    def separator(self) -> str:
        return re.escape(self.delimiters.element)

    @cached_property
    def end(self) -> str:
        # Where a line break ends the segment, blanks before it are padding, which the reader tells and takes away.
        unpadded = "(?<! )" if self.delimiters.segment in "\r\n" else ""
        return unpadded + re.escape(self.ends)

    @cached_property
    def character(self) -> str:
        return self._class(_PRINTABLE + _BEYOND_ASCII)

    @cached_property
    def ascii_character(self) -> str:
        return self._class(_PRINTABLE)

    @cached_property
    def beyond_ascii(self) -> str:
        return self._class(_BEYOND_ASCII)

    @cached_property
    def filled(self) -> str:
        return f"[^{re.escape(self.delimiters.element + self.delimiters.segment)}]"

    @cached_property
    def segment_rest(self) -> str:
        return f"[^{re.escape(self.delimiters.segment)}]*+"

    def _class(self, characters: str) -> str:
        return character_class(set(characters) - set(self.delimiters.all()))


def character_class(characters: set[str]) -> str:
    """The shortest expression for one of the characters: ``A``, ``[A-CX]``."""
    if len(characters) == 1:
        return re.escape(next(iter(characters)))
    spans: list[list[str]] = []
    for character in sorted(characters):
        if spans and ord(character) == ord(spans[-1][-1]) + 1:
            spans[-1] = [spans[-1][0], character]
        else:
            spans.append([character])
    return "[" + "".join(_span(span[0], span[-1]) for span in spans) + "]"


def _span(first: str, last: str) -> str:
    if first == last:
        return re.escape(first)
    between = "-" if ord(last) > ord(first) + 1 else ""
    return f"{re.escape(first)}{between}{re.escape(last)}"
