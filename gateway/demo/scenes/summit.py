"""Summit Outfitters: a trade-show sheet with several orders, one row of which is wrong."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gateway.demo.chronicle import Telling
from gateway.demo.purchase_orders import summit_sheet
from gateway.demo.stage import Stage

GOOD, BAD = ("TS-2101", "TS-2103"), "TS-2102"
_TITLE = "Summit uploads a trade-show sheet with a slip in it"
_INTRODUCTION = (
    "Summit Outfitters writes orders at trade shows into a spreadsheet and uploads it as CSV, one row a line, three "
    "orders in one file. Its partner file says which column is what. In one row somebody wrote the quantity as words."
)
_SHEET = Telling(
    "Three orders in one sheet, and two of them are good",
    "A row without an order number belongs to the order above it. Each fault is named beside its cell, with what was "
    "found and what was wanted, and all faults of a file are found in one pass. The bad order waits for a corrected "
    "sheet; its good neighbours became orders at once, accepted from stock.",
    "Nothing is sent: Summit trades no X12. In the portal its buyer sees the two orders, and the error beside its row.",
)


def play(stage: Stage) -> None:
    """One upload, two orders, one error with its place."""
    summit = stage.cast.summit
    stage.chronicle.chapter(_TITLE, _INTRODUCTION)
    data = summit_sheet(stage.now.astimezone(ZoneInfo("America/Denver")).date())
    arrival = stage.upload(summit, data, "orders.csv", _SHEET, name="trade-show.csv")
    arrival.control_numbers = f"{GOOD[0]} to {GOOD[1].removeprefix('TS-')}"
    for number in GOOD:
        order = stage.gateway.order(summit.code, number)
        stage.demand(
            order is not None and order["acceptance"] == "accepted", f"Summit's order {number}, accepted"
        )
    stage.demand(stage.gateway.order(summit.code, BAD) is None, f"the refusal of Summit's order {BAD}")
    cells = [finding.location.cell for finding in arrival.findings if finding.is_error]
    stage.demand("I4" in cells, "the error beside cell I4 of Summit's sheet")
