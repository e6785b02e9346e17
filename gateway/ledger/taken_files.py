"""Files taken from mailboxes: a file whose removal failed after our commit is not imported again."""

from __future__ import annotations

from sqlalchemy import select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new


def unsettled(tx: Transaction, connection: str, fingerprint: str) -> str | None:
    """The sha256 of a file that was taken and whose removal is still due; None for a file not taken."""
    table = tables.taken_file
    return tx.execute(
        select(table.c.sha256).where(
            table.c.connection == connection, table.c.fingerprint == fingerprint, table.c.settled.is_(False)
        )
    ).scalar_one_or_none()


def take(
    tx: Transaction, connection: str, fingerprint: str, *, path: str, sha256: str, document_id: int
) -> None:
    """Note, in the transaction that receives it, that a file was taken."""
    table = tables.taken_file
    values = {"path": path, "sha256": sha256, "document_id": document_id, "settled": False}
    key = {"connection": connection, "fingerprint": fingerprint}
    if insert_new(tx, table, ("connection", "fingerprint"), {**key, **values}) is None:
        where = (table.c.connection == connection) & (table.c.fingerprint == fingerprint)
        tx.execute(update(table).where(where).values(**values))


def settle(tx: Transaction, connection: str, fingerprint: str) -> None:
    """The mailbox let the file go: the same bytes under the same name are a new arrival from now on."""
    table = tables.taken_file
    tx.execute(
        update(table)
        .where(table.c.connection == connection, table.c.fingerprint == fingerprint)
        .values(settled=True)
    )
