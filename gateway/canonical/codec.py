"""Canonical records to JSON and back: pydantic stands at this edge and nowhere inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from gateway.canonical.acknowledgement import Acknowledgement
from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.canonical.invoice import Invoice
from gateway.canonical.order import Order
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.core.quantity import decimal_text

__all__ = ["KINDS", "Record", "from_json", "json_schema", "to_json"]

Record = Order | Acknowledgement | Shipment | Invoice | FunctionalAcknowledgement

KINDS: dict[str, type[Record]] = {
    "order": Order,
    "acknowledgement": Acknowledgement,
    "shipment": Shipment,
    "invoice": Invoice,
    "functional_acknowledgement": FunctionalAcknowledgement,
}
