"""Documents: every file that came or went, its state, and what was found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.core.finding import Finding
from gateway.ledger import tables
from gateway.ledger.database import Transaction

# received → translated | refused | held | duplicate; rendered → delivered | acknowledged | rejected
STATES = (
    "received",
    "translated",
    "refused",
    "held",
    "duplicate",
    "rendered",
    "delivered",
    "acknowledged",
    "rejected",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A row of the document table. ``content_sha256`` is the file as it came, ``payload_sha256`` what was inside."""

    id: int
    direction: str
    door: str
    partner: str | None
    test: bool | None
    kind: str | None
    state: str
    reason: str | None
    file_name: str | None
    content_sha256: str
    payload_sha256: str
    headers: Any
    peer: str | None
    duplicate_of: int | None
    answers: int | None
    revision: str
    received_at: datetime
    finished_at: datetime | None


def keep_content(tx: Transaction, sha256: str, size: int, at: datetime) -> None:
    """Note that the archive holds a content; noting it again changes nothing."""
    known = tx.execute(select(tables.content.c.sha256).where(tables.content.c.sha256 == sha256)).first()
    if known is None:
        savepoint = tx.begin_nested()
        try:
            tx.execute(insert(tables.content).values(sha256=sha256, size=size, stored_at=at))
            savepoint.commit()
        except IntegrityError:  # another worker noted the same bytes between our look and our insert
            savepoint.rollback()


def add(tx: Transaction, **values: Any) -> int:
    """Insert a document and return its id; the columns are those of :class:`StoredDocument`."""
    return int(
        tx.execute(insert(tables.document).values(**values).returning(tables.document.c.id)).scalar_one()
    )


def change(tx: Transaction, document_id: int, **values: Any) -> None:
    """Change columns of a document."""
    tx.execute(update(tables.document).where(tables.document.c.id == document_id).values(**values))


def load(tx: Transaction, document_id: int) -> StoredDocument | None:
    """One document, or None."""
    row = tx.execute(select(tables.document).where(tables.document.c.id == document_id)).first()
    return StoredDocument(**row._mapping) if row else None


def lock(tx: Transaction, document_id: int) -> StoredDocument | None:
    """One document, its row locked until the transaction ends (SQLite has one writer anyway)."""
    row = tx.execute(
        select(tables.document).where(tables.document.c.id == document_id).with_for_update()
    ).first()
    return StoredDocument(**row._mapping) if row else None


def listed(
    tx: Transaction, *, limit: int = 100, before: int | None = None, **equal: Any
) -> list[StoredDocument]:
    """The newest documents first. ``equal`` filters by columns (partner, kind, state); ``before`` is a cursor."""
    query = select(tables.document).order_by(tables.document.c.id.desc()).limit(limit)
    for name, value in equal.items():
        if value is not None:
            query = query.where(tables.document.c[name] == value)
    if before is not None:
        query = query.where(tables.document.c.id < before)
    return [StoredDocument(**row._mapping) for row in tx.execute(query)]


def claim_payload(tx: Transaction, partner: str, sha256: str, document_id: int) -> int | None:
    """Claim a payload for a partner's document. Returns None when it is new, else the document that had it first."""
    key = (tables.received_payload.c.partner == partner) & (tables.received_payload.c.sha256 == sha256)
    first = tx.execute(select(tables.received_payload.c.document_id).where(key)).scalar_one_or_none()
    if first is not None:
        return None if first == document_id else int(first)
    savepoint = tx.begin_nested()
    try:
        tx.execute(
            insert(tables.received_payload).values(partner=partner, sha256=sha256, document_id=document_id)
        )
        savepoint.commit()
    except IntegrityError:  # a concurrent worker was first
        savepoint.rollback()
        return int(tx.execute(select(tables.received_payload.c.document_id).where(key)).scalar_one())
    return None


def add_findings(tx: Transaction, document_id: int, findings: Iterable[Finding]) -> None:
    """Keep what was found in a document."""
    rows = [
        {"document_id": document_id, "severity": f.severity.value, "code": f.code, "body": f.to_json()}
        for f in findings
    ]
    if rows:
        tx.execute(insert(tables.finding), rows)


def drop_findings(tx: Transaction, document_id: int) -> None:
    """Forget what was found in a document that is about to be read again."""
    tx.execute(delete(tables.finding).where(tables.finding.c.document_id == document_id))


def findings_of(tx: Transaction, document_id: int) -> list[Finding]:
    """What was found in a document, in the order it was found."""
    rows = tx.execute(
        select(tables.finding.c.body)
        .where(tables.finding.c.document_id == document_id)
        .order_by(tables.finding.c.id)
    )
    return [Finding.from_json(body) for (body,) in rows]


def submission(tx: Transaction, partner: str, key: str) -> dict[str, Any] | None:
    """The document an idempotency key was used for: ``sha256`` and ``document_id``, or None."""
    table = tables.idempotency
    row = tx.execute(select(table).where(table.c.partner == partner, table.c.key == key)).first()
    return dict(row._mapping) if row else None


def keep_submission(tx: Transaction, partner: str, key: str, sha256: str, document_id: int) -> None:
    """Remember an idempotency key with the document it brought."""
    tx.execute(
        insert(tables.idempotency).values(partner=partner, key=key, sha256=sha256, document_id=document_id)
    )
