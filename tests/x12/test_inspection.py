"""The annotated reader against golden files, each made by us and read by a person before it was kept.

To renew one after a change that is meant: delete its inspection.txt, run the tests, and read what was written.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.x12.inspection import harmless, inspect
from tests.x12.reading import GUIDES, order_file

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    lines = inspect((GOLDEN / case / "input.edi").read_bytes(), GUIDES, "input.edi")
    text = "\n".join(lines) + "\n"
    golden = GOLDEN / case / "inspection.txt"
    if not golden.exists():
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"{golden} was missing and has been written: read it before you keep it")
    assert text == golden.read_text(encoding="utf-8")


def test_every_finding_is_shown_once_and_in_place() -> None:
    text = (GOLDEN / "850-004010-malformed" / "inspection.txt").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(text) if line.lstrip().startswith("2  BEG"))
    assert "BEG03 (Purchase Order Number) is missing" in "".join(text[at : at + 7])


def test_what_could_steer_a_terminal_is_written_out() -> None:
    assert harmless("a\x1b[31m\u202eb\u200b\x85\xa0é") == "a\\x1b[31m\\u202eb\\u200b\\x85\\xa0é"
    hostile = order_file(["BEG*00*SA*\x1b]0;X\x07\xe2\x80\xae**20260317"])
    assert all(line.isprintable() for line in inspect(hostile, GUIDES, "\x1b[2J.edi"))


def test_junk_and_nothing() -> None:
    assert list(inspect(b"", GUIDES)) == ["  >> error: The file is empty (byte 0) [file-empty]"]
    (line, _) = inspect(b"\x00\x1bjunk", GUIDES)
    assert "no interchange" in line
