"""Match a partner's 997 to the group it answers, and note the verdict on the document and its sets."""

from __future__ import annotations

from datetime import datetime

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.ledger import documents, groups, journal, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.groups import StoredGroup

# AK501 and AK901 to our words; M, W and X are refusals for security reasons.
VERDICTS = {"A": "acknowledged", "E": "acknowledged", "P": "partly_rejected"}


def match_acknowledgement(
    tx: Transaction,
    acknowledgement: FunctionalAcknowledgement,
    *,
    partner: str,
    document_id: int,
    now: datetime,
) -> list[Finding]:
    """Note what the partner says of a group of ours. A finding where we never sent such a group."""
    number = acknowledgement.group_control_number.lstrip("0") or "0"
    group = groups.find_sent(tx, partner, acknowledgement.test, acknowledgement.functional_identifier, number)
    if group is None:
        return [_unmatched(acknowledgement, partner)]
    verdict = VERDICTS.get(acknowledgement.status, "rejected")
    groups.acknowledge(tx, group.id, verdict, document_id)
    concerned: list[str] = []
    for answered in acknowledgement.sets:
        state = VERDICTS.get(answered.status, "rejected")
        concerned += groups.acknowledge_set(tx, group.id, answered.set_control_number, state)
    # A 997 without AK2 speaks of all sets; so does an accepted group of those it does not name.
    concerned += groups.acknowledge_set(
        tx, group.id, None, verdict if verdict != "partly_rejected" else "acknowledged"
    )
    documents.change(tx, group.document_id, state="acknowledged" if verdict == "acknowledged" else "rejected")
    _tell(tx, acknowledgement, group, verdict, concerned, document_id, now)
    return []


def _tell(
    tx: Transaction,
    acknowledgement: FunctionalAcknowledgement,
    group: StoredGroup,
    verdict: str,
    concerned: list[str],
    document_id: int,
    now: datetime,
) -> None:
    details = {"group": group.group_control_number, "by": f"D{document_id}", "status": acknowledgement.status}
    journal.write(tx, verdict, at=now, actor=group.partner, document_id=group.document_id, details=details)
    for subject in dict.fromkeys(concerned):
        if subject.startswith("O"):
            journal.write(
                tx, verdict, at=now, actor=group.partner, order_id=int(subject[1:]), details=details
            )
    if verdict == "acknowledged":
        return
    errors = [error for answered in acknowledgement.sets for error in answered.errors]
    work_items.open_item(
        tx,
        "document_rejected",
        title=f"{group.partner} rejected our group {group.functional_identifier} {group.group_control_number}",
        action=f"gateway documents show D{group.document_id}, then gateway work resolve {{id}} --reason TEXT",
        at=now,
        partner=group.partner,
        test=group.test,
        document_id=group.document_id,
        details={"errors": errors},
    )


def _unmatched(acknowledgement: FunctionalAcknowledgement, partner: str) -> Finding:
    origin = acknowledgement.origin
    return Finding(
        code="acknowledgement-unmatched",
        severity=Severity.WARNING,
        message=f"{partner} acknowledges group {acknowledgement.functional_identifier} "
        f"{acknowledgement.group_control_number}, which we did not send",
        location=Location(
            file=origin.file,
            interchange=origin.interchange,
            group=origin.group,
            set=origin.set,
            segment="AK1",
            element=2,
        ),
        found=acknowledgement.group_control_number,
        wanted="the GS06 of a group we sent to this partner",
        rule="x12 AK102",
        fix="Check with the partner which group was meant; nothing was changed here",
    )
