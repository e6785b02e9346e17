"""Typed values out of a document: what cannot be read becomes a finding with its place, and the value None."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from gateway.core.document import Document
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.core.quantity import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, fits_ledger, parse_decimal

_PERCENT_PLACES = 6

FINDINGS_OF_A_DOCUMENT = 1000
"""More findings of one document help nobody and fill the memory; the first error beyond says that there are more."""


class Reading:
    """Collects the findings of one document while its values are read.

    ``known`` are findings that an earlier check (the guide) already made: a place that has an error there gets no
    second one here. ``ask_for`` names the document in the advice: "Ask the partner for a corrected 850".
    """

    def __init__(self, *, ask_for: str, known: Iterable[Finding] = ()) -> None:
        self._ask_for = ask_for
        self._known = {_place(finding.location) for finding in known if finding.is_error}
        self._findings: list[Finding] = []
        self._full = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far, in the order it was found."""
        return tuple(self._findings)

    @property
    def fix(self) -> str:
        """The advice for a value that only the sender can correct."""
        return f"Ask the partner for a corrected {self._ask_for}"

    def add(self, finding: Finding) -> None:
        """Keep a finding, unless the same place already has an error."""
        if _place(finding.location) in self._known:
            return
        if len(self._findings) < FINDINGS_OF_A_DOCUMENT:
            self._findings.append(finding)
        elif finding.is_error and not self._full:
            self._full = True
            self._findings.append(
                Finding(
                    code="more-findings",
                    message=f"There are more findings than the {FINDINGS_OF_A_DOCUMENT} named",
                    location=finding.location,
                    fix="Correct what is named, then the rest will be",
                )
            )

    def error(
        self,
        code: str,
        message: str,
        place: Location,
        *,
        found: str | None = None,
        wanted: str | None = None,
        rule: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Keep an error; without a ``fix`` the advice is to ask the partner."""
        self.add(
            Finding(
                code=code,
                message=message,
                location=place,
                found=found,
                wanted=wanted,
                rule=rule,
                fix=fix or self.fix,
            )
        )

    def warn(
        self,
        code: str,
        message: str,
        place: Location,
        *,
        found: str | None = None,
        wanted: str | None = None,
        rule: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Keep a warning."""
        self.add(
            Finding(
                code=code,
                message=message,
                severity=Severity.WARNING,
                location=place,
                found=found,
                wanted=wanted,
                rule=rule,
                fix=fix,
            )
        )

    def required(self, document: Document, path: str, label: str) -> str | None:
        """A value that must be there."""
        text = document.value(path)
        if text is None:
            self.error(
                f"missing-{label.replace(' ', '-')}",
                f"The {label} is missing",
                document.location(path),
                wanted=f"a {label}",
            )
        return text

    def quantity(self, document: Document, path: str, label: str = "quantity") -> Decimal | None:
        """A quantity, with at most the ledger's decimals."""
        return self._decimal(document, path, label, QUANTITY_PLACES)

    def price(self, document: Document, path: str, label: str = "price") -> Decimal | None:
        """A unit price."""
        return self._decimal(document, path, label, PRICE_PLACES)

    def money(self, document: Document, path: str, label: str = "amount") -> Decimal | None:
        """An amount of money, written with its decimal point."""
        return self._decimal(document, path, label, MONEY_PLACES)

    def percent(self, document: Document, path: str, label: str = "percentage") -> Decimal | None:
        """A percentage: 2 is two in a hundred."""
        return self._decimal(document, path, label, _PERCENT_PLACES)

    def implied(self, document: Document, path: str, label: str = "amount") -> Decimal | None:
        """An X12 N2 amount: two implied decimals, 327 is 3.27. One written with a point is taken as written."""
        value = self._decimal(document, path, label, MONEY_PLACES)
        if value is None:
            return None
        if "." in (document.value(path) or ""):
            self.warn(
                "decimal-point-in-implied-number",
                f"The {label} has a decimal point where two decimals are implied; it was taken as written",
                document.location(path),
                found=document.value(path),
                wanted="digits only",
                rule="X12 data type N2",
            )
            return value
        return value.scaleb(-2)

    def whole(self, document: Document, path: str, label: str) -> int | None:
        """A whole number of at most nine digits."""
        value = self._decimal(document, path, label, 0)
        return int(value) if value is not None else None

    def date(self, document: Document, path: str, label: str = "date") -> date | None:
        """An X12 date: CCYYMMDD, or YYMMDD as versions before 004010 write it (00 to 69 are this century's)."""
        text = document.value(path)
        if text is None:
            return None
        value = x12_date(text)
        if value is None:
            self.error(
                "not-a-date",
                f"The {label} {text!r} is not a date",
                document.location(path),
                found=text,
                wanted="a date of the calendar as CCYYMMDD",
            )
        return value

    def _decimal(self, document: Document, path: str, label: str, places: int) -> Decimal | None:
        text = document.value(path)
        if text is None:
            return None
        return self.number(text, document.location(path), label, places)

    def number(self, text: str, place: Location, label: str, places: int) -> Decimal | None:
        """The exact value of a plain number that the ledger can hold with so many decimals."""
        value = parse_decimal(text)
        if value is None:
            self.error(
                "not-a-number",
                f"The {label} {text!r} is not a number",
                place,
                found=text,
                wanted="a number such as 12 or 12.50",
            )
            return None
        if not fits_ledger(value, places):
            self.error(
                "number-out-of-range",
                f"The {label} {text} is too long to be kept exactly",
                place,
                found=text,
                wanted=f"at most {places} decimals and {18 - places} digits before them",
                rule="numbers are kept as 64-bit integers",
            )
            return None
        return value


def x12_date(text: str) -> date | None:
    """The day that CCYYMMDD or YYMMDD names, or None."""
    if not text.isascii() or not text.isdigit():
        return None
    if len(text) == 6:
        text = ("19" if text >= "70" else "20") + text
    if len(text) != 8:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _place(location: Location) -> tuple[object, ...]:
    """What makes two X12 places the same; places without a segment are all different from each other."""
    if location.segment_number is None:
        return (location,)
    return (location.segment_number, location.element)
