"""cXML 1.2 OrderRequest into a canonical order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from gateway.canonical.line import Carrier, Reference
from gateway.canonical.order import Order, OrderLine, OrderTotals
from gateway.canonical.origin import Origin
from gateway.core.document import Document
from gateway.core.finding import Finding, has_errors
from gateway.formats.xml import XmlDocument
from gateway.translation.cxml_money import read_charges, read_extrinsics, read_notes, read_taxes, read_terms
from gateway.translation.cxml_parties import read_contacts, read_parties
from gateway.translation.order_cxml_line import cxml_date, read_line
from gateway.translation.reading import Reading

PURPOSE_OF_TYPE = {"new": "original", "update": "change", "delete": "cancel"}
"""OrderRequestHeader/@type."""

ORDER_TYPE_OF_CXML = {"regular": "stand_alone", "release": "release", "blanket": "blanket"}
"""OrderRequestHeader/@orderType; others keep their word."""

_DATES = (
    ("requested_ship", "@requestedShipmentDate"),
    ("deliver_by", "@requestedDeliveryDate"),
    ("pickup", "@pickUpDate"),
    ("effective", "@effectiveDate"),
    ("expires", "@expirationDate"),
)

_HEADER = "Request/OrderRequest/OrderRequestHeader"
_KNOWN_IN_HEADER = frozenset(
    {
        *("Total", "ShipTo", "BillTo", "Shipping", "Tax", "PaymentTerm", "Contact", "Comments"),
        *("IdReference", "Extrinsic", "SupplierOrderInfo", "DocumentReference", "TermsOfDelivery"),
    }
)
_KNOWN_IN_ITEM = frozenset(
    {"ItemID", "ItemDetail", "ShipTo", "Shipping", "Tax", "Comments", "Extrinsic", "IdReference"}
)
_KNOWN_IN_DETAIL = frozenset(
    {
        *("UnitPrice", "Description", "UnitOfMeasure", "Classification", "ManufacturerPartID"),
        *("ManufacturerName", "Extrinsic", "ItemDetailIndustry", "PriceBasisQuantity"),
    }
)


def read_order_cxml(
    document: XmlDocument,
    *,
    partner: str | None = None,
    test: bool = False,
    origin: Origin | None = None,
) -> tuple[Order | None, tuple[Finding, ...]]:
    """The order of a cXML OrderRequest, or None with the findings that refuse it. ``document`` is the cXML element."""
    reading = Reading(ask_for="cXML order")
    header = next(iter(document.occurrences(_HEADER)), None)
    if header is None:
        reading.error(
            "missing-order-header",
            "The OrderRequest has no OrderRequestHeader",
            document.location(_HEADER),
            wanted="an OrderRequestHeader",
            rule="cXML 1.2 OrderRequest",
        )
        return None, reading.findings
    number = reading.required(header, "@orderID", "purchase order number")
    purpose = _purpose(header, reading)
    items = list(document.occurrences("Request/OrderRequest/ItemOut"))
    lines = tuple(read_line(item, position, reading) for position, item in enumerate(items, start=1))
    if not lines and purpose != "cancel":
        reading.error(
            "order-without-lines", "The order has no item", header.location(), wanted="at least one ItemOut"
        )
    currency = _currency(header, items, reading)
    _name_the_rest(header, items, reading)
    order = replace(
        _order(header, number or "", lines, reading),
        purpose=purpose,
        currency=currency,
        partner=partner,
        test=test,
        origin=origin or Origin(),
    )
    refused = number is None or has_errors(reading.findings)
    return (None if refused else order), reading.findings


def _order(header: Document, number: str, lines: tuple[OrderLine, ...], reading: Reading) -> Order:
    references = (*_header_references(header), *read_extrinsics(header))
    order_type = header.value("@orderType") or "regular"
    total = reading.money(header, "Total/Money", "total")
    return Order(
        purchase_order_number=number,
        order_type=ORDER_TYPE_OF_CXML.get(order_type, order_type),
        release_number=header.value("@releaseNumber"),
        contract_number=header.value("@agreementID"),
        ordered_on=cxml_date(header, "@orderDate", "order date", reading),
        department=_department(references),
        dates=_dates(header, reading),
        parties=read_parties(header),
        contacts=read_contacts(header),
        terms=read_terms(header, reading),
        allowances_charges=read_charges(header, reading),
        taxes=read_taxes(header, reading),
        carrier=_carrier(header),
        references=references,
        notes=read_notes(header),
        totals=OrderTotals(amount=total) if total is not None else None,
        lines=lines,
    )


def _purpose(header: Document, reading: Reading) -> str:
    """``type`` says new, update or delete; absent means new (the DTD's default)."""
    stated = header.value("@type") or "new"
    purpose = PURPOSE_OF_TYPE.get(stated)
    if purpose is None:
        reading.error(
            "order-type-unknown",
            f"The order's type is {stated!r}",
            header.location("@type"),
            found=stated,
            wanted="new, update or delete",
            rule="cXML OrderRequestHeader type",
        )
    return purpose or "original"


def _currency(header: Document, items: list[XmlDocument], reading: Reading) -> str | None:
    """The total's currency, or the lines' where there is no total. Two currencies in one order are refused."""
    stated = header.value("Total/Money/@currency")
    for item in items:
        path = "ItemDetail/UnitPrice/Money/@currency"
        own = item.value(path)
        stated = stated or own
        if own and own != stated:
            reading.error(
                "currency-mixed",
                f"A line is in {own}, the order in {stated}",
                item.location(path),
                found=own,
                wanted=stated,
            )
    return stated


def _header_references(header: Document) -> list[Reference]:
    found: list[Reference] = []
    for attribute in ("orderVersion", "requisitionID", "agreementPayloadID", "parentAgreementPayloadID"):
        value = header.value(f"@{attribute}")
        if value:
            found.append(Reference(qualifier=attribute, value=value))
    for qualifier, path in (
        ("SupplierOrderInfo", "SupplierOrderInfo/@orderID"),
        ("DocumentReference", "DocumentReference/@payloadID"),
        ("TermsOfDelivery", "TermsOfDelivery/TermsOfDeliveryCode/@value"),
        ("TransportTerms", "TermsOfDelivery/TransportTerms/@value"),
    ):
        value = header.value(path)
        if value:
            found.append(Reference(qualifier=qualifier, value=value))
    return found


def _department(references: tuple[Reference, ...]) -> str | None:
    """cXML has no department of its own; buyers send it as an Extrinsic of that name."""
    return next((r.value for r in references if r.qualifier.casefold() in ("department", "dept")), None)


def _carrier(header: Document) -> Carrier | None:
    """The carrier the ship-to asks for: CarrierIdentifier by its domain, else Shipping's words are a charge only."""
    for one in header.occurrences("ShipTo/CarrierIdentifier"):
        code, domain = one.value("."), one.value("@domain")
        if code:
            scac = (domain or "").upper() == "SCAC"
            return Carrier(
                scac=code if scac else None,
                qualifier=None if scac else domain,
                identifier=None if scac else code,
                text=header.value("ShipTo/TransportInformation/Route/@method"),
            )
    return None


def _dates(header: Document, reading: Reading) -> dict[str, date]:
    found = {name: cxml_date(header, path, "date", reading) for name, path in _DATES}
    return {name: day for name, day in found.items() if day is not None}


def _name_the_rest(header: XmlDocument, items: list[XmlDocument], reading: Reading) -> None:
    """One warning for each kind of element the order has no place for, so that nothing is lost in silence."""
    named: set[tuple[str, str]] = set()
    details = (detail for item in items for detail in item.occurrences("ItemDetail"))
    for places, known in (
        ((header,), _KNOWN_IN_HEADER),
        (items, _KNOWN_IN_ITEM),
        (details, _KNOWN_IN_DETAIL),
    ):
        for place in places:
            for child in place.children():
                if child.name not in known and (place.name, child.name) not in named:
                    named.add((place.name, child.name))
                    reading.warn(
                        "element-not-carried",
                        f"The order has no place for {child.name}; it stays in the archived file",
                        child.location(),
                        found=child.name,
                        fix="If it matters, extend the partner's map",
                    )
