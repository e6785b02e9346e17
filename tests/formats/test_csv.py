"""CSV: encodings, delimiters, rows that are not like the header, and cells that know their place."""

from __future__ import annotations

import csv as standard
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import Finding
from gateway.formats import csv
from gateway.formats.csv import CsvLimits, Record, Sheet, column_letters, column_name, vote_delimiter


def read(data: bytes, encoding: str | None = None) -> Sheet:
    sheet, findings = csv.read(data, file="drop.csv", encoding=encoding)
    assert sheet is not None, findings
    return sheet


def fault(
    data: bytes, limits: CsvLimits | None = None, encoding: str | None = None, delimiter: str | None = None
) -> Finding:
    sheet, findings = csv.read(data, file="drop.csv", limits=limits, encoding=encoding, delimiter=delimiter)
    assert sheet is None
    (finding,) = findings
    assert finding.is_error
    return finding


def records(data: bytes) -> list[Record]:
    sheet = read(data)
    return list(sheet.records(sheet.rows[0]))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Größe,Qty\nM,1\n".encode(), "utf-8"),
        ("Größe,Qty\nM,1\n".encode("utf-8-sig"), "utf-8-sig"),
        ("Größe,Qty\nM,1\n".encode("cp1252"), "cp1252"),
        ("Größe,Qty\nM,1\n".encode("utf-16"), "utf-16"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    sheet = read(data)
    assert (sheet.rows[0].cells, sheet.encoding) == (("Größe", "Qty"), encoding)


def test_the_encoding_of_the_layout_counts() -> None:
    assert read("Łódź,1".encode("cp1250"), encoding="cp1250").rows[0].cells[0] == "Łódź"
    finding = fault("Größe,1".encode("cp1252"), encoding="utf-8")
    assert (finding.code, finding.location.offset, finding.found) == ("text-not-decodable", 2, "0xF6")
    assert fault(b"a,b", encoding="no-such").code == "encoding-unknown"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_that_divides_all_rows_alike_wins(delimiter: str) -> None:
    rows = [["Artikel", "Preis", "Notiz"], ["TR-100", "1.024,50 €", "a, b; c"], ["TR-200", "8,25", ""]]
    text = io.StringIO()
    standard.writer(text, delimiter=delimiter).writerows(rows)
    assert vote_delimiter(text.getvalue()) == delimiter


def test_a_vote_on_a_long_file_is_quick() -> None:
    started = time.process_time()
    assert vote_delimiter('"' + "x;y,z|" * 200_000) in ",;|\t"
    assert time.process_time() - started < 1


def test_excels_separator_line_names_the_delimiter_and_is_no_row() -> None:
    sheet = read(b"sep=;\r\nSKU;Qty, all\r\nA;1\r\n")
    assert sheet.rows[0].cells == ("SKU", "Qty, all")
    assert sheet.rows[1].number == 2


def test_cells_are_found_by_header_and_know_their_place() -> None:
    record = records(b'PO #,Item No.,Qty\n,,\n"7",A-1, 4 \n')[0]
    assert record.value("po#") == "7"
    assert record.value("ITEM NO") == "A-1"
    assert record.value("qty") == "4"
    assert record.value("price") is None
    assert record.location("Qty").to_json() == {"file": "drop.csv", "cell": "C3"}
    assert [one.value("qty") for one in record.occurrences("qty")] == ["4"]
    assert list(record.occurrences("price")) == []


def test_rows_unlike_the_header_are_found() -> None:
    short, long, spare = records(b"A,B,C\n1,2\n1,2,3,4\n1,2,3,,\n")
    (finding,) = short.findings()
    assert (finding.code, finding.severity, finding.location.cell) == ("row-too-short", "warning", "C2")
    (finding,) = long.findings()
    assert (finding.code, finding.severity, finding.location.cell) == ("row-too-long", "error", "D3")
    assert spare.findings() == ()


def test_a_broken_quote_spoils_its_row_and_no_other() -> None:
    good, broken, after = records(b'A,B\n1,2\n"x"y,3\n4,5\n')
    assert [one.code for one in broken.findings()] == ["row-not-readable"]
    assert (good.findings(), after.findings()) == ((), ())
    assert broken.value("B") == "3"
    assert after.location("A").cell == "A4"


def test_a_huge_cell_is_found() -> None:
    (row,) = records(b'A,B\n1,"' + b"x" * 40_000 + b'"\n')
    assert [one.code for one in row.findings()] == ["cell-too-long"]
    assert fault(b'A,B\n1,"' + b"x" * 140_000 + b'"\n').code == "file-too-large"


@pytest.mark.parametrize("lines", [2, 100_000])
def test_a_quote_that_runs_on_refuses_the_sheet(lines: int) -> None:
    finding = fault(b'A,B\n1,2\n3,"' + b"x,y\n" * lines)
    assert (finding.code, finding.location.cell) == ("quote-not-closed", "A3")


def test_binary_and_empty_files_are_refused() -> None:
    assert fault(b"A,B\n1,\x002\n").code == "binary-content"
    assert fault(bytes(range(1, 9)) * 20).code == "binary-content"
    assert fault(b"\x89\x81\x8d\x8f").code == "text-not-decodable"
    assert fault(b" \r\n ").code == "empty-file"


def test_a_control_character_is_found_at_its_cell() -> None:
    (row,) = records(b"SKU,Qty,Description\nA-1,4," + b"a long enough text " * 8 + b"\x07\n")
    (finding,) = row.findings()
    assert (finding.code, finding.found, finding.location.cell) == ("control-character", "U+0007", "C2")


def test_limits() -> None:
    assert fault(b"a,b\n" * 3, CsvLimits(rows=2)).code == "file-too-large"
    assert fault(b"a,b\n", CsvLimits(size=3)).code == "file-too-large"
    sheet, _ = csv.read(b"a,b,c\n", limits=CsvLimits(columns=2))
    assert sheet is not None
    assert [one.code for one in sheet.rows[0].findings] == ["file-too-large"]


@pytest.mark.parametrize("delimiter", ["||", '"', "\n", ""])
def test_a_delimiter_that_cannot_be_one_is_a_finding(delimiter: str) -> None:
    assert fault(b"a,b\n", delimiter=delimiter).code == "delimiter-unusable"


def test_names_and_letters() -> None:
    assert column_name(" P.O. # ") == "po#"
    assert column_name("Ship_To-Name") == "shiptoname"
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@given(st.binary(max_size=300) | st.text(alphabet=',;"\n\r\t|= aé\x00', max_size=200).map(str.encode))
def test_garbage_never_raises(data: bytes) -> None:
    sheet, findings = csv.read(data)
    assert (sheet is None) == bool(findings)
    for record in sheet.records(sheet.rows[0]) if sheet and sheet.rows else ():
        record.findings()


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('",;\n'), max_size=8
)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_a_writer_wrote_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    text = io.StringIO()
    standard.writer(text, delimiter=delimiter, quoting=standard.QUOTE_ALL).writerows(rows)
    if not text.getvalue().strip() or text.getvalue().startswith("\ufeff"):
        return
    sheet, findings = csv.read(text.getvalue().encode(), delimiter=delimiter)
    assert findings == ()
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == rows
