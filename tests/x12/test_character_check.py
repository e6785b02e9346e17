"""Which characters a partner may send: basic and extended of X12.6, and text in a codec agreed on."""

from __future__ import annotations

import pytest

from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.reader import read
from tests.x12.reading import GUIDES, ORDER, findings_of, order_file


def found(name: str, charset: str | None, encoding: str | None = None, codec: str = "utf-8") -> list[str]:
    """Place, code and bad value of each finding about an order whose ship-to has this name."""
    segments = [segment.replace("Hooli Warehouse", "@") for segment in ORDER]
    data = order_file([s if charset != "basic" else s.upper() for s in segments])
    data = data.replace(b"*@*", b"*" + name.encode(codec) + b"*")
    findings = findings_of(read([data], GUIDES, charset=charset, encoding=encoding))
    shown = []
    for finding in findings:
        assert isinstance(finding, SyntaxFinding) and finding.fault is Fault.BAD_CHARACTER
        place = finding.location
        assert place.offset == data.index(name.encode(codec))
        shown.append(
            f"{place.segment}{place.element:02d}@{place.segment_number} {finding.standard_code} {finding.found}"
        )
    return shown


@pytest.mark.parametrize(
    ("name", "charset", "expected"),
    [
        ('HOOLI (EAST) 1/2 "A"', "basic", []),
        ("Hooli", "basic", ["N102@5 6 Hooli"]),
        ("HOOLI #4", "basic", ["N102@5 6 HOOLI #4"]),
        ("Hooli #4 @ <{}>|\\", "extended", None),
        ("Hooli #4 @ $5_%", "extended", []),
        ("Café", "extended", ["N102@5 6 Café"]),
        ("Café", None, []),
    ],
)
def test_sets_of_the_standard(name: str, charset: str | None, expected: list[str] | None) -> None:
    # > is the component separator, which is told as such and not as a bad character of the set
    assert found(name, charset) == (expected if expected is not None else [f"N102@5 6 {name}"])


def test_what_the_set_excludes_is_named() -> None:
    data = order_file([segment.replace("Hooli", "H\xf6\xf6li") for segment in ORDER])
    (finding,) = findings_of(read([data], GUIDES, charset="extended", encoding="latin-1"))
    assert finding.message == "N102 contains 'ö', outside the extended character set"
    assert finding.is_error


def test_text_in_the_partners_codec() -> None:
    assert found("Café", None, "cp1252", "cp1252") == []
    assert found("Café", None, None, "cp1252") == []
    (wrong,) = found("Café", None, "utf-8", "cp1252")
    assert wrong.startswith("N102@5 6 Caf")
    # Two bytes in UTF-8 are two characters of Windows-1252, so the partner's codec decides about length.
    name = "é" * 40
    assert found(name, None, None) == []
    data = order_file([segment.replace("Hooli Warehouse", "@") for segment in ORDER])
    data = data.replace(b"*@*", b"*" + name.encode() + b"*")
    (finding,) = findings_of(read([data], GUIDES, encoding="cp1252"))
    assert finding.code == "element-too-long"
