"""Every golden case gives its orders and findings, and its orders survive JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.canonical.codec import from_json, to_json
from tests.translation.golden import cases, findings_of, input_of, records_of, translations_of


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_golden(case: Path) -> None:
    translations = translations_of(input_of(case))
    assert records_of(translations) == json.loads((case / "orders.json").read_text(encoding="utf-8"))
    assert findings_of(translations) == json.loads((case / "findings.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_orders_survive_json(case: Path) -> None:
    for document in json.loads((case / "orders.json").read_text(encoding="utf-8")):
        record, findings = from_json(document)
        assert findings == []
        assert record is not None
        assert to_json(record) == document


def test_there_are_cases_of_every_kind() -> None:
    kinds = [case.parent.name for case in cases()]
    assert min(kinds.count(kind) for kind in ("850", "cxml", "csv")) >= 3
