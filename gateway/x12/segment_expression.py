"""A segment's table as an expression: the compiled twin of :mod:`gateway.x12.segment_check`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.x12.condition_expression import Combination, absent, forbidden, shortened
from gateway.x12.element_expression import element_expression
from gateway.x12.period import qualified_positions
from gateway.x12.punctuation import Punctuation
from gateway.x12.tables import ElementUse, SegmentTable


def segment_expression(table: SegmentTable, punctuation: Punctuation) -> str:
    """Matches a segment of the table in which the interpreter finds nothing, from its id to its end."""
    separator, filled = punctuation.separator, punctuation.filled
    combinations = _combinations(table)
    elements = _Elements(table.uses, combinations, punctuation, separator, filled).after_id()
    before = _first_far(combinations)
    if before is not None and not any(use.requirement == "M" for use in table.uses[before - 1 :]):
        # Most segments end before the element that others far before it allow or forbid; those need no look ahead.
        fewer = [shorter for c in combinations if (shorter := shortened(c, before))]
        short = _Elements(table.uses[: before - 1], fewer, punctuation, separator, filled).after_id()
        return f"{re.escape(table.tag)}(?:{short}{punctuation.end}|{elements}{punctuation.end})"
    return re.escape(table.tag) + elements + punctuation.end


def _combinations(table: SegmentTable) -> list[Combination]:
    """What may not be; a value under a format qualifier is among it, for the interpreter to look into."""
    conditions = [combination for condition in table.conditions for combination in forbidden(condition)]
    return [*conditions, *(((at, True), (to, True)) for at, to in qualified_positions(table))]


def _first_far(combinations: list[Combination]) -> int | None:
    """The lowest element that must be empty where one is, not next to it, further to the left."""
    far = [at for c in combinations for at, full in c[1:] if full and not c[0][1] and at > c[0][0] + 1]
    return min(far, default=None)


@dataclass(frozen=True, slots=True)
class _Elements:
    """Builds the expression of a segment's elements, or of a composite's components."""

    uses: Sequence[ElementUse]
    combinations: list[Combination]  # that may not be
    punctuation: Punctuation
    separator: str
    filled: str  # the first character of one that is not empty

    def after_id(self) -> str:
        """Elements that each follow a separator. Optional ones nest, so a value never shifts to a neighbour's place."""
        needed = self._needed()
        pairs = self._repeated_pairs(needed)
        expression = ""
        for use in reversed(self.uses):
            if use.position in pairs:
                if use.position == pairs[0]:
                    expression = self._pairs(pairs, expression)
                continue
            expression = self.separator + self._element(use) + expression
            if use.position > needed:
                expression = f"(?:{expression})?+"
        return expression

    def inside_composite(self) -> str:
        """Components: the first without separator before it, at least one character in all."""
        first, *others = self.uses
        rest, needed = "", self._needed()
        for use in reversed(others):
            rest = self.separator + self._element(use) + rest
            if use.position > needed:
                rest = f"(?:{rest})?+"
        return f"(?={self.punctuation.filled})" + self._element(first) + rest

    def _needed(self) -> int:
        """The last element whose separator must come: a mandatory one, or the lowest of some not all empty."""
        lowest = [c[0][0] for c in self.combinations if not any(full for _, full in c)]
        return max([0, *lowest, *(use.position for use in self.uses if use.requirement == "M")])

    def _element(self, use: ElementUse) -> str:
        """One element without the separator before it: filled and what that asks for, or empty and what that does."""
        when_filled = when_empty = ""
        for combination in self.combinations:
            if combination[0][0] == use.position:
                condition = absent(combination, self.separator, self.filled)
                if combination[0][1]:
                    when_filled += condition
                else:
                    when_empty += condition
        if not when_filled + when_empty and use.requirement != "M" and self._is_plain_text(use):
            return element_expression(replace(use.element, minimum=0), self.punctuation)
        value = self._value(use) + when_filled
        if use.requirement == "M":
            return f"(?:{value})"
        return f"(?:{value}|{when_empty})" if when_empty else f"(?:{value})?+"

    def _is_plain_text(self, use: ElementUse) -> bool:
        element, repetition = use.element, self.punctuation.delimiters.repetition
        once = use.repeat == 1 or repetition is None
        return once and element.minimum == 1 and element.codes is None and element.type in ("AN", "ID")

    def _value(self, use: ElementUse) -> str:
        """A value that is not empty, with its components and repetitions."""
        marks = self.punctuation
        if use.components is None:
            one = element_expression(use.element, marks) or "(?!)"
        else:
            component = re.escape(marks.delimiters.component)
            within = marks.delimiters.all()
            table, filled = use.components, f"[^{re.escape(within)}]"
            one = _Elements(table.uses, _combinations(table), marks, component, filled).inside_composite()
        one = f"(?:{one})"
        repetition = marks.delimiters.repetition
        if repetition is None or use.repeat == 1:
            return one
        times = "*+" if use.repeat is None else f"{{0,{use.repeat - 1}}}+"
        return f"{one}(?:{re.escape(repetition)}{one}){times}"

    def _repeated_pairs(self, needed: int) -> Sequence[int]:
        """The longest row of pairs such as PO106 to PO125 (a qualifier and its value, over and over), which one
        repeated group reads.
        """
        uses = self.uses
        best: list[int] = []
        for start in range(needed + 1, len(uses)):
            row: list[int] = []
            for at in range(start, len(uses), 2):
                same = (
                    uses[at - 1].element is uses[start - 1].element
                    and uses[at].element is uses[start].element
                )
                if not (same and _paired_only(at, self.combinations)):
                    break
                row += [at, at + 1]
            if len(row) > max(len(best), 2):
                best = row
        return best

    def _pairs(self, positions: Sequence[int], after: str) -> str:
        """Both, or neither; ``after`` follows where all pairs were sent."""
        uses, count = self.uses, len(positions) // 2
        one, other = self._value(uses[positions[0] - 1]), self._value(uses[positions[1] - 1])
        pair = f"(?:{self.separator}(?:{one}{self.separator}{other}|{self.separator}|(?={self.punctuation.end})))"
        if not after:
            return f"{pair}{{0,{count}}}+"
        return f"(?:{pair}{{0,{count}}}+(?={self.punctuation.end})|{pair}{{{count}}}+{after})"


def _paired_only(at: int, combinations: list[Combination]) -> bool:
    """Whether all that is asked of two neighbours is to come together."""
    pair = {((at, True), (at + 1, False)), ((at, False), (at + 1, True))}
    return pair == {combination for combination in combinations if _touches(combination, at, at + 1)}


def _touches(combination: Combination, *positions: int) -> bool:
    return any(position in positions for position, _ in combination)
