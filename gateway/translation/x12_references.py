"""REF, N9, DTM and messages: what is known by its qualifier, and kept with it where we have no word for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from gateway.canonical.line import Note, Reference
from gateway.canonical.order import DATE_OF_DTM01
from gateway.core.document import Document
from gateway.translation.reading import Reading, x12_date

_MESSAGES = (("MSG", "MSG01"), ("MTX", "MTX02"))
"""Free text: MSG in 004010, MTX in 005010."""


def read_references(document: Document) -> tuple[Reference, ...]:
    """Every REF, whatever its qualifier, and the further number its REF04 may hold."""
    found: list[Reference] = []
    for segment in document.occurrences("REF"):
        value, description = segment.value("REF02"), segment.value("REF03")
        if value or description:
            qualifier = segment.value("REF01") or "ZZ"
            found.append(Reference(qualifier=qualifier, value=value, description=description))
        for number in (1, 3, 5):
            further = segment.value(f"REF04-{number + 1}")
            if further:
                qualifier = segment.value(f"REF04-{number}") or "ZZ"
                found.append(Reference(qualifier=qualifier, value=further))
    return tuple(found)


def read_n9_references(document: Document) -> tuple[Reference, ...]:
    """The number of each N9 (N902); its text and messages are notes."""
    pairs = ((loop.value("N901") or "ZZ", loop.value("N902")) for loop in document.occurrences("N9"))
    return tuple(Reference(qualifier=qualifier, value=value) for qualifier, value in pairs if value)


def read_notes(document: Document) -> tuple[Note, ...]:
    """What a person should read: N903 and the messages of each N9, messages of SPI, and those that stand alone.

    The lines of one N9 make one note; its code is N901.
    """
    return tuple(_notes(document))


def read_dates(document: Document, reading: Reading) -> Mapping[str, date]:
    """Every DTM by our word for its qualifier, or by the qualifier itself; of two alike the first counts."""
    dates: dict[str, date] = {}
    for segment in document.occurrences("DTM"):
        qualifier = segment.value("DTM01") or "ZZ"
        day = _day(segment, reading)
        if day is None:
            continue
        name = DATE_OF_DTM01.get(qualifier, qualifier)
        if dates.setdefault(name, day) != day:
            reading.warn(
                "date-repeated",
                f"The date {name} is given twice; {dates[name]} counts",
                segment.location("DTM02"),
                found=day.isoformat(),
                wanted="one date for each meaning",
            )
    return dates


def _day(segment: Document, reading: Reading) -> date | None:
    """DTM02, or DTM06 where DTM05 says D8. A range (RD8) has no single day."""
    if segment.value("DTM02"):
        return reading.date(segment, "DTM02")
    period = segment.value("DTM06")
    if period is None:
        return None
    day = x12_date(period) if segment.value("DTM05") == "D8" else None
    if day is None:
        reading.warn(
            "period-not-kept",
            f"The period {period!r} has no place in the order, which knows single days",
            segment.location("DTM06"),
            found=period,
            wanted="a date in DTM02",
        )
    return day


def _notes(document: Document) -> Iterator[Note]:
    for tag, path in _MESSAGES:
        for segment in document.occurrences(tag):
            text = segment.value(path)
            if text:
                yield Note(text=text)
    for segment in document.occurrences("NTE"):
        text = segment.value("NTE02")
        if text:
            yield Note(code=segment.value("NTE01"), text=text)
    for loop in document.occurrences("N9"):
        text = _lines(loop, loop.value("N903"))
        if text:
            yield Note(code=loop.value("N901"), text=text)
    for loop in document.occurrences("SPI"):
        text = _lines(loop, None)
        if text:
            yield Note(text=text)


def _lines(loop: Document, first: str | None) -> str:
    lines = [first or ""]
    for tag, path in _MESSAGES:
        lines += [segment.value(path) or "" for segment in loop.occurrences(tag)]
    return "\n".join(line for line in lines if line)
