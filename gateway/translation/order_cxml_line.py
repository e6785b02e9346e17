"""One cXML ItemOut into an order line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from gateway.canonical.line import Identifier, Reference
from gateway.canonical.order import OrderLine
from gateway.core.document import Document
from gateway.core.quantity import parse_decimal
from gateway.translation.cxml_money import read_charges, read_extrinsics, read_notes, read_taxes
from gateway.translation.cxml_parties import read_line_parties
from gateway.translation.reading import Reading

UNIT_OF_UNUOM = {
    "C62": "EA",
    "PCE": "EA",
    "PC": "EA",
    "H87": "EA",
    "CS": "CA",
    "DZN": "DZ",
    "PR": "PR",
    "KGM": "KG",
    "GRM": "GR",
    "LBR": "LB",
    "MTR": "MR",
    "LTR": "LT",
    "SET": "ST",
    "ROL": "RO",
}
"""UN/ECE recommendation 20 to the X12 355 codes we keep; a code that is not here is kept as it is."""

_IDENTIFIERS = (
    ("VN", "ItemID/SupplierPartID"),
    ("VX", "ItemID/SupplierPartAuxiliaryID"),
    ("BP", "ItemID/BuyerPartID"),
    ("MG", "ItemDetail/ManufacturerPartID"),
)
"""X12 235: vendor's item number, its specification, the buyer's and the manufacturer's part number."""

_QUALIFIER_OF_DOMAIN = {"UPC": "UP", "EAN-13": "EN", "EAN": "EN", "GTIN": "UK", "GTIN-14": "UK", "ISBN": "IB"}


def read_line(item: Document, line_number: int, reading: Reading) -> OrderLine:
    """The line; what it lacks is found, and the line is returned as far as it can be read."""
    references = tuple(_references(item))
    return OrderLine(
        line_number=line_number,
        buyer_line_id=item.value("@lineNumber"),
        quantity=_quantity(item, reading),
        unit=_unit(item),
        unit_price=_unit_price(item, reading),
        identifiers=tuple(_identifiers(item)),
        description=item.value("ItemDetail/Description"),
        color=item.value("ItemDetail/ItemDetailIndustry/ItemDetailRetail/Color"),
        size=item.value("ItemDetail/ItemDetailIndustry/ItemDetailRetail/Size"),
        dates=_dates(item, reading),
        allowances_charges=read_charges(item, reading),
        taxes=read_taxes(item, reading),
        references=references,
        notes=read_notes(item),
        parties=read_line_parties(item),
    )


def cxml_date(document: Document, path: str, label: str, reading: Reading) -> date | None:
    """The day of an ISO 8601 date or instant, as the sender's own clock shows it."""
    text = document.value(path)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        reading.error(
            "not-a-date",
            f"The {label} {text!r} is not a date",
            document.location(path),
            found=text,
            wanted="a date such as 2026-03-20 or 2026-03-20T15:00:00-08:00",
            rule="cXML dates follow ISO 8601",
        )
        return None


def _quantity(item: Document, reading: Reading) -> Decimal | None:
    quantity = reading.quantity(item, "@quantity")
    if quantity is None and item.value("@quantity") is None:
        reading.error(
            "missing-quantity", "The item has no quantity", item.location("@quantity"), wanted="a quantity"
        )
    if quantity is not None and quantity < 0:
        reading.error(
            "negative-quantity",
            f"The item orders {quantity}",
            item.location("@quantity"),
            found=str(quantity),
            wanted="zero or more",
        )
    return quantity


def _unit_price(item: Document, reading: Reading) -> Decimal | None:
    """The price of one unit. A price for ten or by weight (PriceBasisQuantity) is not guessed at but refused."""
    basis = "ItemDetail/PriceBasisQuantity"
    for path in (f"{basis}/@quantity", f"{basis}/@conversionFactor"):
        stated = item.value(path)
        if stated is not None and parse_decimal(stated) != 1:
            reading.error(
                "price-basis-not-supported",
                f"The price is not for one unit: {stated} stands in PriceBasisQuantity",
                item.location(path),
                found=stated,
                wanted="1",
                fix="Ask the partner to send the price of one unit",
            )
    return reading.price(item, "ItemDetail/UnitPrice/Money", "unit price")


def _unit(item: Document) -> str | None:
    unit = item.value("ItemDetail/UnitOfMeasure")
    return UNIT_OF_UNUOM.get(unit, unit) if unit else None


def _identifiers(item: Document) -> Iterator[Identifier]:
    for qualifier, path in _IDENTIFIERS:
        value = item.value(path)
        if value:
            yield Identifier(qualifier=qualifier, value=value)
    for reference in item.occurrences("ItemID/IdReference"):
        domain, value = reference.value("@domain") or "", reference.value("@identifier")
        if value:
            yield Identifier(qualifier=_QUALIFIER_OF_DOMAIN.get(domain.upper(), domain or "ZZ"), value=value)


def _references(item: Document) -> Iterator[Reference]:
    for attribute in ("requisitionID", "agreementItemNumber", "parentLineNumber"):
        value = item.value(f"@{attribute}")
        if value:
            yield Reference(qualifier=attribute, value=value)
    for detail in item.occurrences("ItemDetail"):
        for one in detail.occurrences("Classification"):
            value = one.value(".")
            if value:
                yield Reference(qualifier=one.value("@domain") or "Classification", value=value)
        name = detail.value("ManufacturerName")
        if name:
            yield Reference(qualifier="ManufacturerName", value=name)
        yield from read_extrinsics(detail)
    yield from read_extrinsics(item)


def _dates(item: Document, reading: Reading) -> dict[str, date]:
    wanted = {
        "deliver_by": cxml_date(item, "@requestedDeliveryDate", "delivery date", reading),
        "requested_ship": cxml_date(item, "@requestedShipmentDate", "ship date", reading),
    }
    return {name: day for name, day in wanted.items() if day is not None}
