"""Answer what came in by its syntax: a 997 for each group, a TA1 where the envelope is at fault or one is asked for."""

from __future__ import annotations

from datetime import datetime

from gateway.flow.draft_body import draft_body
from gateway.flow.gateway import Gateway
from gateway.flow.outbox import request_document
from gateway.ledger import deliveries, journal, outbound
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.configuration import Configuration
from gateway.translation.outbound import envelope_of
from gateway.translation.translation import GroupEnded, InterchangeEnded
from gateway.x12.acknowledgement import functional_acknowledgement, needs_acknowledgement
from gateway.x12.envelope import Identity
from gateway.x12.interchange_acknowledgement import (
    interchange_acknowledgement,
    needs_interchange_acknowledgement,
)


def answer_group(
    gateway: Gateway,
    tx: Transaction,
    configuration: Configuration,
    document: StoredDocument,
    ended: GroupEnded,
    now: datetime,
) -> None:
    """Ask for the 997 of a group: identities reversed, in the version it came in. Never twice for one document."""
    partner = configuration.partners.get(ended.partner or "")
    header, interchange = ended.closed.header, ended.closed.interchange
    if partner is None or not needs_acknowledgement(header):
        return
    envelope = envelope_of(
        partner,
        Identity(
            qualifier=interchange.receiver_qualifier,
            identifier=interchange.receiver,
            group_identifier=header.receiver,
        ),
        Identity(
            qualifier=interchange.sender_qualifier,
            identifier=interchange.sender,
            group_identifier=header.sender,
        ),
        version=header.version,
        test=ended.test,
    )
    draft = functional_acknowledgement(ended.closed, envelope=envelope)
    request_document(
        gateway,
        tx,
        partner,
        test=ended.test,
        set_code="997",
        batch=f"D{document.id}:{interchange.interchange_control_number}:{header.version}:{header.sender}",
        once=True,
        body=draft_body(draft.segments, interchange, header),
        answers=document.id,
        version=header.version,
        connection=_connection_back(configuration, document),
        now=now,
    )


def answer_interchange(
    gateway: Gateway,
    tx: Transaction,
    configuration: Configuration,
    document: StoredDocument,
    end: InterchangeEnded,
    now: datetime,
    *,
    answers_only: bool,
) -> None:
    """Ask for the TA1 of an interchange, where its envelope is at fault or ISA14 asks for one.

    ``answers_only``: it held nothing but TA1s, which are never answered.
    """
    partner = configuration.partners.get(end.partner or "")
    header = end.closed.header
    # A wrong receiver is the sender's to know; an unexpected door is ours, and has no code.
    findings = [*end.closed.envelope_findings, *(finding for finding in end.routing if finding.standard_code)]
    due = needs_interchange_acknowledgement(header, findings, answers_only=answers_only)
    if partner is None or not due:
        return
    request_document(
        gateway,
        tx,
        partner,
        test=end.test,
        set_code="TA1",
        batch=f"D{document.id}:{header.interchange_control_number}",
        once=True,
        body=draft_body([interchange_acknowledgement(header, findings)], header, None),
        answers=document.id,
        connection=_connection_back(configuration, document),
        now=now,
    )


def repeat_answers(
    gateway: Gateway, tx: Transaction, first_document: int, document_id: int, now: datetime
) -> None:
    """A partner who sends the same bytes again may have lost our answer: send the stored one again (promise 3)."""
    for set_code in ("997", "TA1"):
        for answer in outbound.answer_of(tx, first_document, set_code):
            earlier = deliveries.of_document(tx, answer)
            if not earlier or earlier[-1].state == "due":
                continue
            last = earlier[-1]
            delivery_id = deliveries.add(
                tx,
                document_id=answer,
                partner=last.partner,
                test=last.test,
                connection=last.connection,
                name=last.name,
                created_at=now,
            )
            gateway.offer(tx, "deliver", f"V{delivery_id}", now)
            details = {"because": f"D{document_id} repeats D{first_document}"}
            journal.write(
                tx, "sent_again", at=now, document_id=answer, delivery_id=delivery_id, details=details
            )


def _connection_back(configuration: Configuration, document: StoredDocument) -> str | None:
    """An answer goes back by the connection the file came by, where that is one (not the command line)."""
    return document.door if document.door in configuration.connections else None
