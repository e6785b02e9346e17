"""The whole job played once: the plot, the judgement on it, the files, the story, and the table at the end."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from gateway.core.failure import Failure
from gateway.data import schemas_folder
from gateway.demo.cast import Manners, assembled
from gateway.demo.chronicle import Chronicle
from gateway.demo.ending import tidy_end
from gateway.demo.out_folder import OutFolder
from gateway.demo.quiet import logged
from gateway.demo.running_gateway import NotCome, served
from gateway.demo.scenes import acme, globex, hooli, summit, trouble
from gateway.demo.stage import Stage
from gateway.demo.story import write_story
from gateway.demo.table import Progress, print_result
from gateway.demo.verdict import Judges, final_states, nothing_left_over
from gateway.flow.order_decision import NotAllowed
from gateway.x12.guide import Guides

PATIENCE = 20.0
_SCENES: tuple[Callable[[Stage], None], ...] = (acme.play, globex.play, hooli.play, summit.play, trouble.play)


@dataclass(frozen=True, slots=True)
class Result:
    """What a performance came to: everything exchanged, and what is missing (nothing, if all is well)."""

    chronicle: Chronicle
    missing: tuple[str, ...]


def play(out: Path, *, manners: Manners | None = None, patience: float = PATIENCE) -> int:
    """Play the whole job into the folder ``out``; 0 if everything came back right, else 1.

    The result goes to standard output, progress to standard error if that is a terminal. ``manners`` makes the
    partners misbehave, ``patience`` is how long, in seconds, anything is waited for. Raises TerminalFailure, and
    changes nothing, where ``out`` holds files of others.
    """
    folder = OutFolder(out)
    progress = Progress(sys.stderr)
    chronicle = Chronicle(folder, progress)
    with tidy_end(), logged() as lines:
        missing = _perform(chronicle, manners or Manners(), patience, progress)
    if lines.getvalue():
        folder.write("gateway.log", lines.getvalue().encode("utf-8"))
    result = Result(chronicle, tuple(missing))
    write_story(folder, chronicle, result.missing, Guides.load(schemas_folder() / "x12"))
    progress.close()
    print_result(chronicle, result.missing, out)
    return 1 if missing else 0


def _perform(chronicle: Chronicle, manners: Manners, patience: float, progress: Progress) -> list[str]:
    progress("Starting the gateway and its partners")
    with tempfile.TemporaryDirectory(prefix="gateway-demo-") as name:
        place = Path(name)
        guides = Guides.load(schemas_folder() / "x12")
        with assembled(place, guides, manners) as cast, served(cast.workspace, patience=patience) as gateway:
            stage = Stage(gateway, cast, chronicle)
            for scene in _SCENES:
                _play_scene(scene, stage)
            nothing_left_over(stage)
            final_states(stage)
        progress("Checking every file we sent with both engines")
        stage.missing += Judges(place / "pyx12").examine(chronicle, guides)
        return stage.missing


def _play_scene(scene: Callable[[Stage], None], stage: Stage) -> None:
    """A scene that cannot go on says why, and the next one begins."""
    try:
        scene(stage)
    except (NotCome, NotAllowed, Failure, httpx.HTTPError) as absent:
        stage.missing.append(str(absent) or type(absent).__name__)
