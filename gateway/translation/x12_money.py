"""ITD, SAC and TXI: terms, allowances and charges, taxes."""

from __future__ import annotations

from decimal import Decimal

from gateway.canonical.money import AllowanceCharge, Tax, Terms
from gateway.core.document import Document
from gateway.translation.reading import Reading

KIND_OF_SAC01 = {
    "A": "allowance",
    "C": "charge",
    "N": "no_allowance_or_charge",
    "P": "promotion",
    "S": "service",
}
"""Element 248 to our word; a code without a word keeps its code."""


def read_terms(document: Document, reading: Reading) -> tuple[Terms, ...]:
    """Every ITD. ITD08 has two implied decimals."""
    return tuple(
        Terms(
            type=segment.value("ITD01"),
            basis=segment.value("ITD02"),
            discount_percent=reading.percent(segment, "ITD03", "discount percentage"),
            discount_due=reading.date(segment, "ITD04", "discount date"),
            discount_days=reading.whole(segment, "ITD05", "number of discount days"),
            net_due=reading.date(segment, "ITD06", "net due date"),
            net_days=reading.whole(segment, "ITD07", "number of net days"),
            discount_amount=reading.implied(segment, "ITD08", "discount amount"),
            day_of_month=reading.whole(segment, "ITD13", "day of the month"),
            text=segment.value("ITD12"),
        )
        for segment in document.occurrences("ITD")
    )


def read_allowances_charges(document: Document, reading: Reading) -> tuple[AllowanceCharge, ...]:
    """Every SAC of a document or line. SAC05 has two implied decimals, SAC08 its own point."""
    return tuple(
        AllowanceCharge(
            kind=KIND_OF_SAC01.get(loop.value("SAC01") or "", loop.value("SAC01") or "unknown"),
            code=loop.value("SAC02"),
            method=loop.value("SAC12"),
            percent=reading.percent(loop, "SAC07"),
            rate=reading.price(loop, "SAC08", "rate"),
            quantity=reading.quantity(loop, "SAC10"),
            unit=loop.value("SAC09"),
            amount=reading.implied(loop, "SAC05"),
            description=loop.value("SAC15"),
            agency=loop.value("SAC03"),
            agency_code=loop.value("SAC04"),
            reference=loop.value("SAC13"),
        )
        for loop in document.occurrences("SAC")
    )


def read_taxes(document: Document, reading: Reading) -> tuple[Tax, ...]:
    """Every TXI."""
    return tuple(
        Tax(
            type=segment.value("TXI01") or "ZZ",
            amount=reading.money(segment, "TXI02", "tax amount"),
            percent=_tax_percent(segment, reading),
            jurisdiction=segment.value("TXI05"),
            exempt=segment.value("TXI06"),
            identification=segment.value("TXI09"),
        )
        for segment in document.occurrences("TXI")
    )


def _tax_percent(segment: Document, reading: Reading) -> Decimal | None:
    """TXI03 is a fraction: .0825 is 8.25 percent. One and more can only be meant as a percentage."""
    rate = reading.percent(segment, "TXI03", "tax rate")
    if rate is None:
        return None
    if rate < 1:
        return rate.scaleb(2)
    reading.warn(
        "tax-rate-as-percentage",
        f"The tax rate {rate} was taken as a percentage",
        segment.location("TXI03"),
        found=str(rate),
        wanted="a fraction below 1, such as .0825",
        rule="X12 element 954",
    )
    return rate
