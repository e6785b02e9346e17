"""Poll a mailbox: take each file durably, then let it go at the partner's side."""

from __future__ import annotations

from datetime import datetime

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.ledger import journal, taken_files, work_items
from gateway.ledger.database import Transaction
from gateway.partnerships.connection import Connection
from gateway.transport.mailbox import HostKeyRefused, LoginRefused, Mailbox, RemoteFile, Settlement, sha256_of

NOT_TAKEN = "file_not_taken"
"""The kind of a work item about a file that can't be taken, or not removed after it was."""
MANY = 1000


def poll(gateway: Gateway, connection: Connection) -> list[int]:
    """Take every finished file of a mailbox; returns the new documents' ids, removed at the partner's side or not.

    A file whose removal failed after an earlier commit is only removed now. A file that can't be taken disturbs no
    other: one that changes comes with the next poll, one that never can (too large, no right to remove it) becomes a
    work item. Raises Failure where the mailbox itself can't be used.
    """
    taken: list[int] = []
    with gateway.open_mailbox(connection) as mailbox:
        for file in mailbox.list():
            try:
                _take(gateway, connection.name, mailbox, file, taken)
            except TransientFailure:
                continue  # still there; if the connection is gone, the next listing says so
            except (LoginRefused, HostKeyRefused):
                raise
            except TerminalFailure as failure:
                _ask(gateway, connection.name, file, failure)
    return taken


def _take(gateway: Gateway, connection: str, mailbox: Mailbox, file: RemoteFile, taken: list[int]) -> None:
    """Take one file, unless only its removal is still due; the new document's id goes to ``taken`` at its commit."""
    with gateway.database.reading() as tx:
        known = taken_files.unsettled(tx, connection, file.fingerprint)
    if known is not None and mailbox.settle(file, known) is not Settlement.REWRITTEN:
        _settled(gateway, connection, file)
        return
    data = mailbox.fetch(file)
    sha256 = sha256_of(data)

    def remember(tx: Transaction, document_id: int, now: datetime) -> None:
        taken_files.take(
            tx, connection, file.fingerprint, path=file.path, sha256=sha256, document_id=document_id
        )

    arrival = Arrival(data=data, door=connection, file_name=file.name, peer=f"{connection}:{file.path}")
    document_id = receive(gateway, arrival, also=remember)
    taken.append(document_id)
    if mailbox.settle(file, sha256) is not Settlement.REWRITTEN:
        _settled(gateway, connection, file, document_id)


def _settled(gateway: Gateway, connection: str, file: RemoteFile, document_id: int | None = None) -> None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        taken_files.settle(tx, connection, file.fingerprint)
        if document_id is not None:
            journal.write(tx, "settled", at=now, document_id=document_id, details={"path": file.path})
        for item in work_items.listed(tx, kind=NOT_TAKEN, limit=MANY):
            if item.details == _place(connection, file):
                work_items.resolve(tx, item.id, by="gateway", resolution="taken", at=now)


def _ask(gateway: Gateway, connection: str, file: RemoteFile, failure: TerminalFailure) -> None:
    """Tell a person about a file that can't be taken; once, however often it is polled."""
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        ours = taken_files.unsettled(tx, connection, file.fingerprint) is not None
        what = "was taken, but can't be removed there" if ours else "can't be taken"
        title = f"{file.name} at {connection} {what}: {failure}"
        if work_items.listed(tx, kind=NOT_TAKEN, title=title):
            return
        work_items.open_item(
            tx,
            NOT_TAKEN,
            title=title,
            action="mend it at the mailbox, then gateway work resolve {id} --reason TEXT",
            at=now,
            details=_place(connection, file),
        )


def _place(connection: str, file: RemoteFile) -> dict[str, str]:
    return {"connection": connection, "path": file.path}
