"""Writing interchanges: envelope, counts and trailers computed, data that would break the file found.

Pure: control numbers and the time are arguments. The rules are those of X12.5 (interchange control) and X12.6
(application control structure); each finding names the element it stands in, as the reader would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.x12.delimiters import Delimiters
from gateway.x12.draft import DraftSegment, Element, ElementValue, Repeated, SetDraft
from gateway.x12.element_format import date6, date8, time4
from gateway.x12.envelope import Identity
from gateway.x12.repertoire import codec
from gateway.x12.segment_text import DataCleaner, joined

__all__ = [
    "DraftSegment",
    "Element",
    "EnvelopeSettings",
    "Numbers",
    "Repeated",
    "SetDraft",
    "write_interchange",
    "write_interchange_segments",
]

# The first interchange version whose ISA11 is the repetition separator; before it stood U for the standards
# body.
_FIRST_WITH_REPETITION = "00402"
_DEFAULT_REPETITION = "^"
# The first version whose dates in GS04 carry the century.
_FIRST_WITH_CENTURY = "004010"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeSettings:
    """How the interchanges to one partner are wrapped.

    ``charset`` is ``basic``, ``extended`` or a codec's name (``utf-8``, ``cp1252``). ``replacement`` None
    refuses data with characters that cannot be sent (delimiters, control characters, others outside the set);
    a character given there takes their place, with a warning. ``delimiters.repetition`` None means ``^`` from
    00402 on.
    """

    sender: Identity
    receiver: Identity
    interchange_version: str = "00401"  # ISA12
    group_version: str = "004010"  # GS08
    delimiters: Delimiters = field(default_factory=Delimiters)
    usage: str = "P"  # ISA15
    acknowledgement_requested: bool = False  # ISA14
    newline_after_segment: bool = False
    agency: str = "X"  # GS07
    charset: str = "extended"
    replacement: str | None = None

    def delimiters_in_use(self) -> Delimiters:
        """The delimiters as the version has them: no repetition separator before 00402, always one after."""
        if self.interchange_version < _FIRST_WITH_REPETITION:
            return replace(self.delimiters, repetition=None)
        return replace(self.delimiters, repetition=self.delimiters.repetition or _DEFAULT_REPETITION)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The control numbers of one interchange: ISA13, GS06, and ST02 of each set in order.

    Raises ValueError where a number is outside 1 to 999,999,999 (ISA13 has nine digits, GS06 and ST02 at most
    nine).
    """

    interchange: int
    group: int
    sets: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for number in (self.interchange, self.group, *self.sets):
            if not 1 <= number <= 999_999_999:
                raise ValueError(f"control number {number} is not between 1 and 999999999")

    @classmethod
    def counted(cls, interchange: int, group: int, sets: int) -> Numbers:
        """The usual policy: sets are counted from 1 within their group."""
        return cls(interchange, group, tuple(range(1, sets + 1)))


def write_interchange(
    envelope: EnvelopeSettings,
    functional_identifier: str,
    drafts: Sequence[SetDraft],
    numbers: Numbers,
    now: datetime,
) -> tuple[bytes, tuple[Finding, ...]]:
    """One interchange with one functional group holding the drafts. ``now`` is the time in the partner's
    zone.

    Returns the bytes and what is wrong with them; with an error among the findings the bytes must not be
    sent. Raises ValueError where there are not as many set control numbers as drafts, or ``now`` has no zone.
    """
    if len(numbers.sets) != len(drafts):
        raise ValueError(
            f"{len(drafts)} transaction sets need as many control numbers, not {len(numbers.sets)}"
        )
    group_number = str(numbers.group)
    header: DraftSegment = (
        "GS",
        functional_identifier,
        envelope.sender.group_identifier,
        envelope.receiver.group_identifier,
        date8(now) if envelope.group_version >= _FIRST_WITH_CENTURY else date6(now),
        time4(now),
        group_number,
        envelope.agency,
        envelope.group_version,
    )
    text = _open(envelope, numbers.interchange, now)
    text.group = group_number
    text.write(header)
    for draft, number in zip(drafts, numbers.sets, strict=True):
        _write_set(text, draft, f"{number:04d}")
    text.write(("GE", str(len(drafts)), group_number))
    return _close(text, numbers.interchange, groups=1)


def write_interchange_segments(
    envelope: EnvelopeSettings,
    segments: Sequence[DraftSegment],
    interchange_control_number: int,
    now: datetime,
) -> tuple[bytes, tuple[Finding, ...]]:
    """An interchange without groups: its segments (TA1) stand between ISA and IEA, and IEA01 is 0 (X12.5)."""
    text = _open(envelope, interchange_control_number, now)
    for segment in segments:
        text.write(segment)
    return _close(text, interchange_control_number, groups=0)


def _open(envelope: EnvelopeSettings, number: int, now: datetime) -> _Text:
    """The text begun with ISA: its ids padded with blanks to 15, its number to nine digits (X12.5)."""
    if now.tzinfo is None:
        raise ValueError("the time of an interchange needs a zone: the partner reads it as local time")
    delimiters = envelope.delimiters_in_use()
    cleaner = DataCleaner(delimiters, envelope.charset, envelope.replacement)
    text = _Text(cleaner, envelope.newline_after_segment, f"{number:09d}")
    cleaner.findings += _envelope_findings(envelope, delimiters, Location(interchange=text.interchange))
    sender, receiver = envelope.sender, envelope.receiver
    elements = (
        *("00", " " * 10, "00", " " * 10),  # ISA01 to ISA04: no authorization, no password
        *(f"{sender.qualifier:<2}", f"{sender.identifier:<15}"),
        *(f"{receiver.qualifier:<2}", f"{receiver.identifier:<15}"),
        *(date6(now), time4(now), delimiters.repetition or "U"),
        *(envelope.interchange_version, f"{number:09d}", "1" if envelope.acknowledgement_requested else "0"),
        envelope.usage,
    )
    text.write_header(("ISA", *elements))
    return text


def _close(text: _Text, number: int, groups: int) -> tuple[bytes, tuple[Finding, ...]]:
    """The text ended with IEA."""
    text.group = None
    text.write(("IEA", str(groups), f"{number:09d}"))
    return bytes(text.data), tuple(text.cleaner.findings)


def _write_set(text: _Text, draft: SetDraft, control_number: str) -> None:
    """ST, the segments, SE with its count (SE01 counts ST and SE too, X12.6)."""
    before, text.set, text.segments = text.segments, control_number, 0
    text.write(("ST", draft.set_code, control_number, draft.convention_reference or ""))
    for segment in draft.segments:
        text.write(segment)
    text.write(("SE", str(text.segments + 1), control_number))
    text.set, text.segments = None, before + text.segments


@dataclass
class _Text:
    """The bytes of an interchange as they grow, and the control numbers of what is open."""

    cleaner: DataCleaner
    newline: bool
    interchange: str
    group: str | None = None
    set: str | None = None
    data: bytearray = field(default_factory=bytearray)
    segments: int = 0  # written so far in the set, or since ISA outside of one

    def write_header(self, elements: tuple[str, ...]) -> None:
        """ISA: nothing is trimmed, and the component separator itself stands in ISA16."""
        delimiters = self.cleaner.delimiters
        texts = list(elements)
        if not self.cleaner.is_clean(elements):
            place = self._next_place("ISA")
            for position, text in enumerate(elements[1:], start=1):
                if position != 11 or delimiters.repetition is None:
                    texts[position] = self.cleaner.cleaned_value(ElementValue(text, position), place)
        self._append(delimiters.element.join((*texts, delimiters.component)))

    def write(self, segment: DraftSegment) -> None:
        """One segment, cleaned of what cannot be sent."""
        if self.cleaner.is_clean(segment):
            # Nothing in it is a delimiter, so those at the end stand after empty elements.
            separator = self.cleaner.delimiters.element
            text = separator.join(map(str, segment)).rstrip(separator)
        else:
            segment = self.cleaner.cleaned(segment, self._next_place(str(segment[0])))
            text = joined(segment, self.cleaner.delimiters)
        if text == segment[0]:
            self.cleaner.findings.append(_empty_segment(self._next_place(text)))
        self._append(text)

    def _next_place(self, tag: str) -> Location:
        return Location(
            interchange=self.interchange,
            group=self.group,
            set=self.set,
            segment_number=self.segments + 1,
            segment=tag,
            offset=len(self.data),
        )

    def _append(self, text: str) -> None:
        # Delimiters are bytes and read as latin-1; only data knows a character set, and what it cannot hold
        # was found.
        terminator = self.cleaner.delimiters.segment
        ending = terminator + ("\n" if self.newline and terminator != "\n" else "")
        self.data += self._encoded(text) + ending.encode("latin-1", "replace")
        self.segments += 1

    def _encoded(self, text: str) -> bytes:
        if text.isascii():
            return text.encode("ascii")
        delimiters = self.cleaner.delimiters.all()
        return b"".join(
            character.encode("latin-1" if character in delimiters else codec(self.cleaner.charset), "replace")
            for character in text
        )


def _empty_segment(place: Location) -> Finding:
    return Finding(
        code="segment-empty",
        message=f"{place.segment} has no elements",
        location=place,
        wanted="at least one element with a value",
        rule="X12.6, data segment",
        fix="Leave the segment out where the document has nothing for it",
        standard_code="8",
    )


def _envelope_findings(envelope: EnvelopeSettings, delimiters: Delimiters, place: Location) -> list[Finding]:
    """What the envelope's own values break: lengths of ids and versions, and delimiters that cannot
    delimit.
    """
    found = [_delimiter_finding(delimiters, place)]
    for label, element, side in (("sender", 5, envelope.sender), ("receiver", 7, envelope.receiver)):
        found += [
            _length_finding(side.qualifier, (2, 2), f"{label} qualifier", ("ISA", element), place),
            _length_finding(side.identifier, (1, 15), f"{label} id", ("ISA", element + 1), place),
            _length_finding(
                side.group_identifier, (2, 15), f"{label} code", ("GS", (element - 1) // 2), place
            ),
        ]
    found += [
        _length_finding(envelope.interchange_version, (5, 5), "interchange version", ("ISA", 12), place),
        _length_finding(envelope.usage, (1, 1), "usage indicator", ("ISA", 15), place),
        _length_finding(envelope.group_version, (1, 12), "group version", ("GS", 8), place),
    ]
    return [finding for finding in found if finding is not None]


def _length_finding(
    text: str, limits: tuple[int, int], label: str, where: tuple[str, int], place: Location
) -> Finding | None:
    least, most = limits
    if least <= len(text.strip()) <= most:
        return None
    reference = f"{where[0]}{where[1]:02d}"
    wanted = f"{least} characters" if least == most else f"{least} to {most} characters"
    return Finding(
        code="envelope-value-unusable",
        message=f"{label} {text!r} does not fit {reference}, which has {wanted}",
        location=replace(place, segment=where[0], element=where[1]),
        found=text,
        wanted=wanted,
        rule=f"X12.5, {reference}" if where[0] == "ISA" else f"X12.6, {reference}",
        fix="Correct the identities or the envelope of this partner",
    )


def _delimiter_finding(delimiters: Delimiters, place: Location) -> Finding | None:
    each = (delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition or "")
    characters = delimiters.all()
    usable = all(len(delimiter) == 1 for delimiter in each[:3]) and len(each[3]) <= 1
    usable = usable and all(c < "\u0100" and not c.isalnum() and c != " " for c in characters)
    if usable and len(set(characters)) == len(characters):
        return None
    return Finding(
        code="delimiters-unusable",
        message=f"the delimiters {characters!r} cannot hold an interchange together",
        location=place,
        found=characters,
        wanted="different single characters (one byte each) that are no letters, digits or blanks",
        rule="X12.5, delimiters",
        fix="Correct the delimiters in the envelope of this partner",
    )
