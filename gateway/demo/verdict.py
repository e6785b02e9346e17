"""Whether all came back right: final states, nothing left over, and both engines on every file that we sent."""

from __future__ import annotations

from pathlib import Path

from gateway.core.finding import Finding
from gateway.data import schemas_folder
from gateway.demo.chronicle import Chronicle, Entry
from gateway.demo.stage import Stage
from gateway.x12.events import SetRead
from gateway.x12.guide import Guides
from gateway.x12.pyx12_export import export
from gateway.x12.reader import read
from gateway.x12.second_opinion import check

BOTH = "our guide and pyx12 both accept it"


class Judges:
    """Our own guide, and pyx12 over the same tables exported as its maps into ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        export(Guides.load(schemas_folder() / "x12"), folder)

    def examine(self, chronicle: Chronicle, guides: Guides) -> list[str]:
        """What either engine objects to in any X12 file of ours, one sentence each."""
        objections: list[str] = []
        for entry in chronicle.entries():
            if entry.direction == "out" and entry.is_x12:
                found = self._objections(entry, guides)
                objections += found
                if not found:
                    entry.checks = (*entry.checks, BOTH)
        return objections

    def _objections(self, entry: Entry, guides: Guides) -> list[str]:
        name = entry.files[0].name
        ours = [finding for event in read([entry.payload], guides, file=name) for finding in event.findings]
        sets = [event.document for event in read([entry.payload], guides) if isinstance(event, SetRead)]
        unchecked = any(document.guide is None for document in sets)
        theirs = check(entry.payload, self.folder, file=name)
        said = [_said("our guide", name, finding) for finding in ours]
        said += [_said("pyx12", name, finding) for finding in theirs]
        return [*said, f"{name} was checked by no guide"] if unchecked else said


def _said(engine: str, name: str, finding: Finding) -> str:
    return f"{engine} objects to {name}: {finding.message} ({finding.location.describe()})"


def nothing_left_over(stage: Stage) -> None:
    """A file that reached a partner and that nobody expected is as wrong as one that is missing."""
    for actor in stage.cast:
        actor.look()
        names = ", ".join(arrived.name for arrived in actor.waiting)
        stage.demand(not actor.waiting, f"{actor.name} got files it did not expect: {names}")


def final_states(stage: Stage) -> None:
    """What the ledger says of each document at the end."""
    for entry in stage.chronicle.entries():
        if entry.document_id is not None:
            document = stage.gateway.document(entry.document_id)
            state = str(document["state"]).replace("_", " ")
            entry.state = f"{state}, {entry.remark}" if entry.remark else state
