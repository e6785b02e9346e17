"""What has to be rendered and sent: canonical records waiting to become documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRequest:
    """One record to send. Requests of one ``batch`` share an interchange and a functional group.

    ``body`` is a canonical record, or for 997 and TA1 ``{"segments": [...]}``. ``subject`` is what it is about
    (``O12``). ``version`` None: the partner's.
    """

    id: int
    partner: str
    test: bool
    set_code: str
    version: str | None
    batch: str
    subject: str | None
    body: Any
    answers: int | None
    state: str
    document_id: int | None
    connection: str | None


def request(tx: Transaction, **values: Any) -> int:
    """Ask for a record to be rendered and sent; the caller makes the batch's ``render`` step due."""
    table = tables.outbound
    return int(tx.execute(insert(table).values(state="due", **values).returning(table.c.id)).scalar_one())


def of_batch(tx: Transaction, batch: str) -> list[OutboundRequest]:
    """The requests of a batch that are still due, in order."""
    table = tables.outbound
    rows = tx.execute(
        select(table).where(table.c.batch == batch, table.c.state == "due").order_by(table.c.id)
    )
    return [OutboundRequest(**row._mapping) for row in rows]


def load(tx: Transaction, request_id: int) -> OutboundRequest | None:
    """One request, or None."""
    row = tx.execute(select(tables.outbound).where(tables.outbound.c.id == request_id)).first()
    return OutboundRequest(**row._mapping) if row else None


def rendered(tx: Transaction, ids: list[int], document_id: int) -> None:
    """The requests became a document."""
    tx.execute(
        update(tables.outbound)
        .where(tables.outbound.c.id.in_(ids))
        .values(state="rendered", document_id=document_id)
    )


def was_rendered(tx: Transaction, batch: str) -> bool:
    """Whether a document was made of the batch already."""
    table = tables.outbound
    return (
        tx.execute(select(table.c.id).where(table.c.batch == batch, table.c.document_id.is_not(None))).first()
        is not None
    )


def refused(tx: Transaction, batch: str) -> list[int]:
    """The ids of a batch's requests that our own guide refused."""
    table = tables.outbound
    rows = tx.execute(
        select(table.c.id).where(table.c.batch == batch, table.c.state == "refused").order_by(table.c.id)
    )
    return [int(row_id) for (row_id,) in rows]


def settle(tx: Transaction, ids: list[int], state: str) -> None:
    """Set the state of requests: ``refused`` by our own guide, ``void``, or ``due`` again."""
    tx.execute(update(tables.outbound).where(tables.outbound.c.id.in_(ids)).values(state=state))


def answer_of(tx: Transaction, document_id: int, set_code: str) -> list[int]:
    """The documents of a set code that answered an inbound document."""
    rows = tx.execute(
        select(tables.outbound.c.document_id)
        .where(
            tables.outbound.c.answers == document_id,
            tables.outbound.c.set_code == set_code,
            tables.outbound.c.document_id.is_not(None),
        )
        .distinct()
    )
    return [int(row_id) for (row_id,) in rows]


def of_subject(tx: Transaction, subject: str) -> list[OutboundRequest]:
    """Everything asked for about a subject (``O12``)."""
    table = tables.outbound
    rows = tx.execute(select(table).where(table.c.subject == subject).order_by(table.c.id))
    return [OutboundRequest(**row._mapping) for row in rows]
