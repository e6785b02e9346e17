"""Dates as people write them in sheets, and the proof of which comes first, day or month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

AUTO = "auto"

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?: .*)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def decide_day_first(texts: Iterable[str]) -> bool | None:
    """True for day before month, False for month before day, None where the sheet proves neither or both.

    ``13/10/2008`` proves the day, ``10/13/2008`` the month; dots (``03.02.2026``) are written day first.
    """
    day = month = False
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip())
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        day = day or first > 12 or match[2] == "."
        month = month or second > 12
    return day if day != month else None


def is_ambiguous(text: str) -> bool:
    """Whether the date reads as two different days, day first or month first."""
    match = _NUMERIC.fullmatch(text.strip())
    return match is not None and match[2] != "." and int(match[1]) != int(match[3]) and _both_small(match)


def sheet_date(text: str, date_format: str, day_first: bool | None) -> date | None:
    """The day a cell names, or None. With ``auto`` an ambiguous date without proof is None too."""
    text = text.strip()
    if date_format != AUTO:
        return _by_format(text, date_format)
    match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is not None:
        return _day(match[1], match[2], match[3])
    match = _NUMERIC.fullmatch(text)
    if match is not None:
        return _numeric(match, day_first)
    match = _DAY_MONTH.fullmatch(text)
    if match is not None:
        return _named(match[3], match[2], match[1])
    match = _MONTH_DAY.fullmatch(text)
    return _named(match[3], match[1], match[2]) if match is not None else None


def _both_small(match: re.Match[str]) -> bool:
    return int(match[1]) <= 12 and int(match[3]) <= 12


def _numeric(match: re.Match[str], day_first: bool | None) -> date | None:
    first, second, year = match[1], match[3], match[4]
    if len(year) == 2:
        year = ("19" if year >= "70" else "20") + year
    if match[2] == ".":
        day_first = True
    elif day_first is None:
        if _both_small(match) and first != second:
            return None
        day_first = int(first) > 12
    return _day(year, second, first) if day_first else _day(year, first, second)


def _named(year: str, month: str, day: str) -> date | None:
    name = month[:3].lower()
    return _day(year, str(_MONTHS.index(name) + 1), day) if name in _MONTHS else None


def _by_format(text: str, date_format: str) -> date | None:
    try:
        return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day has no zone
    except (ValueError, re.error):
        return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
