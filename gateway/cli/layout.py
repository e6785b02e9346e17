"""One thing in full, for a person: its values, and a table for each list it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from gateway.cli.terminal import described, print_table, print_text
from gateway.core.finding import Finding

_ONLY_IN_JSON = ("canonical", "acknowledgements", "shipments", "invoices")
"""Canonical documents are for programs; the text names them and says where they are."""

COLUMNS = {
    "documents": (
        "document",
        "direction",
        "partner",
        "test",
        "kind",
        "state",
        "received_at",
        "file",
        "reason",
    ),
    "orders": (
        "order",
        "partner",
        "test",
        "purchase_order_number",
        "acceptance",
        "currency",
        "document",
        "received_at",
    ),
    "deliveries": (
        "delivery",
        "document",
        "partner",
        "test",
        "connection",
        "file",
        "state",
        "attempts",
        "created_at",
        "last_error",
    ),
    "work": ("work", "kind", "state", "partner", "test", "title", "action"),
    "timeline": ("at", "event", "actor", "document", "delivery", "details"),
    "journal": ("at", "event", "actor", "order", "delivery", "details"),
}
"""What a table of each list shows; JSON has all of it."""

_LONG = ("sha256", "path")
"""Details that are for programs."""


def print_detail(detail: Mapping[str, Any]) -> None:
    """The plain values first, then each list under its name."""
    print_values({name: value for name, value in detail.items() if not isinstance(value, list | dict)})
    for name, value in detail.items():
        if not value or not isinstance(value, list | dict):
            continue
        if name in _ONLY_IN_JSON:
            count = f"{len(value)} " if isinstance(value, list) else ""
            print_text(f"{name}: {count}with --json")
        elif name == "findings":
            print_text("findings:")
            for finding in value:
                click.echo(_indented(described(Finding.from_json(dict(finding)))))
        elif isinstance(value, dict):
            print_text(f"{name}: {in_words(value)}")
        else:
            print_text(f"{name}:")
            print_rows(value, COLUMNS.get(name), indent="  ")


def print_values(values: Mapping[str, Any]) -> None:
    """Name and value, one a line."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        print_text(f"{name:<{width}}  {in_words(value)}")


def print_rows(
    rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None, *, indent: str = ""
) -> None:
    """Rows as a table: the columns named, or all, in the order they are met; none that no row has."""
    names = (
        list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    )
    table = [[in_words(row.get(name)) for name in names] for row in rows]
    print_table([name.upper().replace("_", " ") for name in names], table, indent=indent)


def in_words(value: Any) -> str:
    """A plain JSON value as text; objects as ``name=value``."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name}={in_words(part)}" for name, part in value.items() if name not in _LONG)
        case list():
            return "; ".join(in_words(part) for part in value)
        case _:
            return str(value)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
