"""``gateway status`` and ``gateway db``: how the ledger is doing."""

from __future__ import annotations

from typing import Any

import click

from gateway.cli.options import json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_json, print_text

_COUNTED = 1000
_DELIVERY_STATES = ("due", "uncertain", "failed", "delivered")


@click.group
def db() -> None:
    """The ledger's database."""


@db.command
@pass_session
def upgrade(session: Session) -> None:
    """Run the migrations that are due. Every command does so; this one does nothing else."""
    with session.ledger() as database:
        database.upgrade()
    print_text("The ledger is up to date")


@click.command
@json_option
@pass_session
def status(session: Session, as_json: bool) -> None:
    """What is due, what waits for a person, how deliveries stand."""
    from gateway.cli.layout import print_values
    from gateway.flow.showing import instant
    from gateway.ledger import deliveries, due, revisions, work_items

    with session.ledger() as database, database.reading() as tx:
        oldest, revision = instant(due.next_at(tx)), revisions.active(tx)
        figures: dict[str, Any] = {
            "workspace": str(session.settings.workspace),
            **({"revision": revision} if revision else {}),
            "due": len(due.pending(tx)),
            **({"oldest_due": oldest} if oldest else {}),
            "work": len(work_items.listed(tx, limit=1_000_000)),
            "deliveries": {
                state: _capped(len(deliveries.listed(tx, limit=_COUNTED + 1, state=state)))
                for state in _DELIVERY_STATES
            },
            "durable": database.durability_fault() is None,
        }
    if as_json:
        print_json(figures)
    else:
        print_values(figures)


def _capped(count: int) -> int | str:
    """A count that may be large is not worth counting to its end."""
    return f"more than {_COUNTED}" if count > _COUNTED else count
