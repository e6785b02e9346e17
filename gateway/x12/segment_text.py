"""One segment as text: trimmed, joined by delimiters, and free of characters that would break it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.delimiters import Delimiters
from gateway.x12.draft import DraftSegment, Element, ElementValue, Repeated, transformed
from gateway.x12.repertoire import allowed, codec, is_control, transliterated

_FIX = "Change the value, choose other delimiters for this partner, or set a replacement in its envelope"


def joined(segment: DraftSegment, delimiters: Delimiters) -> str:
    """The segment's text without terminator; trailing empty elements, components and repetitions are left out
    (X12.6: a segment does not end with element separators)."""
    texts = [str(segment[0]), *(_element_text(element, delimiters) for element in segment[1:])]
    return delimiters.element.join(_trimmed(texts))


def _element_text(element: Element, delimiters: Delimiters) -> str:
    if isinstance(element, Repeated):
        occurrences = [_occurrence_text(occurrence, delimiters) for occurrence in element.occurrences]
        # Before 00402 there is no such separator: the cleaning has reported that (no-repetition-separator).
        return (delimiters.repetition or "").join(_trimmed(occurrences))
    return _occurrence_text(element, delimiters)


def _occurrence_text(occurrence: str | tuple[str, ...], delimiters: Delimiters) -> str:
    return occurrence if isinstance(occurrence, str) else delimiters.component.join(_trimmed([*occurrence]))


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


@dataclass
class DataCleaner:
    """Finds the characters that cannot be sent, or puts ``replacement`` in their place and warns.

    ``charset`` as in :mod:`gateway.x12.repertoire`. ``findings`` collects what was found.
    """

    delimiters: Delimiters
    charset: str
    replacement: str | None
    findings: list[Finding] = field(default_factory=list)
    _sendable: set[str] = field(init=False)  # characters judged good so far

    def __post_init__(self) -> None:
        self._sendable = set(_plain_characters(self.delimiters, self.charset))

    def is_clean(self, segment: DraftSegment) -> bool:
        """Whether the segment has simple elements of characters already judged good: the common case, and
        quick. False says nothing; ask :meth:`cleaned`.
        """
        texts = [element for element in segment[1:] if isinstance(element, str)]
        return len(texts) == len(segment) - 1 and self._sendable.issuperset("".join(texts))

    def cleaned(self, segment: DraftSegment, place: Location) -> DraftSegment:
        """The segment with sendable values only, as far as the policy replaces; ``place`` is the
        segment's.
        """
        if self.delimiters.repetition is None:
            self._refuse_repetitions(segment, place)
        return transformed(segment, lambda value: self.cleaned_value(value, place))

    def cleaned_value(self, value: ElementValue, place: Location) -> str:
        """The value as it can be sent; one finding names all its characters that cannot."""
        if self._sendable.issuperset(value.text):
            return value.text
        bad = "".join(dict.fromkeys(c for c in value.text if not self._is_sendable(c)))
        if not bad:
            return value.text
        there = replace(place, element=value.element, component=value.component, repetition=value.repetition)
        if self.replacement is None or not self.sendable(self.replacement):
            self.findings.append(self._finding(value.text, bad, there, None))
            return value.text
        nearer = transliterated(value.text, self.charset)
        sent = "".join(c if self._is_sendable(c) else self.replacement for c in nearer)
        self.findings.append(self._finding(value.text, bad, there, sent))
        return sent

    def sendable(self, text: str) -> bool:
        """Whether every character of the text can be sent as it is."""
        return all(map(self._is_sendable, text))

    def _is_sendable(self, character: str) -> bool:
        if character not in self._sendable and self._judged(character):
            self._sendable.add(character)
        return character in self._sendable

    def _judged(self, character: str) -> bool:
        return _is_good(character, self.delimiters, self.charset)

    def _finding(self, text: str, bad: str, there: Location, sent: str | None) -> Finding:
        code, what = self._fault(bad)
        shown = " ".join(_shown(character) for character in bad)
        outcome = "" if sent is None else f"; sent as “{sent}”"
        delimiters = " ".join(_shown(character) for character in self.delimiters.all())
        return Finding(
            code=code,
            severity=Severity.ERROR if sent is None else Severity.WARNING,
            message=f"{_reference(there)} contains {what} ({shown}){outcome}",
            location=there,
            found=text,
            wanted=f"text of the {self.charset} character set without the delimiters {delimiters}",
            rule="X12.6, character set and delimiters",
            fix=_FIX if sent is None else None,
            standard_code="6",
        )

    def _fault(self, bad: str) -> tuple[str, str]:
        if any(is_control(character) for character in bad):
            return "control-character-in-data", "a control character"
        if any(allowed(character, self.charset) for character in bad):
            return "delimiter-in-data", "a delimiter of this interchange"
        return "character-not-in-set", f"a character outside the {self.charset} character set"

    def _refuse_repetitions(self, segment: DraftSegment, place: Location) -> None:
        for position, element in enumerate(segment[1:], start=1):
            if isinstance(element, Repeated) and len(element.occurrences) > 1:
                there = replace(place, element=position)
                self.findings.append(
                    Finding(
                        code="no-repetition-separator",
                        message=f"{_reference(there)} is repeated, but interchanges before 00402 have no"
                        " repetition separator",
                        location=there,
                        found=f"{len(element.occurrences)} occurrences",
                        wanted="one occurrence, or interchange version 00402 or later",
                        rule="X12.5, ISA11",
                        fix="Set the partner's interchange version to the one of its guide",
                    )
                )


def _is_good(character: str, delimiters: Delimiters, charset: str) -> bool:
    if not allowed(character, charset):
        return False
    # Delimiters are bytes: one may also lie inside the encoding of another character (0x85 in a UTF-8 letter).
    encoded = character.encode(codec(charset)).decode("latin-1")
    return not set(encoded) & set(delimiters.all())


@lru_cache(maxsize=256)
def _plain_characters(delimiters: Delimiters, charset: str) -> frozenset[str]:
    """The characters of ASCII that can be sent, judged once for all documents of a kind."""
    return frozenset(c for c in map(chr, range(0x20, 0x7F)) if _is_good(c, delimiters, charset))


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _reference(place: Location) -> str:
    """``PO102``, ``REF04-2``: as the field names an element."""
    component = f"-{place.component}" if place.component is not None else ""
    return f"{place.segment}{place.element or 0:02d}{component}"
