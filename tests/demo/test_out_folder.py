"""The folder of the demo: what it made is replaced, what it did not make is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure
from gateway.demo.out_folder import OutFolder


def filled(path: Path) -> None:
    folder = OutFolder(path)
    folder.write("01_acme_850_in.edi", b"first")
    folder.write("STORY.html", b"<p>first")


def test_a_second_demo_replaces_the_first_ones_files(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    filled(out)
    OutFolder(out).write("01_other.edi", b"second")
    assert sorted(path.name for path in out.iterdir()) == ["01_other.edi", "SHA256SUMS"]


def test_an_empty_folder_and_hidden_files_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    filled(tmp_path)
    assert (tmp_path / ".gitkeep").exists()


@pytest.mark.parametrize("name", ["notes.txt", "01_acme_850_in.edi"])
def test_a_foreign_or_changed_file_refuses_the_folder_untouched(tmp_path: Path, name: str) -> None:
    filled(tmp_path)
    (tmp_path / name).write_bytes(b"mine")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(TerminalFailure, match=name) as refusal:
        OutFolder(tmp_path)
    assert "--out" in str(refusal.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    with pytest.raises(TerminalFailure, match="partners"):
        OutFolder(tmp_path)


def test_a_sum_file_that_leads_elsewhere_removes_nothing(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"keep")
    out = tmp_path / "out"
    out.mkdir()
    (out / "SHA256SUMS").write_text(f"{'0' * 64}  ../victim\n{'0' * 64}  sub/x\n")
    with pytest.raises(TerminalFailure, match="SHA256SUMS"):
        OutFolder(out)
    assert victim.read_bytes() == b"keep"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(TerminalFailure, match="is a file"):
        OutFolder(tmp_path / "out")
