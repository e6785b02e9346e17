"""Pydantic models of the canonical records, made from the records' own fields: the strict edge where JSON comes in.

The records stay plain dataclasses (fast, free of pydantic); a model is made of each, once, only where a document is
read or a schema is written. Rules of CONTRACT.md held here: no unknown members, no nulls, no empty texts, decimals and
dates as text in one spelling, instants with a zone, numbers that fit the ledger's scaled 64-bit integers.
"""

from __future__ import annotations

import re
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ForwardRef, Literal, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema, create_model
from pydantic import Field as ModelField
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from gateway.canonical.encoding import annotations_of, element_type
from gateway.canonical.line import Price
from gateway.core.quantity import MONEY_PLACES, QUANTITY_PLACES, fits_ledger, parse_decimal

_MONEY = frozenset(
    {"amount", "net", "subtotal", "discountable", "total", "discount", "discounted", "discount_amount"}
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_LARGEST_INTEGER = 2**31 - 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _fault(code: str, wanted: str) -> PydanticCustomError:
    return PydanticCustomError("value-not-valid", "{code}", {"code": code, "wanted": wanted})


def _decimal(places: int) -> Any:
    """A plain decimal number as text (or as a whole or exact JSON number) that the ledger can hold exactly."""
    wanted = f'a decimal number as text, at most {places} places, such as "12.50"'

    def read(value: object) -> Decimal:
        number = None
        if isinstance(value, str):
            number = parse_decimal(value)
        elif isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
            number = Decimal(value)
        if number is None or not number.is_finite():
            raise _fault("not-a-decimal", wanted)
        if not fits_ledger(number, places):
            raise _fault("number-does-not-fit", f"a number of at most {places} decimal places and 64 bits")
        return number

    schema = {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"}
    return Annotated[Decimal, BeforeValidator(read), WithJsonSchema(schema)]


def _read_date(value: object) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _fault("not-a-date", "a calendar date as YYYY-MM-DD")


def _read_instant(value: object) -> datetime:
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _fault("not-an-instant", "an RFC 3339 instant with its zone, such as 2026-03-20T15:00:00Z")


def _read_text(value: object) -> object:
    """Refuses what no ledger or wire can hold: empty text, NUL, half of a surrogate pair."""
    if isinstance(value, str):
        if not value:
            raise _fault(
                "empty-text", "a text of at least one character; leave the member out where there is none"
            )
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise _fault("character-not-allowed", "text without NUL and without halves of surrogate pairs")
    return value


_Text = Annotated[str, BeforeValidator(_read_text), StringConstraints(min_length=1)]
_Day = Annotated[date, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})]
_Instant = Annotated[
    datetime, BeforeValidator(_read_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
_Whole = Annotated[int, ModelField(ge=0, le=_LARGEST_INTEGER)]
_SIMPLE: dict[object, Any] = {str: _Text, bool: bool, int: _Whole, date: _Day, datetime: _Instant}


@cache
def model_of(record: type) -> type[BaseModel]:
    """The strict model of a canonical record."""
    definitions: dict[str, Any] = {}
    for field in fields(record):
        if not field.init:  # kind, which each record fixes
            definitions[field.name] = (Literal[field.default], ...)
            continue
        annotation = _edge_type(record, field.name, annotations_of(record)[field.name])
        definitions[field.name] = (annotation, ... if _required(field) else None)
    model = create_model(record.__name__, __base__=_Strict, __doc__=record.__doc__, **definitions)
    model.model_rebuild(_types_namespace={record.__name__: model})
    return model


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _edge_type(record: type, name: str, annotation: object) -> Any:
    """The type of a field as JSON carries it."""
    inner = element_type(annotation)
    if inner is not None:
        edge = _edge_type(record, name, inner)
        if get_origin(annotation) is tuple:
            return types.GenericAlias(
                list, (edge,)
            )  # JSON has lists; strict mode would ask for a Python tuple
        return types.GenericAlias(dict, (_Text, edge))
    if annotation is Decimal:
        return _decimal(MONEY_PLACES if name in _MONEY and record is not Price else QUANTITY_PLACES)
    if annotation is record:
        return ForwardRef(record.__name__)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return model_of(annotation)
    return _SIMPLE[annotation]


def record_from_model(record: type, model: BaseModel) -> Any:
    """The record that a valid model describes; members that were not given take the record's defaults."""
    hints = annotations_of(record)
    given = (name for name in model.model_fields_set if name != "kind" or "kind" not in _fixed(record))
    return record(**{name: _value(hints[name], getattr(model, name)) for name in given})


def _fixed(record: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(record) if not field.init)


def _value(annotation: object, value: object) -> object:
    inner = element_type(annotation)
    if isinstance(value, list):
        return tuple(_value(inner, element) for element in value)
    if isinstance(value, BaseModel) and isinstance(annotation, type):
        return record_from_model(annotation, value)
    return value


class _Schema(GenerateJsonSchema):
    """Schemas without pydantic's field titles and without the ``null`` defaults, which CONTRACT.md does not know."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema_of(record: type) -> dict[str, object]:
    """The JSON Schema (2020-12) of a record."""
    return {
        "$schema": _Schema.schema_dialect,
        **model_of(record).model_json_schema(schema_generator=_Schema),
    }
