"""A performance of the demo in a folder of the test's, with what it printed."""

from __future__ import annotations

import io
import re
import tempfile
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.demo import play
from gateway.demo.cast import Manners


@dataclass(frozen=True)
class Performed:
    """What a run left behind. ``temporary`` is where it kept its workspace."""

    out: Path
    code: int
    printed: str
    temporary: Path

    def files(self, pattern: str) -> list[Path]:
        """The numbered files whose name matches, in order."""
        return sorted(
            path for path in self.out.iterdir() if re.fullmatch(r"\d\d_" + pattern, path.name) is not None
        )

    @property
    def story(self) -> str:
        return (self.out / "STORY.html").read_text(encoding="utf-8")


def perform(folder: Path, manners: Manners | None = None, patience: float = 60) -> Performed:
    """Play into ``folder``/out."""
    temporary = folder / "temporary"
    temporary.mkdir()
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(tempfile, "tempdir", str(temporary))
        code = play(folder / "out", manners=manners, patience=patience)
    return Performed(folder / "out", code, printed.getvalue(), temporary)


def elements(data: bytes, tag: str) -> list[list[str]]:
    """The elements of each segment with the tag."""
    text = data.decode("latin-1")
    return [s.strip().split(text[3]) for s in text.split(text[105]) if s.strip().split(text[3])[0] == tag]
