"""The ISA: right and wrong lengths, missing and extra characters, and what each is told as."""

from __future__ import annotations

import pytest

from gateway.core.finding import Severity
from gateway.x12.faults import Fault
from gateway.x12.interchange_header import read_header, stands_here
from tests.x12.reading import errors_of, events_of, faults_of, findings_of, isa, order_file, sets_of

GOOD = order_file()


@pytest.mark.parametrize(
    ("old", "new", "fault", "code"),
    [
        (b"ZZ*BUYER          *", b"ZZ*BUYER*", Fault.SENDER_INVALID, "006"),
        (b"ZZ*BUYER          *", b"ZZ*BUYER WITH A LONG NAME*", Fault.SENDER_INVALID, "006"),
        (b"ZZ*BUYER          *", b"ZZ*               *", Fault.SENDER_INVALID, "006"),
        (b"*123456789      *", b"*123456789 *", Fault.RECEIVER_INVALID, "008"),
        (b"*00401*", b"*004010*", Fault.INTERCHANGE_VERSION_INVALID, "017"),
        (b"*000000042*0", b"*42*0", Fault.INTERCHANGE_CONTROL_NUMBER_INVALID, "018"),
        (b"*000000042*0", b"*00000004X*0", Fault.INTERCHANGE_CONTROL_NUMBER_INVALID, "018"),
        (b"*260317*1430*", b"*20260317*1430*", Fault.INTERCHANGE_DATE_INVALID, "014"),
        (b"*260317*1430*", b"*260317*14:30*", Fault.INTERCHANGE_TIME_INVALID, "015"),
        (b"ISA*00*          *", b"ISA*00* *", Fault.AUTHORIZATION_INVALID, "011"),
        (b"*P*>~", b"*P*~", Fault.COMPONENT_SEPARATOR_INVALID, "027"),
    ],
)
def test_an_isa_of_the_wrong_length_is_diagnosed_and_read(
    old: bytes, new: bytes, fault: Fault, code: str
) -> None:
    assert GOOD.count(old) == 1
    data = GOOD.replace(old, new)
    errors = [error for error in errors_of(data) if error.location.segment == "ISA"]
    assert [(error.fault, error.standard_code) for error in errors] == [(fault, code)]
    (document,) = sets_of(events_of(data))
    assert document.findings == () and document.value("PO102") is not None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"ZZ*BUYER", b"QQ*BUYER", Fault.SENDER_QUALIFIER_INVALID),
        (b"*260317*1430*", b"*261317*1430*", Fault.INTERCHANGE_DATE_INVALID),
        (b"*260317*1430*", b"*260317*2430*", Fault.INTERCHANGE_TIME_INVALID),
        (b"*U*00401*", b"*U*00040*", Fault.INTERCHANGE_VERSION_INVALID),
        (b"*U*00401*", b"*#*00401*", Fault.STANDARD_INVALID),
        (b"*0*P*", b"*7*P*", Fault.ACKNOWLEDGEMENT_REQUEST_INVALID),
        (b"*0*P*", b"*0*Q*", Fault.USAGE_INVALID),
    ],
)
def test_values_the_standard_does_not_list_are_warnings(old: bytes, new: bytes, fault: Fault) -> None:
    assert GOOD.count(old) == 1
    found = findings_of(events_of(GOOD.replace(old, new)))
    assert faults_of(found) == [fault] and found[0].severity is Severity.WARNING


def test_only_p_is_production() -> None:
    for usage, test in (("P", False), ("T", True), ("I", True), ("Q", True)):
        assert (
            sets_of(events_of(GOOD.replace(b"*0*P*", b"*0*" + usage.encode() + b"*")))[0].interchange.test
            is test
        )


def test_places_of_isa_findings_are_those_of_the_elements() -> None:
    data = b"junk\n" + GOOD.replace(b"ZZ*BUYER", b"QQ*BUYER")
    finding = findings_of(events_of(data))[-1]
    assert finding.location.element == 5
    assert finding.location.offset == data.index(b"QQ*")


def test_a_component_separator_missing_before_a_line_break() -> None:
    header = isa().replace(">~", "~")
    text = read_header(header + "\nGS*PO*A*B~\nST*850*0001~\n")
    assert text is not None and text.delimiters.segment == "~" and text.component_missing
    broken = read_header(isa().replace(">~", ">") + "\nGS*PO*A*B\nST*850*0001\n")
    assert broken is not None and broken.delimiters.segment == "\n" and broken.delimiters.component == ">"


def test_the_same_character_twice() -> None:
    errors = errors_of(GOOD.replace(b"*P*>~", b"*P**~"))
    assert errors[0].fault is Fault.COMPONENT_SEPARATOR_INVALID and errors[0].found == "*"


@pytest.mark.parametrize(
    "text", ["ISA", "ISA " + "x" * 200, "ISAxxxxxx", "ISA*00*short", "ISA*" + "\n*" * 40]
)
def test_what_is_no_header(text: str) -> None:
    assert read_header(text) is None and not stands_here(text)


def test_a_header_stands_where_all_separators_are_in_place() -> None:
    assert stands_here(isa()) and stands_here(isa() + "GS*")
    assert not stands_here(isa()[:-2]) and not stands_here(isa().replace("*00401*", "*0040A*"))
