"""The TA1, interchange acknowledgement: whether an envelope was accepted, before anybody looks at its groups.

Source: X12.5, segment TA1 (elements I12, I08, I09, I17, I18). It travels in an interchange of its own,
without groups, the identities of the one it answers reversed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.finding import Finding, has_errors
from gateway.x12.acknowledgement import DEFAULT_POLICY, AcknowledgementPolicy
from gateway.x12.acknowledgement_codes import ACCEPTED, INTERCHANGE_WORDS, in_words
from gateway.x12.draft import DraftSegment
from gateway.x12.envelope import InterchangeHeader
from gateway.x12.segments import Segment
from gateway.x12.writer import EnvelopeSettings, write_interchange_segments

_NO_ERROR = "000"
_BAD_STRUCTURE = "022"  # for an error that the standard has no note code for


class InterchangeAnswer(StrEnum):
    """When a TA1 is sent: for every interchange, for bad ones and those whose ISA14 asks, or only if ISA14
    asks.
    """

    ALWAYS = "always"
    ON_ERROR = "on_error"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeAcknowledgement:
    """What a TA1 says about an interchange of ours. ``status`` is A, E or R; ``text`` the note code in
    words.
    """

    interchange_control_number: str  # TA101
    date: str  # TA102, YYMMDD
    time: str  # TA103, HHMM
    status: str  # TA104
    code: str  # TA105
    text: str

    @property
    def accepted(self) -> bool:
        """Whether the envelope was accepted, perhaps with errors noted."""
        return self.status in ACCEPTED


def needs_interchange_acknowledgement(
    header: InterchangeHeader,
    findings: Sequence[Finding],
    when: InterchangeAnswer = InterchangeAnswer.ON_ERROR,
    *,
    answers_only: bool = False,
) -> bool:
    """Whether a TA1 is due. ``findings`` are those of the envelope; ``answers_only`` says that the
    interchange held nothing but TA1s, which are never answered.
    """
    if answers_only:
        return False
    match when:
        case InterchangeAnswer.ALWAYS:
            return True
        case InterchangeAnswer.ON_ERROR:
            return header.acknowledgement_requested or has_errors(findings)
        case InterchangeAnswer.REQUESTED:
            return header.acknowledgement_requested


def interchange_acknowledgement(
    header: InterchangeHeader,
    findings: Sequence[Finding],
    policy: AcknowledgementPolicy = DEFAULT_POLICY,
) -> DraftSegment:
    """The TA1 that answers an interchange with these findings about its envelope.

    TA105 holds one code: that of the first error, else of the first warning told, else 000. Number, date and
    time repeat those answered; where they are malformed, zeros stand in their place, for TA1 has no room for
    others.
    """
    status = policy.status(findings)
    told = policy.told(findings)
    told = tuple(finding for finding in told if finding.is_error) or told
    codes = [finding.standard_code for finding in told if finding.standard_code in INTERCHANGE_WORDS]
    note = next((code for code in codes if code), _BAD_STRUCTURE) if status != "A" else _NO_ERROR
    return (
        "TA1",
        _repeated(header.interchange_control_number, 9),
        _repeated(header.date, 6),
        _repeated(header.time, 4),
        status,
        note,
    )


def write_interchange_acknowledgement(
    envelope: EnvelopeSettings,
    answered: Sequence[DraftSegment],
    interchange_control_number: int,
    now: datetime,
) -> tuple[bytes, tuple[Finding, ...]]:
    """The interchange that carries these TA1 segments. ISA14 is 0 whatever the settings: a TA1 is not
    answered.
    """
    silent = replace(envelope, acknowledgement_requested=False)
    return write_interchange_segments(silent, answered, interchange_control_number, now)


def read_interchange_acknowledgement(segment: Segment) -> InterchangeAcknowledgement:
    """What a partner's TA1 says; elements that are missing are empty text."""
    code = segment.get(5)
    return InterchangeAcknowledgement(
        interchange_control_number=segment.get(1),
        date=segment.get(2),
        time=segment.get(3),
        status=segment.get(4),
        code=code,
        text=in_words(INTERCHANGE_WORDS, code) if code else "no note code",
    )


def _repeated(text: str, digits: int) -> str:
    """The digits as sent, with the leading zeros they lack; zeros where they are no such number."""
    return (
        text.rjust(digits, "0")
        if text.isascii() and text.isdecimal() and len(text) <= digits
        else "0" * digits
    )
