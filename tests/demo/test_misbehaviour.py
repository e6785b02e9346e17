"""A demo that cannot fail proves nothing: partners that keep silent are named, and the exit code is 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.data import schemas_folder
from gateway.demo.cast import Manners
from gateway.demo.chronicle import Chronicle, Entry, Telling
from gateway.demo.out_folder import OutFolder
from gateway.demo.verdict import Judges
from gateway.x12.guide import Guides
from tests.demo.performance import perform
from tests.flow.station import purchase_order

pytestmark = pytest.mark.xdist_group("demo")


def test_partners_that_keep_silent_are_named(tmp_path: Path) -> None:
    run = perform(tmp_path, Manners(answers_mdn=False, sends_997=False))
    assert run.code == 1
    said = run.printed.partition("Not everything came back")[2]
    assert "Globex Department Stores's proof that it has 855_globex_000000001.edi" in said
    assert "holds no receipt" in said
    for kind in ("855", "856", "810"):
        assert f"Acme Stores's 997 for our {kind}" in said
        assert f"Acme Stores's proof that it has {kind}" not in said, "no MDN is wanted from Acme"
    assert "Summit" not in said, "nobody else is disturbed"
    assert "Not everything came back" in run.story
    assert list(run.temporary.iterdir()) == []


def test_a_file_that_either_engine_refuses_is_named(tmp_path: Path) -> None:
    guides = Guides.load(schemas_folder() / "x12")
    chronicle = Chronicle(OutFolder(tmp_path / "out"))
    chronicle.chapter("One", "")
    data = purchase_order().replace("*EA*", "*XX*").encode()
    entry = Entry(
        partner="acme", partner_name="Acme", door="SFTP", direction="out", document="850",
        telling=Telling("", ""), at=0, payload=data,
    )  # fmt: skip
    chronicle.add(entry, [("850.edi", data, "", "out")])
    objections = Judges(tmp_path / "maps").examine(chronicle, guides)
    assert [each.partition(" objects to ")[0] for each in objections] == ["our guide", "pyx12"]
    assert all("01_acme_850_out.edi" in each and "PO103" in each for each in objections)
    assert entry.checks == ()
