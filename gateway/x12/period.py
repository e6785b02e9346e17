"""Dates and times whose format a qualifier names: elements 1250 and 1251 in DTM, DTP, DMG and YNQ.

``D8`` asks for CCYYMMDD, ``RD8`` for two of them. Only formats that these sets use are checked; a value under another
qualifier passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gateway.x12.element_type import is_date, is_time
from gateway.x12.faults import Fault
from gateway.x12.segment_check import ElementFault
from gateway.x12.segments import Segment
from gateway.x12.tables import SegmentTable

# Element 1250: the format in the standard's notation, of one moment; two moments are joined by a hyphen.
_FORMATS = {
    "CM": "CCYYMM",
    "CY": "CCYY",
    "D6": "YYMMDD",
    "D8": "CCYYMMDD",
    "DT": "CCYYMMDDHHMM",
    "DTS": "CCYYMMDDHHMMSS-CCYYMMDDHHMMSS",
    "RD6": "YYMMDD-YYMMDD",
    "RD8": "CCYYMMDD-CCYYMMDD",
    "RDT": "CCYYMMDDHHMM-CCYYMMDDHHMM",
    "RTM": "HHMM-HHMM",
    "RTS": "CCYYMMDDHHMMSS",
    "TM": "HHMM",
    "TS": "HHMMSS",
}
_DIGITS = re.compile(r"\d+", re.ASCII)


@lru_cache(maxsize=1024)
def qualified_positions(table: SegmentTable) -> tuple[tuple[int, int], ...]:
    """The positions of a format qualifier and of the value it names, for each pair that the segment has."""
    numbers = [use.element.number for use in table.uses]
    pairs = zip(enumerate(numbers, 1), enumerate(numbers[1:], 2), strict=False)
    return tuple((at, next_at) for (at, one), (next_at, other) in pairs if (one, other) == ("1250", "1251"))


def period_faults(segment: Segment, table: SegmentTable) -> Iterator[ElementFault]:
    """What is wrong with the segment's values under a format qualifier."""
    for qualifier_at, value_at in qualified_positions(table):
        qualifier, value = segment.get(qualifier_at), segment.get(value_at)
        wanted = _FORMATS.get(qualifier)
        if wanted is None or not value or _fits(value, wanted):
            continue
        clock = wanted.startswith("HH")
        yield ElementFault(
            Fault.BAD_TIME if clock else Fault.BAD_DATE,
            value_at,
            f"is {value!r}, but {table.tag}{qualifier_at:02d} {qualifier} asks for {wanted}",
            f"a valid {wanted}",
            f"segments {table.tag}-{value_at:02d}",
            number="1251",
            value=value,
        )


def _fits(value: str, wanted: str) -> bool:
    moments, forms = value.split("-"), wanted.split("-")
    return len(moments) == len(forms) and all(map(_is_moment, moments, forms))


def _is_moment(text: str, form: str) -> bool:
    if len(text) != len(form) or not _DIGITS.fullmatch(text):
        return False
    day, _, clock = form.partition("HH")
    date, time = text[: len(day)], text[len(day) :]
    if clock or not day:
        return (not date or is_date(date)) and is_time(time)
    if form == "CCYYMM":
        return is_date(date + "01")
    return form == "CCYY" or is_date(date)
