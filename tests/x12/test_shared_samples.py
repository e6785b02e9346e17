"""Real files of other projects, where they lie beside the checkout: what their index says, we find."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.core.quantity import parse_decimal
from gateway.x12.inspection import inspect
from gateway.x12.transaction_set import TransactionSet
from tests.x12.reading import GUIDES, SHARED, events_of, findings_of, sets_of

SAMPLES = SHARED / "samples"
ORDER_NUMBER = {
    "810": "BIG04",
    "850": "BEG03",
    "855": "BAK03",
    "860": "BCH03",
    "865": "BCA03",
    "875": "G5003",
}
LINES = {
    "810": "IT1",
    "850": "PO1",
    "855": "PO1",
    "856": "LIN",
    "860": "POC",
    "865": "POC",
    "875": "G68",
    "880": "G17",
}
# Where the index counts otherwise than the set's lines: it found what it calls a line elsewhere, or nothing.
LINES_COUNTED_OTHERWISE: set[str] = set()


def _rows() -> list[dict[str, str]]:
    index = SAMPLES / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["file"].startswith("x12/")]


ROWS = _rows()
pytestmark = pytest.mark.skipif(not ROWS, reason="no shared samples beside this checkout")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: Path(row["file"]).name)
def test_facts_of_the_index(row: dict[str, str]) -> None:
    data = (SAMPLES / row["file"]).read_bytes()
    events = events_of(data)
    documents = sets_of(events)
    if row["valid"] != "valid":
        assert any(finding.is_error for finding in findings_of(events)), row["errors"]
    else:
        assert len(documents) == int(row["sets"])
    if len(documents) == int(row["sets"]):
        assert [_order_number(d) for d in documents] == row["po"].split(" | ") or not row["po"].strip(" |")
        if row["file"] not in LINES_COUNTED_OTHERWISE and all(d.set_code in LINES for d in documents):
            counted = [str(len(d.find_segments(LINES[d.set_code]))) for d in documents]
            assert counted == row["lines"].split(" | ")
    assert all(line.isprintable() for line in inspect(data, GUIDES, row["file"]))


def _order_number(document: TransactionSet) -> str:
    if document.set_code in ORDER_NUMBER:
        return (document.value(ORDER_NUMBER[document.set_code]) or "").strip()
    if document.set_code == "856":
        return " ".join(dict.fromkeys(s.get(1).strip() for s in document.find_segments("PRF")))
    if document.set_code == "880":
        return (document.value("G0104") or "").strip()
    return ""


# Files whose envelope is right: the errors that a trade user would find too, all told. Others must have none.
ERRORS_OF_VALID_FILES = {
    "66_x12parser-example3-multiinvoice.edi": {"segment-out-of-sequence": 2},  # TDS after ISS
    "68_x12parser-example5-walmart.edi": {"segment-out-of-sequence": 2},  # TDS and CAD after ISS
    "01_x12parser-example1-mortgagebankers.edi": {"segment-unknown": 1},  # TX1
    "04_x12parser-example4-safeway.edi": {"code-not-in-list": 1},  # REF01 is " DB"
    "112_vscode-edi-support-850-linebreak-lf.edi": {"segment-missing": 1},  # no PO1
    "114_vscode-edi-support-850.edi": {"segment-missing": 1},  # no PO1
    "113_vscode-edi-support-850-loop.edi": {"element-condition": 2},  # SAC R0203 and P0304
    "05_x12parser-example2.edi": {"element-missing": 1},  # BSN02
    "06_x12parser-example4.edi": {"element-too-long": 1},  # N402 is PROVINCE
    "01_x12parser-fromadvanceautoparts.edi": {"element-too-long": 1},  # DTM02 has nine digits
    "06_staedi-empty997.edi": {"segment-missing": 2},  # AK1 and AK9
    "08_staedi-invalid997.edi": {"element-too-long": 2},
    "01_x12parser-dhs-wisconsin-sample.edi": {"element-too-short": 1},  # AK202 has three characters
    "05_staedi-invoice810-po850-dual.edi": {"element-condition": 1},  # N104 without N103's value
    "06_vscode-edi-support-x12-interchanges.edi": {"segment-missing": 3, "set-not-in-group": 1},
}
# Examples with placeholders or padding in every element: only that they have errors is of interest.
FULL_OF_PLACEHOLDERS = {
    "02_x12parser-example2-scanaenergy.edi",
    "05_x12parser-example5-wikipedia.edi",
    "07_staedi-extradelimiter997.edi",
}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["valid"] == "valid"], ids=lambda row: Path(row["file"]).name
)
def test_errors_of_files_with_a_good_envelope(row: dict[str, str]) -> None:
    name = Path(row["file"]).name
    errors: dict[str, int] = {}
    for finding in findings_of(events_of((SAMPLES / row["file"]).read_bytes())):
        if finding.is_error:
            errors[finding.code] = errors.get(finding.code, 0) + 1
    if name in FULL_OF_PLACEHOLDERS:
        assert errors
    else:
        assert errors == ERRORS_OF_VALID_FILES.get(name, {})


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r["kind"] == "850" and r["valid"] == "valid"],
    ids=lambda row: Path(row["file"]).name,
)
def test_quantities_of_orders(row: dict[str, str]) -> None:
    documents = sets_of(events_of((SAMPLES / row["file"]).read_bytes()))
    totals = [
        sum((parse_decimal(line.get(2)) or Decimal(0) for line in d.find_segments("PO1")), Decimal(0))
        for d in documents
    ]
    assert totals == [Decimal(text) for text in row["qty"].split(" | ")]
