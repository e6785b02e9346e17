"""Hooli: a cXML order by HTTP, accepted as ordered, answered in X12 005010 through a folder."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from gateway.demo.chronicle import Telling
from gateway.demo.purchase_orders import hooli_order
from gateway.demo.running_gateway import NotCome
from gateway.demo.scenes.exchange import acknowledged
from gateway.demo.stage import Stage

NUMBER = "PO-9001"
_TITLE = "Hooli orders in cXML and is answered in X12"
_INTRODUCTION = (
    "Hooli Marketplace posts cXML over HTTP with a token of its own, and collects its answers, X12 005010, from a "
    "folder. Inside, the order is the same kind of thing as Acme's and Globex's: one canonical record, whatever form "
    "it came in. Its partner file says: accept as ordered."
)
_ORDER = Telling(
    "Hooli orders bottles and stoves",
    "A cXML OrderRequest. The token told who is calling, and the credential inside the document had to agree with it. "
    "The answer 202 was given once the bytes were committed; sent again with the same idempotency key, it would be "
    "answered with the same document.",
    "An 855. There is no 997: cXML has no functional groups to acknowledge.",
)
_CONFIRMED = Telling(
    "We will deliver everything",
    "The same acknowledgement that Acme got, in the form Hooli agreed on: version 005010, in its outbox folder under a "
    "name made from the control number.",
)


def play(stage: Stage) -> None:
    """The order, its confirmation, and Hooli's 997 for that."""
    hooli = stage.cast.hooli
    stage.chronicle.chapter(_TITLE, _INTRODUCTION)
    if hooli.desk is None:
        raise AssertionError("Hooli writes 997s")
    today = stage.now.astimezone(ZoneInfo(hooli.desk.zone)).date()
    data = hooli_order(NUMBER, today, f"{time.time_ns()}@hooli.example")
    arrival = stage.upload(hooli, data, "cxml.xml", _ORDER, name="order-9001.xml")
    arrival.control_numbers = NUMBER
    order = stage.gateway.order("hooli", NUMBER)
    if order is None:
        raise NotCome(f"Hooli's order {NUMBER} in the order book")
    stage.demand(order["acceptance"] == "accepted", f"the acceptance of Hooli's order {NUMBER}, as ordered")
    confirmed = stage.replies(hooli, arrival.at, {"855": _CONFIRMED}).get("855")
    if confirmed is not None:
        acknowledged(stage, hooli, confirmed)
