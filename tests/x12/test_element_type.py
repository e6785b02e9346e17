"""The data types, value by value; verdicts from X12.6, not from our code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.x12.element_type import acceptance, diagnose
from gateway.x12.faults import Fault
from gateway.x12.tables import Element

AN = Element("93", "Name", "AN", 1, 5)
ID = Element("355", "Unit", "ID", 2, 2, frozenset({"EA", "CA"}))
FREE_ID = Element("26", "Country", "ID", 2, 3)
N0 = Element("96", "Count", "N0", 1, 3)
N2 = Element("610", "Amount", "N2", 2, 4)
R = Element("380", "Quantity", "R", 1, 4)
DT = Element("373", "Date", "DT", 8, 8)
OLD_DT = Element("373", "Date", "DT", 6, 6)
TM = Element("337", "Time", "TM", 4, 8)


def fault_of(element: Element, value: str) -> Fault | None:
    """What the quick test and the close look say together."""
    if acceptance(element)(value):
        # The quick test must never accept what the close look refuses.
        assert diagnose(element, value) is None
        return None
    wrong = diagnose(element, value)
    return wrong.fault if wrong else None


@pytest.mark.parametrize(
    ("element", "value", "fault"),
    [
        (AN, "ABCDE", None),
        (AN, " a~*", None),
        (AN, "ABCDEF", Fault.ELEMENT_TOO_LONG),
        (AN, "A\tB", Fault.BAD_CHARACTER),
        (AN, "A\nB", Fault.BAD_CHARACTER),
        (AN, "A\x00", Fault.BAD_CHARACTER),
        (AN, "Ren\xc3\xa9", None),  # UTF-8: four characters in five bytes
        (AN, "\xc3\xa9" * 5, None),  # five characters in ten bytes
        (AN, "\xc3\xa9" * 6, Fault.ELEMENT_TOO_LONG),
        (AN, "caf\xe9", None),  # Windows-1252
        (AN, "\x81", Fault.BAD_CHARACTER),  # no character in UTF-8 or Windows-1252
        (ID, "EA", None),
        (ID, "ea", Fault.CODE_NOT_IN_LIST),
        (ID, "ZZ", Fault.CODE_NOT_IN_LIST),
        (ID, "EACH", Fault.ELEMENT_TOO_LONG),
        (ID, "E", Fault.ELEMENT_TOO_SHORT),
        (FREE_ID, "DE", None),
        (FREE_ID, "Z", Fault.ELEMENT_TOO_SHORT),
        (N0, "0", None),
        (N0, "007", None),
        (N0, "-123", None),
        (N0, "1234", Fault.ELEMENT_TOO_LONG),
        (N0, "+12", Fault.BAD_CHARACTER),
        (N0, "1.0", Fault.BAD_CHARACTER),
        (N0, "12 ", Fault.BAD_CHARACTER),
        (N0, "-", Fault.BAD_CHARACTER),
        (N0, "\xb2", Fault.BAD_CHARACTER),  # a superscript two is no digit
        (N2, "18", None),
        (N2, "-1836", None),
        (N2, "1", Fault.ELEMENT_TOO_SHORT),
        (N2, "18.36", Fault.BAD_CHARACTER),
        (R, "1", None),
        (R, "1234", None),
        (R, "-1234", None),
        (R, "12.34", None),  # the point does not count
        (R, "-12.34", None),
        (R, ".5", None),
        (R, "5.", None),
        (R, "0.0001", Fault.ELEMENT_TOO_LONG),
        (R, "12345", Fault.ELEMENT_TOO_LONG),
        (R, "1,5", Fault.BAD_CHARACTER),
        (R, "1E5", Fault.BAD_CHARACTER),
        (R, "1.2.3", Fault.BAD_CHARACTER),
        (R, ".", Fault.BAD_CHARACTER),
        (R, "--1", Fault.BAD_CHARACTER),
        (R, "$1", Fault.BAD_CHARACTER),
        (DT, "20260317", None),
        (DT, "20240229", None),
        (DT, "20000229", None),
        (DT, "20260229", Fault.BAD_DATE),
        (DT, "19000229", Fault.BAD_DATE),
        (DT, "20260431", Fault.BAD_DATE),
        (DT, "20261301", Fault.BAD_DATE),
        (DT, "20260100", Fault.BAD_DATE),
        (DT, "00000101", Fault.BAD_DATE),
        (DT, "CCYYMMDD", Fault.BAD_DATE),
        (DT, "260317", Fault.ELEMENT_TOO_SHORT),
        (DT, "2026-03-17", Fault.ELEMENT_TOO_LONG),
        (OLD_DT, "260317", None),
        (OLD_DT, "000229", None),
        (OLD_DT, "260230", Fault.BAD_DATE),
        (TM, "0000", None),
        (TM, "2359", None),
        (TM, "235959", None),
        (TM, "2359595", None),
        (TM, "23595999", None),
        (TM, "2400", Fault.BAD_TIME),
        (TM, "1260", Fault.BAD_TIME),
        (TM, "12:30", Fault.BAD_TIME),
        (TM, "12305", Fault.BAD_TIME),
        (TM, "123060", Fault.BAD_TIME),
        (TM, "930", Fault.ELEMENT_TOO_SHORT),
        (TM, "123059999", Fault.ELEMENT_TOO_LONG),
    ],
)
def test_values(element: Element, value: str, fault: Fault | None) -> None:
    assert fault_of(element, value) is fault


@given(
    st.sampled_from([AN, ID, FREE_ID, N0, N2, R, DT, OLD_DT, TM]),
    st.text(st.sampled_from("0123456789.-EAZ \xe9\x85\n"), min_size=1, max_size=10),
)
def test_the_quick_test_accepts_only_what_the_close_look_accepts(element: Element, value: str) -> None:
    fault_of(element, value)


def test_what_is_said_counts_digits_and_names_the_limits() -> None:
    wrong = diagnose(N0, "-12345")
    assert wrong is not None
    assert (wrong.statement, wrong.wanted) == ("has 5 digits, at most 3 are allowed", "1 to 3 digits")
    code = diagnose(ID, "ZZ")
    assert code is not None and code.wanted == "one of CA, EA"
