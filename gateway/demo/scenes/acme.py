"""Acme, X12 004010 over SFTP: an order from arrival to invoice, accepted by a person, every answer acknowledged."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gateway.demo.chronicle import Telling
from gateway.demo.purchase_orders import acme_order
from gateway.demo.scenes import back_office
from gateway.demo.scenes.exchange import answered, demand_verdict
from gateway.demo.stage import Stage

NUMBER = "4500012345"
_TITLE = "Acme orders by SFTP, and a person decides"
_INTRODUCTION = (
    "Acme Stores is a retailer that trades X12 004010. It puts files into the out folder of its own SFTP server. We "
    "look there, take them, and put our answers into its in folder: under a temporary name first, then renamed, so "
    "that Acme never reads half a file. Its partner file says that a person looks at each order."
)
_ORDER = Telling(
    "Acme orders mugs",
    "A purchase order: 24 red and 12 blue enamel mugs for one store, 2% off if paid within ten days. It came over an "
    "SFTP connection whose host key is pinned. Its bytes were stored under their hash and committed, and only then "
    "was the file removed at Acme's side. Then it was read and checked against the guide of the 850.",
    "A 997 for its syntax at once. The order itself waits, because Acme's partner file says acceptance: by_hand.",
)
_READABLE = Telling(
    "We can read it",
    "The functional acknowledgement answers Acme's group by its control number and says that the one set in it was "
    "accepted. It speaks of syntax only; whether we will deliver is said by the 855.",
)
_CONFIRMED = Telling(
    "We will deliver everything",
    "The purchase order acknowledgement, made from Pat's decision: one ACK for each line, IA for item accepted. It "
    "repeats Acme's line numbers and item numbers exactly as they came.",
)
_NOTICE = Telling(
    "Two cartons of red mugs and one of blue are on their way",
    "The ship notice is a tree of HL segments: shipment, order, cartons, items. Acme's order said twelve to a case, so "
    "24 red mugs are two cartons. Each carries its SSCC-18 in MAN*GM, drawn from our GS1 prefix and never used again, "
    "so that Acme's dock can scan what the file promised.",
)
_BILLED = Telling(
    "What was shipped is billed",
    "The invoice: exactly what left, at the prices ordered. TDS holds the total in cents, then the part that is "
    "subject to discount, what is due if Acme pays within ten days, and the discount itself.",
)


def play(stage: Stage) -> None:
    """The whole way of one order."""
    acme = stage.cast.acme
    stage.chronicle.chapter(_TITLE, _INTRODUCTION)
    if acme.desk is None:
        raise AssertionError("Acme writes X12")
    order = acme_order(NUMBER, stage.now.astimezone(ZoneInfo(acme.desk.zone)).date())
    arrival = stage.bring(acme, acme.desk.order(order, stage.now), _ORDER)
    answers = stage.replies(acme, arrival.at, {"997": _READABLE})
    demand_verdict(stage, answers.get("997"), "A", "a 997 that accepts Acme's order")
    order_id = back_office.booked(stage, "acme", order)
    _show_waiting(stage, order_id)
    answered(stage, acme, "855", _CONFIRMED, lambda: back_office.accept(stage, order_id))
    answered(stage, acme, "856", _NOTICE, lambda: back_office.ship(stage, order_id, "1Z9999999999999999"))
    answered(stage, acme, "810", _BILLED, lambda: back_office.bill(stage))


def _show_waiting(stage: Stage, order_id: int) -> None:
    found = [item for item in stage.gateway.work("order_acceptance") if item.get("order") == f"O{order_id}"]
    stage.demand(bool(found), "a work item for Acme's order, which should wait for a person")
    for item in found:
        stage.chronicle.note(
            "The order waits for a person",
            "Nothing is promised yet. It stands in the console's list of work, with the command that decides it.",
            [("waits", item["title"]), ("decided by", item["action"])],
        )
