"""Paths of canonical orders that configuration may name: ``order.purchase_order_number``, ``line.identifiers.UP``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import get_origin

from gateway.canonical.encoding import annotations_of, element_type
from gateway.canonical.line import Identifier, Reference
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.party import ROLE_OF_N101, Party

_SIMPLE = (str, int, Decimal, date)
_OURS = frozenset({"kind", "partner", "test", "origin", "line_number"})
_REFERENCE = "reference."
ROLES = frozenset(ROLE_OF_N101.values())


def simple_fields(record: type) -> tuple[str, ...]:
    """The fields of a record that hold one value a document can state."""
    hints = annotations_of(record)
    return tuple(name for name, hint in hints.items() if hint in _SIMPLE and name not in _OURS)


def keyed_fields(record: type) -> tuple[str, ...]:
    """The fields whose values are found by a key or qualifier: ``dates.ship_by``, ``references.DP``."""
    found = []
    for name, hint in annotations_of(record).items():
        if get_origin(hint) is Mapping or element_type(hint) in (Reference, Identifier):
            found.append(name)
    return tuple(found)


def is_field_path(record: type, path: str) -> bool:
    """Whether a path (``currency``, ``references.DP``) names a value of the record."""
    name, dot, key = path.partition(".")
    return (
        name in keyed_fields(record) and bool(key) and "." not in key
        if dot
        else path in simple_fields(record)
    )


def known_paths(record: type) -> tuple[str, ...]:
    """What may stand there, for messages: simple fields, and keyed ones with ``…`` for the key."""
    return simple_fields(record) + tuple(f"{name}.…" for name in keyed_fields(record))


def is_key_field(path: str) -> bool:
    """Whether a business key may name the path: a simple field of the order, or ``reference.CO`` for its REF*CO."""
    qualifier = path.removeprefix(_REFERENCE)
    return qualifier.isalnum() if qualifier != path else path in simple_fields(Order)


def key_fields() -> tuple[str, ...]:
    """What a business key may name, for messages."""
    return (*simple_fields(Order), f"{_REFERENCE}…")


def is_sheet_path(path: str) -> bool:
    """Whether a column of an order sheet may be bound to the path.

    ``order.FIELD``, ``line.FIELD``, ``order.dates.KEY``, ``line.identifiers.QUALIFIER``, or a party's role and field:
    ``ship_to.name``.
    """
    first, _, rest = path.partition(".")
    if first == "order":
        return is_field_path(Order, rest)
    if first == "line":
        return is_field_path(OrderLine, rest)
    return first in ROLES and rest in (*simple_fields(Party), "address") and rest != "role"


def sheet_paths() -> tuple[str, ...]:
    """What :func:`is_sheet_path` accepts, for proposing the nearest."""
    order = (f"order.{path}" for path in known_paths(Order))
    line = (f"line.{path}" for path in known_paths(OrderLine))
    parties = (f"{role}.{name}" for role in sorted(ROLES) for name in (*simple_fields(Party), "address"))
    return (*order, *line, *(path for path in parties if not path.endswith(".role")))
