"""Render what was asked for: checked provisionally, then numbered, rechecked and kept in one transaction.

Nothing leaves that our own guide refuses (promise 4), and a rolled-back transaction returns its numbers (promise 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from structlog.contextvars import bind_contextvars

from gateway.core.failure import TerminalFailure
from gateway.core.finding import Finding
from gateway.flow.draft_body import draft_segments, identity, is_draft
from gateway.flow.gateway import Gateway
from gateway.flow.records import record_of
from gateway.ledger import deliveries, documents, groups, journal, numbers, outbound, revisions, work_items
from gateway.ledger.database import Transaction
from gateway.ledger.outbound import OutboundRequest
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import Partner
from gateway.translation.outbound import (
    OutboundRecord,
    Rendered,
    envelope_of,
    render_group,
    render_in_envelope,
)
from gateway.translation.outbound_set import OutboundDraft
from gateway.x12.draft import SetDraft
from gateway.x12.interchange_acknowledgement import write_interchange_acknowledgement
from gateway.x12.writer import Numbers

PROVISIONAL = 999_999_999
"""As long as any control number, so that a line that just fits with it fits with the real one."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """The requests of one interchange, with what rendering them needs."""

    requests: list[OutboundRequest]
    partner: Partner
    configuration: Configuration
    revision: str

    @property
    def first(self) -> OutboundRequest:
        return self.requests[0]


def render(gateway: Gateway, batch_name: str, due_id: int | None = None) -> None:
    """Turn the requests of a batch into one document and its delivery. Running it again changes nothing."""
    with gateway.database.reading() as tx:
        batch = _load(gateway, tx, batch_name)
    now = gateway.database.now()
    trial = (
        _render(gateway, batch, Numbers.counted(PROVISIONAL, PROVISIONAL, len(batch.requests)), now)
        if batch
        else None
    )
    with gateway.database.transaction() as tx:
        if not gateway.begin(tx, due_id):
            return
        current = _load(gateway, tx, batch_name)
        if batch is not None and trial is not None and current is not None:
            if current.requests != batch.requests:
                return  # more was asked for meanwhile; the step stays due and looks again
            if trial.may_leave:
                _keep(gateway, tx, batch, now)
            else:
                _refuse(tx, batch, trial.findings, now)
        gateway.finish(tx, due_id)


def _load(gateway: Gateway, tx: Transaction, batch_name: str) -> _Batch | None:
    requests = outbound.of_batch(tx, batch_name)
    revision = revisions.active(tx)
    if not requests or revision is None:
        return None
    partner = gateway.partner(tx, requests[0].partner)
    return _Batch(requests, partner, gateway.configuration(tx), revision)


def _render(gateway: Gateway, batch: _Batch, control: Numbers, now: datetime) -> Rendered:
    first = batch.first
    if not is_draft(first.body):
        records = [
            cast(OutboundRecord, record_of(r.body, f"Outbound request {r.id}")) for r in batch.requests
        ]
        station = batch.configuration.station
        return render_group(
            records, batch.partner, station, control, now, gateway.guides, answered_version=first.version
        )
    zone = ZoneInfo(batch.partner.time_zone or batch.configuration.station.time_zone)
    local = now.astimezone(zone)
    version = first.version or "004010"
    sender, receiver = identity(first.body["sender"]), identity(first.body["receiver"])
    envelope = envelope_of(batch.partner, sender, receiver, version=version, test=first.test)
    if first.set_code == "TA1":
        segments = [segment for request in batch.requests for segment in draft_segments(request.body)]
        data, findings = write_interchange_acknowledgement(envelope, segments, control.interchange, local)
        return Rendered(
            data=data, findings=findings, functional_identifier="", set_code="TA1", version=version
        )
    drafts = [SetDraft(request.set_code, draft_segments(request.body)) for request in batch.requests]
    sets = [OutboundDraft(draft=draft, sources=(), findings=()) for draft in drafts]
    return render_in_envelope(sets, envelope, control, local, gateway.guides)


def _keep(gateway: Gateway, tx: Transaction, batch: _Batch, now: datetime) -> None:
    """Draw the numbers, render with them, recheck, archive, and make the delivery due."""
    first = batch.first
    series = f"{batch.partner.code}"
    interchange_number = numbers.draw(tx, f"isa:{series}", first.test)[0]
    group_number = numbers.draw(tx, f"gs:{series}", first.test)[0] if first.set_code != "TA1" else 1
    control = Numbers.counted(interchange_number, group_number, len(batch.requests))
    rendered = _render(gateway, batch, control, now)
    if not rendered.may_leave:
        raise TerminalFailure(
            f"{first.set_code} for {batch.partner.code} passed its check with provisional numbers but not with "
            f"{interchange_number}: {next(f.message for f in rendered.findings if f.is_error)}"
        )
    sha256 = gateway.archive.store(rendered.data)
    documents.keep_content(tx, sha256, len(rendered.data), now)
    name = _file_name(batch, interchange_number)
    document_id = documents.add(
        tx,
        direction="out",
        door=first.connection or "none",
        partner=batch.partner.code,
        test=first.test,
        kind=first.set_code,
        state="rendered",
        file_name=name,
        content_sha256=sha256,
        payload_sha256=sha256,
        answers=first.answers,
        revision=batch.revision,
        received_at=now,
    )
    for scope in ("isa", "gs") if first.set_code != "TA1" else ("isa",):
        number = interchange_number if scope == "isa" else group_number
        numbers.assign(tx, f"{scope}:{series}", first.test, number, document_id)
    bind_contextvars(document=f"D{document_id}")
    outbound.rendered(tx, [request.id for request in batch.requests], document_id)
    if first.set_code != "TA1":
        _keep_group(tx, batch, rendered, control, document_id, now)
    _send(gateway, tx, batch, document_id, name, control, now)


def _file_name(batch: _Batch, interchange_number: int) -> str:
    """Named by what makes the number unique, so that partners sharing a mailbox never overwrite each other's files."""
    traffic = "_test" if batch.first.test else ""
    return f"{batch.first.set_code}_{batch.partner.code}{traffic}_{interchange_number:09d}.edi"


def _keep_group(
    tx: Transaction, batch: _Batch, rendered: Rendered, control: Numbers, document_id: int, now: datetime
) -> None:
    first = batch.first
    group_id = groups.add(
        tx,
        document_id=document_id,
        direction="out",
        partner=batch.partner.code,
        test=first.test,
        functional_identifier=rendered.functional_identifier,
        version=rendered.version,
        interchange_control_number=f"{control.interchange:09d}",
        group_control_number=str(control.group),
        state="sent",
        at=now,
    )
    groups.add_sets(
        tx,
        [
            {
                "group_id": group_id,
                "document_id": document_id,
                "set_code": request.set_code,
                "set_control_number": f"{number:04d}",
                "state": "sent",
                "subject": request.subject,
            }
            for request, number in zip(batch.requests, control.sets, strict=True)
        ],
    )


def _send(
    gateway: Gateway,
    tx: Transaction,
    batch: _Batch,
    document_id: int,
    name: str,
    control: Numbers,
    now: datetime,
) -> None:
    first = batch.first
    details = {"kind": first.set_code, "interchange": f"{control.interchange:09d}", "file": name}
    journal.write(tx, "rendered", at=now, document_id=document_id, details=details)
    for subject in dict.fromkeys(
        r.subject for r in batch.requests if r.subject and r.subject.startswith("O")
    ):
        about = {**details, "document": f"D{document_id}"}
        journal.write(tx, f"{first.set_code}_rendered", at=now, order_id=int(subject[1:]), details=about)
    if first.connection is None:
        work_items.open_item(
            tx,
            "no_connection",
            title=f"{name} for {batch.partner.code} has no connection to leave by",
            action=f"add a connection to the partner's file, publish, then gateway documents resend D{document_id}",
            at=now,
            partner=batch.partner.code,
            test=first.test,
            document_id=document_id,
        )
        return
    delivery_id = deliveries.add(
        tx,
        document_id=document_id,
        partner=batch.partner.code,
        test=first.test,
        connection=first.connection,
        name=name,
        created_at=now,
    )
    gateway.offer(tx, "deliver", f"V{delivery_id}", now)


def _refuse(tx: Transaction, batch: _Batch, findings: Sequence[Finding], now: datetime) -> None:
    """Keep what our own guide would refuse here, and say so."""
    first = batch.first
    outbound.settle(tx, [request.id for request in batch.requests], "refused")
    errors = [finding for finding in findings if finding.is_error]
    order_id = int(first.subject[1:]) if first.subject and first.subject.startswith("O") else None
    work_items.open_item(
        tx,
        "outbound_refused",
        title=f"{first.set_code} for {batch.partner.code} was not sent: {errors[0].message}",
        action="mend the data or the partner's file, then gateway work resolve {id} --retry",
        at=now,
        partner=batch.partner.code,
        test=first.test,
        order_id=order_id,
        details={"findings": [finding.to_json() for finding in findings], "batch": first.batch},
    )
    if order_id is not None:
        details = {"kind": first.set_code, "reason": errors[0].message}
        journal.write(tx, "not_sent", at=now, order_id=order_id, details=details)


def retry_refused(gateway: Gateway, tx: Transaction, batch_name: str, now: datetime) -> int:
    """Make a refused batch due again, after its cause was mended; returns how many requests it has."""
    ids = outbound.refused(tx, batch_name)
    if ids:
        outbound.settle(tx, ids, "due")
        gateway.offer(tx, "render", batch_name, now)
    return len(ids)
