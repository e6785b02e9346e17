"""Writer, reader, 997 and pyx12 against each other: what we write we read, and what we answer both engines pass."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement
from gateway.core.finding import has_errors
from gateway.core.location import Location
from gateway.x12.acknowledgement import (
    functional_acknowledgement,
    implementation_acknowledgement,
    read_functional_acknowledgement,
    repeats_the_partner,
)
from gateway.x12.delimiters import Delimiters
from gateway.x12.draft import DraftSegment, Repeated, SetDraft
from gateway.x12.envelope import Identity
from gateway.x12.events import (
    GroupClosed,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
    SetVerdict,
)
from gateway.x12.faults import Fault, Level, SyntaxFinding
from gateway.x12.guide import Guides
from gateway.x12.interchange_acknowledgement import (
    interchange_acknowledgement,
    read_interchange_acknowledgement,
    write_interchange_acknowledgement,
)
from gateway.x12.pyx12_export import export
from gateway.x12.reader import read
from gateway.x12.second_opinion import check
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange

pytestmark = pytest.mark.xdist_group("pyx12")

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("GATEWAY_SHARED", ROOT / ".." / "shared"))
GUIDES = Guides.load(ROOT / "schemas" / "x12")
NOW = datetime(2026, 3, 17, 14, 30, tzinfo=UTC)
ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="ZZ", identifier="SELLER", group_identifier="SELLERGS"),
    receiver=Identity(qualifier="12", identifier="5551234", group_identifier="BUYERGS"),
)
MODERN = replace(ENVELOPE, interchange_version="00501", group_version="005010")


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pyx12") / "maps"
    export(GUIDES, folder, ["997"])
    return folder


_values = st.text(st.sampled_from("AZaz09 .,-/&'()>*~:|^"), max_size=8).map(lambda text: text.rstrip(" "))
_elements = st.one_of(_values, st.lists(_values, max_size=3).map(tuple))
_segments = st.lists(_elements, min_size=1, max_size=6).map(lambda elements: ("ZZZ", *elements))
_delimiters = st.sampled_from([(*"*>~^",), (*"|:\n!",), (*"\x1d\x1f\x1c\x1e",), (*"\x85;~+",)])


@settings(max_examples=60)
@given(st.lists(st.lists(_segments, max_size=4), min_size=1, max_size=3), _delimiters, st.booleans())
def test_what_we_write_we_read_back(
    sets: list[list[DraftSegment]], marks: tuple[str, str, str, str], newline: bool
) -> None:
    delimiters = Delimiters(*marks)
    envelope = replace(MODERN, delimiters=delimiters, newline_after_segment=newline)
    drafts = [SetDraft("816", tuple(segments)) for segments in sets]
    data, findings = write_interchange(envelope, "OR", drafts, Numbers.counted(42, 7, len(drafts)), NOW)
    if has_errors(findings):
        return
    events = list(read([data], GUIDES))
    opened = next(event for event in events if isinstance(event, InterchangeOpened))
    closed = next(event for event in events if isinstance(event, GroupClosed))
    documents = [event.document for event in events if isinstance(event, SetRead)]
    assert opened.header.delimiters == delimiters
    assert (opened.header.sender, opened.header.receiver) == ("SELLER", "5551234")
    assert opened.header.interchange_control_number == "000000042"
    assert (closed.header.group_control_number, closed.included) == ("7", len(sets))
    for draft, document in zip(drafts, documents, strict=True):
        assert document.set_code == "816"
        assert [_split(s.elements, delimiters) for s in document.segments[1:-1]] == [
            _significant(segment) for segment in draft.segments
        ]
    assert not any(has_errors(getattr(event, "findings", ())) for event in events)


def _split(elements: tuple[str, ...], delimiters: Delimiters) -> list[list[str]]:
    return [element.split(delimiters.component) for element in elements]


def _significant(segment: DraftSegment) -> list[list[str]]:
    """The segment as a reader sees it: without trailing empties, an absent element as one empty component."""
    elements = [[element] if isinstance(element, str) else [*_components(element)] for element in segment]
    for element in elements:
        while len(element) > 1 and not element[-1]:
            element.pop()
    while not any(elements[-1]):
        elements.pop()
    return [element or [""] for element in elements]


def _components(element: tuple[str, ...] | Repeated) -> Iterator[str]:
    assert isinstance(element, tuple)
    yield from element


ORDER: tuple[DraftSegment, ...] = (
    ("BEG", "00", "SA", "4500012345", "", "20260317"),
    ("PO1", "1", "10", "EA", "14.40", "PE", "UP", "614141000418"),
    ("CTT", "1"),
)
# Each: what is changed in the text of a good 850 (segments: ST, BEG, PO1, CTT, SE), and the notes due for it.
FAULTS = [
    (b"", b"", ["AK5*A", "AK9*A*1*1*1"]),
    (b"*10*EA", b"*1234567890123456*EA", ["AK3*PO1*3*PO1*8", "AK4*2*330*5*1234567890123456", "AK5*R*5", "AK9*R*1*1*0"]),
    (b"*10*EA", b"*1O*EA", ["AK3*PO1*3*PO1*8", "AK4*2*330*6*1O", "AK5*R*5", "AK9*R*1*1*0"]),
    (b"*SA*", b"*??*", ["AK3*BEG*2**8", "AK4*2*92*7", "AK5*R*5", "AK9*R*1*1*0"]),
    (b"*20260317~PO1", b"*20261317~PO1", ["AK3*BEG*2**8", "AK4*5*373*8*20261317", "AK5*R*5", "AK9*R*1*1*0"]),
    (b"*4500012345*", b"**", ["AK3*BEG*2**8", "AK4*3*324*1", "AK5*R*5", "AK9*R*1*1*0"]),
    (b"BEG*00*SA*4500012345**20260317~", b"", ["AK3*BEG*2**3", "AK5*R*4*5", "AK9*R*1*1*0"]),
    (b"SE*5*", b"SE*6*", ["AK5*R*4", "AK9*R*1*1*0"]),
    (b"SE*5*0001", b"SE*5*0009", ["AK5*R*3", "AK9*R*1*1*0"]),
    (b"SE*5*0001~", b"", ["AK5*R*2", "AK9*R*1*1*0"]),
]  # fmt: skip


def _order(envelope: EnvelopeSettings = ENVELOPE) -> bytes:
    data, findings = write_interchange(
        envelope, "PO", [SetDraft("850", ORDER)], Numbers.counted(42, 7, 1), NOW
    )
    assert findings == ()
    return data


def _closed(data: bytes) -> GroupClosed:
    return next(event for event in read([data], GUIDES) if isinstance(event, GroupClosed))


@pytest.mark.parametrize("envelope", [ENVELOPE, MODERN], ids=["004010", "005010"])
@pytest.mark.parametrize(("good", "bad", "notes"), FAULTS)
def test_a_bad_order_gets_its_997_and_both_engines_pass_it(
    good: bytes, bad: bytes, notes: list[str], envelope: EnvelopeSettings, maps: Path
) -> None:
    draft = functional_acknowledgement(_closed(_order(envelope).replace(good, bad, 1)))
    data, findings = write_interchange(envelope, "FA", [draft], Numbers.counted(1, 1, 1), NOW)
    assert findings == ()
    version = "*005010" if envelope is MODERN else ""
    if envelope is MODERN:  # PO102 is element 330 in 004010 and 380 in 005010
        notes = [note.replace("*330*", "*380*") for note in notes]
    text = data.decode()
    assert text[text.index("ST*") :].split("~")[1:-4] == [f"AK1*PO*7{version}", "AK2*850*0001", *notes]
    assert check(data, maps) == []
    events = list(read([data], GUIDES))
    assert not any(has_errors(getattr(event, "findings", ())) for event in events)
    answer = _answers(data)[0]
    assert (answer.group_control_number, answer.status) == ("7", notes[-1][4])


@pytest.mark.parametrize(
    ("good", "bad", "element"), [(b"GS*PO*", b"GS*QQ*", ("AK1", 1)), (b"ST*850*", b"ST*Q50*", ("AK2", 1))]
)
def test_what_the_partner_sent_wrong_is_repeated_and_may_go_out(
    good: bytes, bad: bytes, element: tuple[str, int], maps: Path
) -> None:
    draft = functional_acknowledgement(_closed(_order().replace(good, bad, 1)))
    data, _ = write_interchange(ENVELOPE, "FA", [draft], Numbers.counted(1, 1, 1), NOW)
    ours = [f for event in read([data], GUIDES) for f in getattr(event, "findings", ()) if f.is_error]
    for found in (ours, check(data, maps)):
        assert [(f.location.segment, f.location.element) for f in found] == [element]
        assert all(map(repeats_the_partner, found))
    assert not repeats_the_partner(replace(ours[0], location=Location(segment="AK4", element=3)))
    assert not repeats_the_partner(replace(ours[0], code="element-too-long"))


def _answers(data: bytes) -> list[FunctionalAcknowledgement]:
    documents = [event.document for event in read([data], GUIDES) if isinstance(event, SetRead)]
    return [answer for answer in map(read_functional_acknowledgement, documents) if answer is not None]


def test_a_broken_envelope_gets_its_ta1(maps: Path) -> None:
    data = _order().replace(b"IEA*1*000000042", b"IEA*1*000000043")
    closed = next(event for event in read([data], GUIDES) if isinstance(event, InterchangeClosed))
    answer = interchange_acknowledgement(closed.header, closed.envelope_findings)
    assert answer == ("TA1", "000000042", "260317", "1430", "R", "001")
    data, findings = write_interchange_acknowledgement(ENVELOPE, [answer], 5, NOW)
    assert findings == ()
    events = list(read([data], GUIDES))
    assert not any(has_errors(getattr(event, "findings", ())) for event in events)
    (ta1,) = (event for event in events if isinstance(event, InterchangeAcknowledgementRead))
    assert read_interchange_acknowledgement(ta1.segment).code == "001"
    assert check(data, maps) == []


_faults = st.sampled_from(
    [f for f in Fault if f.level in (Level.ELEMENT, Level.SEGMENT, Level.CONTENT, Level.SET)]
)
_junk = st.text(st.sampled_from("AZ09*>~^ \x07\x85é日"), max_size=120)


@st.composite
def _findings(draw: st.DrawFn) -> SyntaxFinding:
    """Any finding a reader could make, and some that none would."""
    fault = draw(_faults)
    inside = fault.level is not Level.SET
    return SyntaxFinding(
        code=fault.code,
        message="…",
        location=Location(
            segment=draw(st.sampled_from(["PO1", "N1", "P\x01", "LONG", ""])) if inside else "SE",
            segment_number=draw(st.integers(1, 2_000_000)),
            element=draw(st.integers(1, 200)) if fault.level is Level.ELEMENT else None,
            component=draw(st.one_of(st.none(), st.integers(1, 9))),
            repetition=draw(st.one_of(st.none(), st.integers(1, 9))),
        ),
        found=draw(st.one_of(st.none(), _junk)),
        fault=fault,
        loop=draw(st.sampled_from([None, "PO1", "PO1/N1#2", "LONGER/LOOPNAME"])),
        element_number=draw(st.sampled_from([None, "330", "C040", "123456"])),
        trigger=draw(st.sampled_from([None, 1, 150])),
        standard_code=fault.standard_code(draw(st.sampled_from(["004010", "005010"]))),
    )


@settings(max_examples=60)
@given(
    st.lists(st.lists(_findings(), max_size=5), max_size=3),
    st.sampled_from([ENVELOPE, MODERN]),
    _junk,
    st.sampled_from([functional_acknowledgement, implementation_acknowledgement]),
)
def test_every_997_and_999_passes_our_own_guide(
    sets: list[list[SyntaxFinding]],
    envelope: EnvelopeSettings,
    number: str,
    answer_of: Callable[..., SetDraft],
) -> None:
    closed = _closed(_order(envelope))
    code_set = {f.standard_code for findings in sets for f in findings} & {"12", "13", "18"}
    if code_set and envelope is ENVELOPE and answer_of is functional_acknowledgement:
        return  # the reader gives these codes in 005010 only
    verdicts = [
        SetVerdict("850", f"{n:04d}", tuple(findings), True, number) for n, findings in enumerate(sets, 1)
    ]
    header = replace(closed.header, group_control_number=number)
    if answer_of is implementation_acknowledgement:
        envelope = MODERN
    draft = answer_of(replace(closed, header=header, sets=tuple(verdicts)), envelope=envelope)
    data, problems = write_interchange(envelope, "FA", [draft], Numbers.counted(1, 1, 1), NOW)
    assert problems == ()
    events = list(read([data], GUIDES))
    assert [f for event in events for f in getattr(event, "findings", ()) if f.is_error] == []
    (answer,) = _answers(data)
    assert [s.set_control_number for s in answer.sets] == [
        v.set_control_number for v in verdicts if answer.sets
    ]


SAMPLES = {  # file: status of AK9, and AK5 or IK5 of each set, as the index of the samples gives them
    "997/05_x12-net-997.edi": ["R AR"],
    "997/06_staedi-empty997.edi": [],
    "997/07_staedi-extradelimiter997.edi": ["R R"],
    "997/08_staedi-invalid997.edi": ["R R"],
    "997/09_staedi-invalid997-min.edi": ["R "],
    "997/10_staedi-optionalinterchangeservices.edi": ["A "],
    "997/11_staedi-simple997-multiple-interchanges.edi": ["R R"] * 3,
    "997/12_staedi-simple997.edi": ["R R"],
    "999/01_x12parser-dhs-wisconsin-sample.edi": ["P ARR"],
    "999/02_pyx12-834-ls-le-ls-5010-999.edi": ["A A"],
    "999/03_pyx12-834-lui-id-5010-999.edi": ["A A"] * 4,
    "999/04_x12-parser-x12-999-accepted.edi": ["A A"],
    "999/05_x12-parser-x12-999-rejected.edi": ["R R"],
    # Two of its five IK5 stand outside an AK2 and answer nothing.
    "999/06_staedi-invalid999.edi": ["P QRR"],
    "999/07_staedi-simple999.edi": ["P ARR"],
}


@pytest.mark.parametrize(("name", "statuses"), SAMPLES.items())
def test_real_acknowledgements_are_read(name: str, statuses: list[str]) -> None:
    path = SHARED / "samples" / "x12" / name
    if not path.exists():
        pytest.skip(f"the sample files are not beside this checkout ({path})")
    answers = _answers(path.read_bytes())
    assert [f"{a.status} {''.join(s.status for s in a.sets)}" for a in answers] == statuses
