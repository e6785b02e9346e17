"""A transaction set in the making, which remembers what each element was made from.

The guide judges the finished bytes; with what is remembered here its findings can name the canonical path of the
value that is at fault, not only the element it landed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from gateway.canonical.line import Identifier
from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.core.quantity import decimal_text
from gateway.x12.draft import SetDraft
from gateway.x12.element_format import date8, is_exact, n_type, r_type


@dataclass(frozen=True, slots=True)
class Sourced:
    """The text of an element and the canonical path it came from."""

    text: str
    path: str


Cell = str | Sourced | None
"""What an element is made of: our own constant, a value of the record, or nothing."""


@dataclass(frozen=True, slots=True)
class OutboundDraft:
    """A set ready for its envelope. ``sources`` has, for each segment, the canonical path by element position.

    A set that comes from no canonical record (a 997) has neither sources nor findings: ``OutboundDraft(draft)``.
    """

    draft: SetDraft
    sources: tuple[dict[int, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    def sourced(self, finding: Finding) -> Finding:
        """The finding with the canonical path added, where it is about one of our segments."""
        place = finding.location
        index = (place.segment_number or 1) - 2  # segments count from 1 at ST; the draft begins after it
        if place.path is not None or not 0 <= index < len(self.sources):
            return finding
        paths = self.sources[index]
        path = paths.get(place.element) if place.element is not None else _parent(paths)
        return replace(finding, location=replace(place, path=path)) if path else finding


@dataclass(slots=True)
class OutboundSet:
    """Collects the segments of one set; ``set_code`` is ST01."""

    set_code: str
    segments: list[tuple[str, ...]] = field(default_factory=list)
    sources: list[dict[int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, tag: str, *cells: Cell) -> None:
        """One segment. Trailing empty elements are trimmed when it is written."""
        texts = [cell.text if isinstance(cell, Sourced) else cell or "" for cell in cells]
        self.segments.append((tag, *texts))
        places = enumerate(cells, start=1)
        self.sources.append({place: cell.path for place, cell in places if isinstance(cell, Sourced)})

    def amount(self, path: str, value: Decimal | None) -> Cell:
        """Money in an N2 element: two implied places. What needs more is a finding, never rounded in silence."""
        if value is None:
            return Sourced("", path)
        if is_exact(value, 2):
            return Sourced(n_type(value, 2), path)
        self.find(
            "amount-not-in-cents",
            f"{decimal_text(value)} has more than two decimal places, which this element (type N2) cannot hold",
            path,
            found=decimal_text(value),
            wanted="an amount of at most two decimal places",
            fix="Round the amount in the document, or agree another set or syntax for this currency",
        )
        return Sourced("", path)

    def description(self, path: str, text: str | None, longest: int = 80) -> Cell:
        """Free text for people: what does not fit is cut off, with a warning (nothing depends on it)."""
        if text is None or len(text) <= longest:
            return at(path, text)
        self.find(
            "text-cut-off",
            f"The text has {len(text)} characters; {longest} are sent",
            path,
            found=text,
            wanted=f"at most {longest} characters",
            fix="Nothing, if the end of the text does not matter",
            severity=Severity.WARNING,
        )
        return Sourced(text[:longest].rstrip(), path)

    def identifiers(self, path: str, identifiers: Sequence[Identifier], most: int) -> list[Cell]:
        """Pairs of qualifier (235) and identifier (234), as many as the segment holds."""
        if len(identifiers) > most:
            names = ", ".join(each.qualifier for each in identifiers[most:])
            self.find(
                "identifiers-left-out",
                f"The segment holds {most} identifiers; {names} left out",
                f"{path}[{most}]",
                severity=Severity.WARNING,
                fix="Put the identifiers the partner needs first",
            )
        cells: list[Cell] = []
        for index, each in enumerate(identifiers[:most]):
            cells += [
                at(f"{path}[{index}].qualifier", each.qualifier),
                at(f"{path}[{index}].value", each.value),
            ]
        return cells

    def find(
        self,
        code: str,
        message: str,
        path: str,
        *,
        found: str | None = None,
        wanted: str | None = None,
        fix: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Notes what is wrong with the record for this set."""
        self.findings.append(
            Finding(
                code=code,
                message=message,
                severity=severity,
                location=Location(path=path),
                found=found,
                wanted=wanted,
                fix=fix,
            )
        )

    def finished(self) -> OutboundDraft:
        """The draft with its sources and findings."""
        draft = SetDraft(self.set_code, tuple(self.segments))
        return OutboundDraft(draft, tuple(self.sources), tuple(self.findings))


def at(path: str, value: str | Decimal | date | int | None) -> Cell:
    """A value of the record as an element: text as it is, numbers as R (or N0), dates as CCYYMMDD.

    An absent value keeps its path, so that a missing mandatory element is reported by the name of the value.
    """
    if value is None:
        return Sourced("", path)
    if isinstance(value, Decimal):
        return Sourced(r_type(value), path)
    if isinstance(value, date):
        return Sourced(date8(value), path)
    return Sourced(str(value), path)


def hash_total(quantities: Sequence[Decimal]) -> str:
    """CTT02 (347): the sum without regard to decimal points or signs; ten digits, cut off on the left."""
    digits = (decimal_text(quantity).replace(".", "").lstrip("+-") for quantity in quantities)
    return str(sum(map(int, digits)) % 10**10)


def _parent(paths: dict[int, str]) -> str | None:
    """The part of the record a segment is about: ``lines[2]`` of ``lines[2].quantity``."""
    first = next(iter(paths.values()), None)
    return first.rpartition(".")[0] or first if first else None
