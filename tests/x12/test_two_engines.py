"""The two engines agree: what the compiled guide accepts is what the interpreter finds nothing in."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.location import Location
from gateway.x12.compiled_guide import COMPILED
from gateway.x12.delimiters import Delimiters
from gateway.x12.interpreter import interpret
from gateway.x12.possessive import POSSESSIVE_IS_SOUND
from gateway.x12.punctuation import LINE_BREAKS, Punctuation
from gateway.x12.set_judge import SetJudge
from gateway.x12.set_text import SetText
from gateway.x12.tables import Guide
from tests.x12.reading import GUIDES
from tests.x12.set_generator import SetGenerator, mutated

pytestmark = pytest.mark.skipif(
    not POSSESSIVE_IS_SOUND,
    reason="this Python gets possessive quantifiers wrong, so nothing is compiled here",
)


ALL = sorted((code, version) for code, versions in GUIDES.available.items() for version in versions)
MARKS = ("*>~^", "|:\n\\", "\x1d\x1f\x1c\x1e", "^*\x85~", "+>'*", ",;\r!", "\x07/~\x00", "\xe9\xff\xfe\xfd")


def learned(guide: Guide, punctuation: Punctuation) -> SetJudge:
    """The judge of a guide whose expressions are all there."""
    compiled = COMPILED.find(guide, punctuation)
    if not compiled.lexicon.tags.issuperset(compiled.tables):
        compiled.lexicon.learn(compiled.tables)
    return SetJudge(guide, punctuation, None)


def learn_all(version: str) -> None:
    """Every segment of a version at once, as a server would after a while."""
    punctuation = Punctuation(delimiters(MARKS[0], version), "\n")
    guides = [GUIDES.find(code, each) for code, each in ALL if each == version]
    compiled = [COMPILED.find(guide, punctuation) for guide in guides if guide is not None]
    compiled[0].lexicon.learn({tag: table for one in compiled for tag, table in one.tables.items()})


def delimiters(marks: str, version: str) -> Delimiters:
    return Delimiters(marks[0], marks[1], marks[2], marks[3] if version == "005010" else None)


def verdicts(segments: list[str], guide: Guide, punctuation: Punctuation) -> tuple[bool, list[str], SetText]:
    """What the compiled guide says, and what the interpreter says, of the same text."""
    separator = punctuation.delimiters.element
    whole = [f"ST{separator}{guide.set_code}{separator}0001", *segments, f"SE{separator}1{separator}0001"]
    content = SetText(punctuation.ends.join(whole), 0, punctuation, guide)
    cut = content.cut()
    if cut is None:
        return False, ["not cut"], content
    judge = learned(guide, punctuation)
    found = interpret(cut, guide, punctuation.delimiters, guide.version, Location())
    sound = judge.sound(content)
    eased = interpret(cut, guide, punctuation.delimiters, guide.version, Location(), sound=sound)
    assert (eased.findings, eased.uses) == (found.findings, found.uses), (content.text, sorted(sound))
    return (
        judge.is_good(content),
        [f"{finding.code} {finding.location.describe()}" for finding in found.findings],
        content,
    )


def check(code: str, version: str, marks: str, line_break: str, seed: int) -> None:
    """A right set, then the same with one fault and with several: both engines say the same."""
    guide = GUIDES.find(code, version)
    assert guide is not None
    punctuation = Punctuation(delimiters(marks, version), line_break)
    assert punctuation.expressible
    random = Random(seed)
    generator = SetGenerator(guide, punctuation.delimiters, random, random.choice((0.03, 0.1, 0.3)))
    segments = generator.segments()
    good, findings, content = verdicts(segments, guide, punctuation)
    agree(good, findings, content)
    tables = guide.dictionary.segments
    foreign = [tag for tag in tables if len(tag) < 4 and tag not in ("ISA", "GS", "ST", "SE", "GE", "IEA")]
    for _ in range(6):
        strange = [generator.segment(tables[random.choice(foreign)])]
        changed = segments
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            changed = mutated(changed, punctuation.delimiters, random, strange) or changed
        agree(*verdicts(changed, guide, punctuation))


def agree(good: bool, findings: list[str], content: SetText) -> None:
    """Never accepted what the interpreter objects to; refused only what it objects to, or what is left to it."""
    if good:
        assert findings == [], content.text
        return
    if not findings and content.text.isascii() and not left_to_the_interpreter(content):
        raise AssertionError(f"the compiled guide refuses a good set: {content.text!r}")


def left_to_the_interpreter(content: SetText) -> bool:
    """What expressions are stricter about: values under a format qualifier, empty repetitions, further line breaks."""
    marks = content.punctuation.delimiters
    for segment in content.segments:
        if segment.tag in ("DTM", "DTP", "DMG", "YNQ"):
            return True
        if marks.repetition and marks.repetition in segment.raw:
            return True
        if len(segment.raw) - len(segment.raw.lstrip("\r\n")) != len(content.punctuation.line_break):
            return True
    return False


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_both_engines_agree_on_every_set(version: str) -> None:
    learn_all(version)
    for code in [code for code, each in ALL if each == version]:
        for seed in range(8):
            check(code, version, MARKS[0], "\n", seed)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([("864", "004010"), ("997", "005010"), ("999", "005010")]),
    st.sampled_from([*zip(MARKS, (*LINE_BREAKS, *LINE_BREAKS), strict=True)]),
    st.integers(0, 2**32),
)
def test_both_engines_agree_under_any_delimiters(
    which: tuple[str, str], punctuation: tuple[str, str], seed: int
) -> None:
    check(*which, *punctuation, seed)


@pytest.mark.soak
@pytest.mark.parametrize("version", ["004010", "005010"])
def test_both_engines_agree_for_long(version: str) -> None:
    learn_all(version)
    for seed in range(10_000, 10_500):
        for code in [code for code, each in ALL if each == version]:
            check(code, version, MARKS[0], "\n", seed)
