"""cXML taxes, shipping, payment terms and comments: the parts that header and line share."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.canonical.line import Note, Reference
from gateway.canonical.money import AllowanceCharge, Tax, Terms
from gateway.core.document import Document
from gateway.translation.reading import Reading

FREIGHT_CODE = "D240"
"""Element 1300: freight."""


def read_taxes(place: Document, reading: Reading) -> tuple[Tax, ...]:
    """Each TaxDetail; without details, the Tax itself."""
    taxes: list[Tax] = []
    for tax in place.occurrences("Tax"):
        details = list(tax.occurrences("TaxDetail"))
        if details:
            taxes += [_tax_detail(detail, reading) for detail in details]
        elif tax.value("Money") is not None:
            taxes.append(Tax(type="TX", amount=reading.money(tax, "Money", "tax")))
    return tuple(taxes)


def read_charges(place: Document, reading: Reading) -> tuple[AllowanceCharge, ...]:
    """Shipping as a freight charge."""
    return tuple(
        AllowanceCharge(
            kind="charge",
            code=FREIGHT_CODE,
            amount=reading.money(shipping, "Money", "shipping charge"),
            description=shipping.value("Description"),
            reference=shipping.value("@trackingId"),
        )
        for shipping in place.occurrences("Shipping")
    )


def read_terms(header: Document, reading: Reading) -> tuple[Terms, ...]:
    """Each PaymentTerm. One with a discount gives its days and percentage, one without the net days."""
    return tuple(_terms(header, reading))


def read_notes(place: Document) -> tuple[Note, ...]:
    """Comments as text; an attachment is named, for a person has to fetch it."""
    return tuple(_notes(place))


def read_extrinsics(place: Document) -> tuple[Reference, ...]:
    """Extrinsics and IdReferences: their name or domain is the qualifier."""
    found = [
        Reference(qualifier=one.value("@name") or "Extrinsic", value=one.value("."))
        for one in place.occurrences("Extrinsic")
    ]
    found += [
        Reference(
            qualifier=one.value("@domain") or "IdReference",
            value=one.value("@identifier"),
            description=one.value("Description"),
        )
        for one in place.occurrences("IdReference")
    ]
    return tuple(reference for reference in found if reference.value)


def _tax_detail(detail: Document, reading: Reading) -> Tax:
    return Tax(
        type=detail.value("@category") or "TX",
        amount=reading.money(detail, "TaxAmount/Money", "tax"),
        percent=reading.percent(detail, "@percentageRate", "tax rate"),
        jurisdiction=detail.value("TaxLocation"),
        exempt=detail.value("@exemptDetail"),
    )


def _terms(header: Document, reading: Reading) -> Iterator[Terms]:
    for term in header.occurrences("PaymentTerm"):
        days = reading.whole(term, "@payInNumberOfDays", "number of days")
        percent = reading.percent(term, "Discount/DiscountPercent/@percent", "discount percentage")
        amount = reading.money(term, "Discount/DiscountAmount/Money", "discount")
        if percent is not None or amount is not None:
            yield Terms(discount_percent=percent, discount_amount=amount, discount_days=days)
        elif days is not None:
            yield Terms(net_days=days)


def _notes(place: Document) -> Iterator[Note]:
    for comments in place.occurrences("Comments"):
        text = comments.value(".")
        if text:
            yield Note(code=comments.value("@type"), text=text)
        for attachment in comments.occurrences("Attachment"):
            url = attachment.value("URL")
            if url:
                yield Note(code="attachment", text=url)
