"""XML documents into translations: cXML orders, and a word about everything else."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.canonical.order import Order
from gateway.canonical.origin import Origin
from gateway.core.finding import Finding, Severity
from gateway.formats import xml
from gateway.formats.xml import XmlDocument
from gateway.translation.arrival import Arrival, Doorkeeper
from gateway.translation.cxml_envelope import CxmlEnvelope, read_envelope
from gateway.translation.order_cxml import read_order_cxml
from gateway.translation.translation import DocumentTranslated, FileRead, Syntax, Translation

_ORDER_NUMBER = "Request/OrderRequest/OrderRequestHeader/@orderID"


def translate_xml(data: bytes, doorkeeper: Doorkeeper, arrival: Arrival) -> Iterator[Translation]:
    """The file, and its one document if it is cXML."""
    document, findings = xml.read(data, file=arrival.file)
    if document is None:
        yield FileRead(syntax=Syntax.XML, findings=findings)
        return
    if document.name != "cXML":
        yield FileRead(syntax=Syntax.XML, findings=(*findings, _other_root(document)))
        return
    yield FileRead(syntax=Syntax.XML, findings=findings)
    yield _message(document, doorkeeper, arrival)


def _message(document: XmlDocument, doorkeeper: Doorkeeper, arrival: Arrival) -> DocumentTranslated:
    envelope = read_envelope(document)
    sender = doorkeeper.of_cxml(envelope)
    origin = Origin(document=arrival.document, file=arrival.file)
    processed = envelope.request == "OrderRequest"
    order: Order | None = None
    findings: tuple[Finding, ...] = (_received_only(document, envelope),)
    if processed:
        order, findings = read_order_cxml(document, partner=sender.code, test=sender.test, origin=origin)
    return DocumentTranslated(
        document_type=envelope.request or "cXML",
        origin=origin,
        partner=sender.code,
        test=sender.test,
        record=order,
        findings=findings,
        routing=sender.findings,
        number=document.value(_ORDER_NUMBER),
        processed=processed,
        message_id=envelope.payload_id,
    )


def _received_only(document: XmlDocument, envelope: CxmlEnvelope) -> Finding:
    name = envelope.request or "message without a request"
    return Finding(
        code="document-not-processed",
        message=f"The cXML {name} is received and kept, but nothing is done with it",
        severity=Severity.WARNING,
        location=document.location(),
        found=name,
        wanted="an OrderRequest",
    )


def _other_root(document: XmlDocument) -> Finding:
    name = document.name if document.namespace is None else f"{document.name} ({document.namespace})"
    return Finding(
        code="xml-not-supported",
        message=f"The XML document is a {name}, for which there is no map",
        location=document.location(),
        found=name,
        wanted="a cXML OrderRequest",
        fix="Ask the sender for cXML, X12 or CSV",
    )
