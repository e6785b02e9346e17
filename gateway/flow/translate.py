"""Translate: a received document becomes orders, matched acknowledgements and answers. One transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from structlog.contextvars import bind_contextvars

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.flow.answers import repeat_answers
from gateway.flow.gateway import Gateway
from gateway.flow.intake import Intake
from gateway.ledger import documents, groups, journal, revisions, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.configuration import Configuration
from gateway.translation.arrival import Arrival
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import (
    DocumentTranslated,
    FileRead,
    GroupEnded,
    InterchangeAcknowledged,
    InterchangeBegun,
    InterchangeEnded,
    Translation,
    Unread,
)


def translate(gateway: Gateway, document_id: int, due_id: int | None = None) -> None:
    """Translate a received document and commit everything that follows from it together.

    Running it again after its commit changes nothing: the document is no longer ``received``.
    """
    bind_contextvars(document=f"D{document_id}")
    with gateway.database.reading() as tx:
        document = documents.load(tx, document_id)
        revision = revisions.active(tx)
        configuration = gateway.configuration(tx)
    if document is None or revision is None:
        return
    read: list[Translation] = []
    if document.state == "received":
        read = list(
            translate_inbound(
                [gateway.archive.read(document.payload_sha256)],
                gateway.guides,
                arrival=_arrival(document, configuration),
                configuration=configuration,
            )
        )
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        if not gateway.begin(tx, due_id):
            return
        locked = documents.lock(tx, document_id)
        if locked is not None and locked.state == "received":
            _apply(Intake(gateway, tx, configuration, locked, revision, now), read)
        gateway.finish(tx, due_id)


def _arrival(document: StoredDocument, configuration: Configuration) -> Arrival:
    return Arrival(
        file=document.file_name,
        document=f"D{document.id}",
        partner=document.partner,
        connection=document.door if document.door in configuration.connections else None,
    )


def _apply(intake: Intake, read: Sequence[Translation]) -> None:
    partner, test = _sender(read, intake.document)
    opening = next((value for value in read if isinstance(value, FileRead)), None)
    if opening is not None and opening.refused:
        intake.hold(opening.findings)
    else:
        if partner is not None:
            first = documents.claim_payload(
                intake.tx, partner, intake.document.payload_sha256, intake.document.id
            )
            if first is not None:
                _duplicate(intake, partner, test, first)
                return
        _take_all(intake, read)
    _finish(intake, partner, test)


def _take_all(intake: Intake, read: Sequence[Translation]) -> None:
    """Walk the file: sets collect under their group, groups under their interchange, which is applied at its end."""
    sets: list[DocumentTranslated] = []
    bodies: list[tuple[GroupEnded, list[DocumentTranslated]]] = []
    in_interchange = acknowledged = False
    for value in read:
        match value:
            case FileRead() | Unread():
                intake.findings += value.findings
            case InterchangeAcknowledged():
                intake.findings += value.findings
                acknowledged = True
            case InterchangeBegun():
                in_interchange = True
                intake.findings += value.findings
                _note_repeated_number(intake, value)
            case DocumentTranslated() if in_interchange:
                sets.append(value)
            case DocumentTranslated():
                intake.take_document(value)
            case GroupEnded():
                intake.findings += value.findings
                bodies.append((value, sets))
                sets = []
            case InterchangeEnded():
                intake.findings += value.findings
                intake.take_interchange(bodies, value, answers_only=acknowledged and not bodies)
                bodies, in_interchange, acknowledged = [], False, False


def _note_repeated_number(intake: Intake, begun: InterchangeBegun) -> None:
    number = begun.header.interchange_control_number
    if begun.partner is None:
        return
    earlier = groups.seen_before(intake.tx, begun.partner, number, intake.document.id)
    if earlier is None:
        return
    intake.findings.append(
        Finding(
            code="interchange-control-number-repeated",
            severity=Severity.WARNING,
            message=f"Interchange {number} came before, in document D{earlier}, with other content",
            location=Location(file=intake.document.file_name, interchange=number, segment="ISA", element=13),
            found=number,
            wanted="a number this sender has not used lately",
            rule="x12 ISA13",
            fix="Ask the partner whether both files are meant; sameness is judged by content and order number",
            standard_code="025",
        )
    )


def _sender(read: Sequence[Translation], document: StoredDocument) -> tuple[str | None, bool | None]:
    """The partner and test flag of the file: of the first interchange or document that has a known sender.

    A partner that its door has proved stays the owner, whatever an envelope claims: the file must neither appear
    among another partner's nor make that partner's own file a duplicate.
    """
    for value in read:
        if isinstance(value, InterchangeBegun | DocumentTranslated) and value.partner is not None:
            return document.partner or value.partner, value.test
    return document.partner, None


def _duplicate(intake: Intake, partner: str, test: bool | None, first: int) -> None:
    documents.change(
        intake.tx,
        intake.document.id,
        state="duplicate",
        duplicate_of=first,
        partner=partner,
        test=test,
        revision=intake.revision,
        finished_at=intake.now,
    )
    details = {"of": f"D{first}"}
    journal.write(intake.tx, "duplicate", at=intake.now, document_id=intake.document.id, details=details)
    repeat_answers(intake.gateway, intake.tx, first, intake.document.id, intake.now)


def _finish(intake: Intake, partner: str | None, test: bool | None) -> None:
    """Set the document's state from what became of its parts, and tell a person where one is needed."""
    documents.add_findings(intake.tx, intake.document.id, intake.findings)
    state, reason = _outcome(intake, partner)
    kinds = list(dict.fromkeys(intake.kinds))
    documents.change(
        intake.tx,
        intake.document.id,
        state=state,
        reason=reason,
        partner=partner,
        test=test,
        kind=kinds[0] if len(kinds) == 1 else "mixed" if kinds else intake.document.kind,
        revision=intake.revision,
        finished_at=intake.now,
    )
    details: dict[str, Any] = {
        "accepted": intake.accepted,
        "refused": intake.refused,
        "findings": len(intake.findings),
    }
    if reason:
        details = {**details, "reason": reason}
    journal.write(intake.tx, state, at=intake.now, document_id=intake.document.id, details=details)
    if reason is None:
        return
    name, document = intake.document.file_name or "A file", f"D{intake.document.id}"
    held = state == "held"
    work_items.open_item(
        intake.tx,
        "document_held" if held else "document_refused",
        title=f"{name} from {partner or intake.document.door} is {state.replace('_', ' ')}: {reason}",
        action=f"gateway documents replay {document}  (after the cause is mended)"
        if held
        else f"gateway documents show {document}, then gateway work resolve {{id}} --reason TEXT",
        at=intake.now,
        partner=partner,
        test=test,
        document_id=intake.document.id,
    )


def _outcome(intake: Intake, partner: str | None) -> tuple[str, str | None]:
    """The state of the document, and why a person should look at it (None: nothing to see)."""
    first_error = next((finding.message for finding in intake.findings if finding.is_error), None)
    if intake.held:
        return "held", intake.held[0]
    if partner is None:
        return "held", first_error or "The sender is not among the partners"
    if intake.refused and intake.accepted:
        return "partly_refused", first_error or "A part of it could not be used"
    if intake.refused or (not intake.accepted and first_error is not None):
        return "refused", first_error or "No part of it could be used"
    return "translated", None


def replay(gateway: Gateway, document_id: int, *, by: str, reason: str | None = None) -> str | None:
    """Translate a held or refused document again with the rules of now. Returns why it can't be, or None."""
    now: datetime = gateway.database.now()
    with gateway.database.transaction() as tx:
        document = documents.lock(tx, document_id)
        if document is None or document.direction != "in":
            return f"There is no inbound document D{document_id}"
        if document.state not in ("held", "refused", "partly_refused"):
            return f"D{document_id} is {document.state}; only held or refused documents are translated again"
        _make_due_again(gateway, tx, document, by, reason, now)
    return None


def _make_due_again(
    gateway: Gateway, tx: Transaction, document: StoredDocument, by: str, reason: str | None, now: datetime
) -> None:
    documents.drop_findings(tx, document.id)
    groups.drop(tx, document.id)
    documents.change(tx, document.id, state="received", reason=None)
    for kind in ("document_held", "document_refused"):
        work_items.resolve_for(tx, by=by, resolution="replayed", at=now, kind=kind, document_id=document.id)
    details = {"reason": reason} if reason else None
    journal.write(tx, "replayed", at=now, actor=by, document_id=document.id, details=details)
    gateway.offer(tx, "translate", f"D{document.id}", now)
