"""The tables: every reference resolves, nothing is left over, versions are found, faults are named by file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure
from gateway.x12.guide import Guides, release_of
from gateway.x12.guide_tables import read_rows
from gateway.x12.tables import LoopUse, SegmentUse
from tests.x12.reading import GUIDES, ROOT

TABLES = ROOT / "schemas" / "x12"
VERSIONS = ("004010", "005010")
SETS = [(code, version) for code, versions in GUIDES.available.items() for version in versions]
ENVELOPE = {"ISA", "IEA", "GS", "GE", "TA1"}

FROM_004010 = [
    "180",
    "810",
    "812",
    "820",
    "824",
    "846",
    "850",
    "855",
    "856",
    "860",
    "864",
    "865",
    "940",
    "945",
    "997",
]


def test_the_sets_that_we_promise() -> None:
    assert {code for code, version in SETS if version == "004010"} == set(FROM_004010)
    assert {code for code, version in SETS if version == "005010"} == {*FROM_004010, "753", "754", "999"}


@pytest.mark.parametrize(("code", "version"), SETS)
def test_every_reference_of_a_guide_resolves(code: str, version: str) -> None:
    guide = GUIDES.find(code, version)
    assert guide is not None and (guide.set_code, guide.version) == (code, version)
    assert (guide.uses[0].tag, guide.uses[-1].tag) == ("ST", "SE")
    assert guide.functional_identifier == GUIDES.known_sets[code].functional_identifier
    assert guide.functional_identifier in (guide.dictionary.elements["479"].codes or ())
    areas = [use.area for use in guide.uses]
    assert areas == sorted(areas, key=["heading", "detail", "summary"].index)
    for loop in guide.loops():
        assert (loop.trigger.requirement, loop.trigger.maximum) == ("M", 1)
        assert loop.parent is not None and loop in loop.parent.members
    assert len(list(walk(guide.root))) == len(guide.uses)


def walk(loop: LoopUse) -> list[SegmentUse]:
    """All rows of a loop, at any depth, in order."""
    rows: list[SegmentUse] = []
    for member in loop.members:
        rows += walk(member) if isinstance(member, LoopUse) else [member]
    return rows


@pytest.mark.parametrize("version", VERSIONS)
def test_no_table_holds_what_nobody_uses(version: str) -> None:
    dictionary = GUIDES.dictionary(version)
    used: set[str] = set()
    for code, of_version in SETS:
        guide = GUIDES.find(code, version)
        if of_version == version and guide is not None:
            used |= {use.tag for use in guide.uses}
    composites = {element.number for element in dictionary.elements.values() if element.type == "composite"}
    assert set(dictionary.segments) == used | ENVELOPE | composites
    elements = {use.element.number for table in dictionary.segments.values() for use in table.uses}
    assert set(dictionary.elements) == elements
    listed = {row["element"] for row in read_rows(TABLES / version / "codes.tsv")}
    assert all(dictionary.elements[number].type == "ID" for number in listed)


@pytest.mark.parametrize("version", VERSIONS)
def test_lengths_codes_and_conditions_make_sense(version: str) -> None:
    dictionary = GUIDES.dictionary(version)
    for element in dictionary.elements.values():
        if element.type == "composite":
            continue
        assert element.type in {"AN", "ID", "R", "DT", "TM", "N0", "N2"}
        assert 1 <= element.minimum <= element.maximum
        for code in element.codes or ():
            assert element.minimum <= len(code) <= element.maximum, (element.number, code)
    for table in dictionary.segments.values():
        conditional = set()
        for condition in table.conditions:
            assert len(set(condition.positions)) == len(condition.positions) >= 2
            conditional |= set(condition.positions[1:] if condition.kind in "CL" else condition.positions)
        for use in table.uses:
            assert (use.requirement == "X") == (use.position in conditional and use.requirement != "M")


def test_labels_belong_to_codes() -> None:
    for row in read_rows(TABLES / "code_labels.tsv"):
        for version in row["versions"].split(","):
            codes = GUIDES.dictionary(version).elements[row["element"]].codes
            assert codes is not None and row["code"] in codes, (row["element"], row["code"])


def test_known_sets() -> None:
    for code in ("816", "830", "832", "852", "875", "880", "204", "990", *FROM_004010):
        assert GUIDES.known_sets[code].title
    assert "777" not in GUIDES.known_sets and "851X" not in GUIDES.known_sets
    assert all(len(code) == 3 and code.isdigit() for code in GUIDES.known_sets)


@pytest.mark.parametrize(
    ("gs08", "version"),
    [
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("004010UCS", "004010"),
        ("005010X231A1", "005010"),
        ("003040", "004010"),
        ("002001", "004010"),
        ("004030", "004010"),
        ("004040", "004010"),
        ("004050", "005010"),
        ("004060", "005010"),
        ("006010", "005010"),
        ("008010", "005010"),
        ("4010", "004010"),
        ("00401", "004010"),
        ("00501", "005010"),
        ("", "004010"),
        ("junk", "004010"),
    ],
)
def test_the_nearest_version(gs08: str, version: str) -> None:
    guide = GUIDES.find("850", gs08)
    assert guide is not None and guide.version == version


def test_a_set_of_one_version_serves_all() -> None:
    guide = GUIDES.find("999", "004010")
    assert guide is not None and guide.version == "005010"
    assert GUIDES.find("816", "004010") is None


def test_release_of_a_version() -> None:
    assert [release_of(v) for v in ("004010VICS", "4010", "00401", "X12", "00401\xb2", "40")] == [
        "004010",
        "004010",
        "004010",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "sets/004010/850.tsv",
            "\tBEG\tM\t1",
            "\tBEX\tM\t1",
            "850.tsv:3: segment BEX is not in segments.tsv",
        ),
        ("sets/004010/850.tsv", "\tBEG\tM\t1", "\tBEG\tQ\t1", "850.tsv:3: req is 'Q', not one of M O"),
        ("sets/004010/850.tsv", "\tBEG\tM\t1", "\tBEG\tM\tx", "850.tsv:3: max is 'x', not a whole number"),
        ("sets/004010/850.tsv", "\tAMT/FA1\t", "\tXXX/FA1\t", "stands before the loop that holds it"),
        ("004010/segments.tsv", "BEG\tBeginning", "BEG\textra\tBeginning", "7 cells, the header line has 6"),
        ("004010/syntax.tsv", "ACK\tP0203", "ACK\tQ0203", "condition 'Q0203' is not like P0304"),
        ("004010/syntax.tsv", "ACK\tP0203", "ACK\tP0299", "points beyond the 29 elements of ACK"),
        ("sets/index.tsv", "version\tset", "release\tset", "has no column version"),
    ],
)
def test_a_fault_in_a_table_names_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    shutil.copytree(TABLES, tmp_path / "x12")
    table = tmp_path / "x12" / file
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TerminalFailure, match=said.replace("(", r"\(")) as failure:
        Guides.load(tmp_path / "x12").find("850", "004010")
    assert file.rpartition("/")[2] in str(failure.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TerminalFailure, match="cannot be read"):
        Guides.load(tmp_path)
