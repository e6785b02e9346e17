"""Golden trios: a canonical record, the interchange it makes, and what is found in it.

Renewed one case at a time, by hand; the expected bytes were written from the standard, not by the gateway.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.canonical.codec import from_text
from gateway.translation.outbound import OutboundRecord, render
from gateway.x12.writer import Numbers
from tests.translation.outbound_fixtures import GUIDES, NOW, ROOT, STATION, partner

CASES = sorted(path.parent for path in (ROOT / "tests" / "golden" / "outbound").glob("*/*/record.json"))

_WARNINGS = {"text-cut-off", "order-date-unknown"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_golden(case: Path) -> None:
    record, faults = from_text((case / "record.json").read_bytes())
    assert faults == []
    version_file = case / "version.txt"
    version = version_file.read_text().strip() if version_file.exists() else "004010"
    assert isinstance(record, OutboundRecord)
    rendered = render(record, partner(version), STATION, Numbers(42, 42, (1,)), NOW, GUIDES)
    expected = json.loads((case / "findings.json").read_text())
    found = [{"path": each.location.path, "code": each.code} for each in rendered.findings]
    assert found == expected
    assert rendered.data.decode() == (case / "expected.edi").read_text()
    assert rendered.may_leave is not any(each["code"] not in _WARNINGS for each in expected)


def test_there_are_cases_of_every_set() -> None:
    assert {case.parent.name for case in CASES} == {"810", "855", "856"}
