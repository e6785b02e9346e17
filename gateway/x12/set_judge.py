"""Judges the bodies of sets that stand as text: the compiled guide says at once of a good one that it is good."""

from __future__ import annotations

import re
from functools import lru_cache

from gateway.core.location import Location
from gateway.x12.compiled_guide import COMPILED
from gateway.x12.content import HASHED, LINE_SEGMENTS, check_content
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.punctuation import Punctuation
from gateway.x12.set_text import SetText
from gateway.x12.tables import Guide, SegmentUse

# Text in these encodings is text for the compiled guide too; in another one only where it is ASCII.
_ENCODINGS = (None, "cp1252", "windows-1252", "latin-1", "iso-8859-1")


class SetJudge:
    """For the sets of one guide in one group. ``encoding`` is the partner's."""

    def __init__(self, guide: Guide, punctuation: Punctuation, encoding: str | None) -> None:
        self._compiled = COMPILED.find(guide, punctuation)
        # A segment whose table depends on its place is not judged by the lexicon.
        self._sound_anywhere = None not in self._compiled.tables.values()
        self._encoded = encoding not in _ENCODINGS
        self._ends = punctuation.ends
        self._separator = punctuation.delimiters.element
        line = LINE_SEGMENTS.get(guide.set_code)
        self._line = f"{self._ends}{line}{self._separator}" if line else None
        self._total = f"CTT{self._separator}"

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
        return found.lastindex is None or self._adds_up(content, found)

    def missed(self, content: SetText) -> None:
        """Tells the compiler that the interpreter had to judge a set, so that it learns what sets hold."""
        lexicon, tables = self._compiled.lexicon, self._compiled.tables
        if not lexicon.tags.issuperset(tables):
            tags = {raw.partition(self._separator)[0] for raw in content.text.split(self._ends)}
            lexicon.miss(tags, content.count, tables)

    def sound(self, content: SetText) -> frozenset[int]:
        """The numbers of segments, from 1 at ST, whose elements are right; what is left is for the interpreter."""
        lexical, text, ends = self._compiled.lexicon.pattern, content.text, self._ends
        if lexical is None or not self._sound_anywhere or (self._encoded and not text.isascii()):
            return frozenset()
        sound: set[int] = set()
        at, number = 0, 1
        while (after := text.find(ends, at)) >= 0:
            # Whatever stands here is no run of sound segments: the ST, or the one that ended such a run.
            number += text.count(ends[0], at, after) + 1
            at = after + len(ends)
            run = lexical.match(text, at)
            if run is not None:
                before, at = number, run.end()
                number += text.count(ends[0], run.start(), at)
                sound.update(range(before, number))
        return frozenset(sound)

    def _adds_up(self, content: SetText, found: re.Match[str]) -> bool:
        """Whether what the set counts and refers to is right. The usual total, CTT01 alone, is seen at a glance."""
        if self._line and found.groups().count(None) == found.re.groups - 1:
            only = found[found.lastindex or 0]
            if only == f"{self._total}{content.text.count(self._line)}{self._ends}":
                return True
        guide = self._compiled.guide
        rows = _rows_looked_at(guide)
        segments = content.some(rows.keys())
        diagnosis = Diagnosis(Location(), guide, guide.version, False)
        check_content(segments, [rows[segment.elements[0]] for segment in segments], diagnosis)
        return not diagnosis.findings


@lru_cache(maxsize=256)
def _rows_looked_at(guide: Guide) -> dict[str, SegmentUse]:
    """The segments that the checks of content look at, once the skeleton has marked one that needs them."""
    line, (hashed, _) = LINE_SEGMENTS.get(guide.set_code), HASHED.get(guide.set_code, ("", 0))
    tags = {"BSN", "HL", "LS", "LE", "CTT", line, hashed}
    return {use.tag: use for use in guide.uses if use.tag in tags}
