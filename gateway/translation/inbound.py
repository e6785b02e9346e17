"""The one way in: bytes of any kind into translations, dispatched by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from gateway.canonical.origin import Origin
from gateway.core.finding import Finding
from gateway.formats import csv
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import CsvLayout
from gateway.translation.arrival import Arrival, Doorkeeper
from gateway.translation.inbound_x12 import translate_x12
from gateway.translation.inbound_xml import translate_xml
from gateway.translation.order_csv import OrderOfSheet, read_orders_csv
from gateway.translation.syntax import HEAD_BYTES, recognise
from gateway.translation.trade_show import TRADE_SHOW
from gateway.translation.translation import DocumentTranslated, FileRead, Syntax, Translation
from gateway.x12.guide import Guides

WHOLE_FILE_BYTES = 64 * 1024 * 1024
"""XML and sheets are read whole, up to this size. X12 is read by chunk, whatever its size."""


def translate_inbound(
    chunks: Iterable[bytes],
    guides: Guides,
    *,
    arrival: Arrival | None = None,
    configuration: Configuration | None = None,
    sheet_layout: CsvLayout | None = TRADE_SHOW,
) -> Iterator[Translation]:
    """What a file holds, in its own order. Never raises for what is in the bytes.

    First comes one :class:`FileRead`. X12 follows as interchanges, documents and groups; XML and sheets as documents.
    ``sheet_layout`` reads sheets of partners that have none of their own; None refuses those. Without a
    ``configuration`` no sender is looked up, as ``gateway parse`` does it.
    """
    arrival = arrival or Arrival()
    doorkeeper = Doorkeeper(configuration, arrival)
    head, rest = _split(chunks)
    syntax, fault = recognise(head)
    if syntax is Syntax.X12:
        yield FileRead(syntax=syntax)
        yield from translate_x12(chain((head,), rest), guides, doorkeeper, arrival)
        return
    if fault is not None:
        yield FileRead(syntax=syntax, findings=(fault.in_file(arrival.file),))
        return
    data = _whole(head, rest)
    if data is None:
        yield FileRead(syntax=syntax, findings=(_too_large().in_file(arrival.file),))
    elif syntax is Syntax.XML:
        yield from translate_xml(data, doorkeeper, arrival)
    else:
        yield from _translate_sheet(data, doorkeeper, arrival, sheet_layout)


def _translate_sheet(
    data: bytes, doorkeeper: Doorkeeper, arrival: Arrival, default: CsvLayout | None
) -> Iterator[Translation]:
    sender = doorkeeper.of_sheet()
    layout = sender.partner.csv if sender.partner is not None and sender.partner.csv is not None else default
    if layout is None:
        yield FileRead(syntax=Syntax.UNKNOWN, findings=(_unknown_format().in_file(arrival.file),))
        return
    sheet, findings = csv.read(data, file=arrival.file, encoding=layout.encoding, delimiter=layout.delimiter)
    if sheet is None:
        yield FileRead(syntax=Syntax.CSV, findings=findings)
        return
    origin = Origin(document=arrival.document, file=arrival.file)
    currency = sender.partner.currency if sender.partner is not None else None
    orders, more = read_orders_csv(
        sheet, layout, partner=sender.code, test=sender.test, origin=origin, currency=currency
    )
    if any(finding.code == "header-not-found" for finding in more):
        yield FileRead(syntax=Syntax.UNKNOWN, findings=(_unknown_format().in_file(arrival.file), *more))
        return
    yield FileRead(syntax=Syntax.CSV, findings=(*findings, *more))
    for position, order in enumerate(orders, start=1):
        yield _document(order, origin, sender.code, sender.test, sender.findings, position)


def _document(
    order: OrderOfSheet,
    origin: Origin,
    partner: str | None,
    test: bool,
    routing: tuple[Finding, ...],
    position: int,
) -> DocumentTranslated:
    return DocumentTranslated(
        document_type="order",
        origin=origin,
        partner=partner,
        test=test,
        record=order.order,
        findings=order.findings,
        routing=routing,
        number=order.number,
        position=position,
    )


def _split(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first 32 KB (or all there is), and what comes after."""
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head, rest


def _whole(head: bytes, rest: Iterator[bytes]) -> bytes | None:
    """The whole file, or None where it is too large to be read at once."""
    parts, size = [head], len(head)
    for chunk in rest:
        parts.append(chunk)
        size += len(chunk)
        if size > WHOLE_FILE_BYTES:
            return None
    return b"".join(parts)


def _too_large() -> Finding:
    return Finding(
        code="file-too-large",
        message=f"The file is larger than {WHOLE_FILE_BYTES} bytes",
        wanted=f"at most {WHOLE_FILE_BYTES} bytes",
        fix="Ask the sender to send fewer orders in a file",
    )


def _unknown_format() -> Finding:
    return Finding(
        code="unknown-format",
        message="The file is neither X12 nor XML, and no csv layout fits it",
        wanted="X12 with an ISA, cXML, or CSV whose columns a csv layout names",
        fix="If it is a sheet of orders, add a csv layout to the partner's file, then replay the document",
    )
