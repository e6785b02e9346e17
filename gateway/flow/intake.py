"""Apply what a file was translated to: orders booked, acknowledgements matched, answers asked for. One transaction.

An interchange that its envelope refuses brings nothing, nor does a group that its own envelope refuses: both are
answered (TA1, 997) and the sender sends again. A bad set never holds its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.canonical.order import Order
from gateway.core.finding import Finding, has_errors
from gateway.flow import answers
from gateway.flow.acknowledge import match_acknowledgement
from gateway.flow.gateway import Gateway
from gateway.flow.take_order import take_order
from gateway.ledger import groups
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.configuration import Configuration
from gateway.rules.checks import check_order
from gateway.translation.translation import DocumentTranslated, GroupEnded, InterchangeEnded


@dataclass(slots=True)
class Intake:
    """Collects what one file brought while it is applied."""

    gateway: Gateway
    tx: Transaction
    configuration: Configuration
    document: StoredDocument
    revision: str
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    held: list[str] = field(default_factory=list)

    def take_interchange(
        self,
        bodies: list[tuple[GroupEnded, list[DocumentTranslated]]],
        end: InterchangeEnded,
        *,
        answers_only: bool,
    ) -> None:
        """Apply an interchange group by group, unless its envelope refuses it, and ask for its TA1.

        One whose sender, receiver or door is not agreed waits for a person; its neighbours in the file go on.
        """
        if has_errors(end.routing):
            self.hold(end.routing)
        else:
            rejected = has_errors(end.closed.envelope_findings)
            for ended, translated in bodies:
                self.take_group(ended, translated, refuse=rejected)
        answers.answer_interchange(
            self.gateway, self.tx, self.configuration, self.document, end, self.now, answers_only=answers_only
        )

    def take_group(self, ended: GroupEnded, translated: list[DocumentTranslated], *, refuse: bool) -> None:
        """Apply a group's sets, keep group and sets, and ask for its 997."""
        if has_errors(ended.routing) or ended.partner is None:
            self.hold(ended.routing)
            return
        header, interchange = ended.closed.header, ended.closed.interchange
        group_refused = refuse or has_errors(ended.closed.envelope_findings)
        rows = [self._take_set(one, refuse=group_refused) for one in translated]
        group_id = groups.add(
            self.tx,
            document_id=self.document.id,
            direction="in",
            partner=ended.partner,
            test=ended.test,
            functional_identifier=header.functional_identifier[:2],
            version=header.version[:12],
            interchange_control_number=interchange.interchange_control_number[:20],
            group_control_number=header.group_control_number[:20],
            state="refused" if group_refused else "received",
            at=self.now,
        )
        groups.add_sets(
            self.tx, [{**row, "group_id": group_id, "document_id": self.document.id} for row in rows]
        )
        if not refuse:
            answers.answer_group(self.gateway, self.tx, self.configuration, self.document, ended, self.now)

    def take_document(self, translated: DocumentTranslated) -> None:
        """Apply a document that has no group around it (XML, a sheet's order)."""
        if translated.held or translated.partner is None:
            self.findings += translated.findings
            self.hold(translated.routing)
        else:
            self._take_set(translated, refuse=False)

    def hold(self, reasons: Iterable[Finding]) -> None:
        """Leave a part of the file for a person, with the reasons."""
        known = {finding.message for finding in self.findings}
        self.findings += [finding for finding in reasons if finding.message not in known]
        errors = [finding.message for finding in reasons if finding.is_error]
        self.held.append(errors[0] if errors else "The sender is not among the partners")

    def _take_set(self, translated: DocumentTranslated, *, refuse: bool) -> dict[str, Any]:
        self.findings += translated.findings
        self.kinds.append(translated.document_type)
        subject: str | None = None
        if refuse or translated.refused:
            self.refused += 1
            state = "refused"
        elif translated.record is None:
            self.accepted += 1
            state = "received"
        else:
            subject = self._take_record(translated)
            self.accepted += 1
            state = "accepted"
        return {
            "set_code": translated.document_type[:6],
            "set_control_number": (translated.origin.set or "")[:20],
            "state": state,
            "subject": subject,
        }

    def _take_record(self, translated: DocumentTranslated) -> str | None:
        record = translated.record
        if isinstance(record, Order):
            partner = self.configuration.partners[translated.partner or ""]
            located = replace(record, origin=replace(record.origin, document=f"D{self.document.id}"))
            business = check_order(located)
            self.findings += [finding.in_file(self.document.file_name) for finding in business]
            return take_order(
                self.gateway,
                self.tx,
                partner,
                located,
                business,
                document_id=self.document.id,
                revision=self.revision,
                now=self.now,
            )
        if isinstance(record, FunctionalAcknowledgement) and translated.partner is not None:
            self.findings += match_acknowledgement(
                self.tx, record, partner=translated.partner, document_id=self.document.id, now=self.now
            )
        return None
