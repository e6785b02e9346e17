"""What the reading tests share: the guides, interchanges made to order, and the events of a text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from gateway.core.finding import Finding
from gateway.x12.delimiters import Delimiters
from gateway.x12.events import Event, GroupClosed, InterchangeClosed, SetRead
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.guide import Guides
from gateway.x12.reader import read
from gateway.x12.transaction_set import TransactionSet

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("GATEWAY_SHARED", ROOT / ".." / "shared"))
GUIDES = Guides.load(ROOT / "schemas" / "x12")

ORDER = (
    "BEG*00*SA*4500012345**20260317",
    "REF*DP*531",
    "DTM*010*20260320",
    "N1*ST*Hooli Warehouse*92*00417",
    "N3*1 Main St",
    "N4*Boise*ID*83702*US",
    "PO1*1*10*EA*14.40*PE*UP*614141000418*VN*W-RED",
    "PID*F****Red widget",
    "PO1*2*4*EA*9.25*PE*UP*614141000425",
    "CTT*2",
)


def isa(
    number: str = "000000042",
    version: str = "00401",
    standard: str = "U",
    usage: str = "P",
    sender: str = "BUYER",
    delimiters: Delimiters | None = None,
) -> str:
    """An ISA of the right length, with its terminator."""
    marks = delimiters or Delimiters()
    elements = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{sender:15}", "01", f"{'123456789':15}"]
    elements += ["260317", "1430", marks.repetition or standard, version, number, "0", usage, marks.component]
    return marks.element.join(elements) + marks.segment


def transaction(
    segments: Sequence[str] = ORDER, *, code: str = "850", number: str = "0001", count: int | None = None
) -> list[str]:
    """A set from ST to SE; ``segments`` are written with ``*``."""
    whole = len(segments) + 2 if count is None else count
    return [f"ST*{code}*{number}", *segments, f"SE*{whole}*{number}"]


def group(
    *sets: Sequence[str],
    code: str = "PO",
    version: str = "004010",
    number: str = "7",
    count: int | None = None,
) -> list[str]:
    """A functional group from GS to GE."""
    header = f"GS*{code}*BUYERGS*SELLERGS*20260317*1430*{number}*X*{version}"
    whole = len(sets) if count is None else count
    return [header, *(segment for one in sets for segment in one), f"GE*{whole}*{number}"]


def interchange(
    *groups: Sequence[str],
    number: str = "000000042",
    version: str = "00401",
    delimiters: Delimiters | None = None,
    after: str = "",
) -> bytes:
    """A whole interchange; ``after`` follows each terminator (a line break, say)."""
    marks = delimiters or Delimiters()
    segments = [segment for one in groups for segment in one] + [f"IEA*{len(groups)}*{number}"]
    lines = [segment.replace("*", marks.element) + marks.segment + after for segment in segments]
    return (isa(number, version, delimiters=delimiters) + after + "".join(lines)).encode("latin-1")


def order_file(
    segments: Sequence[str] = ORDER, *, code: str = "850", gs: str = "PO", version: str = "004010"
) -> bytes:
    """One set in one group in one interchange."""
    release = "00501" if version.startswith("005010") else "00401"
    marks = Delimiters(repetition="^") if release == "00501" else None
    return interchange(
        group(transaction(segments, code=code), code=gs, version=version), version=release, delimiters=marks
    )


def events_of(data: bytes | Iterable[bytes]) -> list[Event]:
    """All events of a file."""
    return list(read([data] if isinstance(data, bytes) else data, GUIDES, file="drop.edi"))


def sets_of(events: Iterable[Event]) -> list[TransactionSet]:
    """The transaction sets among events."""
    return [event.document for event in events if isinstance(event, SetRead)]


def findings_of(events: Iterable[Event]) -> list[Finding]:
    """Every finding, once."""
    return [finding for event in events for finding in event.findings]


def faults_of(findings: Iterable[Finding]) -> list[Fault]:
    """The faults of findings, which must all be of the X12 reader's kind."""
    faults = []
    for finding in findings:
        assert isinstance(finding, SyntaxFinding)
        faults.append(finding.fault)
    return faults


def errors_of(data: bytes) -> list[SyntaxFinding]:
    """The findings of error severity in a file."""
    found = [finding for finding in findings_of(events_of(data)) if finding.is_error]
    return [finding for finding in found if isinstance(finding, SyntaxFinding)]


def closed_groups(events: Iterable[Event]) -> list[GroupClosed]:
    """The groups among events."""
    return [event for event in events if isinstance(event, GroupClosed)]


def closed_interchanges(events: Iterable[Event]) -> list[InterchangeClosed]:
    """The interchanges among events."""
    return [event for event in events if isinstance(event, InterchangeClosed)]
