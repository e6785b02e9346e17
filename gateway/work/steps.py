"""The steps by name, as the ledger's due rows call them. Each is idempotent and commits its result with its due row."""

from __future__ import annotations

from collections.abc import Callable

from gateway.flow.as2_receive import abandon
from gateway.flow.deliver import deliver
from gateway.flow.gateway import Gateway
from gateway.flow.render import render
from gateway.flow.translate import translate
from gateway.ledger.due import DueStep

Step = Callable[[Gateway, DueStep, str], None]


def _number(subject: str) -> int:
    """``D12`` to 12."""
    return int(subject[1:])


STEPS: dict[str, Step] = {
    "translate": lambda gateway, due, _owner: translate(gateway, _number(due.subject), due.id),
    "render": lambda gateway, due, _owner: render(gateway, due.subject, due.id),
    "deliver": lambda gateway, due, owner: deliver(gateway, _number(due.subject), due.id, owner=owner),
    "abandon": lambda gateway, due, _owner: abandon(gateway, _number(due.subject), due.id),
}
"""A new step: a function in ``flow`` that tolerates being run again after its commit, and its line here."""

NETWORK_STEPS = frozenset({"deliver"})
"""Steps that wait for others: run beside the database steps, so one hanging partner holds nobody up."""
