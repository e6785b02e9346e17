"""The ISA: finding it, taking the delimiters from it, and judging its sixteen elements (X12.5).

An ISA has a fixed length of 106 characters with its terminator. One that does not is still read where its
separators show what was meant, and its wrong elements are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.core.finding import Severity
from gateway.core.location import Location
from gateway.x12.delimiters import Delimiters
from gateway.x12.diagnosis import shortened
from gateway.x12.element_type import acceptance, diagnose
from gateway.x12.envelope import InterchangeHeader
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.tables import Dictionary, SegmentTable

LENGTH = 106
LONGEST = 600  # a longer "ISA" is none
REPETITION_SINCE = "00402"  # ISA11 is the repetition separator from here on

_SEPARATORS_AT = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_LENGTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_NAMES = (
    "authorization qualifier",
    "authorization",
    "security qualifier",
    "security information",
    "sender qualifier",
    "sender",
    "receiver qualifier",
    "receiver",
    "date",
    "time",
    "repetition separator or standard",
    "version",
    "control number",
    "acknowledgement request",
    "usage",
    "component separator",
)
_FAULTS = (
    Fault.AUTHORIZATION_QUALIFIER_INVALID,
    Fault.AUTHORIZATION_INVALID,
    Fault.SECURITY_QUALIFIER_INVALID,
    Fault.SECURITY_INVALID,
    Fault.SENDER_QUALIFIER_INVALID,
    Fault.SENDER_INVALID,
    Fault.RECEIVER_QUALIFIER_INVALID,
    Fault.RECEIVER_INVALID,
    Fault.INTERCHANGE_DATE_INVALID,
    Fault.INTERCHANGE_TIME_INVALID,
    Fault.STANDARD_INVALID,
    Fault.INTERCHANGE_VERSION_INVALID,
    Fault.INTERCHANGE_CONTROL_NUMBER_INVALID,
    Fault.ACKNOWLEDGEMENT_REQUEST_INVALID,
    Fault.USAGE_INVALID,
    Fault.COMPONENT_SEPARATOR_INVALID,
)
# ISA13 and ISA06/ISA08 name the interchange and its owners; the rest can be wrong and the orders still be good.
_NEEDED = (6, 8, 13)
_LONGEST_ENDING = 4  # ISA16 and terminator, and a character or two too many
_NO_COMPONENT_SEPARATOR = "\x1f"
_LINE_BREAK = re.compile(r"[\x00\r\n]")
_NEXT_SEGMENT = "GS|TA1|TA3|ISB|ISE|IEA"


@dataclass(frozen=True, slots=True)
class HeaderText:
    """An ISA as it stands: ``elements[n]`` is ISAnn, ``length`` counts its characters with the terminator."""

    elements: tuple[str, ...]
    delimiters: Delimiters
    length: int
    component_missing: bool

    @property
    def raw(self) -> str:
        """The segment without its terminator."""
        return self.delimiters.element.join(self.elements)


def stands_here(text: str) -> bool:
    """Whether an ISA of exactly the right shape begins the text, so that even inside data it is one."""
    separator = text[3:4]
    return (
        len(text) >= LENGTH
        and text.startswith("ISA")
        and not _is_word(separator)
        and all(text[at] == separator for at in _SEPARATORS_AT)
        and text[84:89].isdigit()
        and text[90:99].isdigit()
    )


def read_header(text: str) -> HeaderText | None:
    """The ISA that begins the text, or None if what begins with these letters is none.

    The text should hold at least ``LONGEST`` characters, or all there are, so that the segment after the ISA shows
    which character ends it.
    """
    separator = text[3:4]
    if not text.startswith("ISA") or _is_word(separator) or separator in ("", " ", "-", "."):
        return None
    parts = text[:LONGEST].split(separator, 16)
    if len(parts) < 17 or any(len(part) > 60 or _LINE_BREAK.search(part) for part in parts[:16]):
        return None
    if not (parts[12].isdigit() or parts[13].isdigit()):
        return None  # neither a version nor a control number: sixteen separators by chance
    rest = text[len(text[:LONGEST]) - len(parts[16]) :]
    component, terminator = _ending(rest, separator)
    if not terminator:
        return None
    last = rest[: rest.index(terminator, 1 if component else 0)]
    last = last[:1] + last[1:].rstrip("\r ")
    version = parts[12]
    delimiters = Delimiters(
        separator,
        component or _NO_COMPONENT_SEPARATOR,
        terminator,
        _repetition(parts[11], version, separator),
    )
    length = sum(map(len, parts[:16])) + 16 + len(last) + 1
    return HeaderText((*parts[:16], last), delimiters, length, not component)


def _ending(rest: str, separator: str) -> tuple[str, str]:
    """ISA16 (empty if missing) and the segment terminator, from what follows the sixteenth separator."""
    after = re.search(rf"([\r\n\t ]*)(?:{_NEXT_SEGMENT}){re.escape(separator)}", rest[:60])
    if after is None or after.start() > _LONGEST_ENDING:
        return rest[:1], rest[1:2]
    # A line break of two characters ends a segment with its second: lines that lack the first still end.
    before, blanks = rest[: after.start()], after[1].replace("\r\n", "\n")
    if "\n" in blanks or "\r" in blanks:
        blanks = blanks.lstrip(" ")  # lines padded with blanks: the line break ends the segment
    if len(before) >= 2:
        return before[0], before[-1]
    if not before:
        return (blanks[0], blanks[1]) if len(blanks) > 1 else ("", blanks[:1])
    if not blanks:
        return "", before
    # One character, then a line break: either it is ISA16 and the break ends segments, or ISA16 is missing.
    next_line = rest[after.end() :].partition(blanks[0])[0]
    return ("", before) if next_line.rstrip("\r").endswith(before) else (before, blanks[0])


def _is_word(character: str) -> bool:
    """Whether it is a letter or digit, which cannot delimit; bytes beyond ASCII can."""
    return character.isascii() and character.isalnum()


def _repetition(standard: str, version: str, separator: str) -> str | None:
    usable = len(standard) == 1 and not _is_word(standard) and standard not in (" ", separator)
    return standard if version >= REPETITION_SINCE and version.isdigit() and usable else None


def interchange_header(text: HeaderText) -> InterchangeHeader:
    """The header record; ids lose their padding."""
    isa = text.elements
    return InterchangeHeader(
        sender_qualifier=isa[5].strip(),
        sender=isa[6].strip(),
        receiver_qualifier=isa[7].strip(),
        receiver=isa[8].strip(),
        date=isa[9],
        time=isa[10],
        version=isa[12],
        interchange_control_number=isa[13],
        acknowledgement_requested=isa[14] == "1",
        usage=isa[15],
        delimiters=text.delimiters,
    )


def check_header(text: HeaderText, dictionary: Dictionary, place: Location) -> Iterator[SyntaxFinding]:
    """What is wrong with the ISA; ``place`` is that of the segment.

    Wrong lengths, and a sender, receiver or control number that cannot be used, are errors; a qualifier, version or
    date that the standard does not list is a warning, since what the envelope holds may be good.
    """
    table = dictionary.segments["ISA"]
    offset = place.offset or 0
    for position in range(1, 17):
        value = text.elements[position]
        offset += len(value) + 1
        statement, severity = _judge(text, position, value, table)
        if statement:
            fault = _FAULTS[position - 1]
            yield SyntaxFinding(
                code=fault.code,
                message=f"ISA{position:02d} ({_NAMES[position - 1]}) {statement}",
                severity=severity,
                location=replace(place, element=position, offset=offset - len(value) - 1 + 4),
                found=shortened(value) or None,
                wanted=_wanted(position, table),
                rule=f"x12/{dictionary.version}/segments ISA-{position:02d}",
                fix="Ask the partner to correct the ISA: 106 characters, each element padded with blanks",
                standard_code=fault.standard_code(),
                fault=fault,
                element_number=table.uses[position - 1].element.number,
            )
    yield from _check_delimiters(text, place)


def _judge(text: HeaderText, position: int, value: str, table: SegmentTable) -> tuple[str, Severity]:
    """What is said of an ISA element (nothing if it is good), and how severe it is."""
    length = _LENGTHS[position - 1]
    if position == 16 and text.component_missing:
        return "is missing", Severity.ERROR
    if len(value) != length:
        return f"is {len(value)} long, exactly {length} are needed", Severity.ERROR
    severity = Severity.ERROR if position in _NEEDED else Severity.WARNING
    if not value.strip() and position in _NEEDED:
        return "is blank", severity
    if position == 11 and text.elements[12] >= REPETITION_SINCE:
        return (
            ("", severity)
            if text.delimiters.repetition
            else (f"is {value!r}, which cannot separate", severity)
        )
    if position in (2, 4, 6, 8, 16):
        return "", severity
    element = table.uses[position - 1].element
    wrong = None if acceptance(element)(value) else diagnose(element, value)
    return (wrong.statement, severity) if wrong else ("", severity)


def _wanted(position: int, table: SegmentTable) -> str:
    element = table.uses[position - 1].element
    text = f"exactly {_LENGTHS[position - 1]} characters"
    if element.codes and len(element.codes) <= 24:
        text += ", one of " + ", ".join(sorted(element.codes))
    return text


def _check_delimiters(text: HeaderText, place: Location) -> Iterator[SyntaxFinding]:
    delimiters = text.delimiters
    several = [c for c in delimiters.all() if delimiters.all().count(c) > 1]
    unfit = [c for c in delimiters.all() if _is_word(c) or c == " "]
    if not several and not unfit:
        return
    bad = (several or unfit)[0]
    fault = (
        Fault.SEGMENT_TERMINATOR_INVALID if bad == delimiters.segment else Fault.COMPONENT_SEPARATOR_INVALID
    )
    use = "is used for two delimiters" if several else "cannot be a delimiter"
    yield SyntaxFinding(
        code=fault.code,
        message=f"The character {bad!r} {use}",
        location=place,
        found=bad,
        wanted="four different characters that do not occur in data",
        rule="X12.5, delimiters",
        fix="Ask the partner to choose other delimiters",
        standard_code=fault.standard_code(),
        fault=fault,
    )
