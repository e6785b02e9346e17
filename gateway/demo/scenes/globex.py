"""Globex, X12 005010 over AS2: the stock decides, and what is short is backordered."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gateway.demo.chronicle import Entry, Telling
from gateway.demo.purchase_orders import globex_order
from gateway.demo.scenes import back_office
from gateway.demo.scenes.exchange import acknowledged, answered, demand_verdict
from gateway.demo.stage import Stage
from gateway.demo.workspace import STOCK
from gateway.demo.x12_summary import elements
from gateway.flow.import_stock import import_stock

NUMBER = "G-20877"
_TITLE = "Globex orders by AS2, and the stock decides"
_INTRODUCTION = (
    "Globex Department Stores trades X12 005010 over AS2: HTTP messages that are signed (SHA-256) and encrypted "
    "(AES-256), each answered at once by a signed receipt, the MDN. The receipt repeats the MIC, a digest of what was "
    "received, so that both sides know that the same bytes arrived. Its partner file says: accept what is in stock, "
    "and backorder the rest. Of every exchange three files are kept: the message, what was inside, the receipt."
)
_ORDER = Telling(
    "Globex orders ten lanterns and eight blankets",
    "The message was stored as it came before it was opened. Then it was decrypted with our key, its signature "
    "verified against the one certificate that Globex is known by, and the purchase order inside stored too. The MDN "
    "was sent when all of that was committed, so Globex never holds a receipt for something we could lose.",
    "A 997 for the syntax and an 855 for the order, both at once: no person is needed, the stock decides.",
)
_READABLE = Telling(
    "We can read it",
    "The functional acknowledgement, in the version of the group that it answers: 005010. It went out as an AS2 "
    "message of our own.",
)
_CONFIRMED = Telling(
    "Six lanterns now, four later",
    "Ten ordered, six in stock. The first line has two ACK segments, one for each status: IA 6, accepted, and IB 4, "
    "backordered. The six are reserved in the same transaction, so nobody else is promised them. BAK02 says AC: "
    "acknowledged with detail and change.",
)
_NOTICE = Telling(
    "What is there is shipped",
    "The ship notice has the six lanterns and eight blankets that were promised. SN1 says shipped and ordered side by "
    "side; the four backordered lanterns stay open on the order.",
)
_BILLED = Telling(
    "What was shipped is billed", "Six lanterns and eight blankets; nothing that is still to come."
)


def play(stage: Stage) -> None:
    """From the order to the invoice, every message with its receipt."""
    globex = stage.cast.globex
    stage.chronicle.chapter(_TITLE, _INTRODUCTION)
    if globex.desk is None:
        raise AssertionError("Globex writes X12")
    _count_stock(stage)
    order = globex_order(NUMBER, stage.now.astimezone(ZoneInfo(globex.desk.zone)).date())
    arrival = stage.bring(globex, globex.desk.order(order, stage.now), _ORDER)
    answers = stage.replies(globex, arrival.at, {"997": _READABLE, "855": _CONFIRMED})
    demand_verdict(stage, answers.get("997"), "A", "a 997 that accepts Globex's order")
    if "855" in answers:
        _demand_split(stage, answers["855"])
        acknowledged(stage, globex, answers["855"])
    order_id = back_office.booked(stage, "globex", order)
    answered(stage, globex, "856", _NOTICE, lambda: back_office.ship(stage, order_id, "1Z9999999999999998"))
    answered(stage, globex, "810", _BILLED, lambda: back_office.bill(stage))


def _count_stock(stage: Stage) -> None:
    data = STOCK.read_bytes()
    rows, findings = import_stock(stage.gateway.gateway, data, file=STOCK.name)
    stage.demand(not findings and rows > 0, "the import of the stock file")
    counts = [line.split(",") for line in data.decode("utf-8").splitlines()[1:]]
    stage.chronicle.note(
        "The stock is counted",
        "gateway stock import reads a CSV with item, location and quantity on hand. Until then stock is unknown, not "
        "zero, and orders that depend on it would wait for a person.",
        [(item, f"{on_hand} on hand") for item, _location, on_hand in counts],
    )


def _demand_split(stage: Stage, entry: Entry) -> None:
    found = [segment[1:3] for segment in elements(entry.payload, "ACK")]
    stage.demand(found[:2] == [["IA", "6"], ["IB", "4"]], "an 855 with IA 6 and IB 4 for Globex's lanterns")
