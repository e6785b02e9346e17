"""pyx12 over our exported tables: it approves what is right, finds what is wrong, and says where."""

import logging
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.finding import Finding, Severity
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import Identity
from gateway.x12.guide import Guides
from gateway.x12.pyx12_export import EXPORTED_SETS, export, map_files
from gateway.x12.second_opinion import check
from gateway.x12.writer import DraftSegment, EnvelopeSettings, Numbers, SetDraft, write_interchange

pytestmark = pytest.mark.xdist_group("pyx12")  # maps are loaded once a process

TABLES = Path(__file__).parents[2] / "schemas" / "x12"
NOW = datetime(2026, 3, 17, 14, 30, tzinfo=ZoneInfo("America/Chicago"))
ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="ZZ", identifier="SELLER", group_identifier="SELLERGS"),
    receiver=Identity(qualifier="12", identifier="5551234", group_identifier="BUYERGS"),
)
MODERN = replace(ENVELOPE, interchange_version="00501", group_version="005010")

BAK: DraftSegment = ("BAK", "00", "AC", "4500012345", "20260317")
PO1: DraftSegment = ("PO1", "1", "10", "EA", "14.40", "PE", "UP", "614141000418")
ACK: DraftSegment = ("ACK", "IA", "10", "EA", "068", "20260320")
CTT: DraftSegment = ("CTT", "1")
ORDER_ACKNOWLEDGEMENT = (
    "PR",
    "855",
    (BAK, ("REF", "DP", "531"), ("N1", "ST", "Hooli", "92", "00417"), PO1, ACK, CTT),
)
INVOICE = (
    "IN",
    "810",
    (
        ("BIG", "20260320", "INV-1", "20260317", "4500012345", "", "", "DI"),
        ("N1", "RI", "Seller", "92", "0010"),
        ("ITD", "01", "3", "2", "", "10", "", "30"),
        ("IT1", "1", "6", "EA", "14.40", "PE", "UP", "614141000418"),
        ("TDS", "10140"),
        ("SAC", "C", "D240", "", "", "1500", "", "", "", "", "", "", "06"),
        ("CTT", "1"),
    ),
)
SHIP_NOTICE = (
    "SH",
    "856",
    (
        ("BSN", "00", "S-1", "20260320", "1500", "0001"),
        ("HL", "1", "", "S"),
        ("TD5", "", "2", "UPSN"),
        ("DTM", "011", "20260320"),
        ("HL", "2", "1", "O"),
        ("PRF", "4500012345"),
        ("HL", "3", "2", "P"),
        ("MAN", "GM", "006141410000000029"),
        ("HL", "4", "3", "I"),
        ("LIN", "1", "UP", "614141000418"),
        ("SN1", "1", "6", "EA"),
        ("CTT", "4"),
    ),
)
ORDER = (
    "PO",
    "850",
    (
        ("BEG", "00", "SA", "4500012345", "", "20260317"),
        ("REF", "DP", "531"),
        ("DTM", "010", "20260320"),
        ("N1", "ST", "Hooli", "92", "00417"),
        ("N3", "1 Main St"),
        ("N4", "Boise", "ID", "83702", "US"),
        PO1,
        ("PID", "F", "08", "", "", "Red widget"),
        ("SDQ", "EA", "92", "0551", "4", "0552", "6"),
        ("CTT", "1"),
    ),
)
ANSWER = (
    "FA",
    "997",
    (
        ("AK1", "PO", "7"),
        ("AK2", "850", "0001"),
        ("AK3", "PO1", "5", "PO1", "8"),
        ("AK4", ("2",), "330", "5", "12345678901234567890"),
        ("AK5", "R", "5"),
        ("AK9", "R", "1", "1", "0"),
    ),
)
DOCUMENTS = (ORDER_ACKNOWLEDGEMENT, INVOICE, SHIP_NOTICE, ORDER, ANSWER)
Document = tuple[str, str, tuple[DraftSegment, ...]]


@pytest.fixture(scope="session")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pyx12") / "maps"
    export(Guides.load(TABLES), folder)
    return folder


def _written(document: Document, envelope: EnvelopeSettings = ENVELOPE) -> bytes:
    group, code, segments = document
    data, findings = write_interchange(
        envelope, group, [SetDraft(code, segments)], Numbers.counted(42, 7, 1), NOW
    )
    assert findings == ()
    return data


def _855(*segments: DraftSegment) -> bytes:
    return _written(("PR", "855", segments))


def _places(findings: list[Finding]) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(f.code, f.location.segment, f.location.segment_number, f.location.element) for f in findings]


@pytest.mark.parametrize("envelope", [ENVELOPE, MODERN], ids=["004010", "005010"])
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document[1])
def test_right_documents_are_approved(document: Document, envelope: EnvelopeSettings, maps: Path) -> None:
    assert check(_written(document, envelope), maps) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_855(PO1, ACK, CTT), ("segment-missing", "BAK", 2, None)),
        (_written(("IN", "810", (*INVOICE[2][:4], CTT))), ("segment-missing", "TDS", 6, None)),
        (_written(("SH", "856", (SHIP_NOTICE[2][0], CTT))), ("segment-missing", "HL", 3, None)),
        (_855(BAK, ("PO1", "1", "1234567890123456", "EA"), CTT), ("element-too-long", "PO1", 3, 2)),
        (_855(BAK, ("PO1", "1", "10", "E"), CTT), ("element-too-short", "PO1", 3, 3)),
        (_855(BAK, ("PO1", "1", "1O", "EA"), CTT), ("bad-character", "PO1", 3, 2)),
        (_855(BAK, ("PO1", "1", "10", "EA", "14.40", "PE", "UP"), CTT), ("element-condition", "PO1", 3, 6)),
        (_855(("BAK", "00", "AC", "", "20260317"), PO1, CTT), ("element-missing", "BAK", 2, 3)),
        (_855(("BAK", "QQ", "AC", "45", "20260317"), PO1, CTT), ("code-not-in-list", "BAK", 2, 1)),
        (_855(("BAK", "00", "AC", "45", "20260230"), PO1, CTT), ("bad-date", "BAK", 2, 4)),
        (_855(BAK, ("REF", "!!", "1"), PO1, CTT), ("code-not-in-list", "REF", 3, 1)),
        (_855(BAK, BAK, PO1, CTT), ("segment-repeats-too-often", "BAK", 3, None)),
        (_855(BAK, ("XYZ", "1"), PO1, CTT), ("segment-unknown", "XYZ", 3, None)),
        (_855(BAK, PO1, ("N9", "L1", "x"), BAK, CTT), ("segment-unknown", "BAK", 5, None)),
        (_855(BAK, PO1, ("CTT", *"1234567", "8")), ("too-many-elements", "CTT", 4, 8)),
        (_855(BAK, ("REF", "DP", "1", "", ("!!", "1")), PO1, CTT), ("code-not-in-list", "REF", 3, 4)),
        (
            _855(BAK, ("REF", "DP", "1", "", tuple("1234567")), PO1, CTT),
            ("too-many-components", "REF", 3, None),
        ),
        (_855(BAK, PO1, CTT).replace(b"SE*5*", b"SE*6*"), ("segment-count", "SE", 5, None)),
        (_855(BAK, PO1, CTT).replace(b"SE*5*0001", b"SE*5*0002"), ("set-control-number", "SE", 5, None)),
        (_855(BAK, PO1, CTT).replace(b"GE*1*7", b"GE*1*8"), ("group-control-number", "GE", 8, None)),
        (_855(BAK, PO1, CTT).replace(b"GE*1*7", b"GE*2*7"), ("set-count", "GE", 8, None)),
        (_855(BAK, PO1, CTT).replace(b"IEA*1*", b"IEA*2*"), ("group-count", "IEA", 9, None)),
        (
            _855(BAK, PO1, CTT).replace(b"IEA*1*000000042", b"IEA*1*000000043"),
            ("interchange-control-number", "IEA", 9, None),
        ),
        (_855(BAK, PO1, CTT).replace(b"*P*>", b"*Q*>"), ("code-not-in-list", "ISA", 1, 15)),
        (_855(BAK, PO1, CTT).replace(b"*X*004010", b"**004010"), ("element-missing", "GS", 2, 7)),
        (_855(BAK, PO1, CTT).replace(b"IEA*1*000000042~", b""), ("file-truncated", "GE", 8, None)),
        (_855(BAK, PO1, CTT).replace(b"CTT*1~", b"CTT*1*~"), ("trailing-element-separators", "CTT", 4, None)),
        (_855(BAK, PO1, CTT).replace(b"~PO1", b"~ PO1"), ("segments-indented", "PO1", 3, None)),
    ],
)
def test_faults_are_found_in_their_place(
    data: bytes, expected: tuple[str, str, int, int | None], maps: Path
) -> None:
    assert expected in _places(check(data, maps))


def test_a_finding_tells_all_it_can(maps: Path) -> None:
    (finding,) = check(_855(BAK, ("PO1", "1", "1234567890123456", "EA"), CTT), maps, file="out.edi")
    place = finding.location
    assert (place.file, place.interchange, place.group, place.set) == ("out.edi", "000000042", "7", "0001")
    assert (finding.severity, finding.found, finding.standard_code) == (
        Severity.ERROR,
        "1234567890123456",
        "5",
    )
    assert finding.message.startswith("pyx12: ")


@pytest.mark.parametrize(
    ("changes", "place"),
    [(("HL", "4", "3", "I"), "hierarchy-number"), (("HL", "3", "9", "I"), "hierarchy-parent")],
)
def test_hierarchies_are_followed(changes: DraftSegment, place: str, maps: Path) -> None:
    data = _written(("SH", "856", (*SHIP_NOTICE[2][:6], changes)))
    assert place in [finding.code for finding in check(data, maps)]


def test_two_sets_of_one_group_and_two_interchanges_of_one_file(maps: Path) -> None:
    drafts = [SetDraft("855", ORDER_ACKNOWLEDGEMENT[2]), SetDraft("855", (PO1, CTT))]
    first, _ = write_interchange(ENVELOPE, "PR", drafts, Numbers.counted(1, 1, 2), NOW)
    other = replace(MODERN, delimiters=Delimiters("|", "\x1f", "\x1c"))
    second = _written(("PR", "855", (BAK, ("PO1", "1", "1O", "EA"), CTT)), other)
    found = check(first + b"\r\n" + second, maps)
    assert [(f.location.interchange, f.location.set, f.code) for f in found] == [
        ("000000001", "0002", "segment-missing"),
        ("000000042", "0001", "bad-character"),
    ]


def test_other_releases_are_checked_by_the_nearest(maps: Path) -> None:
    nearest = replace(ENVELOPE, interchange_version="00403", group_version="004030VICS")
    assert check(_written(ORDER_ACKNOWLEDGEMENT, nearest), maps) == []
    assert check(_written(("PR", "855", (PO1, CTT)), nearest), maps) != []


def test_unknown_set_is_said_and_the_rest_still_checked(maps: Path) -> None:
    data = _written(("IN", "816", (("BHT", "0035", "00"),))).replace(b"GE*1*7", b"GE*3*7")
    found = check(data, maps)
    assert [(f.code, f.severity) for f in found] == [
        ("second-opinion-missing", Severity.WARNING),
        ("set-count", Severity.ERROR),
    ]


def test_agreed_characters_beyond_the_extended_set(maps: Path) -> None:
    data = _written(
        ("PR", "855", (BAK, ("N1", "ST", "Café Zoë"), PO1, CTT)), replace(ENVELOPE, charset="utf-8")
    )
    assert check(data, maps, charset="utf-8") == []
    assert _places(check(data, maps)) == [("bad-character", "N1", 3, 2)]


@pytest.mark.parametrize("data", [b"", b"junk", b"ISA", b"ISA*00*~IEA", _855(BAK, CTT)[:150], b"ISA" * 200])
def test_what_it_cannot_read_is_a_finding(data: bytes, maps: Path) -> None:
    assert any(finding.is_error for finding in check(data, maps))


def test_it_is_silent(
    maps: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        assert check(_855(PO1), maps)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_pyx12_is_not_loaded_before_it_is_asked() -> None:
    program = (
        "import sys, gateway.x12.second_opinion, gateway.x12.pyx12_export; sys.exit('pyx12' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=TABLES.parents[1], timeout=60)


def test_map_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"maps\.xml"):
        check(b"", tmp_path)


def test_a_new_export_replaces_maps_in_memory(tmp_path: Path) -> None:
    guides = Guides.load(TABLES)
    export(guides, tmp_path, ["997"])
    data = _written(ORDER_ACKNOWLEDGEMENT)
    assert [f.code for f in check(data, tmp_path)] == ["second-opinion-missing"]
    export(guides, tmp_path, ["855"])
    assert check(data, tmp_path) == []


def test_exported_files() -> None:
    files = map_files(Guides.load(TABLES))
    sets = {f"{code}.{version}.xml" for code in EXPORTED_SETS for version in ("004010", "005010")}
    controls = {"x12.control.00401.xml", "x12.control.00501.xml"}
    assert set(files) == sets | controls | {"maps.xml", "codes.xml", "dataele.xml"}
    # 725 is a number of four digits in 004010 and text in 005010: one dictionary has to hold both.
    assert b'ele_num="725" data_type="N0" min_len="1" max_len="4"' in files["dataele.xml"]
    assert b'ele_num="725-005010" data_type="AN" min_len="1" max_len="4"' in files["dataele.xml"]
    assert b'ele_num="1029"' in files["dataele.xml"]  # pyx12's own, in none of our sets


def test_pyx12s_own_command_reads_the_folder(maps: Path, tmp_path: Path) -> None:
    """The folder serves pyx12 as it comes, not only our walk through its maps."""
    (tmp_path / "good.edi").write_bytes(_written(ORDER_ACKNOWLEDGEMENT))
    (tmp_path / "bad.edi").write_bytes(_855(PO1, CTT))
    program = (
        "import sys, pyx12.params, pyx12.x12n_document as d;"
        "p = pyx12.params.ParamsBase();"
        "print(*[d.x12n_document(p, f, None, None, map_path=sys.argv[1]) for f in sys.argv[2:]])"
    )
    command = [
        sys.executable,
        "-c",
        program,
        str(maps),
        str(tmp_path / "good.edi"),
        str(tmp_path / "bad.edi"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]
