"""Translate: a received document becomes orders, matched acknowledgements and answers. One transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.flow.answers import repeat_answers
from gateway.flow.gateway import Gateway
from gateway.flow.intake import Intake
from gateway.ledger import documents, groups, journal, revisions, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.configuration import Configuration
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
                configuration,
                gateway.guides,
                file=document.file_name,
                partner=document.partner,
                door=document.door,
            )
        )
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        locked = documents.lock(tx, document_id)
        if locked is not None and locked.state == "received":
            _apply(Intake(gateway, tx, configuration, locked, revision, now), read)
        if due_id is not None:
            gateway.finish(tx, due_id)


def _apply(intake: Intake, read: Sequence[Translation]) -> None:
    partner, test = _sender(read, intake.document)
    obstacle = _obstacle(intake.configuration, intake.document, read, partner)
    if obstacle is not None or partner is None:
        _hold(intake, read, partner, test, obstacle)
        return
    first = documents.claim_payload(intake.tx, partner, intake.document.payload_sha256, intake.document.id)
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
    """The partner and test flag of the file: of the first interchange or document that has a known sender."""
    for value in read:
        if isinstance(value, InterchangeBegun | DocumentTranslated) and value.partner is not None:
            return value.partner, value.test
    return document.partner, None


def _obstacle(
    configuration: Configuration, document: StoredDocument, read: Sequence[Translation], partner: str | None
) -> str | None:
    """Why the file as a whole has to wait for a person; None when it can be taken."""
    opening = next((value for value in read if isinstance(value, FileRead)), None)
    if opening is not None and opening.refused:
        return next(finding.message for finding in opening.findings if finding.is_error)
    known = configuration.partners.get(partner) if partner is not None else None
    if known is None:
        errors = [finding for value in read for finding in value.findings if finding.is_error]
        return errors[0].message if errors else "The sender is not among the partners"
    if document.door in configuration.connections and document.door not in known.connections:
        return f"{known.code} is not agreed to send by the connection {document.door}"
    if document.partner is not None and document.partner != known.code:
        return f"The file is from {known.code}, but was handed in by {document.partner}"
    if known.status == "draft":
        return f"The partnership with {known.code} is a draft; set it to testing or live"
    return None


def _hold(
    intake: Intake, read: Sequence[Translation], partner: str | None, test: bool | None, obstacle: str | None
) -> None:
    reason = obstacle or "The sender is not among the partners"
    findings = [finding for value in read for finding in value.findings]
    documents.add_findings(intake.tx, intake.document.id, findings)
    documents.change(
        intake.tx,
        intake.document.id,
        state="held",
        reason=reason,
        partner=partner,
        test=test,
        revision=intake.revision,
        finished_at=intake.now,
    )
    work_items.open_item(
        intake.tx,
        "document_held",
        title=f"{intake.document.file_name or 'A file'} from {intake.document.door} is held: {reason}",
        action=f"gateway documents replay D{intake.document.id}  (after the cause is mended)",
        at=intake.now,
        partner=partner,
        test=test,
        document_id=intake.document.id,
    )
    journal.write(
        intake.tx, "held", at=intake.now, document_id=intake.document.id, details={"reason": reason}
    )


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


def _finish(intake: Intake, partner: str, test: bool | None) -> None:
    """Set the document's state from what became of its parts, and tell a person if any was refused."""
    documents.add_findings(intake.tx, intake.document.id, intake.findings)
    refused = intake.refused > 0 or (not intake.accepted and any(f.is_error for f in intake.findings))
    state = "translated" if not refused else "partly_refused" if intake.accepted else "refused"
    kinds = list(dict.fromkeys(intake.kinds))
    documents.change(
        intake.tx,
        intake.document.id,
        state=state,
        partner=partner,
        test=test,
        kind=kinds[0] if len(kinds) == 1 else "mixed" if kinds else intake.document.kind,
        revision=intake.revision,
        finished_at=intake.now,
    )
    details = {"accepted": intake.accepted, "refused": intake.refused, "findings": len(intake.findings)}
    journal.write(intake.tx, state, at=intake.now, document_id=intake.document.id, details=details)
    if not refused:
        return
    first = next(
        (finding.message for finding in intake.findings if finding.is_error), "no part of it could be used"
    )
    work_items.open_item(
        intake.tx,
        "document_refused",
        title=f"{intake.document.file_name or 'A file'} from {partner} was refused in part or whole: {first}",
        action=f"gateway documents show D{intake.document.id}, then gateway work resolve {{id}} --reason TEXT",
        at=intake.now,
        partner=partner,
        test=test,
        document_id=intake.document.id,
    )


def replay(gateway: Gateway, document_id: int, *, by: str) -> str | None:
    """Translate a held or refused document again with the rules of now. Returns why it can't be, or None."""
    now: datetime = gateway.database.now()
    with gateway.database.transaction() as tx:
        document = documents.lock(tx, document_id)
        if document is None or document.direction != "in":
            return f"There is no inbound document D{document_id}"
        if document.state not in ("held", "refused", "partly_refused"):
            return f"D{document_id} is {document.state}; only held or refused documents are translated again"
        return _make_due_again(gateway, tx, document, by, now)


def _make_due_again(
    gateway: Gateway, tx: Transaction, document: StoredDocument, by: str, now: datetime
) -> None:
    documents.drop_findings(tx, document.id)
    groups.drop(tx, document.id)
    documents.change(tx, document.id, state="received", reason=None)
    for kind in ("document_held", "document_refused"):
        work_items.resolve_for(tx, by=by, resolution="replayed", at=now, kind=kind, document_id=document.id)
    journal.write(tx, "replayed", at=now, actor=by, document_id=document.id)
    gateway.offer(tx, "translate", f"D{document.id}", now)
