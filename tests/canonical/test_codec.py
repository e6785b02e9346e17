"""Canonical JSON: what we write is what CONTRACT.md shows, what we write we read back, and every fault has a place."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.canonical.acknowledgement import Acknowledgement, AcknowledgementLine, LineStatus
from gateway.canonical.codec import KINDS, Record, from_json, from_text, json_schema, to_json, to_text
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.origin import Origin
from gateway.canonical.schema_files import schema_text
from gateway.canonical.shipment import Shipment
from tests.canonical.records import records

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("GATEWAY_SHARED", ROOT.parent / "shared"))
any_record = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: records(KINDS[kind]))
SMALL_ORDER = {"kind": "order", "purchase_order_number": "1", "lines": [{"line_number": 1, "quantity": "1"}]}


def faults(document: object) -> list[tuple[str, str | None, str | None]]:
    """(code, path, wanted) of each finding; a document with findings gives no record."""
    record, findings = from_json(document, file="order.json")
    assert (record is None) == bool(findings)
    assert all(finding.location.file == "order.json" and finding.fix for finding in findings)
    return [(finding.code, finding.location.path, finding.wanted) for finding in findings]


def order_with(**line: object) -> dict[str, object]:
    return {**SMALL_ORDER, "lines": [{"line_number": 1, **line}]}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_record)
def test_what_is_written_is_read_back(record: Record) -> None:
    text = to_text(record)
    assert "\n" not in text
    assert from_text(text) == (record, [])
    assert from_text(text.encode()) == (record, [])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_record)
def test_absent_means_absent(record: Record) -> None:
    def check(value: Any) -> None:
        assert value is not None
        assert value != ""
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    document = to_json(record)
    check(document)
    expected = [name for name in ("kind", "partner", "test", "origin") if name in document]
    assert list(document)[: len(expected)] == expected


def test_an_order_as_the_contract_shows_it() -> None:
    line = OrderLine(
        line_number=1, buyer_line_id="1", quantity=Decimal("10"), unit="EA", unit_price=Decimal("14.40")
    )
    order = Order(
        purchase_order_number="4500012345",
        partner="acme",
        origin=Origin(file="drop.edi", set="0001"),
        ordered_on=date(2026, 3, 17),
        dates={"deliver_by": date(2026, 3, 30)},
        lines=(line,),
    )
    document = to_json(order)
    assert list(document)[:6] == ["kind", "partner", "test", "origin", "purpose", "purchase_order_number"]
    assert document["origin"] == {"file": "drop.edi", "set": "0001"}
    assert document["test"] is False
    assert document["dates"] == {"deliver_by": "2026-03-30"}
    assert document["parties"] == []
    assert "currency" not in document
    assert list(document)[-1] == "lines"
    lines: Any = document["lines"]
    assert lines[0]["unit_price"] == "14.40"
    assert lines[0]["quantity"] == "10"


def test_decimals_are_written_as_they_were_read_and_never_with_an_exponent() -> None:
    line = AcknowledgementLine(
        line_number=1,
        statuses=(
            LineStatus(status="accepted", quantity=Decimal("1E+2")),
            LineStatus(status="backordered", quantity=Decimal("0.000001")),
        ),
    )
    record = Acknowledgement(
        purchase_order_number="1", type="AC", acknowledged_on=date(2026, 3, 17), lines=(line,)
    )
    text = to_text(record)
    assert '"quantity": "100"' in text
    assert '"quantity": "0.000001"' in text


def test_instants_are_utc_and_must_have_a_zone() -> None:
    zone = timezone(timedelta(hours=-5))
    shipment = Shipment(shipment_number="S-1", shipped_at=datetime(2026, 3, 20, 10, tzinfo=zone), orders=())
    assert to_json(shipment)["shipped_at"] == "2026-03-20T15:00:00Z"
    record, _ = from_json({**to_json(shipment), "shipped_at": "2026-03-20T10:00:00-05:00"})
    assert isinstance(record, Shipment)
    assert record.shipped_at == datetime(2026, 3, 20, 15, tzinfo=UTC)
    assert record.shipped_at.tzinfo is UTC
    naive = Shipment(shipment_number="S-1", shipped_at=datetime(2026, 3, 20, 10), orders=())  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="no time zone"):
        to_json(naive)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({**SMALL_ORDER, "curency": "USD"}, [("member-unknown", "curency", "perhaps currency")]),
        (order_with(quantty="1"), [("member-unknown", "lines[0].quantty", "perhaps quantity")]),
        ({**SMALL_ORDER, "lines": [{}]}, [("member-missing", "lines[0].line_number", "the member line_number")]),
        ({**SMALL_ORDER, "currency": None}, [("value-not-valid", "currency", "a text")]),
        ({**SMALL_ORDER, "lines": {}}, [("value-not-valid", "lines", "a list")]),
        ({**SMALL_ORDER, "lines": ["x"]}, [("value-not-valid", "lines[0]", "an object")]),
        ({**SMALL_ORDER, "test": "no"}, [("value-not-valid", "test", "true or false")]),
        ({"kind": "ordr"}, [("kind-unknown", "kind", "perhaps order")]),
        ([], [("not-an-object", None, "an object")]),
    ],
)  # fmt: skip
def test_faults_of_structure_are_named_with_their_place(document: object, expected: list[Any]) -> None:
    assert faults(document) == expected


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("quantity", "1e3", "not-a-decimal"),
        ("quantity", "1,000", "not-a-decimal"),
        ("quantity", "", "not-a-decimal"),
        ("quantity", 0.1, "not-a-decimal"),
        ("quantity", True, "not-a-decimal"),
        ("quantity", None, "not-a-decimal"),
        ("quantity", "0.1234567", "number-does-not-fit"),
        ("quantity", "99999999999999", "number-does-not-fit"),
        ("unit", "", "empty-text"),
        ("unit", "E\0", "character-not-allowed"),
        ("unit", "\ud800", "character-not-allowed"),
        ("unit", 1, "value-not-valid"),
        ("line_number", "1", "value-not-valid"),
        ("line_number", True, "value-not-valid"),
        ("line_number", -1, "value-not-valid"),
        ("dates", {"ship_by": "17.03.2026"}, "not-a-date"),
        ("dates", {"ship_by": "2026-02-30"}, "not-a-date"),
        ("dates", {"ship_by": "2026-03-17T00:00:00"}, "not-a-date"),
    ],
)
def test_values_in_another_spelling_are_refused(member: str, value: object, code: str) -> None:
    found = faults(order_with(**{member: value}))
    path = "lines[0].dates.ship_by" if member == "dates" else f"lines[0].{member}"
    assert [(finding[0], finding[1]) for finding in found] == [(code, path)]


@pytest.mark.parametrize(
    "shipped_at", ["2026-03-20T15:00:00", "2026-03-20", "2026-03-20 15:00:00Z", "0001-01-01T00:00:00+23:59"]
)
def test_an_instant_needs_its_zone(shipped_at: str) -> None:
    document = {"kind": "shipment", "shipment_number": "S", "shipped_at": shipped_at, "orders": []}
    assert [fault[:2] for fault in faults(document)] == [("not-an-instant", "shipped_at")]


def test_all_faults_come_in_one_pass() -> None:
    document = {
        "kind": "order",
        "purchase_order_number": "",
        "lines": [{"quantity": "x"}, {"line_number": 2, "z": 1}],
    }
    assert [fault[1] for fault in faults(document)] == [
        "purchase_order_number",
        "lines[0].line_number",
        "lines[0].quantity",
        "lines[1].z",
    ]


def test_numbers_written_as_json_numbers_stay_exact() -> None:
    text = '{"kind":"order","purchase_order_number":"1","lines":[{"line_number":1,"quantity":0.10,"unit_price":3}]}'
    record, findings = from_text(text)
    assert findings == []
    assert isinstance(record, Order)
    assert str(record.lines[0].quantity) == "0.10"
    assert record.lines[0].unit_price == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The text is not JSON: Expecting value"),
        ('{"kind": "order",}', "not JSON"),
        (b'{"kind": "\xff"}', "The text is not UTF-8"),
        ('{"kind": NaN}', "NaN is no number"),
        ('{"kind": "order", "kind": "invoice"}', "'kind' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"kind": ' + "9" * 5000 + "}", "The text is not JSON"),
        ('{"kind": 1e99999999999999999999}', "The text is not JSON"),
    ],
)
def test_text_that_is_not_json(text: str | bytes, message: str) -> None:
    record, findings = from_text(text, file="x.json")
    assert record is None
    assert [finding.code for finding in findings] == ["not-json"]
    assert message in findings[0].message


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "1e-999999", "1" * 30, "0." + "0" * 40 + "1"])
def test_absurd_numbers_are_findings(number: str) -> None:
    text = json.dumps(order_with(quantity=0)).replace('"quantity": 0', f'"quantity": {number}')
    _, findings = from_text(text)
    assert [finding.code for finding in findings] == ["number-does-not-fit"]


def test_deep_handling_units_end_in_a_finding() -> None:
    unit: dict[str, Any] = {"level": "tare"}
    for _ in range(900):
        unit = {"level": "tare", "units": [unit]}
    order = {"purchase_order_number": "1", "units": [unit]}
    document = {
        "kind": "shipment",
        "shipment_number": "S",
        "shipped_at": "2026-03-20T15:00:00Z",
        "orders": [order],
    }
    record, findings = from_json(document)
    assert record is None
    assert findings


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(any_record, json_values, st.randoms(use_true_random=False))
def test_no_document_raises(record: Record, junk: object, random: Any) -> None:
    document: Any = to_json(record)
    place = document
    while True:  # replaces one value somewhere inside
        key = random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or not place[key] or random.random() < 0.3:
            place[key] = junk
            break
        place = place[key]
    result, findings = from_json(document)
    assert (result is None) == bool(findings)
    assert all(finding.to_json() for finding in findings)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_text_raises(text: bytes | str) -> None:
    assert from_text(text)[0] is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_schemas_are_current(kind: str) -> None:
    stored = (ROOT / "schemas" / "canonical" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert stored == schema_text(kind), "run make schemas"
    assert json_schema(kind)["additionalProperties"] is False


def test_no_schema_is_left_over() -> None:
    stored = {path.name for path in (ROOT / "schemas" / "canonical").iterdir()}
    assert stored == {f"{kind}.schema.json" for kind in KINDS}


@pytest.mark.skipif(not (SHARED / "CONTRACT.md").is_file(), reason="the contract is not beside the checkout")
def test_the_samples_of_the_contract_are_read() -> None:
    text = (SHARED / "CONTRACT.md").read_text(encoding="utf-8")
    found = set()
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        decoder = json.JSONDecoder()
        while block := block.strip():
            document, end = decoder.raw_decode(block)
            block = block[end:]
            if document.get("kind") in KINDS:
                record, findings = from_json(document)
                assert findings == []
                assert record is not None
                found.add(document["kind"])
                assert_contains(to_json(record), document)
    assert found >= {"order", "acknowledgement", "shipment", "invoice"}


def assert_contains(ours: Any, sample: Any) -> None:
    """Every member of the sample stands in ours, with the same value and in the same order."""
    if isinstance(sample, dict):
        assert [name for name in ours if name in sample] == list(sample)
        for name, value in sample.items():
            assert_contains(ours[name], value)
    elif isinstance(sample, list):
        assert len(ours) == len(sample)
        for one, other in zip(ours, sample, strict=True):
            assert_contains(one, other)
    else:
        assert ours == sample
