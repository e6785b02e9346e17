"""Which rows a list shows: the newest first, by the filters of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from gateway.ledger.database import Transaction

PAGE = 500
_SEARCHED = 10_000
"""So many of the newest documents are searched for a control number."""


class Row(Protocol):
    """What the ledger's lists hold."""

    @property
    def id(self) -> int:
        """Counts up with time."""


_Row = TypeVar("_Row", bound=Row)


def newest(
    listed: Callable[..., Sequence[_Row]],
    tx: Transaction,
    *,
    limit: int,
    keep: Callable[[_Row], bool] = lambda _row: True,
    old: Callable[[_Row], bool] = lambda _row: False,
    **equal: Any,
) -> Iterator[_Row]:
    """At most ``limit`` rows that ``keep`` wants, page by page, until one is ``old``."""
    before: int | None = None
    while limit > 0:
        page = listed(tx, limit=PAGE, before=before, **equal)
        for row in page:
            if old(row):
                return
            if keep(row):
                yield row
                limit -= 1
                if limit == 0:
                    return
        if len(page) < PAGE:
            return
        before = page[-1].id


def documents_numbered(tx: Transaction, number: str) -> set[int]:
    """The documents of a number: those that brought or answer the order with it, else those whose interchange or group
    has it as its control number.
    """
    from gateway.ledger import documents, groups, orders, outbound

    found: set[int] = set()
    for order in orders.listed(tx, number=number, limit=PAGE):
        found.add(order.document_id)
        about = outbound.of_subject(tx, f"O{order.id}")
        found |= {request.document_id for request in about if request.document_id is not None}
    wanted = number.lstrip("0")
    if found or not (number.isascii() and number.isdigit() and wanted):
        return found
    for document in newest(documents.listed, tx, limit=_SEARCHED):
        for group in groups.of_document(tx, document.id):
            if wanted in (group["interchange"].lstrip("0"), group["group"].lstrip("0")):
                found.add(document.id)
    return found
