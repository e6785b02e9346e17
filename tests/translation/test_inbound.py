"""The one way in: what a file is, in which order its parts come, and that nothing it holds can raise."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.canonical.order import Order
from gateway.translation.arrival import Arrival
from gateway.translation.inbound import translate_inbound
from gateway.translation.syntax import recognise
from gateway.translation.translation import (
    DocumentTranslated,
    FileRead,
    GroupEnded,
    InterchangeBegun,
    InterchangeEnded,
    Syntax,
    Translation,
    Unread,
)
from tests.translation.golden import GOLDEN, guides

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260317*1041*U*00401*{number}*0*{usage}*>~"
FA = "GS*FA*BUYER*SELLER*20260317*1041*9*X*004010~ST*997*0001~AK1*PR*12~AK9*A*1*1*1~SE*4*0001~GE*1*9~"
TEXT = "GS*TX*BUYER*SELLER*20260317*1041*3*X*004010~ST*864*0001~BMG*00~SE*3*0001~GE*1*3~"
UNKNOWN_SET = "GS*PO*BUYER*SELLER*20260317*1041*4*X*004010~ST*123*0001~XYZ*00~SE*3*0001~GE*1*4~"
GOOD = (
    "GS*PO*BUYER*SELLER*20260317*1041*1*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260317~"
    "PO1*1*10*EA*14.40*PE*UP*614141000418~CTT*1~SE*5*0001~GE*1*1~"
)


def interchange(*groups: str, number: str = "000000001", usage: str = "P") -> str:
    return f"{ISA.format(number=number, usage=usage)}{''.join(groups)}IEA*{len(groups)}*{number}~"


def translate(data: str | bytes, **options: object) -> list[Translation]:
    raw = data.encode() if isinstance(data, str) else data
    return list(translate_inbound([raw], guides(), arrival=Arrival(file="drop", document="D-1")))


def documents(translations: list[Translation]) -> list[DocumentTranslated]:
    return [one for one in translations if isinstance(one, DocumentTranslated)]


def test_the_parts_of_an_interchange_come_in_its_order() -> None:
    translations = translate(interchange(GOOD, FA) + interchange(TEXT, number="000000002", usage="T"))
    assert [type(one) for one in translations] == [
        FileRead,
        *(InterchangeBegun, DocumentTranslated, GroupEnded, DocumentTranslated, GroupEnded, InterchangeEnded),
        *(InterchangeBegun, DocumentTranslated, GroupEnded, InterchangeEnded),
    ]
    order, acknowledgement, text = documents(translations)
    assert isinstance(order.record, Order)
    assert (order.record.origin.document, order.record.origin.set, order.number) == ("D-1", "0001", "PO-1")
    assert isinstance(acknowledgement.record, FunctionalAcknowledgement)
    assert acknowledgement.record.group_control_number == "12"
    assert (text.document_type, text.processed, text.test) == ("864", False, True)
    assert [document.position for document in documents(translations)] == [1, 2, 3]


def test_groups_of_acknowledgements_are_known_as_such() -> None:
    groups = [one for one in translate(interchange(GOOD, FA)) if isinstance(one, GroupEnded)]
    assert [group.is_acknowledgement for group in groups] == [False, True]


def test_a_set_without_a_map_is_received_and_one_x12_does_not_know_is_refused() -> None:
    text, unknown = documents(translate(interchange(TEXT, UNKNOWN_SET)))
    assert (text.processed, text.record) == (False, None)
    assert unknown.refused


def test_a_bad_interchange_disturbs_no_other() -> None:
    broken = interchange(GOOD).replace("IEA", "EIA").replace("PO-1", "BAD")
    translations = translate(broken + interchange(GOOD, number="000000002"))
    assert [one.number for one in documents(translations) if one.origin.interchange == "000000002"] == [
        "PO-1"
    ]


def test_x12_behind_a_byte_order_mark_and_a_banner() -> None:
    for prefix in (b"\xef\xbb\xbf", b"\r\n\r\n", b"*** DELIVERED BY VAN ***\r\n"):
        (document,) = documents(translate(prefix + interchange(GOOD).encode()))
        assert isinstance(document.record, Order)


def test_junk_after_an_interchange_is_named() -> None:
    junk = translate(interchange(GOOD) + "what is this?")[-1]
    assert isinstance(junk, Unread)
    assert junk.offset == len(interchange(GOOD))
    assert junk.findings


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (b"", "empty-file", None),
        (b"\xef\xbb\xbf \r\n", "empty-file", None),
        (b"UNA:+.? 'UNB+UNOA:1+A+B+260317:1041+1'", "format-not-supported", "EDIFACT"),
        (b"UNB+UNOA:1+A+B+260317:1041+1'UNH+1+ORDERS:D:96A:UN'", "format-not-supported", "EDIFACT"),
        (b"STX=ANA:1+5000000000000:X'", "format-not-supported", "TRADACOMS"),
        (b"PK\x03\x04\x14\x00", "format-not-supported", "a zip archive or an Excel workbook (.xlsx)"),
        (b"%PDF-1.7\n", "format-not-supported", "a PDF"),
        (b'{"kind": "order"}', "format-not-supported", "JSON"),
        (b"\x00\x01\x02\x03" * 100, "binary-content", "U+0000"),
        (b"Dear sirs,\nplease send ten widgets.\n", "unknown-format", None),
    ],
)
def test_what_is_not_read_is_named(data: bytes, code: str, found: str | None) -> None:
    (opened,) = translate(data)
    assert isinstance(opened, FileRead)
    assert opened.refused
    assert (opened.findings[0].code, opened.findings[0].found) == (code, found)
    assert opened.findings[0].location.file == "drop"


def test_segments_without_an_isa_are_x12_that_the_reader_explains() -> None:
    translations = translate(GOOD)
    assert recognise(GOOD.encode()) == (Syntax.X12, None)
    assert not documents(translations)
    assert any(finding.is_error for one in translations for finding in one.findings)


def test_sheets_are_refused_where_no_layout_is_allowed() -> None:
    (opened,) = translate_inbound([b"PO,SKU,Qty\n1,A,2\n"], guides(), sheet_layout=None)
    assert [finding.code for finding in opened.findings] == ["unknown-format"]


def test_a_whole_file_beyond_the_limit_is_refused_without_being_kept() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"PO,SKU,Qty\n"
        for _ in range(80):
            yield b"1,A,2\n" * 200_000

    tracemalloc.start()
    (opened,) = translate_inbound(chunks(), guides())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [finding.code for finding in opened.findings] == ["file-too-large"]
    assert peak < 150 * 1024 * 1024


INPUTS = sorted(path.read_bytes() for path in GOLDEN.glob("*/*/input.*"))


@given(st.sampled_from(INPUTS), st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_chunks_of_any_size_give_the_same(data: bytes, size: int) -> None:
    whole = repr(list(translate_inbound([data], guides())))
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    assert repr(list(translate_inbound(chunks, guides()))) == whole


@given(st.sampled_from(INPUTS), st.data())
@settings(max_examples=120, deadline=None)
def test_damaged_files_give_documents_or_findings(data: bytes, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, min(len(data), start + 40)))
    damaged = data[:start] + draw.draw(st.binary(max_size=12)) + data[end:]
    translations = list(translate_inbound([damaged], guides()))
    assert isinstance(translations[0], FileRead)
    for document in documents(translations):
        assert document.record is None or not document.refused


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_garbage_is_refused_with_a_reason(data: bytes) -> None:
    translations = list(translate_inbound([data], guides()))
    assert not documents(translations)
    assert any(finding.is_error for one in translations for finding in one.findings)
