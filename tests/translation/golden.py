"""Golden cases of inbound translation: an input and, beside it, the orders and findings it must give.

Renew one case, then review its difference: ``python -m tests.translation.golden tests/golden/inbound/csv/european``.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from gateway.canonical.codec import to_json
from gateway.translation.arrival import Arrival
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import DocumentTranslated, Translation
from gateway.x12.guide import Guides

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "inbound"


@cache
def guides() -> Guides:
    """The guides of this checkout."""
    return Guides.load(ROOT / "schemas" / "x12")


def translations_of(path: Path) -> list[Translation]:
    """Everything translating a file yields."""
    return list(translate_inbound([path.read_bytes()], guides(), arrival=Arrival(file=path.name)))


def records_of(translations: list[Translation]) -> list[dict[str, object]]:
    """The canonical documents as JSON."""
    documents = (one for one in translations if isinstance(one, DocumentTranslated))
    return [to_json(document.record) for document in documents if document.record is not None]


def findings_of(translations: list[Translation]) -> list[dict[str, object]]:
    """Every finding of every translation, in order."""
    return [finding.to_json() for one in translations for finding in one.findings]


def cases() -> list[Path]:
    """The folders that hold a case."""
    return sorted(path.parent for path in GOLDEN.glob("*/*/input.*"))


def input_of(case: Path) -> Path:
    """The one input of a case."""
    return next(case.glob("input.*"))


def text_of(value: object) -> str:
    """JSON as the golden files hold it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def renew(case: Path) -> None:
    """Write what the case gives today; the difference is reviewed before it is committed."""
    translations = translations_of(input_of(case))
    (case / "orders.json").write_text(text_of(records_of(translations)), encoding="utf-8")
    (case / "findings.json").write_text(text_of(findings_of(translations)), encoding="utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
