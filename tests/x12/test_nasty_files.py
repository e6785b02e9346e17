"""Files as networks, wholesalers and old systems send them: what is told of each is little, exact and of use.

Each case is an order changed in one way, and every finding that a person of the trade would expect: severity, code
and place. What is not listed must not be told.
"""

from __future__ import annotations

import pytest

from gateway.x12.delimiters import Delimiters
from tests.x12.reading import ORDER, events_of, findings_of, group, interchange, sets_of, transaction
from tests.x12.test_golden_verdicts import place_of

BEG, REF, DTM, N1, N3, N4, PO1, PID, PO1_2, CTT = ORDER
GOOD = interchange(group(transaction()), after="\n")
CHANGE = ["BCH*04*SA*4500012345***20260317", "POC*1*QI*15*10*EA", "CTT*1"]
LINES = interchange(group(transaction()), delimiters=Delimiters("*", ">", "\n"))


def order(*segments: str, count: int | None = None) -> bytes:
    """One order, line by line."""
    return interchange(group(transaction(segments, count=count)), after="\n")


def wrapped(data: bytes, width: int) -> bytes:
    """The file in lines of one width, wherever that cuts."""
    return b"\r\n".join(data[at : at + width] for at in range(0, len(data), width))


MIXED = [
    transaction(number=f"{n:04d}") if n % 2 else transaction(CHANGE, code="860", number=f"{n:04d}")
    for n in range(1, 42)
]
CASES: dict[str, tuple[bytes, list[str]]] = {
    "banner and trailer of a network": (
        b"//ICCNET JOB 4711\r\n$$ADD ID=XX BID='PO'\r\n" + GOOD + b"\r\n$$REQUEST END\r\n",
        ["w text-around-interchange -", "w text-around-interchange -"],
    ),
    "wrapped at 80 columns": (wrapped(GOOD.replace(b"\n", b""), 80), ["e no-interchange -"]),
    "blank lines between segments": (
        GOOD.replace(b"~\n", b"~\n\n\n"),
        ["w text-around-interchange -"],  # only those at the end of the file
    ),
    "blank lines where line feeds end segments": (LINES.replace(b"\n", b"\n\n"), []),
    "80-column records padded with blanks": (
        b"".join(line.ljust(80) + b"\n" for line in LINES.rstrip(b"\n").split(b"\n")),
        ["w segments-padded -"],
    ),
    "a wholesaler's totals": (
        order(*ORDER[:-1], "CTT*14*999"),
        ["w line-count CTT01@11", "w hash-total CTT02@11"],
    ),
    "a wholesaler's segment count": (order(*ORDER, count=13), ["e segment-count SE01@12"]),
    "GE and IEA count sets of the whole file": (
        GOOD.replace(b"GE*1*", b"GE*41*").replace(b"IEA*1*", b"IEA*41*"),
        ["e set-count GE01@15", "e group-count IEA01@16"],
    ),
    "zeros before control numbers": (
        GOOD.replace(b"GE*1*7", b"GE*01*0007").replace(b"IEA*1*000000042", b"IEA*1*42"),
        ["w group-control-number GE02@15", "w interchange-control-number IEA02@16"],
    ),
    "SDQ split over two segments": (
        order(
            *ORDER[:8],
            "SDQ*EA*92*" + "*".join(f"{n:04d}*1" for n in range(10)),
            "SDQ*EA*92*0011*1",
            *ORDER[8:],
        ),
        [],
    ),
    "SDQ with a store and no quantity": (
        order(*ORDER[:8], "SDQ*EA*92*0551*4*0552", *ORDER[8:]),
        ["e element-condition SDQ06@10"],
    ),
    "empty qualifier pairs in the middle of PO1": (
        order(*ORDER[:6], "PO1*1*10*EA*14.40*PE***VN*W-RED***UP*614141000418", PID, "CTT*1"),
        [],
    ),
    "ISA not padded": (GOOD.replace(b"BUYER          ", b"BUYER", 1), ["e sender-identifier ISA06@1"]),
    "ids in small letters": (
        order("beg*00*SA*1**20260317", *ORDER[1:6], PO1.replace("PO1", "po1"), PID, "CTT*0"),
        ["e segment-unknown beg@2", "e segment-unknown po1@8"],
    ),
    "41 sets, orders and changes in turn, in one group of orders": (
        interchange(group(*MIXED)),
        ["e set-not-in-group ST01@1"] * 20,
    ),
    "orders and changes each in their group": (
        interchange(group(*MIXED[::2]), group(*MIXED[1::2], code="PC", number="8")),
        [],
    ),
    "a price as people write it": (
        order(*ORDER[:6], "PO1*1*1,000*EA*$14.40", PID, "CTT*1"),
        ["e bad-character PO102@8", "e bad-character PO104@8"],
    ),
    "a tab in a name": (
        order(*ORDER[:3], "N1*ST*Hooli\tWest*92*00417", *ORDER[4:]),
        ["e bad-character N102@5"],
    ),
    "address lines in the wrong order": (
        order(*ORDER[:4], N4, N3, *ORDER[6:]),
        ["e segment-out-of-sequence N3@7"],
    ),
    "a note of another standard": (
        order(*ORDER[:3], "NTE*GEN*FRAGILE", *ORDER[3:]),
        ["e segment-not-in-set NTE@5"],
    ),
    "padded with zero bytes, ended with 0x1A": (
        GOOD.replace(b"\n", b"") + b"\x00" * 40 + b"\x1a",
        ["w text-around-interchange -"],
    ),
    "the same file twice in one": (GOOD + GOOD, ["e interchange-control-number-twice ISA13@1"]),
    "cut off in a line": (
        GOOD[: GOOD.index(b"14.40")],
        [
            "e set-trailer-missing -",
            "e group-trailer-missing -",
            "w terminator-missing -",
            "e file-truncated -",
        ],
    ),
    "a terminator lost in a line": (
        GOOD.replace(b"W-RED~\n", b"W-RED\n"),
        ["e segment-count SE01@11", "e bad-character PO109@8"],
    ),
    "the SE lost between two orders": (
        interchange(group(transaction()[:-1], transaction(number="0002"))),
        ["e set-trailer-missing -"],
    ),
    "blanks after terminators": (GOOD.replace(b"~\n", b"~ \n"), ["w segments-indented -"]),
    "dates and times as people write them": (
        order("BEG*00*SA*1**2026-03-17", REF, "DTM*010*20260320*14:30", *ORDER[3:]),
        ["e element-too-long BEG05@2", "e bad-time DTM03@4"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name: str) -> None:
    data, expected = CASES[name]
    found = [f"{f.severity.value[0]} {f.code} {place_of(f.location)}" for f in findings_of(events_of(data))]
    assert found == expected


def test_the_width_of_wrapped_lines_is_told() -> None:
    for width in (64, 72, 80, 100):
        (finding,) = findings_of(events_of(wrapped(GOOD.replace(b"\n", b""), width)))
        assert f"wrapped into lines of {width} characters" in finding.message
    (finding,) = findings_of(events_of(b"ISA*00*\r\nhello\r\n"))
    assert "wrapped" not in finding.message


def test_good_orders_of_a_mixed_group_go_on() -> None:
    documents = sets_of(events_of(CASES["41 sets, orders and changes in turn, in one group of orders"][0]))
    assert [document.set_code for document in documents if not document.refused] == ["850"] * 21
