"""States, events and values in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

STATES = {
    "received": "Received, not read yet",
    "translated": "Read",
    "partly_refused": "Refused in part",
    "refused": "Refused",
    "held": "Held",
    "duplicate": "Duplicate",
    "rendered": "Written",
    "delivered": "Delivered",
    "acknowledged": "Acknowledged",
    "rejected": "Rejected",
    "waiting": "Waiting",
    "accepted": "Accepted",
    "accepted_partly": "Accepted in part",
    "cancelled": "Cancelled",
    "due": "On its way",
    "uncertain": "Uncertain",
    "failed": "Failed",
    "open": "Open",
    "resolved": "Resolved",
    "sent": "Sent",
}
"""Of documents, orders, deliveries and work items alike."""

TONES = {
    "refused": "bad",
    "partly_refused": "bad",
    "rejected": "bad",
    "failed": "bad",
    "held": "wait",
    "waiting": "wait",
    "uncertain": "wait",
    "open": "wait",
    "received": "wait",
    "due": "wait",
    "duplicate": "quiet",
    "cancelled": "quiet",
    "resolved": "quiet",
}
"""How a state is coloured; those not named here are good. The word is always there, so colour only helps."""

DOCUMENT_STATES = (
    "received",
    "translated",
    "partly_refused",
    "refused",
    "held",
    "duplicate",
    "rendered",
    "delivered",
    "acknowledged",
    "rejected",
)
ORDER_STATES = ("waiting", "held", "accepted", "accepted_partly", "rejected", "cancelled")
DELIVERY_STATES = ("due", "uncertain", "delivered", "failed")

EVENTS = {
    "received": "File received and archived",
    "translated": "File read",
    "ordered": "Order booked",
    "repeated": "The same order came again",
    "conflict": "The order came again with other content",
    "duplicate": "The same file as before",
    "held": "Held for a person",
    "refused": "Refused",
    "partly_refused": "Refused in part",
    "replayed": "To be read again",
    "accepted": "Accepted",
    "accepted_partly": "Accepted in part",
    "rejected": "Rejected",
    "shipped": "Shipped",
    "invoiced": "Invoiced",
    "rendered": "Document written, checked and archived",
    "not_sent": "Not sent: our own guide refuses it",
    "delivered": "Delivered",
    "delivery_postponed": "Not delivered yet, tried again later",
    "delivery_failed": "Delivery given up",
    "uncertain": "Perhaps delivered; sent again under the same name",
    "resent": "To be sent again",
    "sent_again": "Answer sent again, the partner may have lost it",
    "acknowledged": "The partner acknowledged it",
    "partly_rejected": "The partner rejected a part of it",
    "resolved": "Work item resolved",
    "dead_letter": "A step failed for good",
    "opened": "AS2 message opened",
    "as2_refused": "AS2 message refused",
}
"""The journal's events on the console."""

BUYER_EVENTS = {
    "received": "We received your file",
    "ordered": "Your order is in our book",
    "accepted": "Accepted",
    "accepted_partly": "Accepted in part",
    "rejected": "Rejected",
    "shipped": "Shipped",
    "invoiced": "Invoiced",
}
"""What a buyer reads of an order's time line; the rest is ours."""

BUYER_ACCEPTANCE = {
    "waiting": "Waiting for our answer",
    "held": "We are looking at it",
    "accepted": "Accepted",
    "accepted_partly": "Accepted in part",
    "rejected": "Rejected",
    "cancelled": "Cancelled",
}

KINDS = {
    "order_acceptance": "Order to accept or reject",
    "order_held": "Order held",
    "order_conflict": "Order came again, changed",
    "order_purpose": "Change or cancellation",
    "document_held": "File held",
    "document_refused": "File refused",
    "document_rejected": "Rejected by the partner",
    "delivery_failed": "Delivery failed",
    "no_connection": "No way to send",
    "outbound_refused": "Not sent: our guide refuses it",
    "connection_refused": "Connection refused",
    "as2_refused": "AS2 message refused",
    "file_not_taken": "File not taken",
    "invoice_blocked": "Can't be billed",
    "stock_short": "Stock is short",
    "dead_letter": "Step failed for good",
}

_PAGE_OF = {"D": "documents", "O": "orders", "V": "deliveries", "W": "work"}
_REFERENCE = re.compile(r"([DOVW])(\d{1,18})", re.ASCII)


def state(value: str) -> str:
    """A state in words."""
    return STATES.get(value) or _spoken(value)


def tone(value: str) -> str:
    """``good``, ``wait``, ``bad`` or ``quiet``."""
    return TONES.get(value, "good")


def event(value: str) -> str:
    """A journal event in words; ``855_rendered`` is ``855 written``."""
    if value.endswith("_rendered"):
        return f"{value.removesuffix('_rendered')} written"
    return EVENTS.get(value) or _spoken(value)


def kind(value: str) -> str:
    """The kind of a work item in words."""
    return KINDS.get(value) or _spoken(value)


def address(reference: str) -> str | None:
    """The console's page about ``D12``, ``O3``, ``V4`` or ``W5``; None for anything else."""
    match = _REFERENCE.fullmatch(reference)
    return f"/console/{_PAGE_OF[match[1]]}/{reference}" if match else None


def linked(value: object) -> Markup | str:
    """A reference as a link, anything else as it is."""
    text = str(value)
    page = address(text)
    return Markup('<a href="{}">{}</a>').format(page, text) if page else text


def moment(value: str | datetime | None, zone: ZoneInfo) -> Markup | str:
    """An instant in the reader's time zone, as ``17 Mar 2026 08:00``, with the exact one for machines."""
    if value is None:
        return ""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = instant.astimezone(zone)
    exact = instant.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(exact, f"{local.day} {local:%b %Y %H:%M}")


def day(value: str) -> str:
    """``2026-03-17`` as ``17 Mar 2026``."""
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{parsed.day} {parsed:%b %Y}"


def number(value: str | None) -> str:
    """A quantity without the zeros that the ledger's scale adds: ``6.000000`` is ``6``."""
    if value is None:
        return ""
    return value.rstrip("0").rstrip(".") or "0" if "." in value else value


def price(value: str | None) -> str:
    """A price or amount with at least two places: ``14.400000`` is ``14.40``."""
    if not value:
        return ""
    whole, _, places = number(value).partition(".")
    return f"{whole}.{places:0<2}"


def spoken(value: str) -> str:
    """``ship_not_before`` as ``Ship not before``."""
    return _spoken(value)


def bytes_in_words(size: int) -> str:
    """A size as people say it, in steps of 1000."""
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size} bytes"


def _spoken(value: str) -> str:
    text = value.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "state": state,
    "tone": tone,
    "event": event,
    "kind": kind,
    "linked": linked,
    "moment": moment,
    "day": day,
    "number": number,
    "price": price,
    "spoken": spoken,
    "bytes": bytes_in_words,
}
