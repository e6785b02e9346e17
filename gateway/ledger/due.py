"""What is due: one row a step and subject. The ledger says what; an engine in ``work`` runs it.

Database steps lock the row and delete it in the transaction that commits their result. Network steps claim it with a
lease and a fencing token, work outside any transaction, and record only if the token is still theirs (RELIABILITY 10).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_or_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step that is due: its name, what it is about, and how often it was tried."""

    id: int
    step: str
    subject: str
    due_at: datetime
    attempts: int
    owner: str | None
    lease_until: datetime | None
    token: int
    last_error: str | None


def add(tx: Transaction, step: str, subject: str, at: datetime) -> None:
    """Make a step due; adding it twice changes nothing.

    A step of that name that is just ending holds its row (:func:`hold`): then this waits, and makes it due anew, so
    what is added here is never taken for what that step has seen.
    """
    insert_or_lock(tx, tables.due, ("step", "subject"), {"step": step, "subject": subject, "due_at": at})


def ready(
    tx: Transaction,
    now: datetime,
    *,
    limit: int = 50,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[DueStep]:
    """The steps due and owned by nobody, oldest first; of these names only, or without these names."""
    query = (
        select(tables.due)
        .where(
            tables.due.c.due_at <= now,
            or_(tables.due.c.lease_until.is_(None), tables.due.c.lease_until < now),
        )
        .order_by(tables.due.c.due_at, tables.due.c.id)
        .limit(limit)
    )
    if only is not None:
        query = query.where(tables.due.c.step.in_(only))
    if without:
        query = query.where(tables.due.c.step.not_in(without))
    return [DueStep(**row._mapping) for row in tx.execute(query)]


def load(tx: Transaction, due_id: int) -> DueStep | None:
    """One due step, its row locked; None when it is done."""
    row = tx.execute(select(tables.due).where(tables.due.c.id == due_id).with_for_update()).first()
    return DueStep(**row._mapping) if row else None


def hold(tx: Transaction, due_id: int) -> bool:
    """Lock a due row for the rest of the transaction; False when somebody else finished it or has it in hand."""
    query = select(tables.due.c.id).where(tables.due.c.id == due_id).with_for_update(skip_locked=True)
    return tx.execute(query).first() is not None


def done(tx: Transaction, due_id: int) -> None:
    """The step's result is part of this transaction: it is no longer due."""
    tx.execute(delete(tables.due).where(tables.due.c.id == due_id))


def claim(tx: Transaction, due_id: int, owner: str, now: datetime, seconds: int) -> int | None:
    """Take a lease on a network step. Returns the fencing token.

    None when another owner's lease still runs, or the step was done or postponed meanwhile.
    """
    table = tables.due
    taken = tx.execute(
        update(table)
        .where(
            table.c.id == due_id,
            table.c.due_at <= now,
            or_(table.c.lease_until.is_(None), table.c.lease_until < now),
        )
        .values(owner=owner, lease_until=now + timedelta(seconds=seconds), token=table.c.token + 1)
        .returning(table.c.token)
    ).scalar_one_or_none()
    return None if taken is None else int(taken)


def renew(tx: Transaction, owner: str, now: datetime, seconds: int) -> None:
    """Lengthen the leases of an owner that lives and works; one that was taken over is no longer its own."""
    table = tables.due
    tx.execute(
        update(table)
        .where(table.c.owner == owner, table.c.lease_until >= now)
        .values(lease_until=now + timedelta(seconds=seconds))
    )


def still_ours(tx: Transaction, due_id: int, token: int) -> bool:
    """Whether the lease was not taken over meanwhile; locks the row."""
    query = select(tables.due.c.token).where(tables.due.c.id == due_id).with_for_update()
    return tx.execute(query).scalar_one_or_none() == token


def postpone(tx: Transaction, due_id: int, at: datetime, error: str, *, outcome_known: bool = True) -> None:
    """Try again later: counts the attempt, keeps the reason, ends the lease.

    Where the outcome is not known (it was sent, perhaps, and could not be recorded) the owner stays, so the next one
    sees that there was an attempt before it.
    """
    values = {"due_at": at, "attempts": tables.due.c.attempts + 1, "last_error": error, "lease_until": None}
    if outcome_known:
        values["owner"] = None
    tx.execute(update(tables.due).where(tables.due.c.id == due_id).values(**values))


def next_at(tx: Transaction) -> datetime | None:
    """When the next step is due, or None when nothing is."""
    moment: datetime | None = tx.execute(select(func.min(tables.due.c.due_at))).scalar_one()
    return moment


def pending(tx: Transaction) -> list[DueStep]:
    """Everything due now or later."""
    return [DueStep(**row._mapping) for row in tx.execute(select(tables.due).order_by(tables.due.c.id))]
