"""Cuts whole sets out of a file's text: from ``ST`` to the end of its ``SE``, in two searches."""

from __future__ import annotations

from gateway.x12.byte_text import ByteText
from gateway.x12.delimiters import Delimiters
from gateway.x12.interchange_header import LENGTH, stands_here
from gateway.x12.punctuation import LINE_BREAKS, punctuation_of
from gateway.x12.set_text import SetText

LONGEST_SET = 1 << 22  # characters; longer ones are read segment by segment


class SetCutter:
    """Looks ahead for the sets of one interchange whose terminators are all followed by the same line break.

    What is not such a set is left to the reader; no text is searched twice for that, whatever stands there.
    """

    def __init__(self, text: ByteText, delimiters: Delimiters) -> None:
        self._text = text
        after_header = text.peek(0, 3)
        line_break = after_header[: len(after_header) - len(after_header.lstrip("\r\n"))]
        self._punctuation = punctuation_of(delimiters, line_break)
        self._usable = line_break in LINE_BREAKS and self._punctuation.expressible
        self._line_break, self._terminator = line_break, delimiters.segment
        self._start = f"{line_break}ST{delimiters.element}"
        self._trailer = f"{self._punctuation.ends}SE{delimiters.element}"
        self._not_before = 0  # the offset up to which no set can be cut out

    def next(self) -> SetText | None:
        """The set that begins here, without going on; None if none does or none can be cut out."""
        text = self._text
        if not self._usable or text.offset < self._not_before:
            return None
        stretch = text.stretch(self._start, self._trailer, self._terminator, LONGEST_SET)
        before = len(self._line_break)
        if stretch is None:
            if text.peek(0, len(self._start)) == self._start:
                self._not_before = text.offset + min(text.fill(LONGEST_SET), LONGEST_SET)
            return None
        content = SetText(stretch[before:], text.offset + before, self._punctuation)
        if "ISA" in stretch and self._holds_header(stretch):
            self.avoid(content)
            return None
        return content

    def passed(self, content: SetText) -> None:
        """Goes on behind a set that was taken."""
        self._text.skip(len(self._line_break) + len(content.text) + 1)

    def avoid(self, content: SetText) -> None:
        """Leaves a set to be read segment by segment."""
        self._not_before = content.offset + len(content.text)

    def _holds_header(self, stretch: str) -> bool:
        """Whether an ISA begins inside; the reader looks closer."""
        separator = self._punctuation.delimiters.element
        at = stretch.find("ISA")
        while at >= 0:
            if stretch[at + 3 : at + 4] == separator and not stretch[at - 1].isalnum():
                return True
            if stands_here(self._text.peek(at, LENGTH)):
                return True
            at = stretch.find("ISA", at + 1)
        return False
