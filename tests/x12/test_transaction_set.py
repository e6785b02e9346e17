"""Values by path, loops and places of a transaction set."""

from __future__ import annotations

import pytest

from gateway.core.document import Document
from gateway.x12.path import PathError, parse_path
from tests.x12.reading import ORDER, events_of, order_file, sets_of

SEGMENTS = [
    *ORDER[:2],
    "REF*IA*8746**DP>7>VN>99",
    "REF*ZZ**EMPTY",
    "N9*L1*NOTES",
    "MSG*FIRST",
    "MSG*SECOND",
    *ORDER[3:6],
    "N1*BT*Hooli Accounts*92*00001",
    "PO1*1*10*EA*14.40*PE*UP*614141000418*VN*W-RED",
    "PID*F****Red widget",
    "SLN*1**I*4*EA",
    "PID*F****Red part",
    "SLN*2**I*6*EA",
    "PO1*2*4*EA*9.25",
    "CTT*2",
    "AMT*TT*181",
]


@pytest.fixture(scope="module")
def document() -> Document:
    (found,) = sets_of(events_of(order_file(SEGMENTS)))
    assert found.findings == ()
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("BEG03", "4500012345"),
        ("BEG.03", "4500012345"),
        ("BEG04", None),
        ("BEG12", None),
        ("ZZZ01", None),
        ("REF02", "531"),
        ("REF[IA].02", "8746"),
        ("REF[IA]02", "8746"),
        ("REF[XX].02", None),
        ("REF[02=8746].01", "IA"),
        ("REF[IA].04-1", "DP"),
        ("REF[IA].04-4", "99"),
        ("REF[IA].04-5", None),
        ("REF[IA].04", "DP>7>VN>99"),
        ("REF04-2", "7"),  # the first REF that has a REF04
        ("N104", "00417"),
        ("N1[BT].04", "00001"),
        ("N1[BT]/N401", None),
        ("N1[ST]/N401", "Boise"),
        ("N401", None),  # stands in the N1 loop
        ("N9/MSG01", "FIRST"),
        ("PO1[02]/PO101", None),
        ("PO1[01=2]/PO102", "4"),
        ("PO1/SLN/PID05", "Red part"),
        ("PO1/PID05", "Red widget"),
        ("CTT/AMT02", "181"),
        ("SE01", "21"),
    ],
)
def test_values(document: Document, path: str, value: str | None) -> None:
    assert document.value(path) == value


def test_occurrences_are_documents_of_their_own(document: Document) -> None:
    lines = list(document.occurrences("PO1"))
    assert [line.value("PO101") for line in lines] == ["1", "2"]
    assert [part.value("SLN04") for part in lines[0].occurrences("SLN")] == ["4", "6"]
    assert [part.value("SLN04") for part in document.occurrences("PO1/SLN")] == ["4", "6"]
    assert [part.value("PID05") for part in lines[0].occurrences("SLN[1]")] == ["Red part"]
    assert list(lines[1].occurrences("SLN")) == []
    assert [one.value("REF01") for one in document.occurrences("REF")] == ["DP", "IA", "ZZ"]
    assert [one.value("MSG01") for one in document.occurrences("N9/MSG")] == ["FIRST", "SECOND"]


def test_places(document: Document) -> None:
    data = order_file(SEGMENTS)
    place = document.location("PO1[01=2]/PO104")
    assert (place.segment, place.segment_number, place.element, place.set) == ("PO1", 18, 4, "0001")
    assert place.offset is not None and data[place.offset :].startswith(b"9.25~")
    assert document.location().segment == "ST"
    absent = document.location("PO1/MEA01")
    assert absent.path == "PO1/MEA01" and absent.segment == "ST"
    missing_element = document.location("BEG04")
    assert (missing_element.segment, missing_element.element) == ("BEG", 4)
    assert document.location("REF[IA].04-2").component == 2
    line = next(iter(document.occurrences("PO1")))
    assert line.location().segment_number == 13


def test_text_is_decoded_and_repetitions_cut() -> None:
    utf8 = order_file([*ORDER[:3], "N1*ST*Café", *ORDER[6:]]).replace(b"Caf\xe9", "Café".encode())
    assert sets_of(events_of(utf8))[0].value("N102") == "Café"
    windows = order_file([*ORDER[:3], "N1*ST*Caf\x80", *ORDER[6:]])
    assert sets_of(events_of(windows))[0].value("N102") == "Caf€"
    repeated = order_file([*ORDER[:2], "REF*DP*5^6", *ORDER[3:]], version="005010")
    assert sets_of(events_of(repeated))[0].value("REF[DP].02") == "531"
    assert [o.value("REF02") for o in sets_of(events_of(repeated))[0].occurrences("REF")] == ["531", "5"]


def test_segments_without_a_place_stay_in_the_loop_that_was_open() -> None:
    (found,) = sets_of(events_of(order_file([*ORDER[:7], "QQQ*1", *ORDER[7:]])))
    assert found.value("PO1/QQQ01") == "1"
    assert [segment.tag for segment in found.find_segments("PO1")] == ["PO1", "PO1"]


@pytest.mark.parametrize(
    "path", ["", "beg03", "B", "BEG3", "BEG03/REF02", "BEG[", "BEG03-", "/BEG03", "PURCHASE"]
)
def test_a_path_that_is_none_is_the_maps_fault(document: Document, path: str) -> None:
    with pytest.raises(PathError):
        document.value(path)


@pytest.mark.parametrize(
    ("path", "tag", "element"),
    [
        ("N10", "N10", None),
        ("N104", "N1", 4),
        ("N1004", "N10", 4),
        ("HL01", "HL", 1),
        ("G6101", "G61", 1),
        ("PO1", "PO1", None),
    ],
)
def test_the_length_tells_segment_and_element_apart(path: str, tag: str, element: int | None) -> None:
    (step,) = parse_path(path)
    assert (step.tag, step.element) == (tag, element)
