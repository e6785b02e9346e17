"""Import a count of stock: ``item,location,on_hand`` rows. All of it or none, in one transaction."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.core.quantity import QUANTITY_PLACES, fits_ledger, parse_decimal
from gateway.flow.gateway import Gateway
from gateway.ledger import stock, work_items

COLUMNS = ("item", "location", "on_hand")


@dataclass(frozen=True, slots=True)
class Count:
    """What a row says is on hand of an item at a location."""

    item: str
    location: str
    on_hand: Decimal


def import_stock(
    gateway: Gateway, data: bytes, *, file: str, test: bool = False
) -> tuple[int, list[Finding]]:
    """Set the stock on hand. Returns the number of rows, or findings and nothing changed.

    A count below what is reserved keeps the reservations and opens a work item: orders were promised those goods.
    """
    counts, findings = read_counts(data, file)
    if findings:
        return 0, findings
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        for count in sorted(counts, key=lambda c: (c.item, c.location)):
            short = stock.put(tx, test, count.item, count.location, count.on_hand)
            if short > 0:
                work_items.open_item(
                    tx,
                    "stock_short",
                    title=f"{count.item} at {count.location}: {count.on_hand} counted, {short} more are promised",
                    action="gateway work resolve {id} --reason TEXT  (after a recount, or once the orders are cut)",
                    at=now,
                    test=test,
                    details={"item": count.item, "location": count.location, "short": str(short)},
                )
    return len(counts), []


def read_counts(data: bytes, file: str) -> tuple[list[Count], list[Finding]]:
    """The rows of a stock file, or what is wrong with it, each with its cell."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [
            _finding(
                "not-utf-8", "The stock file is not UTF-8 text", file, f"byte {error.start}", "UTF-8 text"
            )
        ]
    rows = csv.reader(io.StringIO(text))
    header = [cell.strip().lower() for cell in next(rows, [])]
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        wanted = ",".join(COLUMNS)
        found = ",".join(header)
        return [], [
            _finding("column-missing", f"The column {missing[0]} is missing", file, found, wanted, "A1")
        ]
    places = {column: header.index(column) for column in COLUMNS}
    counts: list[Count] = []
    findings: list[Finding] = []
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        count = _count(cells)
        if count is None:
            cell = f"{chr(ord('A') + places['on_hand'])}{number}"
            message = f"Row {number}: an item, and a quantity on hand of zero or more with at most six places"
            findings.append(
                _finding("stock-row-unreadable", message, file, ",".join(row), "item,location,on_hand", cell)
            )
        else:
            counts.append(count)
    return counts, findings


def _count(cells: dict[str, str]) -> Count | None:
    on_hand = parse_decimal(cells["on_hand"])
    if not cells["item"] or on_hand is None or on_hand < 0 or not fits_ledger(on_hand, QUANTITY_PLACES):
        return None
    return Count(cells["item"][:80], cells["location"][:80] or "main", on_hand)


def _finding(code: str, message: str, file: str, found: str, wanted: str, cell: str | None = None) -> Finding:
    return Finding(
        code=code,
        message=message,
        location=Location(file=file, cell=cell),
        found=found,
        wanted=wanted,
        rule="stock file",
        fix="Correct the file and import it again; nothing was changed",
    )
