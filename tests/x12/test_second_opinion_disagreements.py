"""Both engines over the same documents: each place where one objects and the other is silent is listed and explained.

``second_opinion_disagreements.tsv`` has one line a disagreement or a class of them: ``documents`` (a pattern of golden
verdicts, or of files of the shared samples), ``side`` (who objects alone: ``ours`` or ``pyx12``), ``code``, ``place``
and why it is right so. A disagreement without line fails, and so does a line without disagreement.

What one says and the other says otherwise is no disagreement: see :func:`opinion`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from gateway.core.finding import Finding
from gateway.x12.pyx12_export import export
from gateway.x12.second_opinion import check
from tests.x12.reading import GUIDES, SHARED, events_of, findings_of
from tests.x12.test_golden_verdicts import NAMES, document_of, place_of

pytestmark = pytest.mark.xdist_group("pyx12")

TABLE = Path(__file__).parent / "second_opinion_disagreements.tsv"
SAMPLES = SHARED / "samples" / "x12"

# pyx12 calls every segment that it does not find here unknown; it does not number what is outside a set as we do.
_MISPLACED = {
    "segment-unknown",
    "segment-unexpected",
    "segment-not-in-set",
    "segment-out-of-sequence",
    "segment-outside-set",
    "segment-outside-group",
}
# pyx12 tells that an element has the wrong length, characters and date all at once; we tell the first.
_VALUE = {
    "element-too-short",
    "element-too-long",
    "bad-character",
    "bad-date",
    "bad-time",
    "code-not-in-list",
}
# Told once a file by one engine, once a segment by the other.
_OF_THE_FILE = {"segments-indented", "segments-padded", "file-truncated", "terminator-missing"}
_TRAILERS = {"set-trailer-missing", "group-trailer-missing", "interchange-trailer-missing"}
_ENVELOPE = {"ISA", "GS", "ST", "SE", "GE", "IEA"}


def opinion(finding: Finding) -> tuple[str, str]:
    """What the finding objects to, as coarsely as both engines name it: the code's class, and the place."""
    place, code = finding.location, finding.code
    if code in _OF_THE_FILE:
        return "file", "-"
    if code in _TRAILERS:
        return code, "-"
    if place.segment in _ENVELOPE:
        return "envelope", f"{place.segment}@{place.set or place.group or place.interchange}"
    if code in _MISPLACED:
        return "segment-misplaced", f"{place.segment}@{place.segment_number}"
    if code in _VALUE:
        return "element-value", place_of(place).partition("r")[0]
    # The missing element of a pair, the surplus component: the segment is what both agree on.
    return code, f"{place.segment}@{place.segment_number}"


@dataclass(frozen=True)
class Disagreement:
    """One engine objects, the other is silent."""

    document: str
    side: str
    code: str
    place: str


def disagreements(document: str, data: bytes, maps: Path) -> list[Disagreement]:
    """Errors of one engine that the other does not even warn of."""
    ours, theirs = findings_of(events_of(data)), check(data, maps, charset="utf-8")
    return [
        *_alone(document, "ours", ours, theirs),
        *_alone(document, "pyx12", theirs, ours),
    ]


def _alone(
    document: str, side: str, objecting: Sequence[Finding], other: Iterable[Finding]
) -> list[Disagreement]:
    known = {(finding.location.interchange, finding.location.set, *opinion(finding)) for finding in other}
    known |= {("", "", *opinion(finding)) for finding in other if finding.code in _OF_THE_FILE | _TRAILERS}
    alone: dict[Disagreement, None] = {}
    for finding in objecting:
        where = finding.location.interchange, finding.location.set
        seen = opinion(finding)
        if finding.is_error and (*where, *seen) not in known and ("", "", *seen) not in known:
            alone[Disagreement(document, side, finding.code, place_of(finding.location))] = None
    return list(alone)


def _rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = _rows()


def _explanations(one: Disagreement) -> list[int]:
    return [
        number
        for number, row in enumerate(ROWS)
        if fnmatchcase(one.document, row["documents"])
        and one.side == row["side"]
        and fnmatchcase(one.code, row["code"])
        and fnmatchcase(one.place, row["place"])
    ]


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pyx12") / "maps"
    export(GUIDES, folder, GUIDES.available)
    return folder


def test_verdicts(maps: Path) -> None:
    found = [one for name in NAMES for one in disagreements(f"verdicts/{name}", document_of(name), maps)]
    _all_explained(found)
    used = {number for one in found for number in _explanations(one)}
    unused = [row for number, row in enumerate(ROWS) if number not in used]
    assert [row for row in unused if row["documents"].startswith("verdicts/")] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no shared samples beside this checkout")
def test_samples(maps: Path) -> None:
    files = sorted(SAMPLES.rglob("*.edi"))
    found = [
        one
        for file in files
        for one in disagreements(file.relative_to(SAMPLES).as_posix(), file.read_bytes(), maps)
    ]
    _all_explained(found)
    used = {number for one in found for number in _explanations(one)}
    unused = [row for number, row in enumerate(ROWS) if number not in used]
    assert [row for row in unused if not row["documents"].startswith("verdicts/")] == []


def _all_explained(found: list[Disagreement]) -> None:
    unexplained = [one for one in found if not _explanations(one)]
    assert unexplained == [], "\n".join(
        f"{one.document}\t{one.side}\t{one.code}\t{one.place}\twhy" for one in unexplained
    )


def test_every_line_says_why() -> None:
    assert all(len(row["reason"]) > 20 and row["side"] in ("ours", "pyx12") for row in ROWS)
