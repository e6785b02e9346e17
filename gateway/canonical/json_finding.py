"""What is wrong with a canonical JSON document, in words: pydantic's errors as findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from gateway.canonical.encoding import annotations_of, element_type
from gateway.core.finding import Finding
from gateway.core.location import Location

SENDER_FIX = "Correct the document and hand it in again"

_WANTED = {
    "string_type": "a text",
    "string_unicode": "text without halves of surrogate pairs",
    "bool_type": "true or false",
    "int_type": "a whole number, written without quotation marks",
    "int_parsing_size": "a whole number up to 2147483647",
    "greater_than_equal": "a whole number, 0 or more",
    "less_than_equal": "a whole number up to 2147483647",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "recursion_loop": "at most some hundred levels inside each other",
}
"""Pydantic's error types that our models can give, and what was wanted instead."""


def path_text(place: Iterable[int | str]) -> str:
    """``lines[0].quantity``: list positions count from 0, as in JSON."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def finding_of(error: Any, record: type, file: str | None) -> Finding:
    """One of pydantic's ``ErrorDetails`` of a record's model, as a finding."""
    place = tuple(error["loc"])
    path = path_text(place)
    if error["type"] == "missing":
        code, message, found = "member-missing", f"{path} is missing", None
        wanted: str | None = f"the member {place[-1]}"
    elif error["type"] == "extra_forbidden":
        code, message = "member-unknown", f"{path} is no member of {record.__name__.lower()} documents"
        found, wanted = str(place[-1]), _nearest(record, place)
    else:
        found = found_text(error["input"])
        context = error.get("ctx", {})
        code = str(context.get("code", "value-not-valid"))
        wanted = str(context["wanted"]) if "wanted" in context else _WANTED.get(error["type"], error["msg"])
        message = f"{path} is {found}, wanted is {wanted}"
    return Finding(
        code=code,
        message=message,
        location=Location(file=file, path=path),
        found=found,
        wanted=wanted,
        rule=f"schemas/canonical/{kind_of(record)}.schema.json",
        fix=SENDER_FIX,
    )


def kind_of(record: type) -> str:
    """The ``kind`` a record carries."""
    return next(str(field.default) for field in fields(record) if field.name == "kind")


def _nearest(record: type, place: tuple[int | str, ...]) -> str:
    """The member most like the unknown one, or all that may stand there."""
    current: object = record
    for step in place[:-1]:
        if isinstance(step, int):
            current = element_type(current)
        elif isinstance(current, type):
            current = annotations_of(current)[step]
    if not isinstance(current, type):
        return "no further members"
    names = list(annotations_of(current))
    near = get_close_matches(str(place[-1]), names, n=1)
    return f"perhaps {near[0]}" if near else "one of " + ", ".join(names)


def found_text(value: object) -> str:
    """A value as JSON writes it, cut where it is long."""
    if isinstance(value, float):
        return f"the binary fraction {value!r}"
    if isinstance(value, Decimal):
        text = str(value)
    else:
        try:
            text = json.dumps(value, ensure_ascii=True, default=str)
        except (ValueError, RecursionError, TypeError):
            text = type(value).__name__
    return text if len(text) <= 80 else text[:77] + "..."
