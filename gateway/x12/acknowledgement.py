"""The functional acknowledgement: the 997 that answers a partner's group, and what a partner's 997 or 999
says.

Sources: X12 transaction set 997 in 004010 and 005010; AK1 to AK9 and the code lists of elements 715, 717,
718, 720, 723. The answer is written in the version of the group answered, as the partner's software expects
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement, SetAcknowledgement
from gateway.canonical.origin import Origin
from gateway.core.finding import Finding
from gateway.x12.acknowledgement_codes import ACCEPTED, ELEMENT_WORDS, SEGMENT_WORDS, in_words
from gateway.x12.character_set import decode
from gateway.x12.draft import DraftSegment, SetDraft
from gateway.x12.envelope import GroupHeader
from gateway.x12.events import GroupClosed, SetVerdict
from gateway.x12.faults import Fault
from gateway.x12.segment_text import DataCleaner
from gateway.x12.segments import Segment
from gateway.x12.syntax_notes import ElementNote, SegmentNote, segment_notes, set_codes
from gateway.x12.transaction_set import TransactionSet
from gateway.x12.writer import EnvelopeSettings

# From this version on AK1 names the version answered (AK103), AK2 the convention (AK203), AK4 the repetition.
_SECOND_EDITION = "005010"
_REPEATED = (("AK1", 1), ("AK2", 1))
_MOST_ELEMENT_NOTES = 99  # AK4 within one AK3
_LONGEST_BAD_VALUE = 99  # AK404 (724)
_SAFE_WITHOUT_ENVELOPE = re.compile(r"[A-Za-z0-9 .,\-/#]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementPolicy:
    """What makes a set rejected (R), accepted with errors noted (E) or accepted (A).

    Findings of error severity reject, except those whose code is in ``tolerated``: they are noted and the set
    is accepted (E). Warnings are not told to the partner unless ``note_warnings`` says so; then they are
    noted too (E).
    """

    tolerated: frozenset[str] = frozenset()
    note_warnings: bool = False

    def status(self, findings: Iterable[Finding]) -> str:
        """AK501 for a set with these findings, or the group's own part of AK901: A, E or R."""
        told = self.told(findings)
        if any(finding.is_error and finding.code not in self.tolerated for finding in told):
            return "R"
        return "E" if told else "A"

    def told(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that the partner is told."""
        return tuple(finding for finding in findings if finding.is_error or self.note_warnings)


DEFAULT_POLICY = AcknowledgementPolicy()


def needs_acknowledgement(header: GroupHeader) -> bool:
    """Whether the group is answered at all: acknowledgements (FA: 997, 999) never are, or two sides would
    answer each other for ever (X12 997, purpose and scope).
    """
    return header.functional_identifier != "FA"


def repeats_the_partner(finding: Finding) -> bool:
    """Whether a finding about a 997 of ours objects to what the partner sent: AK101 and AK201 repeat GS01
    and ST01 as they came, and where these are unknown the code lists refuse them a second time. Such a 997
    is right, and must go out, since it says exactly that.
    """
    place = finding.location
    return finding.code == Fault.CODE_NOT_IN_LIST.code and (place.segment, place.element) in _REPEATED


def group_status(closed: GroupClosed, policy: AcknowledgementPolicy = DEFAULT_POLICY) -> str:
    """AK901: A all accepted, E all accepted and errors noted, P some accepted, R none or the group itself
    refused.
    """
    own = policy.status(closed.envelope_findings)
    statuses = [policy.status(verdict.findings) for verdict in closed.sets]
    if own == "R" or (statuses and not ACCEPTED & set(statuses)):
        return "R"
    if "R" in statuses:
        return "P"
    return "E" if own == "E" or "E" in statuses else "A"


def functional_acknowledgement(
    closed: GroupClosed,
    policy: AcknowledgementPolicy = DEFAULT_POLICY,
    envelope: EnvelopeSettings | None = None,
) -> SetDraft:
    """The 997 that answers the group, one AK2 loop a set; of a group refused as a whole only sets in error
    are listed, because an AK5 that accepts one would contradict the AK9.

    ``envelope`` is what the 997 will be sent in; with it a bad value is copied into AK404 wherever it can be
    sent, without it only if it is made of letters, digits, blanks and ``.,-/#``, which are delimiters
    nowhere. Raises ValueError for a group that must not be answered (see :func:`needs_acknowledgement`).
    """
    if not needs_acknowledgement(closed.header):
        raise ValueError("a functional acknowledgement is never acknowledged (GS01 is FA)")
    scribe = _Scribe(closed.header.version, envelope)
    status = group_status(closed, policy)
    segments = [scribe.group_header(closed.header)]
    for verdict in closed.sets:
        if status != "R" or policy.status(verdict.findings) == "R":
            segments += scribe.set_response(verdict, policy)
    segments.append(_group_trailer(closed, policy, status))
    return SetDraft("997", tuple(segments))


def _group_trailer(closed: GroupClosed, policy: AcknowledgementPolicy, status: str) -> DraftSegment:
    """AK9: verdict, sets announced (GE01), received, accepted, and up to five codes."""
    received = len(closed.sets)
    included = (
        closed.included if closed.included is not None and 0 <= closed.included <= 999_999 else received
    )
    accepted = (
        sum(policy.status(verdict.findings) in ACCEPTED for verdict in closed.sets) if status != "R" else 0
    )
    told = policy.told(closed.envelope_findings)
    codes = dict.fromkeys(finding.standard_code for finding in told if finding.standard_code)
    return ("AK9", status, str(included), str(received), str(accepted), *[*codes][:5])


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes the segments in the version answered."""

    version: str
    envelope: EnvelopeSettings | None

    @property
    def second_edition(self) -> bool:
        return self.version >= _SECOND_EDITION

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
        told = policy.told(verdict.findings)
        notes = segment_notes(told)
        convention = _repeated(verdict.convention or "", 35) if self.second_edition else ""
        return [
            ("AK2", verdict.set_code, control_number, convention),
            *(segment for note in notes for segment in self._note(note)),
            ("AK5", policy.status(verdict.findings), *set_codes(told, notes)),
        ]

    def _note(self, note: SegmentNote) -> list[DraftSegment]:
        """AK3 for each code, the last followed by the AK4s (its code is 8 where there are any)."""
        tag = note.segment if re.fullmatch(r"[A-Z0-9]{2,3}", note.segment) else "ZZZ"
        position = min(note.position, 9_999_999_999 if self.second_edition else 999_999)  # AK302 (719)
        longest = 4 if self.second_edition else 6  # AK303 (447)
        loop = note.loop if note.loop and len(note.loop) <= longest else ""
        segments: list[DraftSegment] = [("AK3", tag, str(position), loop, code) for code in note.codes]
        return segments + [self._element_note(element) for element in note.elements[:_MOST_ELEMENT_NOTES]]

    def _element_note(self, note: ElementNote) -> DraftSegment:
        place = [
            str(min(note.element, 99)),
            str(note.component or ""),
        ]  # C030: 722, 1528, from 005010 on 1686
        if self.second_edition and note.repetition is not None and note.repetition > 1:
            place.append(str(note.repetition))
        return (
            "AK4",
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
    997.
    """
    return text if text.isascii() and text.isalnum() and len(text) <= longest else ""


def _control_number(text: str) -> str | None:
    """ST02 as AK202 can repeat it (4 to 9 characters): numbers sent too short get the zeros they lack."""
    if text.isascii() and text.isalnum() and (len(text) >= 4 or text.isdecimal()) and len(text) <= 9:
        return text.rjust(4, "0")
    return None


def read_functional_acknowledgement(document: TransactionSet) -> FunctionalAcknowledgement | None:
    """What a partner's 997 or 999 says about a group of ours, as far as it can be made out.

    None where it names no group (AK1 missing): nothing can be matched then. A status that is missing is empty
    text, counts that are no numbers are None; what the syntax check found stays in the document's findings.
    """
    header = next(iter(document.find_segments("AK1")), None)
    if header is None:
        return None
    trailer = next(iter(document.find_segments("AK9")), None)
    return FunctionalAcknowledgement(
        functional_identifier=header.get(1),
        group_control_number=header.get(2),
        version=header.get(3) or None,
        status=trailer.get(1) if trailer else "",
        test=document.interchange.test,
        origin=Origin(
            file=document.file,
            interchange=document.interchange.interchange_control_number,
            group=document.group.group_control_number,
            set=document.set_control_number,
        ),
        included=_count(trailer, 2),
        received=_count(trailer, 3),
        accepted=_count(trailer, 4),
        codes=_codes(trailer, 5),
        sets=tuple(_set_acknowledgements(document)),
    )


def _set_acknowledgements(document: TransactionSet) -> Iterator[SetAcknowledgement]:
    """One for each AK2, closed by its AK5 (IK5), or by the next AK2 where that is missing."""
    opened: Segment | None = None
    noted: Segment | None = None  # the AK3 that AK4s belong to
    errors: list[str] = []
    for segment in document.segments:
        match segment.tag:
            case "AK2":
                if opened is not None:
                    yield _set_acknowledgement(opened, None, errors)
                opened, noted, errors = segment, None, []
            case "AK3" | "IK3":
                noted = segment
                errors.append(_segment_error(segment))
            case "AK4" | "IK4":
                errors.append(_element_error(segment, noted, document.interchange.delimiters.component))
            case "AK5" | "IK5" if opened is not None:
                yield _set_acknowledgement(opened, segment, errors)
                opened = None
    if opened is not None:
        yield _set_acknowledgement(opened, None, errors)


def _set_acknowledgement(opened: Segment, closed: Segment | None, errors: list[str]) -> SetAcknowledgement:
    return SetAcknowledgement(
        set=opened.get(1),
        set_control_number=opened.get(2),
        status=closed.get(1) if closed else "",
        codes=_codes(closed, 2),
        errors=tuple(errors),
    )


def _segment_error(note: Segment) -> str:
    """``segment 8 NM1 in loop 2010BB: segment has errors in its elements (8)``."""
    loop = f" in loop {_shown(note.get(3))}" if note.get(3) else ""
    fault = in_words(SEGMENT_WORDS, _shown(note.get(4))) if note.get(4) else "in error"
    return f"segment {_shown(note.get(2))} {_shown(note.get(1))}{loop}: {fault}"


def _element_error(note: Segment, segment: Segment | None, component_separator: str) -> str:
    """``segment 8 NM108 (element 66): code not in the list (7), sent was MI``."""
    element, *components = note.get(1).split(component_separator)
    reference = (segment.get(1) if segment else "element ") + element.rjust(2, "0")
    if components and components[0]:
        reference += f"-{components[0]}"
    number = f" (element {_shown(note.get(2))})" if note.get(2) else ""
    sent = f", sent was {_shown(note.get(4))}" if note.get(4) else ""
    place = f"segment {_shown(segment.get(2))} " if segment else ""
    return f"{place}{_shown(reference)}{number}: {in_words(ELEMENT_WORDS, _shown(note.get(3)))}{sent}"


def _shown(text: str) -> str:
    """A partner's text in a sentence of ours: characters that do not print become U+FFFD."""
    return "".join(character if character.isprintable() else "\ufffd" for character in decode(text))


def _codes(segment: Segment | None, first: int) -> tuple[str, ...]:
    return tuple(code for code in segment.elements[first : first + 5] if code) if segment else ()


def _count(segment: Segment | None, position: int) -> int | None:
    text = segment.get(position) if segment else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
