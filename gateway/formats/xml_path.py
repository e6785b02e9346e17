"""Paths into XML: ``ItemDetail/UnitPrice/Money/@currency``, read once and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_STEP = re.compile(r"(?P<name>[^\[\]/@]+)(?P<conditions>(?:\[[^\[\]]*\])*)")
_CONDITION = re.compile(r"\[(?:@(?P<attribute>[^=\]]+)=(?P<wanted>[^\]]*)|(?P<index>\d+))\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a path: its local name, attributes it must have, and which one of several (from 1)."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    index: int | None = None


@dataclass(frozen=True, slots=True)
class XmlPath:
    """Elements from the current one downwards, and at the end perhaps an attribute."""

    steps: tuple[Step, ...]
    attribute: str | None = None


@lru_cache(maxsize=4096)
def parse_path(text: str) -> XmlPath:
    """Read a path: local names by ``/``, ``[@name=value]``, ``[2]``, ``@attribute`` last, ``.`` for the element itself.

    Paths are written by us or by a mapping, never by a partner.

    Raises:
        ValueError: the text is not such a path.
    """
    parts = _split(text)
    attribute = parts.pop()[1:] if parts[-1].startswith("@") else None
    return XmlPath(tuple(_step(part, text) for part in parts if part not in ("", ".")), attribute)


def _split(text: str) -> list[str]:
    """At each slash outside brackets: an attribute's value may hold one."""
    return re.split(r"/(?![^\[]*\])", text)


def _step(part: str, path: str) -> Step:
    match = _STEP.fullmatch(part)
    if match is None:
        raise ValueError(f"{path!r} is not a path: {part!r} is no element name")
    attributes: list[tuple[str, str]] = []
    index: int | None = None
    for condition in _CONDITION.finditer(match["conditions"]):
        if condition["index"]:
            index = int(condition["index"])
        else:
            attributes.append((condition["attribute"], condition["wanted"]))
    return Step(match["name"], tuple(attributes), index)
