"""Each part of the compiler alone: code lists, values, conditions, segments, order."""

from __future__ import annotations

import re

import pytest

from gateway.x12.code_trie import code_trie
from gateway.x12.condition_expression import absent, forbidden, shortened
from gateway.x12.delimiters import Delimiters
from gateway.x12.element_expression import element_expression
from gateway.x12.lexicon import PATIENCE, Lexicon, lexical_expression
from gateway.x12.possessive import POSSESSIVE_IS_SOUND
from gateway.x12.punctuation import Punctuation, character_class
from gateway.x12.segment_expression import segment_expression
from gateway.x12.skeleton import skeleton_expression
from gateway.x12.tables import Condition, Element
from tests.x12.reading import GUIDES

pytestmark = pytest.mark.skipif(
    not POSSESSIVE_IS_SOUND,
    reason="this Python gets possessive quantifiers wrong, so nothing is compiled here",
)


MARKS = Punctuation(Delimiters(), "\n")
TABLES = GUIDES.dictionary("004010").segments


def fits(expression: str, text: str) -> bool:
    return re.fullmatch(expression, text, re.ASCII) is not None


@pytest.mark.parametrize(
    ("codes", "expression"),
    [
        ({"A"}, "A"),
        ({"AB", "AC", "D"}, "(?:A[BC]|D)"),
        ({"AX", "BX"}, "[AB]X"),
        ({"A", "AB"}, "A(?:B)?+"),  # a code that begins another one
        ({"A1", "B1", "A2", "B2", "C"}, "(?:[AB][12]|C)"),
        ({"0", "1", "2", "3"}, "[0-3]"),
        (set(), ""),
    ],
)
def test_a_code_list_is_a_minimal_trie(codes: set[str], expression: str) -> None:
    assert code_trie(codes) == expression


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_every_code_list_is_its_trie(version: str) -> None:
    for element in GUIDES.dictionary(version).elements.values():
        if element.codes:
            whole = re.compile(code_trie(element.codes) + r"\*")
            assert all(whole.fullmatch(f"{code}*") for code in element.codes)
            beside = {code[:-1] for code in element.codes} | {code + "0" for code in element.codes}
            assert not any(whole.fullmatch(f"{text}*") for text in beside - element.codes)


@pytest.mark.parametrize(
    ("type_", "low", "high", "good", "bad"),
    [
        ("N0", 1, 3, ["1", "-1", "007", "-123"], ["", "1234", "1.0", "+1", "--1", "1E2"]),
        (
            "R",
            1,
            6,
            ["1", "1.", ".5", "-0.25", "123456", "12.3456", "1.23456", "-123456."],
            ["", ".", "-", "1.2.3", "1234567", "123.4567", "1E3", "1,5", "+1"],
        ),
        ("R", 1, 2, ["1", "12", "1.2", ".12", "-12."], ["123", "1.23", "."]),
        ("R", 4, 10, ["1234", "1.234", "0.0001"], ["123", "1.23", "12345678901"]),
        ("DT", 8, 8, ["20260317", "20240229", "20000229"], ["20230229", "19000229", "20261301", "00000101"]),
        ("DT", 6, 6, ["260317", "000229", "240229"], ["230229", "261301", "20260317"]),
        ("TM", 4, 8, ["0000", "2359", "093015", "0930159", "09301599"], ["2400", "0960", "09301", "093060"]),
        ("TM", 4, 4, ["0930"], ["093015"]),
        ("AN", 1, 3, ["A", "a c", "é"], ["", "ABCD", "A*", "A~", "A>", "A\n", "\xef"]),
        ("AN", 2, 6, ["AB", "ABCDEF", "éééééé"], ["A", "é", "ABCDEFG", "éé"]),
        ("ID", 2, 2, ["AB"], ["A", "ABC", "é"]),
    ],
)
def test_values(type_: str, low: int, high: int, good: list[str], bad: list[str]) -> None:
    expression = element_expression(Element("0", "", type_, low, high), MARKS)
    assert [text for text in good if not fits(expression, text)] == []
    assert [text for text in bad if fits(expression, text)] == []


@pytest.mark.parametrize(
    ("kind", "positions", "combinations"),
    [
        ("P", (3, 4), [((3, True), (4, False)), ((3, False), (4, True))]),
        ("R", (2, 3), [((2, False), (3, False))]),
        ("E", (1, 2, 4), [((1, True), (2, True)), ((1, True), (4, True)), ((2, True), (4, True))]),
        ("C", (5, 4), [((4, False), (5, True))]),
        ("L", (4, 2, 6), [((2, False), (4, True), (6, False))]),
    ],
)
def test_what_conditions_forbid(kind: str, positions: tuple[int, ...], combinations: list[object]) -> None:
    assert list(forbidden(Condition(kind, positions))) == combinations


@pytest.mark.parametrize(
    ("combination", "after", "forbids"),
    [
        (((1, True), (3, True)), "*b*c~", True),
        (((1, True), (3, True)), "**c~", True),
        (((1, True), (3, True)), "*b*~", False),
        (((1, True), (3, True)), "*b~", False),
        (((1, True), (3, False)), "*b~", True),  # what was not sent is empty
        (((1, True), (3, False)), "*b*~", True),
        (((1, True), (3, False)), "*b*c~", False),
        (((1, False), (2, False), (4, False)), "~", True),
        (((1, False), (2, False), (4, False)), "**x~", True),
        (((1, False), (2, False), (4, False)), "***x~", False),
        (((1, False), (2, False), (4, True)), "***x~", True),
        (((1, False), (2, False), (4, True)), "*b**x~", False),
    ],
)
def test_a_combination_is_seen_from_its_lowest_element(
    combination: tuple[tuple[int, bool], ...], after: str, forbids: bool
) -> None:
    expression = re.compile(absent(combination, r"\*", "[^*~]"))
    assert (expression.match(after) is None) is forbids


def test_combinations_where_a_segment_ends_early() -> None:
    assert shortened(((2, False), (7, True)), 7) is None
    assert shortened(((2, True), (7, False)), 7) == ((2, True),)
    assert shortened(((2, True), (3, False)), 7) == ((2, True), (3, False))


@pytest.mark.parametrize(
    ("segment", "good"),
    [
        ("PO1*1*10*EA*14.40*PE*UP*614141000418*VN*W-RED", True),
        ("PO1", True),
        ("PO1" + "*" * 25, True),
        ("PO1" + "*" * 26, False),
        ("PO1*1*1*EA*1*PE*UP*1***VN*2", True),  # an empty pair in the middle
        ("PO1*1*1*EA*1*PE*UP", False),  # P0607
        ("PO1*1*1*EA*1*PE**1", False),
        ("PO1*1**EA", False),  # C0302
        ("PO1*1*1*EA**PE", False),  # C0504
        ("PID*F****Red widget", True),
        ("PID*F*08", False),  # R0405: one of PID04 and PID05
        ("PID*S***X*1", False),  # C0403 needs PID03 with PID04
        ("PID*F****TEXT**1", False),  # C0703 (and others): PID07 needs PID03
        ("SDQ*EA*92*001*1*002*2", True),
        ("SDQ*EA*92*001*1*002", False),
        ("SDQ*EA*92*001*1" + "*A1*2" * 9 + "*DOCK", True),
        ("SDQ*EA*92*001*1" + "*A1*2" * 8 + "*DOCK", False),
        ("REF*DP*1**DP>7", True),
        ("REF*DP*1**DP", False),
        ("REF*DP*1**DP>7>IA", False),
        ("REF*DP*1>2", False),
        ("N1*ST**92*00417", True),
        ("N1*ST", False),
        ("DTM*010*20260317", True),
        ("DTM*010****D8*20260317", False),  # under a format qualifier: left to the interpreter
    ],
)
def test_segments(segment: str, good: bool) -> None:
    expression = segment_expression(TABLES[segment.split("*")[0]], MARKS)
    assert fits(expression, segment + "~\n") is good
    assert not fits(expression, segment + "~")


def test_padding_before_a_line_break_is_left_to_the_reader() -> None:
    lines = Punctuation(Delimiters(segment="\n"), "")
    expression = segment_expression(TABLES["MSG"], lines)
    assert fits(expression, "MSG*HELLO\n") and not fits(expression, "MSG*HELLO \n")


@pytest.mark.parametrize(
    ("tags", "good"),
    [
        ("BEG PO1", True),
        ("BEG", False),
        ("PO1", False),
        ("BEG REF REF DTM N1 N3 N4 N1 PO1 PID PID PO1 CTT AMT", True),
        ("BEG DTM REF PO1", False),
        ("BEG N3 PO1", False),
        ("BEG PO1 LS LDT LE", True),
        ("BEG PO1 LS LDT", False),
        ("BEG " + "DTM " * 10 + "PO1", True),
        ("BEG " + "DTM " * 11 + "PO1", False),
        ("BEG N10 PO1", False),  # of another set: the lexicon may know it
    ],
)
def test_order_and_limits_of_an_850(tags: str, good: bool) -> None:
    guide = GUIDES.find("850", "004010")
    assert guide is not None
    text = "".join(f"{tag}*~\n" for tag in tags.split())
    assert fits(skeleton_expression(guide, MARKS), text) is good


def test_a_guide_may_have_several_tables_for_a_segment() -> None:
    expression = lexical_expression({"N1": None, "REF": TABLES["REF"]}, MARKS)
    assert fits(expression, "N1*anything*goes~\nREF*DP*1~\n")
    assert not fits(expression, "N10*1~\n")


def test_a_lexicon_learns_what_its_files_use_once_it_pays() -> None:
    lexicon = Lexicon(MARKS)
    known = {tag: TABLES[tag] for tag in ("BEG", "REF", "PO1")}
    lexicon.miss({"BEG", "REF"}, PATIENCE * 2 - 1, known)
    assert lexicon.pattern is None
    lexicon.miss({"BEG", "ZZZ"}, 1, known)
    assert lexicon.pattern is not None and lexicon.tags == {"BEG", "REF"}
    lexicon.miss({"BEG"}, 10_000, known)
    assert lexicon.tags == {"BEG", "REF"}  # what it knows is no reason to learn
    lexicon.miss({"PO1"}, PATIENCE * 3, known)
    assert lexicon.tags == {"BEG", "REF", "PO1"}


@pytest.mark.parametrize("marks", ["**>~", "A>~", "-.~", "*>~~", "*> "])
def test_delimiters_that_expressions_cannot_hold(marks: str) -> None:
    assert not Punctuation(Delimiters(*marks[:3], *marks[3:]), "").expressible


def test_character_classes() -> None:
    assert character_class({"A"}) == "A"
    assert character_class(set("ABD")) == "[ABD]"
    assert character_class(set("ABCDX]")) == r"[A-DX\]]"
