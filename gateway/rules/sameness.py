"""Whether two orders with the same business key say the same, and where they differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.core.quantity import parse_decimal

# How an order came is not what it says.
_NOT_CONTENT = frozenset({"origin", "partner", "test"})

# Members that hold numbers: "10" and "10.00" are the same quantity, while item "0012" is not item "12". A name that
# also stands for text elsewhere (the size of a line) is given with what it is a member of.
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
        "pack.size",
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
        yield path, _as_number(str(value)) if _holds_number(path) else str(value)


def _holds_number(path: str) -> bool:
    *_, owner, name = ["", *path.split(".")]
    return name in _NUMBERS or f"{owner}.{name}" in _NUMBERS


def _as_number(text: str) -> str:
    """The shortest text of the same number, exactly (a decimal context would round long ones)."""
    number = parse_decimal(text)
    if number is None:
        return text
    plain = format(number.copy_abs(), "f")
    shortest = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"-{shortest}" if number < 0 else shortest
