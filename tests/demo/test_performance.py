"""The whole job, played once; what it left behind is then looked at from every side."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from gateway.data import schemas_folder
from gateway.x12.guide import Guides
from gateway.x12.pyx12_export import export
from gateway.x12.reader import read
from gateway.x12.second_opinion import check
from tests.demo.performance import Performed, elements, perform

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Performed:
    return perform(tmp_path_factory.mktemp("demo"))


def test_everything_came_back(run: Performed) -> None:
    assert run.code == 0, run.printed
    assert "Everything came back." in run.printed
    assert len(re.findall(r"^  \S*gateway (?:inspect|serve|init) ", run.printed, re.MULTILINE)) == 3, (
        "three lines to try next"
    )


def test_the_files_are_numbered_without_gaps(run: Performed) -> None:
    numbers = [int(path.name[:2]) for path in run.files(r"[a-z-]+_\w+_(in|out)\.\w+")]
    assert numbers == list(range(1, len(numbers) + 1))
    others = {path.name for path in run.out.iterdir()} - {path.name for path in run.files(r".*")}
    assert others == {"STORY.html", "SHA256SUMS"}, "and the gateway had nothing to warn of"


def test_the_sums_are_those_of_the_files(run: Performed) -> None:
    lines = [line.split("  ") for line in (run.out / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in lines} == {path.name for path in run.out.iterdir()} - {"SHA256SUMS"}
    for sha256, name in lines:
        assert hashlib.sha256((run.out / name).read_bytes()).hexdigest() == sha256


def test_every_x12_file_we_sent_passes_both_engines(run: Performed, tmp_path: Path) -> None:
    guides = Guides.load(schemas_folder() / "x12")
    export(guides, tmp_path)
    sent = run.files(r"[a-z-]+_\w+_out\.edi")
    kinds = {re.split("_", path.name)[2] for path in sent}
    assert kinds == {"997", "TA1", "855", "856", "810"}
    for path in sent:
        assert [f.message for event in read([path.read_bytes()], guides) for f in event.findings] == [], path
        assert check(path.read_bytes(), tmp_path) == [], path


@pytest.mark.parametrize("partner", ["acme", "globex", "hooli"])
def test_each_document_of_ours_is_acknowledged(run: Performed, partner: str) -> None:
    sent = {
        elements(path.read_bytes(), "GS")[0][6] for path in run.files(rf"{partner}_(855|856|810)_out\.edi")
    }
    answers = [path.read_bytes() for path in run.files(rf"{partner}_997_in\.edi")]
    assert sent
    assert {elements(answer, "AK1")[0][2] for answer in answers} == sent
    assert all(elements(answer, "AK9")[0][1] == "A" for answer in answers)
    assert run.printed.count("acknowledged") >= len(sent)


def test_ten_ordered_six_in_stock(run: Performed) -> None:
    answer = run.files(r"globex_855_out\.edi")[0].read_bytes()
    assert [ack[:3] for ack in elements(answer, "ACK")] == [
        ["ACK", "IA", "6"],
        ["ACK", "IB", "4"],
        ["ACK", "IA", "8"],
    ]


def test_acme_gets_cartons_with_their_numbers(run: Performed) -> None:
    notice = run.files(r"acme_856_out\.edi")[0].read_bytes()
    assert [hl[3] for hl in elements(notice, "HL")] == ["S", "O", "P", "I", "P", "I", "P", "I"]
    assert len({man[2] for man in elements(notice, "MAN")}) == 3


def test_as2_leaves_message_content_and_receipt(run: Performed) -> None:
    messages, receipts = run.files(r"globex_\w+\.as2"), run.files(r"globex_mdn_\w+\.mdn")
    assert len(messages) == len(receipts) > 10
    for path in messages:
        assert b"application/pkcs7-mime" in path.read_bytes()
        assert b"GS*" not in path.read_bytes(), "encrypted"
    assert {path.name[-6:-4] for path in receipts} == {"in", "ut"}, "both ways"
    negative = [path for path in receipts if b"processed/error" in path.read_bytes()]
    assert len(negative) == 1
    assert "Received-Content-MIC" not in negative[0].read_text("latin-1")


def test_trouble_is_answered(run: Performed) -> None:
    (ta1,) = run.files(r"acme_TA1_out\.edi")
    assert elements(ta1.read_bytes(), "TA1")[0][4] == "R"
    verdicts = {path: elements(path.read_bytes(), "AK9")[0][1] for path in run.files(r"acme_997_out\.edi")}
    (rejected,) = [path for path, verdict in verdicts.items() if verdict == "R"]
    assert [ak3[1] for ak3 in elements(rejected.read_bytes(), "AK3")] == ["BEG", "PO1"]
    assert [ak4[3] for ak4 in elements(rejected.read_bytes(), "AK4")] == ["8", "7"], "date, code"
    assert "duplicate" in run.printed
    again = [path.read_bytes() for path in verdicts]
    assert len(again) - len(set(again)) == 1, "the stored 997 went out a second time"


def test_the_story_tells_of_every_file(run: Performed) -> None:
    for path in run.files(r".*"):
        assert f'href="{path.name}"' in run.story
    text = unescape(run.story)
    for said in ("The quantity 'a dozen' cannot be read", "24 before, 36 now", "authentication-failed"):
        assert said in text


def test_the_story_needs_nothing_from_elsewhere(run: Performed) -> None:
    assert not re.search(r"<script|<link|<img|@import|url\(|\bsrc=", run.story)
    names = {path.name for path in run.out.iterdir()}
    anchors = set(re.findall(r'\bid="([^"]+)"', run.story))
    for target in re.findall(r'href="([^"]+)"', run.story):
        assert target in names or target.removeprefix("#") in anchors, target


def test_nothing_is_left_behind(run: Performed) -> None:
    assert list(run.temporary.iterdir()) == []
