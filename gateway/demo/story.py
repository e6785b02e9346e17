"""STORY.html: one page, complete in itself, that explains every exchanged file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.core.finding import Finding
from gateway.demo.chronicle import Chronicle, Entry, Note, StoredFile
from gateway.demo.lanes import Lanes, lanes
from gateway.demo.out_folder import OutFolder
from gateway.demo.segment_words import KeySegment, key_segments
from gateway.demo.table import next_steps
from gateway.demo.template import rendered
from gateway.x12.guide import Guides
from gateway.x12.inspection import harmless, inspect

STORY = "STORY.html"
_DOCUMENT_WORDS = {
    "850": "purchase order (850)",
    "855": "order confirmation (855)",
    "856": "ship notice (856)",
    "810": "invoice (810)",
    "997": "functional acknowledgement (997)",
    "TA1": "interchange acknowledgement (TA1)",
    "cxml": "cXML order",
    "orders": "order sheet (CSV)",
}
_GOOD = {"acknowledged", "delivered", "translated"}
_MESSAGE_FIELDS = ("AS2-From", "AS2-To", "Message-ID", "Content-Type", "Disposition", "Received-Content-MIC")
_XML_WORDS = (
    ("<From>", "Who orders, by the credential that its partner file names"),
    ("<OrderRequestHeader ", "The order number, and that it is a new one"),
    ("<Total>", "What Hooli expects to pay; it is compared with the lines"),
    ("<Address ", "Where it goes"),
    ("<ItemOut ", "A line and its quantity"),
    ("<SupplierPartID>", "Our own item number"),
    ("<UnitPrice>", "The price of one"),
)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a sheet with what was found in it."""

    text: str
    fault: str | None


@dataclass(frozen=True, slots=True)
class FileView:
    """A file on the page: its link, and the facts of an AS2 message or receipt that can be read in it."""

    name: str
    what: str
    size: int
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An exchange as the page shows it."""

    entry: Entry
    anchor: str
    document: str
    seconds: float
    duration: str
    mood: str
    files: tuple[FileView, ...]
    key: Sequence[KeySegment]
    sheet: Sequence[Sequence[SheetCell]]
    whole: str
    findings: tuple[Finding, ...]


def write_story(out: OutFolder, chronicle: Chronicle, missing: Sequence[str], guides: Guides) -> None:
    """Write the page into the out folder."""
    entries = list(chronicle.entries())
    chapters = [
        {
            "title": chapter.title,
            "introduction": chapter.introduction,
            "events": [
                _view(event, chronicle, guides) if isinstance(event, Entry) else _note(event, chronicle)
                for event in chapter.events
            ],
        }
        for chapter in chronicle.chapters
    ]
    picture: Lanes = lanes(chronicle)
    page = rendered(
        "story.html",
        began=datetime.fromtimestamp(chronicle.began, UTC),
        chapters=chapters,
        files=sum(len(entry.files) for entry in entries),
        sent=sum(entry.direction == "out" and entry.is_x12 for entry in entries),
        partners=len({entry.partner for entry in entries}),
        seconds=max((chronicle.since_start(entry.at) for entry in entries), default=0.0),
        missing=missing,
        lanes=picture,
        next_steps=[re.split(r"\s{2,}", step.strip(), maxsplit=1) for step in next_steps()],
    )
    out.write(STORY, page.encode("utf-8"))


def anchor_of(entry: Entry) -> str:
    """Where an exchange stands on the page."""
    return f"file-{entry.files[0].name.partition('_')[0]}"


def _note(note: Note, chronicle: Chronicle) -> dict[str, Any]:
    return {"note": note, "seconds": chronicle.since_start(note.at)}


def _view(entry: Entry, chronicle: Chronicle, guides: Guides) -> EntryView:
    return EntryView(
        entry=entry,
        anchor=anchor_of(entry),
        document=_DOCUMENT_WORDS.get(entry.document, entry.document),
        seconds=chronicle.since_start(entry.at),
        duration="" if entry.milliseconds is None else _duration(entry.milliseconds),
        mood="good" if entry.state in _GOOD else "held",
        files=tuple(_file(file) for file in entry.files),
        key=_key(entry, guides),
        sheet=_sheet(entry) if entry.document == "orders" else (),
        whole=_whole(entry, guides),
        findings=entry.findings,
    )


def _duration(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"


def _file(file: StoredFile) -> FileView:
    """AS2's fields are read as text wherever they stand: in the message's header, or in the report inside an MDN."""
    facts: list[tuple[str, str]] = []
    if file.name.endswith((".as2", ".mdn")):
        text = file.data.decode("latin-1")
        for field in _MESSAGE_FIELDS:
            found = re.search(rf"^{re.escape(field)}: ([^\r\n]+)", text, re.MULTILINE | re.IGNORECASE)
            if found is not None:
                facts.append((field, harmless(found[1].partition("; boundary=")[0])))
    return FileView(file.name, file.what, len(file.data), tuple(facts))


def _key(entry: Entry, guides: Guides) -> list[KeySegment]:
    if entry.is_x12:
        return key_segments(entry.payload, guides)
    if entry.document != "cxml":
        return []
    lines = entry.payload.decode("utf-8").splitlines()
    return [KeySegment(line.strip(), words) for line in lines for mark, words in _XML_WORDS if mark in line]


def _whole(entry: Entry, guides: Guides) -> str:
    """The payload for reading: X12 segment by segment in words, anything else as it is."""
    if entry.is_x12:
        return "\n".join(inspect(entry.payload, guides))
    return entry.payload.decode("utf-8", "replace")


def _sheet(entry: Entry) -> list[list[SheetCell]]:
    """The sheet's rows, each fault beside the cell it was found in."""
    faults: dict[str, str] = {}
    for finding in entry.findings:
        if finding.location.cell:
            wanted = f"; wanted: {finding.wanted}" if finding.wanted else ""
            faults.setdefault(finding.location.cell, f"{finding.message}{wanted}")
    rows = csv.reader(io.StringIO(entry.payload.decode("utf-8")))
    return [
        [SheetCell(text, faults.get(f"{chr(ord('A') + column)}{number}")) for column, text in enumerate(row)]
        for number, row in enumerate(rows, start=1)
    ]
