"""Text that a database can't hold, or not at that length, ends like any other bad input, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.station import Station, partner_file, purchase_order, station

ORDER = """<?xml version="1.0"?>
<cXML payloadID="1" timestamp="2026-03-17T00:00:00Z">
<Header><From><Credential domain="DUNS"><Identity>AUTO</Identity></Credential></From></Header>
<Request><OrderRequest>
<OrderRequestHeader orderID="X1" orderDate="2026-03-17" type="new"/>
<ItemOut quantity="1"><ItemID><SupplierPartID>A</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="CURRENCY">1</Money></UnitPrice><Description xml:lang="en">x</Description>
<UnitOfMeasure>UNIT</UnitOfMeasure></ItemDetail></ItemOut>
</OrderRequest></Request></cXML>
"""


@pytest.fixture
def auto(url: str, tmp_path: Path) -> Iterator[Station]:
    identities = "cxml_identities:\n  - {domain: DUNS, identity: AUTO}\n"
    partner = partner_file("auto", acceptance="as_ordered") + identities
    with station(tmp_path / "workspace", url, {"auto": partner}) as opened:
        yield opened


def dead_letters(opened: Station) -> list[str]:
    return [item["title"] for item in opened.work() if item["kind"] == "dead_letter"]


def test_nul_in_a_file_name(auto: Station) -> None:
    document_id = auto.take(purchase_order(sender="AUTO"), name="dr\0op.edi")
    assert auto.document(document_id)["state"] == "translated"
    assert auto.document(document_id)["file"] == "dr\ufffdop.edi"
    assert len(auto.sent("855")) == 1
    assert dead_letters(auto) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [("GS*PO*", "GS*P\0*"), ("*X*004010", "*X*00\04010"), ("BEG*00", "BE\0*00"), ("ST*850", "ST*8\0")],
)
def test_nul_in_an_envelope(auto: Station, good: str, bad: str) -> None:
    document_id = auto.take(purchase_order(sender="AUTO").replace(good, bad))
    assert auto.document(document_id)["state"] in ("refused", "held")
    assert auto.codes(document_id)
    assert auto.orders() == []
    assert dead_letters(auto) == []


@pytest.mark.parametrize(("currency", "unit"), [("DOLLARS", "EA"), ("USD", "EACHES")])
def test_a_currency_or_unit_that_is_none(auto: Station, currency: str, unit: str) -> None:
    document_id = auto.take(ORDER.replace("CURRENCY", currency).replace("UNIT", unit), name="order.xml")
    assert auto.document(document_id)["state"] != "received"
    assert dead_letters(auto) == []
