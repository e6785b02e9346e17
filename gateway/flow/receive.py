"""Receive: raw bytes archived and journaled, committed, before anything else is done with them (promise 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core.failure import TerminalFailure
from gateway.flow.gateway import Gateway
from gateway.ledger import documents, journal, revisions
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file at a door. ``door`` is the connection's name, ``cli`` or ``portal``; ``partner`` is known where the door
    proves it (a token). ``headers`` are kept as they came, in order and doubled ones too; ``peer`` says who brought it.
    """

    data: bytes
    door: str
    file_name: str | None = None
    partner: str | None = None
    headers: Sequence[tuple[str, str]] | None = None
    peer: str | None = None


def receive(
    gateway: Gateway, arrival: Arrival, *, also: Callable[[Transaction, int, datetime], None] | None = None
) -> int:
    """Keep the file and make its translation due. When this returns the document's id, it survives power loss.

    ``also`` runs in the same transaction with the document's id: what a door must remember together with the arrival.
    """
    now = gateway.database.now()
    sha256 = gateway.archive.store(arrival.data)
    with gateway.database.transaction() as tx:
        document_id = keep_arrival(tx, arrival, sha256, now)
        gateway.offer(tx, "translate", f"D{document_id}", now)
        if also is not None:
            also(tx, document_id, now)
    return document_id


def keep_arrival(
    tx: Transaction, arrival: Arrival, sha256: str, now: datetime, *, kind: str | None = None
) -> int:
    """Insert the document row of archived bytes and journal the arrival."""
    revision = revisions.active(tx)
    if revision is None:
        raise TerminalFailure("No configuration is published yet. Run: gateway config publish")
    documents.keep_content(tx, sha256, len(arrival.data), now)
    document_id = documents.add(
        tx,
        direction="in",
        door=arrival.door,
        partner=arrival.partner,
        kind=kind,
        state="received",
        file_name=arrival.file_name,
        content_sha256=sha256,
        payload_sha256=sha256,
        headers=[list(pair) for pair in arrival.headers] if arrival.headers else None,
        peer=arrival.peer,
        revision=revision,
        received_at=now,
    )
    details = {"door": arrival.door, "bytes": len(arrival.data), "sha256": sha256}
    journal.write(
        tx, "received", at=now, document_id=document_id, actor=arrival.peer or arrival.door, details=details
    )
    return document_id
