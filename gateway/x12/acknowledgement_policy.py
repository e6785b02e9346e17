"""When a set or a group is accepted, accepted with errors noted, or rejected: AK501 and AK901 (A, E, P, R)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.finding import Finding
from gateway.x12.acknowledgement_codes import ACCEPTED
from gateway.x12.envelope import GroupHeader
from gateway.x12.events import GroupClosed
from gateway.x12.faults import Level
from gateway.x12.syntax_notes import level_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementPolicy:
    """What makes a set rejected (R), accepted with errors noted (E) or accepted (A); agreed with each partner.

    Findings of error severity reject, except those whose code is in ``tolerated`` or whose class is in
    ``tolerated_levels`` (``Level.ELEMENT``: a bad element never rejects): they are noted and the set is accepted
    (E). Warnings are not told to the partner unless ``note_warnings`` says so; then they are noted too (E). With
    ``whole_group`` one rejected set rejects its group, for partners who post groups as a whole: there is no P.
    """

    tolerated: frozenset[str] = frozenset()
    tolerated_levels: frozenset[Level] = frozenset()
    note_warnings: bool = False
    whole_group: bool = False

    def status(self, findings: Iterable[Finding]) -> str:
        """AK501 for a set with these findings, or the group's own part of AK901: A, E or R."""
        told = self.told(findings)
        if any(finding.is_error and not self._tolerates(finding) for finding in told):
            return "R"
        return "E" if told else "A"

    def told(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that the partner is told."""
        return tuple(finding for finding in findings if finding.is_error or self.note_warnings)

    def _tolerates(self, finding: Finding) -> bool:
        return finding.code in self.tolerated or level_of(finding) in self.tolerated_levels


DEFAULT_POLICY = AcknowledgementPolicy()


def needs_acknowledgement(header: GroupHeader) -> bool:
    """Whether the group is answered at all: acknowledgements (FA: 997, 999) never are, or two sides would
    answer each other for ever (X12 997, purpose and scope).
    """
    return header.functional_identifier != "FA"


def group_status(closed: GroupClosed, policy: AcknowledgementPolicy = DEFAULT_POLICY) -> str:
    """AK901: A all accepted, E all accepted and errors noted, P some accepted, R none or the group itself
    refused.
    """
    own = policy.status(closed.envelope_findings)
    statuses = [policy.status(verdict.findings) for verdict in closed.sets]
    if own == "R" or (statuses and not ACCEPTED & set(statuses)):
        return "R"
    if "R" in statuses:
        return "R" if policy.whole_group else "P"
    return "E" if own == "E" or "E" in statuses else "A"
