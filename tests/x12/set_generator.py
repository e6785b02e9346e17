"""Makes transaction sets from a guide itself: right ones at random, and ones with a random fault."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gateway.x12.delimiters import Delimiters
from gateway.x12.tables import Condition, Element, ElementUse, Guide, LoopUse, SegmentTable, SegmentUse

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0123456789 ./-'&()"
DAYS = ("20260317", "20240229", "20001231", "19991130", "00010101")
TIMES = ("0000", "2359", "093015", "0930154", "09301599")


class SetGenerator:
    """Segments of one guide as text, between ST and SE; ``fullness`` is how often what is optional comes (0 to 1)."""

    def __init__(self, guide: Guide, delimiters: Delimiters, random: Random, fullness: float = 0.15) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self.random = random
        self.fullness = fullness

    def segments(self) -> list[str]:
        """A right set."""
        found = self._members(self.guide.root)
        return [self._counted(segment, found) for segment in found]

    def _members(self, loop: LoopUse) -> list[str]:
        found: list[str] = []
        for member in loop.members:
            for _ in range(self._times(member)):
                if isinstance(member, LoopUse):
                    found += self._members(member)
                elif member.tag not in ("ST", "SE"):
                    found.append(self.segment(member.segment))
        return found

    def _times(self, member: SegmentUse | LoopUse) -> int:
        least = 1 if member.requirement == "M" else 0
        if self.random.random() > self.fullness:
            return least
        most = min(member.maximum or 3, 3)
        return self.random.randint(max(least, 1), max(most, 1))

    def segment(self, table: SegmentTable) -> str:
        """A right segment, without its terminator."""
        values = self._values(table, self.delimiters.element)
        return self.delimiters.element.join([table.tag, *values])

    def _values(self, table: SegmentTable, separator: str) -> list[str]:
        filled = self._filled(table)
        values = [self._value(use) if use.position in filled else "" for use in table.uses]
        keep = max(filled, default=0)
        if self.random.random() < 0.1:
            keep = self.random.randint(keep, len(values))  # empty elements at the end are allowed
        return values[:keep]

    def _filled(self, table: SegmentTable) -> set[int]:
        """Positions that fulfil requirement and conditions."""
        for attempt in range(60):
            fullness = self.fullness if attempt < 40 else self.random.random()
            filled = {
                use.position
                for use in table.uses
                if use.requirement == "M" or self.random.random() < fullness * 2
            }
            for _ in range(8):
                for condition in table.conditions:
                    self._mend(condition, filled)
            if all(_holds(condition, filled) for condition in table.conditions):
                return filled
        raise AssertionError(f"no right {table.tag} found")

    def _mend(self, condition: Condition, filled: set[int]) -> None:
        if _holds(condition, filled):
            return
        others = condition.positions[1:]
        if condition.kind in "PC":
            filled.update(condition.positions)
        elif condition.kind == "E":
            filled -= set(others)
        else:
            filled.add(self.random.choice(condition.positions if condition.kind == "R" else others))

    def _value(self, use: ElementUse) -> str:
        times = 1
        if self.delimiters.repetition and (use.repeat or 9) > 1:
            times = self.random.randint(1, min(use.repeat or 9, 3))
        return (self.delimiters.repetition or "").join(self._occurrence(use) for _ in range(times))

    def _occurrence(self, use: ElementUse) -> str:
        if use.components is None:
            return self.simple(use.element)
        values = self._values(use.components, self.delimiters.component)
        if not any(values):
            values = [self.simple(use.components.uses[0].element)]
        return self.delimiters.component.join(values)

    def simple(self, element: Element) -> str:
        """A right value of an element that is no composite."""
        random, low, high = self.random, element.minimum, element.maximum
        length = random.choice((low, high, random.randint(low, min(high, low + 12))))
        if element.codes is not None:
            return random.choice(sorted(element.codes))
        if element.type == "DT":
            day = random.choice(DAYS)
            return day if high >= 8 else day[2:]
        if element.type == "TM":
            return random.choice([time for time in TIMES if low <= len(time) <= high])
        if element.type[0] in "NR":
            digits = "".join(random.choices("0123456789", k=length))
            if element.type == "R" and random.random() < 0.5:
                point = random.randint(0, length)
                digits = f"{digits[:point]}.{digits[point:]}"
            return ("-" if random.random() < 0.1 else "") + digits
        letters = [letter for letter in LETTERS if letter not in self.delimiters.all()]
        # A value that ends with a blank would be padding where line breaks end segments.
        return "".join(random.choices(letters, k=length - 1)) + random.choice("AZ09")

    def _counted(self, segment: str, found: Sequence[str]) -> str:
        """CTT with the right count where we know what it counts; LE with the identifier of its LS is left to chance."""
        from gateway.x12.content import LINE_SEGMENTS

        separator = self.delimiters.element
        tag, *elements = segment.split(separator)
        line = LINE_SEGMENTS.get(self.guide.set_code)
        if tag == "CTT" and line and elements:
            elements[0] = str(sum(one.split(separator)[0] == line for one in found))
        return separator.join([tag, *elements])


def _holds(condition: Condition, filled: set[int]) -> bool:
    first, *others = condition.positions
    present = [position in filled for position in condition.positions]
    rest = [position in filled for position in others]
    return {
        "P": all(present) or not any(present),
        "R": any(present),
        "E": sum(present) <= 1,
        "C": first not in filled or all(rest),
        "L": first not in filled or any(rest),
    }[condition.kind]


def mutated(
    segments: Sequence[str], delimiters: Delimiters, random: Random, foreign: Sequence[str] = ("ZZZ",)
) -> list[str]:
    """The segments with one change such as senders make; ``foreign`` are segments of other sets."""
    changed = list(segments)
    at = random.randrange(len(changed))
    kind = random.choice(
        ("drop", "double", "swap", "move", "element", "element", "element", "character", "cut")
    )
    if kind == "drop":
        del changed[at]
    elif kind == "double":
        changed.insert(at, changed[at])
    elif kind == "swap" and at + 1 < len(changed):
        changed[at], changed[at + 1] = changed[at + 1], changed[at]
    elif kind == "move":
        changed.insert(random.randrange(len(changed)), changed.pop(at))
    elif kind == "foreign":
        changed.insert(at, random.choice(foreign))
    elif kind == "cut":
        changed[at] = changed[at][: random.randint(2, len(changed[at]))]
    else:
        changed[at] = _changed(changed[at], kind, delimiters, random)
    return changed


STRANGE = (
    "",
    "",
    "ZZ9",
    "0",
    "-",
    ".",
    "1.",
    "-.5",
    "1E3",
    "20260229",
    "20230228",
    "2400",
    "235960",
    " ",
    "é",
    "\x07",
)


def _changed(segment: str, kind: str, delimiters: Delimiters, random: Random) -> str:
    if kind == "character":
        place = random.randrange(len(segment))
        letters = delimiters.element + delimiters.component + (delimiters.repetition or "") + "A0 .-é\n"
        return segment[:place] + random.choice(letters) + segment[place + random.randint(0, 1) :]
    elements = segment.split(delimiters.element)
    place = random.randint(1, max(len(elements) + 1, 1))
    elements += [""] * (place + 1 - len(elements))
    elements[place] = random.choice((*STRANGE, elements[place] * 2, elements[place][:-1]))
    return delimiters.element.join(elements)
