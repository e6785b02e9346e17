"""Poll a mailbox: take each file durably, then let it go at the partner's side."""

from __future__ import annotations

from datetime import datetime

from gateway.core.failure import TransientFailure
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.ledger import journal, taken_files
from gateway.ledger.database import Transaction
from gateway.partnerships.connection import FolderConnection, SftpConnection
from gateway.transport.mailbox import Mailbox, RemoteFile, Settlement, sha256_of


def poll(gateway: Gateway, connection: FolderConnection | SftpConnection) -> list[int]:
    """Take every finished file of a mailbox; returns the new documents' ids.

    A file whose removal failed after an earlier commit is only removed now. A file that changes while it is read is
    left for the next poll and disturbs no other.
    """
    taken: list[int] = []
    with gateway.open_mailbox(connection) as mailbox:
        for file in mailbox.list():
            try:
                document_id = _take(gateway, connection.name, mailbox, file)
            except TransientFailure:
                continue  # it is still there and comes with the next poll; a dead connection fails the next listing
            if document_id is not None:
                taken.append(document_id)
    return taken


def _take(gateway: Gateway, connection: str, mailbox: Mailbox, file: RemoteFile) -> int | None:
    with gateway.database.reading() as tx:
        known = taken_files.unsettled(tx, connection, file.fingerprint)
    if known is not None and mailbox.settle(file, known) is not Settlement.REWRITTEN:
        _settled(gateway, connection, file)
        return None
    data = mailbox.fetch(file)
    sha256 = sha256_of(data)

    def remember(tx: Transaction, document_id: int, now: datetime) -> None:
        taken_files.take(
            tx, connection, file.fingerprint, path=file.path, sha256=sha256, document_id=document_id
        )

    arrival = Arrival(data=data, door=connection, file_name=file.name, peer=f"{connection}:{file.path}")
    document_id = receive(gateway, arrival, also=remember)
    if mailbox.settle(file, sha256) is not Settlement.REWRITTEN:
        _settled(gateway, connection, file, document_id)
    return document_id


def _settled(gateway: Gateway, connection: str, file: RemoteFile, document_id: int | None = None) -> None:
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        taken_files.settle(tx, connection, file.fingerprint)
        if document_id is not None:
            journal.write(tx, "settled", at=now, document_id=document_id, details={"path": file.path})
