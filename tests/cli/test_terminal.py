"""Nothing that comes from a file steers the terminal it is shown on."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.terminal import described, harmless, json_line
from gateway.core.finding import Finding
from gateway.core.location import Location
from tests.cli.command import GOOD_850, run

STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_every_steering_character_of_unicode_is_written_out() -> None:
    every = [chr(number) for number in range(sys.maxunicode + 1)]
    steering = [character for character in every if unicodedata.category(character) in STEERING]
    assert len(steering) > 2000
    assert all(harmless(character).isascii() and len(harmless(character)) > 1 for character in steering)


@given(st.text())
def test_json_reads_back_unchanged_and_holds_no_steering_character(text: str) -> None:
    line = json_line({"value": text})
    assert json.loads(line) == {"value": text}
    assert not any(unicodedata.category(character) in STEERING for character in line)


def test_ordinary_text_of_any_language_is_left_alone() -> None:
    for text in ("Müller & Söhne", "北京", "Ελλάδα", "naïve “quotes” – 5 €"):
        assert harmless(text) == text
        assert json.loads(json_line({"value": text}, plain=True)) == {"value": text}


def test_a_line_end_in_the_data_makes_no_line_of_a_finding() -> None:
    finding = Finding(
        code="x",
        message="is 'a\nerror: forged'",
        found="a\n  fix     pay\x1b[2J",
        location=Location(file="a\nb"),
    )
    assert described(finding).count("\n") == 2
    assert "\x1b" not in described(finding)


def test_escape_sequences_of_a_file_never_reach_the_terminal(nowhere: Path) -> None:
    text = GOOD_850.read_text().replace("BEG*00*SA*", "BEG*00*SA*\x1b]0;own\x07\u202e", 1)
    (nowhere / "evil.edi").write_text(text, encoding="utf-8")
    for command in (["validate"], ["parse"], ["parse", "--json"], ["inspect"], ["validate", "--json"]):
        result = run(*command, "evil.edi")
        assert result.output
        assert not set("\x1b\x07\u202e\x9b") & set(result.output), command
