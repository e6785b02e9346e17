"""Small documents with the verdict that the standard's text asks for, and the bytes of the 997 and 999 that tell it.

The answers in ``verdicts`` were written by hand from X12.5 and X12.6 and from the code lists of the 997, 999
and TA1, not from the tables or from what the engine said. A file has the sections ``why``, ``document``, ``findings``
(severity, code, place, acknowledgement code), ``997``, ``999`` and, where the envelope is at fault, ``TA1``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.x12.acknowledgement import (
    AcknowledgementPolicy,
    functional_acknowledgement,
    implementation_acknowledgement,
    needs_acknowledgement,
    repeats_the_partner,
)
from gateway.x12.acknowledgement_codes import ELEMENT_WORDS, GROUP_WORDS, SEGMENT_WORDS, SET_WORDS
from gateway.x12.draft import SetDraft
from gateway.x12.envelope import Identity
from gateway.x12.interchange_acknowledgement import (
    interchange_acknowledgement,
    needs_interchange_acknowledgement,
)
from gateway.x12.segment_text import joined
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange
from tests.x12.reading import (
    closed_groups,
    closed_interchanges,
    events_of,
    findings_of,
    group,
    interchange,
    transaction,
)

FOLDER = Path(__file__).parent / "verdicts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
NOW = datetime(2026, 3, 17, 15, 5, tzinfo=ZoneInfo("America/Chicago"))
ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="01", identifier="123456789", group_identifier="SELLERGS"),
    receiver=Identity(qualifier="ZZ", identifier="BUYER", group_identifier="BUYERGS"),
)


def sections(name: str) -> dict[str, str]:
    """The parts of a golden file by their titles."""
    parts = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("== ")[1:]
    return {title: body.rstrip("\n") for title, _, body in (part.partition("\n") for part in parts)}


def document_of(name: str) -> bytes:
    """The document of a golden file: the section without its line breaks at the ends."""
    return sections(name)["document"].encode()


def place_of(location: Location) -> str:
    """``PO102@5``: element 2 of PO1, the fifth segment; ``REF04-7@3`` a component, ``REF02r2@3`` a repetition."""
    text = location.segment or "-"
    if location.element is not None:
        text += f"{location.element:02d}"
    if location.component is not None:
        text += f"-{location.component}"
    if location.repetition is not None:
        text += f"r{location.repetition}"
    return text + (f"@{location.segment_number}" if location.segment_number is not None else "")


def line_of(finding: Finding) -> str:
    """``error element-too-long PO102@5 5``."""
    return (
        f"{finding.severity.value} {finding.code} {place_of(finding.location)} {finding.standard_code or '-'}"
    )


def answers(data: bytes, form: str) -> list[str]:
    """The segments of the 997 or 999 to each group."""
    answer = functional_acknowledgement if form == "997" else implementation_acknowledgement
    lines: list[str] = []
    for closed in closed_groups(events_of(data)):
        if needs_acknowledgement(closed.header):
            draft = answer(closed, envelope=ENVELOPE)
            lines += [joined(segment, ENVELOPE.delimiters) for segment in draft.segments]
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_findings(name: str) -> None:
    found = [line_of(finding) for finding in findings_of(events_of(document_of(name)))]
    assert "\n".join(found) == sections(name)["findings"]


def test_words() -> None:
    """Message, wanted and rule of each finding, as a person read and approved them in ``words.tsv``."""
    told = [
        [name, finding.message, finding.wanted or "-", finding.rule or "-"]
        for name in NAMES
        for finding in findings_of(events_of(document_of(name)))
    ]
    lines = (FOLDER / "words.tsv").read_text(encoding="utf-8").splitlines()
    assert told == [line.split("\t") for line in lines[1:]]


@pytest.mark.parametrize("form", ["997", "999"])
@pytest.mark.parametrize("name", NAMES)
def test_functional_acknowledgement(name: str, form: str) -> None:
    assert "\n".join(answers(document_of(name), form)) == sections(name)[form]


@pytest.mark.parametrize("name", NAMES)
def test_interchange_acknowledgement(name: str) -> None:
    (closed,) = closed_interchanges(events_of(document_of(name)))
    due = needs_interchange_acknowledgement(closed.header, closed.envelope_findings)
    written = joined(
        interchange_acknowledgement(closed.header, closed.envelope_findings), ENVELOPE.delimiters
    )
    assert (written if due else None) == sections(name).get("TA1")


@pytest.mark.parametrize("form", ["997", "999"])
@pytest.mark.parametrize("name", NAMES)
def test_bytes_of_the_answer(name: str, form: str) -> None:
    """The interchange with the hand-written segments, character by character, and our own guide passes it."""
    groups = closed_groups(events_of(document_of(name)))
    if len(groups) != 1 or not needs_acknowledgement(groups[0].header):
        pytest.skip("no single group to answer")
    version = "005010" if form == "999" or groups[0].header.version == "005010" else "004010"
    modern = version == "005010"
    envelope = replace(ENVELOPE, group_version=version, interchange_version="00501" if modern else "00401")
    answer = functional_acknowledgement if form == "997" else implementation_acknowledgement
    data, problems = write_interchange(
        envelope, "FA", [answer(groups[0], envelope=envelope)], Numbers.counted(9, 9, 1), NOW
    )
    assert problems == ()
    assert data.decode() == _interchange(sections(name)[form].split("\n"), form, version)
    errors = [finding for finding in findings_of(events_of(data)) if finding.is_error]
    assert all(map(repeats_the_partner, errors))


def _interchange(lines: Sequence[str], form: str, version: str) -> str:
    modern = version == "005010"
    header = (
        "ISA*00*          *00*          *01*123456789      *ZZ*BUYER          *260317*1505*"
        + ("^*00501" if modern else "U*00401")
        + "*000000009*0*P*>"
    )
    whole = [
        header,
        f"GS*FA*SELLERGS*BUYERGS*20260317*1505*9*X*{version}",
        f"ST*{form}*0001",
        *lines,
        f"SE*{len(lines) + 2}*0001",
        "GE*1*9",
        "IEA*1*000000009",
    ]
    return "".join(f"{line}~" for line in whole)


def test_every_code_that_can_occur_has_a_verdict() -> None:
    """Codes of security segments and of guides narrower than the standard cannot occur; the rest is here."""
    written: dict[str, set[str]] = {"IK3": set(), "IK4": set(), "IK5": set(), "AK9": set(), "AK5": set()}
    for name in NAMES:
        for form in ("997", "999"):
            for line in sections(name)[form].split("\n"):
                tag, *elements = line.split("*")
                if tag in ("IK3", "IK4", "AK9", "AK5", "IK5"):
                    codes = {"IK3": elements[3:4], "IK4": elements[2:3], "AK9": elements[4:]}
                    written[tag] |= set(codes.get(tag, elements[1:]))
    assert written["IK3"] == {code for code in SEGMENT_WORDS if code.isdigit()}
    assert written["IK4"] == {code for code in ELEMENT_WORDS if code.isdigit()}
    assert written["IK5"] == {"1", "2", "3", "4", "5", "6", "7", "18", "19", "23"} <= SET_WORDS.keys()
    assert written["AK5"] == written["IK5"]
    assert written["AK9"] == {"1", "2", "3", "4", "5", "6", "19"} <= GROUP_WORDS.keys()


def test_a_draft_of_either_form_names_itself() -> None:
    (closed,) = closed_groups(events_of(document_of("good-004010")))
    drafts: list[SetDraft] = [functional_acknowledgement(closed), implementation_acknowledgement(closed)]
    assert [draft.set_code for draft in drafts] == ["997", "999"]


_ISA = interchange()[:106].decode()
_BLANK = " " * 15


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        ("ISA*00*", "ISA*09*", "E", "010"),
        ("ISA*00*          *", "ISA*00*         *", "R", "011"),
        ("*00*          *ZZ", "*99*          *ZZ", "E", "012"),
        ("*00*          *ZZ", "*00*         *ZZ", "R", "013"),
        ("*ZZ*", "*QQ*", "E", "005"),
        (f"{'BUYER':15}", _BLANK, "R", "006"),
        ("*01*", "*QQ*", "E", "007"),
        (f"{'123456789':15}", _BLANK, "R", "008"),
        ("*260317*", "*261332*", "E", "014"),
        ("*1430*", "*2560*", "E", "015"),
        ("*U*00401*", "*X*00401*", "E", "016"),
        ("*00401*", "*00111*", "E", "017"),
        ("*000000042*", "*ABCDEFGHI*", "R", "018"),
        ("*0*P*", "*7*P*", "E", "019"),
        ("*0*P*", "*0*Q*", "E", "020"),
        ("*P*>~", "*P*~~", "R", "004"),
        ("*P*>~", "*P**~", "R", "027"),
    ],
)
def test_each_element_of_the_isa_has_its_code(old: str, new: str, status: str, code: str) -> None:
    """What cannot be used rejects (R); what the standard does not list is noted where the partner wants notes (E)."""
    assert _ISA.count(old) == 1
    data = interchange(group(transaction()))
    changed = data.replace(_ISA.encode(), _ISA.replace(old, new).encode())
    if code == "018":
        changed = changed.replace(b"IEA*1*000000042", b"IEA*1*ABCDEFGHI")
    (closed,) = closed_interchanges(events_of(changed))
    noted = interchange_acknowledgement(
        closed.header, closed.envelope_findings, AcknowledgementPolicy(note_warnings=True)
    )
    assert noted[4:] == (status, code)
    plain = interchange_acknowledgement(closed.header, closed.envelope_findings)
    assert plain[4:] == (("R", code) if status == "R" else ("A", "000"))


def test_interchanges_in_a_row() -> None:
    """A second ISA before the IEA (022), and a control number used twice by one sender in one file (025)."""
    data = interchange(group(transaction()))
    cut = data[: data.index(b"IEA")]
    closed = closed_interchanges(events_of(cut + data))
    codes = [interchange_acknowledgement(one.header, one.envelope_findings)[4:] for one in closed]
    assert codes == [("R", "022"), ("R", "025")]
