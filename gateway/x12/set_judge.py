"""Judges the bodies of sets that stand as text: the compiled guide says at once of a good one that it is good."""

from __future__ import annotations

from gateway.core.location import Location
from gateway.x12.compiled_guide import COMPILED
from gateway.x12.content import HASHED, LINE_SEGMENTS, check_content
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.punctuation import Punctuation
from gateway.x12.set_text import SetText
from gateway.x12.tables import Guide

# Text in these encodings is text for the compiled guide too; in another one only where it is ASCII.
_ENCODINGS = (None, "cp1252", "windows-1252", "latin-1", "iso-8859-1")


class SetJudge:
    """Prepared for the sets of one guide in one group. ``encoding`` is the partner's."""

    def __init__(self, guide: Guide, punctuation: Punctuation, encoding: str | None) -> None:
        self._compiled = COMPILED.find(guide, punctuation)
        self._encoded = encoding not in _ENCODINGS
        self._ends = punctuation.ends
        self._separator = punctuation.delimiters.element
        line = LINE_SEGMENTS.get(guide.set_code)
        self._line = f"{self._ends}{line}{self._separator}" if line else None
        self._total = f"CTT{self._separator}"
        self._row_of = {use.tag: use for use in guide.uses}
        # What the checks of content look at; the skeleton marks those that make a check necessary.
        hashed, _ = HASHED.get(guide.set_code, ("", 0))
        self._looked_at = (
            frozenset({"BSN", "HL", "LS", "LE", "CTT", line or "", hashed}) & self._row_of.keys()
        )

    def is_good(self, content: SetText) -> bool:
        """Whether the interpreter would find nothing between ST and SE. False means only that it must be asked."""
        text, ends = content.text, self._ends
        if self._encoded and not text.isascii():
            return False
        start = text.find(ends[0])
        if not text.startswith(ends, start):
            return False
        found = self._compiled.match(text, start + len(ends), text.rfind(ends) + len(ends))
        if found is None:
            return False
        return found.lastindex is None or self._adds_up(content, [mark for mark in found.groups() if mark])

    def missed(self, content: SetText) -> None:
        """Tells the compiler that the interpreter had to judge a set, so that it learns what sets hold."""
        lexicon, tables = self._compiled.lexicon, self._compiled.tables
        if not lexicon.tags.issuperset(tables):
            tags = {raw.partition(self._separator)[0] for raw in content.text.split(self._ends)}
            lexicon.miss(tags, content.count, tables)

    def _adds_up(self, content: SetText, marked: list[str]) -> bool:
        """Whether what the set counts and refers to is right. The usual total, CTT01 alone, is seen at a glance."""
        if len(marked) == 1 and self._line and marked[0].startswith(self._total):
            counted = content.text.count(self._line)
            if marked[0] == f"{self._total}{counted}{self._ends}":
                return True
        segments = content.some(self._looked_at)
        guide = self._compiled.guide
        diagnosis = Diagnosis(Location(), guide, guide.version, False)
        check_content(segments, [self._row_of[segment.elements[0]] for segment in segments], diagnosis)
        return not diagnosis.findings
