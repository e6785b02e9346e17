"""Canonical records to plain JSON values: one small encoder per type, built once from the record's own annotations.

Written by hand rather than with pydantic's serializer because every order passes here, decimals must stay as written
(``14.40``), and members that are absent must stay absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from gateway.core.quantity import decimal_text

Encoder = Callable[[Any], object]


@cache
def annotations_of(record: type) -> Mapping[str, object]:
    """The type of each field of a record, ``| None`` removed: optional members are absent, never null."""
    return {name: without_none(hint) for name, hint in get_type_hints(record).items()}


def without_none(annotation: object) -> object:
    """``str | None`` gives ``str``; other annotations give themselves."""
    if get_origin(annotation) in (UnionType, Union):
        rest = [choice for choice in get_args(annotation) if choice is not NoneType]
        if len(rest) == 1:
            return rest[0]
    return annotation


def element_type(annotation: object) -> object | None:
    """What a ``tuple[X, ...]`` or a ``Mapping[str, X]`` holds; None for a single value."""
    origin = get_origin(annotation)
    if origin is tuple:
        position = 0
    elif origin is Mapping:
        position = 1
    else:
        return None
    inner: object = get_args(annotation)[position]
    return inner


@cache
def record_encoder(record: type) -> Callable[[Any], dict[str, object]]:
    """The encoder of a record: its fields in their order, without those that are None or empty text."""
    table: list[tuple[str, Encoder | None]] | None = None

    def encode(value: Any) -> dict[str, object]:
        nonlocal table
        if table is None:  # at first use, so that a record may hold its own kind
            hints = annotations_of(record)
            table = [(field.name, _encoder(hints[field.name])) for field in fields(record)]
        document: dict[str, object] = {}
        for name, encode_member in table:
            member = getattr(value, name)
            if member is None or (encode_member is None and member == ""):
                continue
            document[name] = member if encode_member is None else encode_member(member)
        return document

    return encode


def _encoder(annotation: object) -> Encoder | None:
    """How values of a type are encoded; None where JSON takes them as they are."""
    inner = element_type(annotation)
    if inner is not None:
        encode = _encoder(inner)
        return _tuple_encoder(encode) if get_origin(annotation) is tuple else _mapping_encoder(encode)
    if annotation is Decimal:
        return decimal_text
    if annotation is datetime:
        return _instant_text
    if annotation is date:
        return date.isoformat
    if isinstance(annotation, type) and is_dataclass(annotation):
        return record_encoder(annotation)
    if annotation in (str, int, bool):
        return None
    raise TypeError(f"a canonical record cannot hold {annotation}")


def _tuple_encoder(encode: Encoder | None) -> Encoder:
    return list if encode is None else lambda values: [encode(value) for value in values]


def _mapping_encoder(encode: Encoder | None) -> Encoder:
    return dict if encode is None else lambda values: {key: encode(value) for key, value in values.items()}


def _instant_text(moment: datetime) -> str:
    """RFC 3339 in UTC; an instant without a zone is our own fault and raises ValueError."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
