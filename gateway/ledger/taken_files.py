"""Files taken from mailboxes: a file whose removal failed after our commit is not imported again."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction


def taken(tx: Transaction, connection: str, fingerprint: str) -> bool:
    """Whether the file (path, size, modification time and content) was taken before and not yet removed."""
    table = tables.taken_file
    row = tx.execute(
        select(table.c.document_id).where(
            table.c.connection == connection, table.c.fingerprint == fingerprint, table.c.settled.is_(False)
        )
    ).first()
    return row is not None


def take(tx: Transaction, connection: str, fingerprint: str, path: str, document_id: int) -> None:
    """Note, in the transaction that receives it, that a file was taken."""
    table = tables.taken_file
    key = (table.c.connection == connection) & (table.c.fingerprint == fingerprint)
    if tx.execute(select(table.c.document_id).where(key)).first() is not None:
        tx.execute(update(table).where(key).values(settled=False, document_id=document_id))
        return
    tx.execute(
        insert(table).values(
            connection=connection, fingerprint=fingerprint, path=path, document_id=document_id, settled=False
        )
    )


def settle(tx: Transaction, connection: str, fingerprint: str) -> None:
    """The mailbox let the file go: the same bytes under the same name are a new arrival from now on."""
    table = tables.taken_file
    tx.execute(
        update(table)
        .where(table.c.connection == connection, table.c.fingerprint == fingerprint)
        .values(settled=True)
    )
