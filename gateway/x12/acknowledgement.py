"""The functional acknowledgement that answers a partner's group: the 997, or the 999 that took its place in 005010.

Sources: X12 transaction set 997 in 004010 and 005010, 999 in 005010; AK1 to AK9, IK3 to IK5, CTX and the code lists
of elements 715 to 718, 720, 723 and 618, 620, 621. A 997 is written in the version of the group answered, as the
partner's software expects it; a 999 exists from 005010 on and answers older groups in 005010.
"""

from __future__ import annotations

from gateway.core.finding import Finding
from gateway.x12.acknowledgement_codes import ACCEPTED
from gateway.x12.acknowledgement_policy import (
    DEFAULT_POLICY,
    AcknowledgementPolicy,
    group_status,
    needs_acknowledgement,
)
from gateway.x12.acknowledgement_reading import read_functional_acknowledgement
from gateway.x12.acknowledgement_segments import SECOND_EDITION, Scribe
from gateway.x12.draft import DraftSegment, SetDraft
from gateway.x12.events import GroupClosed
from gateway.x12.faults import Fault
from gateway.x12.guide import release_of
from gateway.x12.writer import EnvelopeSettings

__all__ = [
    "DEFAULT_POLICY",
    "AcknowledgementPolicy",
    "functional_acknowledgement",
    "group_status",
    "implementation_acknowledgement",
    "implementation_acknowledgement_version",
    "needs_acknowledgement",
    "read_functional_acknowledgement",
    "repeats_the_partner",
]

_REPEATED = (("AK1", 1), ("AK2", 1))


def repeats_the_partner(finding: Finding) -> bool:
    """Whether a finding about an acknowledgement of ours objects to what the partner sent: AK101 and AK201 repeat
    GS01 and ST01 as they came, and where these are unknown the code lists refuse them a second time. Such an answer
    is right, and must go out, since it says exactly that.
    """
    place = finding.location
    return finding.code == Fault.CODE_NOT_IN_LIST.code and (place.segment, place.element) in _REPEATED


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
    return SetDraft("997", _answer(closed, policy, Scribe(closed.header.version, envelope)))


def implementation_acknowledgement(
    closed: GroupClosed,
    policy: AcknowledgementPolicy = DEFAULT_POLICY,
    envelope: EnvelopeSettings | None = None,
) -> SetDraft:
    """The 999 that answers the group: what :func:`functional_acknowledgement` says, with IK3, IK4, IK5 and a CTX for
    each relational condition that names its trigger. GS08 of its envelope is
    :func:`implementation_acknowledgement_version`. Raises ValueError as that does.
    """
    scribe = Scribe(closed.header.version, envelope, implementation=True)
    return SetDraft("999", _answer(closed, policy, scribe))


def implementation_acknowledgement_version(version: str) -> str:
    """GS08 of a 999 that answers a group of this version: its release without industry suffix, at least 005010."""
    return max(release_of(version) or SECOND_EDITION, SECOND_EDITION)


def _answer(closed: GroupClosed, policy: AcknowledgementPolicy, scribe: Scribe) -> tuple[DraftSegment, ...]:
    if not needs_acknowledgement(closed.header):
        raise ValueError("a functional acknowledgement is never acknowledged (GS01 is FA)")
    status = group_status(closed, policy)
    segments = [scribe.group_header(closed.header)]
    for verdict in closed.sets:
        if status != "R" or policy.status(verdict.findings) == "R":
            segments += scribe.set_response(verdict, policy)
    segments.append(_group_trailer(closed, policy, status))
    return tuple(segments)


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
