"""A guide's structure as an expression: the compiled twin of :mod:`gateway.x12.structure` and of the walker.

It looks at segment ids only: order, loops, requirement, repeat limits. What stands in the segments is for the lexical
expression, which all sets of a version share. Like the walker it never takes a segment back: every group is
possessive, and a segment goes to the nearest place that still has room. Only where a guide has several tables for a
segment id, by position, are the elements checked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.x12.punctuation import Punctuation
from gateway.x12.segment_expression import segment_expression
from gateway.x12.tables import Guide, LoopUse, SegmentTable, SegmentUse

# Segments whose counts and references are checked: groups of the expression, so that a match shows if they came.
MARKED = frozenset({"HL", "LS", "LE", "CTT"})


def skeleton_expression(guide: Guide, punctuation: Punctuation) -> str:
    """Matches the segments between ST and SE if the order is right; each must already be known to be well formed."""
    tables: dict[str, set[SegmentTable]] = {}
    for use in guide.uses:
        tables.setdefault(use.tag, set()).add(use.segment)
    return _Skeleton(punctuation, tables, frozenset(guide.dictionary.segments)).members(guide.root)


@dataclass(frozen=True, slots=True)
class _Skeleton:
    punctuation: Punctuation
    tables: dict[str, set[SegmentTable]]  # of each segment id of the guide
    known: frozenset[str]  # segment ids of all sets: the lexicon may accept any of them

    def members(self, loop: LoopUse) -> str:
        """The members of one occurrence of a loop, in order."""
        return "".join(self._member(member) for member in loop.members if not _is_envelope(member))

    def _member(self, member: SegmentUse | LoopUse) -> str:
        if isinstance(member, SegmentUse):
            return f"(?:{self._segment(member)}){_times(member)}"
        needs_more = any(inner.requirement == "M" for inner in member.members[1:])
        # An occurrence that lacks something mandatory must not pass as no occurrence at all.
        complete = f"(?!{self._tag(member.trigger)})" if needs_more else ""
        return f"(?:{self.members(member)}){_times(member)}{complete}"

    def _segment(self, use: SegmentUse) -> str:
        if len(self.tables[use.tag]) > 1:
            return segment_expression(use.segment, self.punctuation)
        expression = self._tag(use) + self.punctuation.segment_rest + self.punctuation.end
        return f"({expression})" if use.tag in MARKED else expression

    def _tag(self, use: SegmentUse) -> str:
        longer = any(tag != use.tag and tag.startswith(use.tag) for tag in self.known)
        return re.escape(use.tag) + ("(?![A-Z0-9])" if longer else "")


def _is_envelope(member: SegmentUse | LoopUse) -> bool:
    return isinstance(member, SegmentUse) and member.tag in ("ST", "SE")


def _times(member: SegmentUse | LoopUse) -> str:
    least = 1 if member.requirement == "M" else 0
    if member.maximum is None:
        return "++" if least else "*+"
    if member.maximum == 1:
        return "" if least else "?+"
    return f"{{{least},{member.maximum}}}+"
