"""Configuration text as a tree of texts with places: what YAML and TOML have in common, and nothing more.

Every scalar stays the text that stands in the file, so ``010`` is not 8 and ``NO`` is not false; the readers of
:mod:`~gateway.partnerships.section` give types by name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written, quotes and escapes resolved."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of a table, where it stands, and its value."""

    name: str
    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Table:
    """Names with values, in the order of the file; no name stands twice."""

    entries: tuple[Entry, ...]
    place: Place


Node = Scalar | Sequence | Table


def describe_node(node: Node) -> str:
    """What a node is, for messages: its text, ``a list`` or ``a table``."""
    if isinstance(node, Scalar):
        return node.text if len(node.text) <= 80 else node.text[:77] + "..."
    return "a list" if isinstance(node, Sequence) else "a table"
