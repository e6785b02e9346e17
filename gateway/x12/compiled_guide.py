"""A guide under one punctuation as two expressions, skeleton and lexicon, and the bounded store of them."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cached_property

from gateway.x12.lexicon import Lexicon, Tables
from gateway.x12.punctuation import Punctuation
from gateway.x12.skeleton import skeleton_expression
from gateway.x12.tables import Dictionary, Guide, SegmentTable

# Partners agree on a handful of delimiters; a file that invents others must not fill the memory.
LEXICONS_KEPT = 16
GUIDES_KEPT = 512

_ENVELOPE = ("ST", "SE")


class CompiledGuide:
    """Says of the text between ST and SE whether the interpreter would find nothing in it."""

    def __init__(self, guide: Guide, lexicon: Lexicon) -> None:
        self.guide = guide
        self.lexicon = lexicon
        self.tables = tables_of(guide)

    @cached_property
    def skeleton(self) -> re.Pattern[str]:
        """The expression for order, loops, requirement and repeat limits."""
        return re.compile(skeleton_expression(self.guide, self.lexicon.punctuation), re.ASCII)

    def match(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The skeleton's match if the segments from ``start`` to ``end`` are all good and in order; its groups are
        those that :mod:`gateway.x12.content` must look at, which is not done here.

        None may also mean that they cannot be told here: the interpreter has the last word.
        """
        lexical = self.lexicon.pattern
        if lexical is None or lexical.fullmatch(text, start, end) is None:
            return None
        return self.skeleton.fullmatch(text, start, end)


def tables_of(guide: Guide) -> Tables:
    """The table of each segment id between ST and SE; None where it depends on the place in the guide."""
    tables: dict[str, SegmentTable | None] = {}
    for use in guide.uses:
        if use.tag not in _ENVELOPE:
            one = tables.setdefault(use.tag, use.segment)
            if one is not use.segment:
                tables[use.tag] = None
    return tables


class CompiledGuides:
    """Compiled guides as they are asked for; those not asked for longest are dropped."""

    def __init__(self) -> None:
        self._lexicons: dict[tuple[Dictionary | Guide, Punctuation], Lexicon] = {}
        self._guides: OrderedDict[tuple[Guide, Punctuation], CompiledGuide] = OrderedDict()

    def find(self, guide: Guide, punctuation: Punctuation) -> CompiledGuide:
        """The guide under a punctuation that expressions can hold (``punctuation.expressible``)."""
        key = (guide, punctuation)
        found = self._guides.get(key)
        if found is None:
            found = self._guides[key] = CompiledGuide(guide, self._lexicon(guide, punctuation))
            if len(self._guides) > GUIDES_KEPT:
                self._guides.popitem(last=False)
        self._guides.move_to_end(key)
        return found

    def _lexicon(self, guide: Guide, punctuation: Punctuation) -> Lexicon:
        """One for all guides that take their segments from the dictionary as they are; else the guide's own."""
        shared = all(use.segment is guide.dictionary.segments.get(use.tag) for use in guide.uses)
        key = (guide.dictionary if shared else guide, punctuation)
        if key not in self._lexicons:
            while len(self._lexicons) >= LEXICONS_KEPT:
                self._drop_oldest()
            self._lexicons[key] = Lexicon(punctuation)
        return self._lexicons[key]

    def _drop_oldest(self) -> None:
        """Drops the lexicon that the guide not asked for longest has, with all guides that share it."""
        oldest = next(iter(self._guides.values())).lexicon if self._guides else None
        for key in [key for key, compiled in self._guides.items() if compiled.lexicon is oldest]:
            del self._guides[key]
        used = {id(compiled.lexicon) for compiled in self._guides.values()}
        self._lexicons = {key: lexicon for key, lexicon in self._lexicons.items() if id(lexicon) in used}
        re.purge()  # the module keeps 512 expressions of its own accord


COMPILED = CompiledGuides()  # of this process
