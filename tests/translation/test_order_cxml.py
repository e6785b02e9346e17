"""The cXML OrderRequest where the golden cases do not say why."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.canonical.order import Order
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import DocumentTranslated, FileRead, Translation
from tests.translation.golden import guides

ITEM = (
    "<ItemOut quantity='2' lineNumber='1'><ItemID><SupplierPartID>A</SupplierPartID></ItemID><ItemDetail>"
    "<UnitPrice><Money currency='USD'>1.50</Money></UnitPrice><UnitOfMeasure>{unit}</UnitOfMeasure>"
    "</ItemDetail></ItemOut>"
)


def message(
    header: str = "orderID='P1' orderDate='2026-03-17'", inside: str = "", items: str = "", unit: str = "EA"
) -> str:
    items = items or ITEM.format(unit=unit)
    return (
        "<cXML payloadID='1@x'><Header><From><Credential domain='DUNS'><Identity>42</Identity></Credential></From>"
        "<Sender><Credential domain='DUNS'><Identity>42</Identity><SharedSecret>sesame</SharedSecret></Credential>"
        "</Sender></Header><Request>"
        f"<OrderRequest><OrderRequestHeader {header}>{inside}</OrderRequestHeader>{items}</OrderRequest>"
        "</Request></cXML>"
    )


def translate(text: str) -> list[Translation]:
    return list(translate_inbound([text.encode()], guides()))


def document_of(text: str) -> DocumentTranslated:
    opened, document = translate(text)
    assert isinstance(opened, FileRead)
    assert isinstance(document, DocumentTranslated)
    return document


def order_of(text: str) -> Order:
    document = document_of(text)
    assert isinstance(document.record, Order), document.findings
    return document.record


@pytest.mark.parametrize(
    ("kind", "purpose"), [("new", "original"), ("update", "change"), ("delete", "cancel")]
)
def test_purpose(kind: str, purpose: str) -> None:
    assert order_of(message(f"orderID='P1' type='{kind}'")).purpose == purpose


def test_a_cancellation_needs_no_items_and_a_new_order_does() -> None:
    no_items = message("orderID='P1' type='delete'").replace(ITEM.format(unit="EA"), "")
    assert order_of(no_items).lines == ()
    codes = [finding.code for finding in document_of(no_items.replace("delete", "new")).findings]
    assert codes == ["order-without-lines"]


@pytest.mark.parametrize(
    ("unit", "ours"), [("EA", "EA"), ("C62", "EA"), ("CS", "CA"), ("DZN", "DZ"), ("XX", "XX")]
)
def test_units(unit: str, ours: str) -> None:
    assert order_of(message(unit=unit)).lines[0].unit == ours


def test_the_day_is_the_senders_own() -> None:
    order = order_of(message("orderID='P1' orderDate='2026-03-17T23:30:00-08:00'"))
    assert order.ordered_on == date(2026, 3, 17)


def test_the_shared_secret_is_in_nothing_that_is_kept() -> None:
    assert "sesame" not in repr(translate(message()))


def test_the_message_is_known_by_its_payload_id_and_order_number() -> None:
    document = document_of(message())
    assert (document.message_id, document.number, document.document_type) == ("1@x", "P1", "OrderRequest")


def test_other_cxml_is_received_and_not_processed() -> None:
    document = document_of("<cXML payloadID='2@x'><Header/><Request><ProfileRequest/></Request></cXML>")
    assert (document.document_type, document.processed, document.refused) == ("ProfileRequest", False, False)
    assert [finding.code for finding in document.findings] == ["document-not-processed"]


def test_other_xml_is_refused_by_name() -> None:
    (opened,) = translate('<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>')
    assert isinstance(opened, FileRead)
    assert opened.refused
    assert "Order (urn:oasis" in (opened.findings[0].found or "")


def test_a_message_without_an_order_header_is_refused() -> None:
    document = document_of("<cXML><Request><OrderRequest/></Request></cXML>")
    assert [finding.code for finding in document.findings] == ["missing-order-header"]
