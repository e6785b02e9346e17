"""What makes two orders the same order: the partner's business key, not control numbers and not bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.canonical.order import Order

REFERENCE_PREFIX = "reference."


def business_key(order: Order, fields: Sequence[str]) -> str:
    """The key's values, normalised (blanks collapsed, upper case), as a JSON list that a person can read.

    ``fields`` are order fields (``purchase_order_number``) or ``reference.CO`` for the REF with that qualifier.
    An absent value is an empty place, so PO 7 without a release and PO 7 release 1 are two orders.
    """
    return json.dumps([_normalised(_value(order, field)) for field in fields], ensure_ascii=False)


def _value(order: Order, field: str) -> str:
    if field.startswith(REFERENCE_PREFIX):
        qualifier = field.removeprefix(REFERENCE_PREFIX)
        return next((r.value or "" for r in order.references if r.qualifier == qualifier), "")
    value = getattr(order, field)
    return "" if value is None else str(value)


def _normalised(text: str) -> str:
    return " ".join(text.split()).upper()
