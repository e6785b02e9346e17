"""Number series: control numbers, SSCC serials, invoice numbers. Unique and gapless, drawn in the caller's transaction.

A rollback returns the numbers; every number drawn has exactly one row, sent or void with a reason (RELIABILITY 5).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select, update

from gateway.core.failure import TerminalFailure
from gateway.ledger import tables
from gateway.ledger.database import Transaction
from gateway.ledger.insertion import insert_new

CONTROL_NUMBER_MAXIMUM = 999_999_999


def draw(
    tx: Transaction,
    scope: str,
    test: bool,
    count: int = 1,
    *,
    minimum: int = 1,
    maximum: int = CONTROL_NUMBER_MAXIMUM,
    rolls_over: bool = True,
    document_id: int | None = None,
) -> list[int]:
    """The next ``count`` numbers of a series, which is made at its first use and locked until the transaction ends.

    A series at its maximum begins a new cycle at its minimum, or, where it must not (SSCC), raises TerminalFailure.
    """
    series = _locked(tx, scope, test, minimum, maximum)
    numbers: list[int] = []
    number, cycle = series.next, series.cycle
    for _ in range(count):
        if number > series.maximum:
            if not rolls_over:
                raise TerminalFailure(
                    f"The number series {scope} is used up at {series.maximum}; give it a new range."
                )
            number, cycle = series.minimum, cycle + 1
        tx.execute(
            insert(tables.drawn_number).values(
                series_id=series.id, cycle=cycle, number=number, state="sent", document_id=document_id
            )
        )
        numbers.append(number)
        number += 1
    tx.execute(
        update(tables.number_series)
        .where(tables.number_series.c.id == series.id)
        .values(next=number, cycle=cycle)
    )
    return numbers


def _locked(tx: Transaction, scope: str, test: bool, minimum: int, maximum: int) -> Row[Any]:
    table = tables.number_series
    query = select(table).where(table.c.scope == scope, table.c.test == test).with_for_update()
    series = tx.execute(query).first()
    if series is None:
        values = {"scope": scope, "test": test, "next": minimum, "minimum": minimum, "maximum": maximum}
        insert_new(tx, table, ("scope", "test"), values)  # or a concurrent worker made it first
        series = tx.execute(query).one()
    return series


def assign(tx: Transaction, scope: str, test: bool, number: int, document_id: int) -> None:
    """Note which document a number drawn before went into."""
    _change_newest(tx, scope, test, number, document_id=document_id)


def void(tx: Transaction, scope: str, test: bool, number: int, reason: str) -> None:
    """Mark a drawn number as never sent, with the reason an auditor will read."""
    _change_newest(tx, scope, test, number, state="void", reason=reason)


def _change_newest(tx: Transaction, scope: str, test: bool, number: int, **values: Any) -> None:
    """Change a number as it was drawn last; the same number of earlier cycles is another one."""
    table, series = tables.drawn_number, tables.number_series
    key = select(series.c.id).where(series.c.scope == scope, series.c.test == test).scalar_subquery()
    drawn_last = (
        select(func.max(table.c.cycle))
        .where(table.c.series_id == key, table.c.number == number)
        .scalar_subquery()
    )
    where = (table.c.series_id == key) & (table.c.cycle == drawn_last) & (table.c.number == number)
    tx.execute(update(table).where(where).values(**values))


def drawn(tx: Transaction, scope: str, test: bool) -> list[int]:
    """All numbers drawn from a series, in order of drawing."""
    rows = tx.execute(
        select(tables.drawn_number.c.number)
        .join(tables.number_series, tables.number_series.c.id == tables.drawn_number.c.series_id)
        .where(tables.number_series.c.scope == scope, tables.number_series.c.test == test)
        .order_by(tables.drawn_number.c.cycle, tables.drawn_number.c.number)
    )
    return [number for (number,) in rows]
