"""AS2 exchanges: which message was answered with which MDN, so a repeated message gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An answered AS2 message. ``mic`` is that of its payload: the same content encrypted anew has the same."""

    id: int
    as2_from: str
    message_id: str
    document_id: int
    mic: str | None
    accepted: bool
    reply_headers: Any
    reply_sha256: str
    at: datetime


def accepted(tx: Transaction, as2_from: str, message_id: str) -> Exchange | None:
    """The accepted exchange of a Message-ID, or None; failed first tries do not count."""
    table = tables.as2_exchange
    row = tx.execute(
        select(table).where(table.c.as2_from == as2_from, table.c.message_id == message_id, table.c.accepted)
    ).first()
    return Exchange(**row._mapping) if row else None


def add(
    tx: Transaction,
    *,
    as2_from: str,
    message_id: str,
    document_id: int,
    mic: str | None,
    accepted: bool,
    reply_headers: list[tuple[str, str]],
    reply_sha256: str,
    at: datetime,
) -> bool:
    """Keep what is about to be answered, before it is answered.

    False where a concurrent request with the same Message-ID was accepted first; its transaction is waited for.
    """
    savepoint = tx.begin_nested()
    try:
        tx.execute(
            insert(tables.as2_exchange).values(
                as2_from=as2_from,
                message_id=message_id,
                document_id=document_id,
                mic=mic,
                accepted=accepted,
                reply_headers=reply_headers,
                reply_sha256=reply_sha256,
                at=at,
            )
        )
    except IntegrityError:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True
