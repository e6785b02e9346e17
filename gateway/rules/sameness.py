"""Whether two orders with the same business key say the same, and where they differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.core.quantity import parse_decimal

# How an order came is not what it says.
_NOT_CONTENT = frozenset({"origin", "partner", "test"})

# Members that hold numbers: "10" and "10.00" are the same quantity, while item "0012" is not item "12".
_NUMBERS = frozenset(
    {
        "quantity",
        "unit_price",
        "amount",
        "percent",
        "rate",
        "discount_percent",
        "discount_amount",
        "inner_packs",
        "eaches_per_inner",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A path whose value changed; None: absent on that side."""

    path: str
    before: str | None
    after: str | None


def content_hash(order: Mapping[str, object]) -> str:
    """A hash of what a canonical order (its JSON) says, whoever sent it and however it came."""
    leaves = sorted(_leaves(order, ""))
    return hashlib.sha256(json.dumps(leaves, ensure_ascii=False).encode()).hexdigest()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[Difference]:
    """Every path whose value is not the same in two canonical orders, in path order."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    paths = sorted(old.keys() | new.keys())
    return [
        Difference(path=p, before=old.get(p), after=new.get(p)) for p in paths if old.get(p) != new.get(p)
    ]


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Each scalar with its path: ``lines[2].quantity``."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if path or name not in _NOT_CONTENT:
                yield from _leaves(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for position, member in enumerate(value, start=1):
            yield from _leaves(member, f"{path}[{position}]")
    elif value is not None:
        yield path, _normalised(path.rsplit(".", 1)[-1], str(value))


def _normalised(name: str, text: str) -> str:
    number: Decimal | None = parse_decimal(text) if name in _NUMBERS else None
    return format(number.normalize(), "f") if number is not None else text
