"""Hypothesis strategies for canonical records, made from the records' own fields, so a new field is tried at once.

``records(Order)`` gives any valid order; ``records(OrderLine, quantity=st.just(Decimal(1)))`` fixes a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_origin

from hypothesis import strategies as st

from gateway.canonical.encoding import annotations_of, element_type
from gateway.canonical.shipment import HandlingUnit

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
decimals = st.decimals(min_value=-999_999, max_value=999_999_999, places=4, allow_nan=False).flatmap(
    lambda value: st.sampled_from([value, value.quantize(Decimal("0.01")), value.to_integral_value()])
)
instants = st.integers(946_684_800, 4_070_908_800).map(lambda second: datetime.fromtimestamp(second, UTC))
_SIMPLE: dict[object, st.SearchStrategy[Any]] = {
    str: texts,
    bool: st.booleans(),
    int: st.integers(0, 10_000),
    Decimal: decimals,
    date: st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    datetime: instants,
}


def records(record: type, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any valid record of a type; the named fields come from the given strategies."""
    hints = annotations_of(record)
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(record):
        if not field.init:
            continue
        needed = field.default is MISSING and field.default_factory is MISSING
        values = fixed.get(field.name) or _values(record, hints[field.name])
        (required if needed or field.name in fixed else optional)[field.name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda members: record(**members))


def _values(record: type, annotation: object) -> st.SearchStrategy[Any]:
    inner = element_type(annotation)
    if inner is HandlingUnit and record is HandlingUnit:
        cartons = st.builds(HandlingUnit, level=st.just("pack"), sscc=texts)
        return st.lists(cartons, max_size=2).map(tuple)
    if inner is not None:
        if get_origin(annotation) is Mapping:
            return st.dictionaries(texts, _values(record, inner), max_size=2)
        return st.lists(_values(record, inner), max_size=2).map(tuple)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return st.deferred(lambda: records(annotation))
    return _SIMPLE[annotation]
