"""The segments that carry a document's meaning, each in one sentence. The whole file in words: ``gateway inspect``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from gateway.x12.acknowledgement_codes import (
    ELEMENT_WORDS,
    INTERCHANGE_WORDS,
    SEGMENT_WORDS,
    SET_WORDS,
    in_words,
)
from gateway.x12.events import (
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeOpened,
    SetRead,
)
from gateway.x12.guide import Guides
from gateway.x12.inspection import harmless
from gateway.x12.reader import read
from gateway.x12.segments import Segment
from gateway.x12.tables import Dictionary

_MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class KeySegment:
    """A segment as it stands in the file, and what it says."""

    text: str
    words: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """One segment with the labels of its version."""

    segment: Segment
    dictionary: Dictionary

    def __getitem__(self, position: int) -> str:
        return self.segment.get(position)

    def label(self, element: str, position: int) -> str:
        """The code in words, or the code itself."""
        code = self[position]
        known = self.dictionary.elements.get(element)
        return known.labels.get(code, code) if known is not None else code

    def date(self, position: int) -> str:
        text = self[position]
        return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text

    def cents(self, position: int) -> str:
        text = self[position]
        return f"{Decimal(text) / 100:,.2f}" if text.isdigit() else text

    def codes(self, words: dict[str, str], first: int) -> str:
        """The codes from a position on, in words."""
        found = [in_words(words, code) for code in self.segment.elements[first:] if code]
        return ", ".join(found)


def _product(r: _Reading, first: int) -> str:
    pairs = zip(r.segment.elements[first::2], r.segment.elements[first + 1 :: 2], strict=False)
    names = {"UP": "UPC", "VN": "our item"}
    return ", ".join(f"{names.get(qualifier, qualifier)} {value}" for qualifier, value in pairs)


def _level(r: _Reading) -> str:
    inside = f", inside {r[2]}" if r[2] else ""
    return f"Level {r[1]}{inside}: {r.label('735', 3)}"


def _element_fault(r: _Reading) -> str:
    found = f", found {r[4]}" if r[4] else ""
    return f"Its element {r[1]}: {in_words(ELEMENT_WORDS, r[3])}{found}"


def _verdict(r: _Reading) -> str:
    codes = r.codes(SET_WORDS, 2)
    return f"The set is {r.label('717', 1)}{': ' + codes if codes else ''}"


_WORDS: dict[str, Callable[[_Reading], str]] = {
    "GS": lambda r: f"Group {r[6]}: {r.label('479', 1)}, version {r[8]}",
    "TA1": lambda r: f"Interchange {r[1]}: {r.label('I17', 4)}, {in_words(INTERCHANGE_WORDS, r[5])}",
    "BEG": lambda r: f"{r.label('353', 1).capitalize()} {r.label('92', 2)} order {r[3]}, dated {r.date(5)}",
    "ITD": lambda r: f"Terms: {r[3]}% off within {r[5]} days, else due in {r[7]}",
    "DTM": lambda r: f"Date: {r.label('374', 1)}, {r.date(2)}",
    "N1": lambda r: f"{r.label('98', 1).capitalize()}: {r[2]}{', number ' + r[4] if r[4] else ''}",
    "PO1": lambda r: f"Line {r[1]}: {r[2]} {r.label('355', 3)} at {r[4]}; {_product(r, 6)}",
    "PO4": lambda r: f"Packed {r[14] or r[1]} to a case",
    "BAK": lambda r: f"Answers order {r[3]}: {r.label('587', 2)}",
    "ACK": lambda r: f"{r[2]} {r.label('355', 3)}: {r.label('668', 1)} ({r[1]})",
    "BSN": lambda r: f"Shipment {r[2]}, {r.date(3)}",
    "TD5": lambda r: f"Carrier {r[3]}, {r[5].lower()}",
    "PRF": lambda r: f"For order {r[1]} of {r.date(4)}",
    "HL": _level,
    "MAN": lambda r: f"Carton number: {r[2]}, {r.label('88', 1)}",
    "SN1": lambda r: f"{r[2]} {r.label('355', 3)} shipped{' of ' + r[5] + ' ordered' if r[5] else ''}",
    "BIG": lambda r: f"Invoice {r[2]} of {r.date(1)}, for order {r[4]}",
    "IT1": lambda r: f"Line {r[1]}: {r[2]} {r.label('355', 3)} at {r[4]}; {_product(r, 6)}",
    "TDS": lambda r: f"Total {r.cents(1)}, written in cents",
    "AK1": lambda r: f"About group {r[2]}: {r.label('479', 1)}",
    "AK2": lambda r: f"Its set {r[2]} ({r[1]})",
    "AK3": lambda r: f"The {r[1]}, segment {r[2]} of the set: {in_words(SEGMENT_WORDS, r[4])}",
    "AK4": _element_fault,
    "AK5": _verdict,
    "AK9": lambda r: f"{r.label('715', 1).capitalize()}: {r[2]} sent, {r[3]} received, {r[4]} accepted",
}
"""A new segment in the story: its sentence here. CTT, SE and others that only count are left to inspect."""


def key_segments(data: bytes, guides: Guides) -> list[KeySegment]:
    """The segments of an interchange that carry its meaning, in order, at most thirty."""
    rows: list[KeySegment] = []
    for segment, version in _segments(data, guides):
        words = _WORDS.get(segment.tag)
        if words is not None:
            reading = _Reading(segment, guides.nearest_dictionary(version))
            rows.append(KeySegment(harmless(segment.raw.strip()), harmless(words(reading))))
    if len(rows) > _MOST_ROWS:
        rows = [*rows[:_MOST_ROWS], KeySegment("…", f"and {len(rows) - _MOST_ROWS} more")]
    return rows


def _segments(data: bytes, guides: Guides) -> Iterable[tuple[Segment, str]]:
    version = "004010"
    for event in read([data], guides):
        match event:
            case InterchangeOpened():
                version = "005010" if event.header.version >= "00402" else "004010"
            case InterchangeAcknowledgementRead():
                yield event.segment, version
            case GroupOpened():
                version = event.header.version
                yield event.segment, version
            case SetRead():
                yield from ((segment, version) for segment in event.document.segments)
