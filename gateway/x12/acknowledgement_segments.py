"""The segments of a functional acknowledgement, in the edition that answers: 997 before 005010, 997 since, 999.

The three differ in little: from 005010 on AK1 names the version answered (AK103), AK2 the convention (AK203) and AK4
the repetition; the 999 (005010 and later) calls AK3, AK4 and AK5 IK3, IK4 and IK5 and adds CTX, which names what made
a condition bite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.core.finding import Finding
from gateway.x12.acknowledgement_policy import AcknowledgementPolicy
from gateway.x12.draft import DraftSegment
from gateway.x12.envelope import GroupHeader
from gateway.x12.events import SetVerdict
from gateway.x12.faults import SyntaxFinding
from gateway.x12.guide import release_of
from gateway.x12.segment_text import DataCleaner
from gateway.x12.syntax_notes import ElementNote, SegmentNote, segment_notes, set_codes
from gateway.x12.writer import EnvelopeSettings

SECOND_EDITION = "005010"
_MOST_ELEMENT_NOTES = 99  # AK4 within one AK3
_LONGEST_BAD_VALUE = 99  # AK404 (724)
_SAFE_WITHOUT_ENVELOPE = re.compile(r"[A-Za-z0-9 .,\-/#]+", re.ASCII)
_TRIGGER = "SITUATIONAL TRIGGER"  # CTX01: CTX02 to CTX05 name the element that a condition depends on


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes the segments. ``version`` is GS08 of the group answered; ``implementation`` says 999; ``envelope`` is
    what the answer travels in, as far as known.
    """

    version: str
    envelope: EnvelopeSettings | None
    implementation: bool = False

    @property
    def second_edition(self) -> bool:
        """Whether the answer has what 005010 added: a 999 always, a 997 if the group has that version."""
        return self.implementation or (release_of(self.version) or "") >= SECOND_EDITION

    def group_header(self, header: GroupHeader) -> DraftSegment:
        """AK1 repeats GS01 and GS06, from 005010 on also GS08; of a malformed GS06 its digits."""
        digits = "".join(character for character in header.group_control_number if character in "0123456789")
        version = _repeated(header.version, 12) if self.second_edition else ""
        return ("AK1", header.functional_identifier, digits[:9] or "0", version)

    def set_response(self, verdict: SetVerdict, policy: AcknowledgementPolicy) -> list[DraftSegment]:
        """AK2, the notes, AK5. Nothing for a set whose ST01 or ST02 cannot be repeated in AK2: AK9 counts
        it.
        """
        control_number = _control_number(verdict.set_control_number)
        if len(verdict.set_code) != 3 or control_number is None:
            return []
        told = [self._in_edition(finding) for finding in policy.told(verdict.findings)]
        notes = segment_notes(told)
        convention = _repeated(verdict.convention or "", 35) if self.second_edition else ""
        return [
            ("AK2", verdict.set_code, control_number, convention),
            *(segment for note in notes for segment in self._note(note)),
            (self._tag("5"), policy.status(verdict.findings), *set_codes(told, notes)),
        ]

    def _tag(self, number: str) -> str:
        return ("IK" if self.implementation else "AK") + number

    def _in_edition(self, finding: Finding) -> Finding:
        """A 999 has codes of its own that an older group lacks: those of 005010, whatever version it answers."""
        if self.implementation and isinstance(finding, SyntaxFinding):
            return replace(finding, standard_code=finding.fault.standard_code())
        return finding

    def _note(self, note: SegmentNote) -> Iterator[DraftSegment]:
        """AK3 for each code, the last followed by the AK4s (its code is 8 where there are any)."""
        tag = note.segment if re.fullmatch(r"[A-Z0-9]{2,3}", note.segment) else "ZZZ"
        position = str(min(note.position, 9_999_999_999 if self.second_edition else 999_999))  # AK302 (719)
        longest = 4 if self.second_edition else 6  # AK303 (447)
        loop = note.loop if note.loop and len(note.loop) <= longest else ""
        for code in note.codes:
            yield (self._tag("3"), tag, position, loop, code)
        for element in note.elements[:_MOST_ELEMENT_NOTES]:
            yield self._element_note(element)
            if self.implementation and element.trigger is not None:
                trigger = tuple(str(min(number, 99)) for number in element.trigger if number is not None)
                yield ("CTX", (_TRIGGER,), tag, position, loop, trigger)

    def _element_note(self, note: ElementNote) -> DraftSegment:
        # C030: elements 722, 1528, from 005010 on 1686
        place = [str(min(note.element, 99)), str(note.component or "")]
        if self.second_edition and note.repetition is not None and note.repetition > 1:
            place.append(str(min(note.repetition, 9999)))
        return (
            self._tag("4"),
            tuple(place),
            self._element_number(note.number),
            note.code,
            self._bad_value(note.bad_value),
        )

    def _element_number(self, number: str | None) -> str:
        """AK402 (725): a number of four digits; from 005010 on text, so a composite (C040) may be named
        too.
        """
        fits = number is not None and len(number) <= 4 and (self.second_edition or number.isdecimal())
        return number or "" if fits else ""

    def _bad_value(self, value: str | None) -> str:
        """AK404: the first 99 characters, if all of them can be sent; AK404 is optional, so nothing is
        altered.
        """
        text = (value or "")[:_LONGEST_BAD_VALUE].rstrip(" ")
        if self.envelope is None:
            return text if _SAFE_WITHOUT_ENVELOPE.fullmatch(text) else ""
        cleaner = DataCleaner(self.envelope.delimiters_in_use(), self.envelope.charset, None)
        return text if cleaner.sendable(text) else ""


def _repeated(text: str, longest: int) -> str:
    """An optional element that repeats the partner's text; left out where it would not be valid in our
    answer.
    """
    return text if text.isascii() and text.isalnum() and len(text) <= longest else ""


def _control_number(text: str) -> str | None:
    """ST02 as AK202 can repeat it (4 to 9 characters): numbers sent too short get the zeros they lack."""
    if text.isascii() and text.isalnum() and (len(text) >= 4 or text.isdecimal()) and len(text) <= 9:
        return text.rjust(4, "0")
    return None
