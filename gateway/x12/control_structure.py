"""The pairs that hold an interchange together (X12.5, X12.6): ST/SE, GS/GE, ISA/IEA, counts and control numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.core.finding import Severity
from gateway.core.location import Location
from gateway.x12.delimiters import Delimiters
from gateway.x12.diagnosis import shortened
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.guide import Guides, release_of
from gateway.x12.segment_check import segment_check
from gateway.x12.segments import Segment
from gateway.x12.tables import Dictionary, Guide


@dataclass(frozen=True, slots=True)
class ControlCheck:
    """Judges control segments. ``place`` holds the file and the control numbers known so far."""

    guides: Guides
    place: Location

    def finding(
        self,
        fault: Fault,
        segment: Segment | None,
        message: str,
        *,
        element: int | None = None,
        wanted: str | None = None,
        fix: str | None = None,
        version: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> SyntaxFinding:
        """A finding about a control segment, or about the envelope as a whole."""
        location = self.place
        found = None
        if segment is not None:
            location = replace(
                location,
                segment_number=segment.number,
                segment=segment.tag,
                element=element,
                offset=segment.offset if element is None else segment.element_offset(element),
            )
            found = shortened(segment.raw.strip() if element is None else segment.get(element)) or None
        return SyntaxFinding(
            code=fault.code,
            message=message,
            severity=severity,
            location=location,
            found=found,
            wanted=wanted,
            rule="X12.5, control segments",
            fix=fix,
            standard_code=fault.standard_code(version),
            fault=fault,
        )

    def group_header(
        self, gs: Segment, header: GroupHeader, delimiters: Delimiters
    ) -> Iterator[SyntaxFinding]:
        """What is wrong with a GS."""
        release = release_of(header.version)
        dictionary = self.guides.nearest_dictionary(header.version)
        if header.functional_identifier not in (dictionary.elements["479"].codes or ()):
            message = f"GS01 is {header.functional_identifier!r}, which is no functional identifier"
            yield self.finding(
                Fault.GROUP_TYPE_UNKNOWN, gs, message, element=1, wanted="a code such as PO, IN, SH", fix=_ASK
            )
        number = header.group_control_number.rstrip(" ")
        if not (number.isascii() and number.isdigit() and len(number) <= 9):
            message = f"GS06 is {number!r}, which is no control number"
            yield self.finding(
                Fault.GROUP_CONTROL_NUMBER_INVALID, gs, message, element=6, wanted="1 to 9 digits", fix=_ASK
            )
        if release is None:
            message = f"GS08 is {header.version!r}, which names no version"
            yield self.finding(
                Fault.GROUP_VERSION_UNKNOWN,
                gs,
                message,
                element=8,
                wanted="a version such as 004010",
                fix=_ASK,
            )
        elif release != dictionary.version:
            message = f"Version {release} has no tables of its own, those of {dictionary.version} are used"
            yield self.finding(
                Fault.GROUP_VERSION_NEAREST,
                gs,
                message,
                element=8,
                severity=Severity.WARNING,
                wanted=dictionary.version,
            )
        yield from self._header_elements(gs, dictionary, release, delimiters)

    def _header_elements(
        self, gs: Segment, dictionary: Dictionary, release: str | None, delimiters: Delimiters
    ) -> Iterator[SyntaxFinding]:
        """The elements of GS that no acknowledgement has a code for; a six-digit GS04 was right before 004010."""
        for wrong in segment_check(dictionary.segments["GS"]).faults(gs.elements, gs.raw, delimiters):
            old_date = (
                wrong.position == 4 and release is not None and release < "004010" and len(gs.get(4)) == 6
            )
            if wrong.position not in (1, 6, 8) and not old_date:
                message = f"GS{wrong.position:02d} {wrong.statement}"
                yield self.finding(
                    Fault.GROUP_HEADER_ELEMENT,
                    gs,
                    message,
                    element=wrong.position,
                    wanted=wrong.wanted,
                    severity=Severity.WARNING,
                )

    def set_envelope(
        self, st: Segment, se: Segment | None, count: int, header: GroupHeader, guide: Guide | None
    ) -> Iterator[SyntaxFinding]:
        """What is wrong with ST and SE; ``count`` is the number of segments from ST to SE."""
        yield from self._set_header(st, header, guide)
        version = header.version
        number = st.get(2)
        if se is None:
            message = f"The set {st.get(1)} {number} has no SE: it was cut off after {count} segments"
            fault = Fault.SET_TRAILER_MISSING
            yield self.finding(fault, None, message, version=version, wanted="an SE segment", fix=_RESEND)
            return
        if not _equals(se.get(1), count):
            message = f"SE01 says {se.get(1) or 'nothing'}, but the set has {count} segments from ST to SE"
            fault = Fault.SEGMENT_COUNT_WRONG
            yield self.finding(fault, se, message, element=1, version=version, wanted=str(count), fix=_RESEND)
        if not _same(se.get(2), number):
            message = f"SE02 is {se.get(2)!r}, but ST02 is {number!r}"
            fault = Fault.SET_CONTROL_NUMBER_DIFFERS
            yield self.finding(fault, se, message, element=2, version=version, wanted=number, fix=_RESEND)

    def _set_header(self, st: Segment, header: GroupHeader, guide: Guide | None) -> Iterator[SyntaxFinding]:
        code, number, version = st.get(1), st.get(2), header.version
        if not (len(code) == 3 and code.isascii() and code.isdigit()):
            message = f"ST01 is {code!r}, which is no transaction set number"
            fault = Fault.SET_IDENTIFIER_INVALID
            yield self.finding(
                fault, st, message, element=1, version=version, wanted="three digits", fix=_ASK
            )
        elif code not in self.guides.known_sets:
            message = f"X12 knows no transaction set {code}"
            fault = Fault.SET_NOT_SUPPORTED
            yield self.finding(
                fault, st, message, element=1, version=version, wanted="a set of X12, such as 850", fix=_ASK
            )
        elif guide is not None and header.functional_identifier != guide.functional_identifier:
            message = (
                f"A set {code} stands in a group {header.functional_identifier!r}, it belongs in"
                f" {guide.functional_identifier!r}"
            )
            fault = Fault.SET_NOT_IN_GROUP
            yield self.finding(
                fault,
                st,
                message,
                element=1,
                version=version,
                wanted=f"GS01 {guide.functional_identifier}",
                fix=_ASK,
            )
        if not 4 <= len(number.rstrip(" ")) <= 9:
            message = f"ST02 is {number!r}, {len(number)} characters long"
            fault = Fault.SET_CONTROL_NUMBER_INVALID
            yield self.finding(
                fault, st, message, element=2, version=version, wanted="4 to 9 characters", fix=_ASK
            )
        if len(st.get(3)) > _LONGEST_CONVENTION:
            message = f"ST03 is {len(st.get(3))} characters long"
            fault = Fault.SET_CONVENTION_INVALID
            yield self.finding(
                fault, st, message, element=3, version=version, wanted="at most 35 characters", fix=_ASK
            )

    def group_trailer(self, ge: Segment | None, header: GroupHeader, count: int) -> Iterator[SyntaxFinding]:
        """What is wrong with a GE; ``count`` is the number of sets in the group."""
        number = header.group_control_number
        if ge is None:
            message = f"The group {header.functional_identifier} {number} has no GE: it was cut off after {count} sets"
            yield self.finding(Fault.GROUP_TRAILER_MISSING, None, message, wanted="a GE segment", fix=_RESEND)
            return
        if not _equals(ge.get(1), count):
            message = f"GE01 says {ge.get(1) or 'nothing'}, but the group has {count} transaction sets"
            yield self.finding(Fault.SET_COUNT_WRONG, ge, message, element=1, wanted=str(count), fix=_RESEND)
        if not _same(ge.get(2), number):
            message = f"GE02 is {ge.get(2)!r}, but GS06 is {number!r}"
            severity = _severity(ge.get(2), number)
            fault = Fault.GROUP_CONTROL_NUMBER_DIFFERS
            yield self.finding(fault, ge, message, element=2, wanted=number, fix=_RESEND, severity=severity)

    def interchange_trailer(
        self, iea: Segment | None, header: InterchangeHeader, count: int, *, truncated: bool
    ) -> Iterator[SyntaxFinding]:
        """What is wrong with an IEA; ``count`` is the number of groups. ``truncated``: the file ended before it."""
        number = header.interchange_control_number
        if iea is None:
            fault = Fault.FILE_TRUNCATED if truncated else Fault.INTERCHANGE_TRAILER_MISSING
            why = "the file ends before it" if truncated else "the next ISA stands before it"
            message = f"The interchange {number} has no IEA: {why}"
            yield self.finding(fault, None, message, wanted="an IEA segment", fix=_RESEND)
            return
        if not _equals(iea.get(1), count):
            message = f"IEA01 says {iea.get(1) or 'nothing'}, but the interchange has {count} groups"
            yield self.finding(
                Fault.GROUP_COUNT_WRONG, iea, message, element=1, wanted=str(count), fix=_RESEND
            )
        if not _same(iea.get(2), number):
            message = f"IEA02 is {iea.get(2)!r}, but ISA13 is {number!r}"
            severity = _severity(iea.get(2), number)
            fault = Fault.INTERCHANGE_CONTROL_NUMBER_DIFFERS
            yield self.finding(fault, iea, message, element=2, wanted=number, fix=_RESEND, severity=severity)


def set_envelope_is_plain(
    st: Segment, se: Segment | None, count: int, header: GroupHeader, guide: Guide | None
) -> bool:
    """Whether ST and SE are right at a glance: then :meth:`ControlCheck.set_envelope` would find nothing. False says
    nothing. A guide vouches for a known ST01.
    """
    if se is None or guide is None or len(st.elements) < 3 or len(se.elements) < 3:
        return False
    number = st.elements[2]
    return (
        st.elements[1] == guide.set_code
        and guide.functional_identifier == header.functional_identifier
        and se.elements[2] == number
        and se.elements[1] == str(count)
        and 4 <= len(number) <= 9
        and number[-1] != " "
        and len(st.get(3)) <= _LONGEST_CONVENTION
    )


_LONGEST_CONVENTION = 35  # ST03 (1705)
_ASK = "Ask the partner to correct it and send the file again"
_RESEND = "Ask the partner to send the whole file again"


def _same(trailer: str, header: str) -> bool:
    """Whether two control numbers are the same text; blanks after them are padding."""
    return trailer.rstrip(" ") == header.rstrip(" ")


def _severity(trailer: str, header: str) -> Severity:
    """How bad two different control numbers of type N0 are: zeros too many or missing before the same number are what
    some systems make of it, and a warning.
    """
    one, other = trailer.strip(" "), header.strip(" ")
    numbers = one.isascii() and one.isdigit() and other.isascii() and other.isdigit()
    same = numbers and one.lstrip("0") == other.lstrip("0")
    return Severity.WARNING if same else Severity.ERROR


def _equals(text: str, count: int) -> bool:
    """Whether a count as sent is the number counted; leading zeros and blanks after it do not matter."""
    text = text.rstrip(" ")
    return text.isascii() and text.isdigit() and len(text) <= 12 and int(text) == count
