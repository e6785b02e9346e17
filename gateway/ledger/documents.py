"""Documents: every file that came or went, its state, and what was found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from gateway.core.finding import Finding
from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new

# received → translated | partly_refused | refused | held | duplicate; rendered → delivered | acknowledged | rejected
STATES = (
    "received",
    "translated",
    "partly_refused",
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
    insert_new(tx, tables.content, ("sha256",), {"sha256": sha256, "size": size, "stored_at": at})


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
    table = tables.received_payload
    values = {"partner": partner, "sha256": sha256, "document_id": document_id}
    if insert_new(tx, table, ("partner", "sha256"), values) is not None:
        return None
    first = tx.execute(
        select(table.c.document_id).where(table.c.partner == partner, table.c.sha256 == sha256)
    ).scalar_one()
    return None if first == document_id else int(first)


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


def keep_submission(tx: Transaction, partner: str, key: str, sha256: str, document_id: int) -> bool:
    """Remember an idempotency key with the document it brought.

    False where a concurrent request with the key was first; its transaction is waited for.
    """
    values = {"partner": partner, "key": key, "sha256": sha256, "document_id": document_id}
    return insert_new(tx, tables.idempotency, ("partner", "key"), values) is not None
