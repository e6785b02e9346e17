"""What segments may hold, as one expression for all sets of a version: each segment by its table, in any order.

Compiling an expression costs some milliseconds for each segment id, so a lexicon learns: it holds the segments that
its files use, and only once as many were interpreted as make it likely that the compiler's work comes back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from gateway.x12.punctuation import Punctuation
from gateway.x12.segment_expression import segment_expression
from gateway.x12.tables import SegmentTable

# Segments interpreted for want of an expression, for each id to be compiled. An id takes as long to compile as some
# 600 segments to interpret. Files come in many sizes and the same partners come again: a tenth of that is waited for,
# so that a small file never pays for the compiler and a large one hardly notices the wait.
PATIENCE = 60

# Where a tag has several tables (a partner's guide has them by position) the skeleton holds them instead.
Tables = Mapping[str, SegmentTable | None]


class Lexicon:
    """The lexical expression of some tables under one punctuation; ``pattern`` is None while there is none.

    ``tags`` are the ids that the pattern knows. A lexicon may be shared by threads: at worst two compile the same.
    """

    def __init__(self, punctuation: Punctuation) -> None:
        self.punctuation = punctuation
        self.pattern: re.Pattern[str] | None = None
        self.tags: frozenset[str] = frozenset()
        self._known: Tables = {}
        self._wanted: Tables = {}
        self._interpreted = 0

    def miss(self, tags: Collection[str], segments: int, tables: Tables) -> None:
        """Notes that a set with these segment ids went to the interpreter; learns them when that has paid.

        ``tables`` are those of the set's guide.
        """
        unknown = {tag: tables[tag] for tag in tags if tag in tables and tag not in self.tags}
        if not unknown:
            return
        self._wanted = {**self._wanted, **unknown}
        self._interpreted += segments
        if self._interpreted >= PATIENCE * (len(self.tags) + len(self._wanted)):
            # The second time the guide's sets hold something new, and will do so again: all of it at once.
            self.learn(self._wanted if self.pattern is None else {**self._wanted, **tables})

    def learn(self, tables: Tables) -> None:
        """Compiles the expression anew, with more segments."""
        self._known = {**self._known, **tables}
        self.pattern = re.compile(lexical_expression(self._known, self.punctuation), re.ASCII)
        self.tags = frozenset(self._known)
        self._wanted, self._interpreted = {}, 0


def lexical_expression(tables: Tables, punctuation: Punctuation) -> str:
    """Matches any number of segments of these tables: ``(?:P(?:O1…|ID…)|N1…)++``."""
    by_first: dict[str, list[str]] = {}
    for tag, table in sorted(tables.items()):
        by_first.setdefault(tag[0], []).append(_segment(tag, table, punctuation)[1:])
    branches = [f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items()]
    return f"(?:{'|'.join(branches)})++"


def _segment(tag: str, table: SegmentTable | None, punctuation: Punctuation) -> str:
    if table is None:
        return f"{tag}(?![A-Z0-9]){punctuation.segment_rest}{punctuation.end}"
    return segment_expression(table, punctuation)
