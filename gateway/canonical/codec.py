"""Canonical records to JSON and back, as CONTRACT.md shows them.

Reading refuses whatever the contract does not know and names every fault with its path; writing keeps the order of the
records' fields, which is the order of the contract.
"""

from __future__ import annotations

import json
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NoReturn

from pydantic import ValidationError

from gateway.canonical.acknowledgement import Acknowledgement
from gateway.canonical.encoding import record_encoder
from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.canonical.invoice import Invoice
from gateway.canonical.json_finding import SENDER_FIX, finding_of, found_text
from gateway.canonical.json_model import model_of, record_from_model, schema_of
from gateway.canonical.order import Order
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding
from gateway.core.location import Location

Record = Order | Acknowledgement | Shipment | Invoice | FunctionalAcknowledgement

KINDS: dict[str, type] = {
    "order": Order,
    "acknowledgement": Acknowledgement,
    "shipment": Shipment,
    "invoice": Invoice,
    "functional_acknowledgement": FunctionalAcknowledgement,
}
"""``kind`` to its record."""


def to_json(record: Record) -> dict[str, object]:
    """The record as plain JSON values: decimals as text as written, dates ISO, instants in UTC with ``Z``.

    ``kind``, ``partner``, ``test`` and ``origin`` come first. Members that are None are absent; empty lists stay.
    An instant without a zone raises ValueError: that is a fault of ours, not of a document.
    """
    kind: type = type(record)
    return record_encoder(kind)(record)


def to_text(record: Record) -> str:
    """The record as one line of JSON, without a line end."""
    return json.dumps(to_json(record), ensure_ascii=False, separators=(", ", ": "))


def from_json(document: object, *, file: str | None = None) -> tuple[Record | None, list[Finding]]:
    """The record that a JSON document describes, or None and every fault of it.

    Decimals may be text or exact numbers (``int``, ``Decimal``); binary fractions (``float``) are refused, since they
    no longer hold what was written. :func:`from_text` reads numbers exactly.
    """
    if not isinstance(document, dict):
        return None, [
            _fault("not-an-object", "A canonical document is a JSON object", document, "an object", file)
        ]
    kind = document.get("kind")
    record = KINDS.get(kind) if isinstance(kind, str) else None
    if record is None:
        return None, [_unknown_kind(document, file)]
    try:
        model = model_of(record).model_validate(document)
    except ValidationError as failure:
        return None, [finding_of(error, record, file) for error in failure.errors(include_url=False)]
    result: Record = record_from_model(record, model)
    return result, []


def from_text(text: str | bytes, *, file: str | None = None) -> tuple[Record | None, list[Finding]]:
    """The record written as JSON text (UTF-8 where bytes), or None and every fault of it."""
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        document = json.loads(
            plain, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_members
        )
    except UnicodeDecodeError as failure:
        place = Location(file=file, offset=failure.start)
        return None, [
            _not_json("The text is not UTF-8", place, f"byte 0x{failure.object[failure.start]:02x}")
        ]
    except json.JSONDecodeError as failure:
        place = Location(file=file, line=failure.lineno, column=failure.colno)
        return None, [_not_json(f"The text is not JSON: {failure.msg}", place, None)]
    except (ValueError, RecursionError, ArithmeticError) as failure:
        reason = "it is nested too deeply" if isinstance(failure, RecursionError) else str(failure)
        return None, [_not_json(f"The text is not JSON: {reason}", Location(file=file), None)]
    return from_json(document, file=file)


def json_schema(kind: str) -> dict[str, object]:
    """The JSON Schema of a kind, as kept in ``schemas/canonical/``. An unknown kind raises KeyError."""
    return schema_of(KINDS[kind])


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's members; the same name twice is refused, since readers differ in which one they take."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice in one object")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _unknown_kind(document: dict[str, object], file: str | None) -> Finding:
    known = "one of " + ", ".join(KINDS)
    if "kind" not in document:
        return _fault("member-missing", "kind is missing: it says what the document is", None, known, file)
    kind = document["kind"]
    near = get_close_matches(kind, KINDS, n=1) if isinstance(kind, str) else []
    message = f"There is no kind of document called {found_text(kind)}"
    return _fault("kind-unknown", message, kind, f"perhaps {near[0]}" if near else known, file)


def _fault(code: str, message: str, found: object, wanted: str, file: str | None) -> Finding:
    return Finding(
        code=code,
        message=message,
        location=Location(file=file, path="kind" if "kind" in code or code == "member-missing" else None),
        found=None if found is None else found_text(found),
        wanted=wanted,
        fix=SENDER_FIX,
    )


def _not_json(message: str, location: Location, found: str | None) -> Finding:
    return Finding(
        code="not-json",
        message=message,
        location=location,
        found=found,
        wanted="one JSON object (RFC 8259) in UTF-8",
        fix=SENDER_FIX,
    )
