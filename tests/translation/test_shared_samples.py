"""Real files beside the checkout: each gives orders or findings, and the facts their index states."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.canonical.order import Order
from gateway.partnerships.partner import CsvLayout
from gateway.translation.inbound import translate_inbound
from gateway.translation.trade_show import TRADE_SHOW
from gateway.translation.translation import DocumentTranslated, FileRead
from tests.translation.golden import ROOT, guides

SAMPLES = Path(os.environ.get("GATEWAY_SHARED", ROOT.parent / "shared")) / "samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the shared samples are not beside this checkout"
)

LINES_OF_FAIRE = CsvLayout(
    columns={
        "order.purchase_order_number": ("brand_order_token",),
        "line.identifiers.VN": ("product_token",),
        "line.quantity": ("quantity",),
        "line.description": ("product_name",),
    }
)
"""A marketplace's export, whose prices are in cents and so are not taken."""

LAYOUTS = {"sheets/12_f-experts-reports-items-order-from-api-2024-06-04.csv": LINES_OF_FAIRE}

REFUSED = {
    "x12/850/112_vscode-edi-support-850-linebreak-lf.edi": "it has no PO1",
    "x12/850/113_vscode-edi-support-850-loop.edi": "its SAC has an amount and no code",
    "x12/850/114_vscode-edi-support-850.edi": "it has no PO1",
    "sheets/09_ltv-cohort-kit-shopify-orders.csv": "it is an export without quantities",
    "sheets/27_clays-pod-order-proc-pod.csv": "it has no order number",
}
"""Orders with a valid envelope that are refused all the same, and why."""


def index() -> dict[str, dict[str, str]]:
    path = SAMPLES / "INDEX.tsv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines, delimiter="\t")}


INDEX = index()


def names(*folders: str) -> list[str]:
    paths = (path for folder in folders for path in (SAMPLES / folder).glob("*") if path.is_file())
    return sorted(path.relative_to(SAMPLES).as_posix() for path in paths)


def translate(name: str) -> tuple[FileRead, list[DocumentTranslated], bool]:
    """The file, its documents, and whether anything has an error."""
    layout = LAYOUTS.get(name, TRADE_SHOW)
    translations = list(translate_inbound([(SAMPLES / name).read_bytes()], guides(), sheet_layout=layout))
    opened = translations[0]
    assert isinstance(opened, FileRead)
    documents = [one for one in translations if isinstance(one, DocumentTranslated)]
    return opened, documents, any(finding.is_error for one in translations for finding in one.findings)


@pytest.mark.parametrize("name", names("x12/850", "x12/mixed", "xml/cxml", "xml/ubl", "sheets"))
def test_every_file_gives_orders_or_findings(name: str) -> None:
    _, documents, faulty = translate(name)
    orders = [one for one in documents if isinstance(one.record, Order)]
    assert orders or faulty or any(not one.processed for one in documents)
    for document in documents:
        if document.processed and document.record is None:
            assert document.refused


def orders_of(name: str) -> list[Order]:
    _, documents, _ = translate(name)
    return [one.record for one in documents if isinstance(one.record, Order)]


def valid(*folders: str) -> list[str]:
    return [
        name for name in names(*folders) if INDEX.get(name, {}).get("valid") == "valid" and _is_order(name)
    ]


def _is_order(name: str) -> bool:
    return INDEX[name]["kind"] in ("850", "csv", "cXML OrderRequest")


@pytest.mark.parametrize("name", valid("x12/850", "xml/cxml", "sheets"))
def test_the_facts_of_the_index(name: str) -> None:
    orders, facts = orders_of(name), INDEX[name]
    if name in REFUSED:
        assert orders == [], REFUSED[name]
        return
    assert len(orders) == int(facts["sets"])
    assert sum(len(order.lines) for order in orders) == sum(int(part) for part in facts["lines"].split(" | "))
    assert _quantity(orders) == sum(Decimal(part) for part in facts["qty"].split(" | "))
    assert orders[0].purchase_order_number == facts["po"].split(" ")[0]
    assert (orders[0].currency or "") == facts["currency"].split(" | ")[0]
    assert _ship_to(orders[0]) == facts["ship_to"].split(" | ")[0]
    assert _same_day(orders[0], facts["dates"])
    value, _, rest = facts["first"].split(" | ")[0].partition(":")[2].partition(" qty ")
    line = orders[0].lines[0]
    assert value in [identifier.value for identifier in line.identifiers]
    assert rest.split(" ")[0] == str(line.quantity)
    if line.unit_price is not None:
        assert rest.endswith(f"price {line.unit_price}")


def _quantity(orders: list[Order]) -> Decimal:
    return sum((line.quantity or Decimal(0) for order in orders for line in order.lines), Decimal(0))


def _ship_to(order: Order) -> str:
    place = next((party for party in order.parties if party.role == "ship_to"), None)
    if place is None:
        return ""
    return place.name or f"{place.qualifier}:{place.identifier}"


def _same_day(order: Order, stated: str) -> bool:
    """The index writes days as the files do: 20170520, 10/12/2008 (month first), 2022-09-14T16:12:13."""
    if not stated or order.ordered_on is None:
        return not stated
    day = order.ordered_on
    return stated.startswith((f"{day:%Y%m%d}", f"{day:%m/%d/%Y}", day.isoformat()))
