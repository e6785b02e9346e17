"""TOML as the same tree of texts as YAML. The standard library's reader gives no places: names are looked up again."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.partnerships.tree import Entry, Node, Place, Scalar, Sequence, Table

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"']+)\s*=")


def read_toml(text: str, file: str) -> tuple[Table | None, list[Finding]]:
    """The table that a TOML file holds, or None where it cannot be read, and what is wrong with the text."""
    try:
        document = tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        return None, [_not_readable(str(fault), text, file)]
    return _table(document, (), _places(text), Place(1, 1)), []


def _not_readable(reason: str, text: str, file: str) -> Finding:
    where = _WHERE.search(reason)
    line, column = (where[1], where[2]) if where and where[1] else (text.count("\n") + 1, 1)
    return Finding(
        code="toml-not-readable",
        message=f"The TOML cannot be read: {_WHERE.sub('', reason)}",
        location=Location(file=file, line=int(line), column=int(column)),
        wanted='tables and lines such as name = "value"',
        fix="Correct the file",
    )


def _places(text: str) -> dict[tuple[str, ...], Place]:
    """Where each table header and each name at the start of a line stands."""
    places: dict[tuple[str, ...], Place] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _names(header[1])
            places.setdefault(table, Place(number, line.index("[") + 1))
        elif key := _KEY.match(line):
            places.setdefault(table + _names(key[1]), Place(number, key.start(1) + 1))
    return places


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _table(
    values: dict[str, Any], path: tuple[str, ...], places: dict[tuple[str, ...], Place], outer: Place
) -> Table:
    entries = []
    for name, value in values.items():
        place = places.get((*path, name), outer)
        entries.append(Entry(name, place, _node(value, (*path, name), places, place)))
    return Table(tuple(entries), outer)


def _node(value: Any, path: tuple[str, ...], places: dict[tuple[str, ...], Place], place: Place) -> Node:
    if isinstance(value, dict):
        return _table(value, path, places, place)
    if isinstance(value, list):
        return Sequence(tuple(_node(item, path, places, place) for item in value), place)
    if isinstance(value, bool):
        return Scalar("yes" if value else "no", place)
    return Scalar(str(value), place)
