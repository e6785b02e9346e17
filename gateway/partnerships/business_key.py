"""What makes two orders of a partner the same order, whatever file, door or form they came by (RELIABILITY 6)."""

from __future__ import annotations

import json

from gateway.canonical.order import Order
from gateway.partnerships.canonical_path import is_field_path, known_paths


def business_key(order: Order, fields: tuple[str, ...]) -> str:
    """The key of an order by the partner's fields (``OrderPolicy.business_key``), as one text.

    A field is a simple field of the order (``purchase_order_number``) or a keyed one (``references.CO``, ``dates.…``).
    Blanks around a value and between its words, and upper and lower case, do not count; leading zeros do. The text is a
    JSON list, so no value can imitate a neighbour; a value that is absent is the empty text.
    """
    return json.dumps([_normal(_value(order, path)) for path in fields], ensure_ascii=False)


def is_key_field(path: str) -> bool:
    """Whether a business key may name the path."""
    return is_field_path(Order, path)


def key_fields() -> tuple[str, ...]:
    """What a business key may name, for messages."""
    return known_paths(Order)


def _normal(value: object) -> str:
    return " ".join(str(value).split()).upper() if value is not None else ""


def _value(order: Order, path: str) -> object:
    name, dot, key = path.partition(".")
    member = getattr(order, name)
    if not dot:
        return member
    if name == "references":
        return next((entry.value or entry.description for entry in member if entry.qualifier == key), None)
    return member.get(key)
