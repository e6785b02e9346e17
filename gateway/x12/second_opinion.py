"""A second opinion on whole interchanges, by pyx12 over the map folder that :mod:`gateway.x12.pyx12_export`
writes.

pyx12 is loaded when first asked. Its findings come in our shape and with our codes, so the two engines can be
compared and either can be shown. It does not check conditions inside composites, repetitions of elements,
totals, and sets that the folder has no map for (which is said, as a warning).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.faults import Fault, Level, SyntaxFinding
from gateway.x12.pyx12_maps import MapFolder

_FIX = (
    "Check the same file without pyx12; where only pyx12 objects, the tables or one of the engines are wrong"
)
_HEADER_LENGTH = 106
# pyx12 knows two interchange versions; the others differ from these in nothing that it checks but ISA12
# itself.
_OLDER, _NEWER, _FIRST_NEWER = "00401", "00501", "00402"

_LEVELS = {"isa": Level.INTERCHANGE, "gs": Level.GROUP, "st": Level.SET, "seg": Level.SEGMENT}
_FAULTS = {(fault.level, fault.acknowledgement_code): fault for fault in reversed(Fault)} | {
    (Level.GROUP, "6"): Fault.GROUP_CONTROL_NUMBER_TWICE,  # pyx12 gives that code to a number used twice
    (Level.SEGMENT, "HL1"): Fault.HIERARCHY_NUMBER,
    (Level.SEGMENT, "HL2"): Fault.HIERARCHY_PARENT,
}
_REFERENCE = re.compile(r"(?:[A-Z][A-Z0-9]{1,2})?(\d\d)(?:-(\d+))?", re.ASCII)  # PO102, REF04-2, 02


def check(
    data: bytes, map_folder: Path, *, charset: str = "extended", file: str | None = None
) -> list[Finding]:
    """What pyx12 finds in the interchanges of ``data``; an empty list is its approval.

    ``charset`` names the codec agreed with the partner: pyx12 knows the extended character set only, and is
    shown a question mark for every character beyond it. With ``extended`` such characters are findings.
    Raises OSError where ``map_folder`` is none.
    """
    folder = MapFolder.open(map_folder)
    texts = list(_interchanges(data, charset))
    if not texts:
        return [_plain("no-interchange", "there is no interchange in this file", Location(file=file))]
    found = [finding for text in texts for finding in _Examination(folder, text).findings()]
    return [finding.in_file(file) for finding in found]


def _interchanges(data: bytes, charset: str) -> Iterator[str]:
    """Each interchange from ISA to IEA: pyx12 takes the delimiters from the first ISA of a file for all of
    it.
    """
    start = data.find(b"ISA")
    while start >= 0:
        header = data[start : start + _HEADER_LENGTH]
        trailer = re.compile(re.escape(header[105:]) + rb"[\r\n]*IEA" + re.escape(header[3:4]))
        found = trailer.search(data, start) if len(header) == _HEADER_LENGTH else None
        end = data.find(header[105:], found.end()) + 1 if found else 0
        end = end or len(data)
        yield _as_pyx12_reads(header, data[start + _HEADER_LENGTH : end], charset)
        start = data.find(b"ISA", end)


def _as_pyx12_reads(header: bytes, body: bytes, charset: str) -> str:
    """The text with an ISA12 that pyx12 knows, and without characters that partners agreed on but it never
    heard of.
    """
    isa = header.decode("latin-1")
    version = isa[84:89]
    if len(isa) == _HEADER_LENGTH and version.isdecimal():
        isa = isa[:84] + (_OLDER if version < _FIRST_NEWER else _NEWER) + isa[89:]
    if charset in ("basic", "extended"):
        return isa + body.decode("latin-1")
    delimiters = {isa[3:4], *isa[104:106]}
    return isa + "".join(
        c if c.isascii() or c in delimiters else "?" for c in body.decode(charset, "replace")
    )


@dataclass
class _Examination:
    """One interchange walked through pyx12's maps segment by segment, as its own ``x12n_document`` does,
    except that the map is chosen at each ST: groups may mix sets.
    """

    folder: MapFolder
    text: str
    found: list[Finding] = field(default_factory=list)
    place: Location = field(default_factory=Location)
    version: str = ""  # GS08
    checked: bool = True  # False inside a set that the folder has no map for
    reader: Any = None
    walker: Any = None
    control: Any = None  # the map of the envelope
    node: Any = None  # where the walk stands

    def findings(self) -> list[Finding]:
        """What pyx12 finds, and where it gave up if it did."""
        try:
            self._walk()
        except Exception as error:  # a foreign engine may fail in any way on bad data; that too is a finding
            message = f"it could not read on ({type(error).__name__}: {error})"
            self.found.append(_plain("second-opinion-failed", message, self.place))
        return self.found

    def _walk(self) -> None:
        from pyx12.map_walker import walk_tree
        from pyx12.x12file import X12Reader

        self.walker = walk_tree()
        self.reader = X12Reader(io.StringIO(self.text, newline=""))
        self.control = self.folder.control(self.reader.icvn)
        for segment in self.reader:
            self._locate(segment)
            self._report_reader()
            self._visit(segment)
        self.reader.cleanup()
        self._report_reader()

    def _locate(self, segment: Any) -> None:
        """Moves the place to the segment: numbered from ST inside a set, else from ISA."""
        tag, place = segment.get_seg_id() or "", self.place
        if tag == "ISA":
            place = Location(interchange=segment.get_value("ISA13"))
        elif tag == "GS":
            place = replace(place, group=segment.get_value("GS06"), set=None)
            self.version = segment.get_value("GS08") or ""
        elif tag == "ST":
            place = replace(place, set=segment.get_value("ST02"))
        elif tag in ("GE", "IEA"):
            place = replace(place, set=None, group=place.group if tag == "GE" else None)
        inside = self.reader.get_seg_count() + (1 if tag == "SE" else 0)
        number = inside if place.set is not None else self.reader.get_cur_line()
        self.place = replace(place, segment=tag, segment_number=number)

    def _visit(self, segment: Any) -> None:
        match self.place.segment:
            case "ISA":
                self._enter("/ISA_LOOP", segment)
            case "GS":
                self._enter("/ISA_LOOP/GS_LOOP", segment)
            case "ST":
                self._choose_map(segment.get_value("ST01") or "")
            case "GE" | "IEA":
                self.checked = True
        if self.checked and self.place.segment not in ("ISA", "GS"):
            self._step(segment)

    def _enter(self, loop: str, segment: Any) -> None:
        """Begins an envelope: its header opens the loop wherever the walk stood."""
        path = f"{loop}/{self.place.segment}"
        self.walker.forceWalkCounterToLoopStart(loop, path)
        self.node = self.control.getnodebypath(path)
        self._check_elements(segment)

    def _choose_map(self, set_code: str) -> None:
        """Puts the walk before the ST in the map of its set."""
        chosen = self.folder.find(set_code, self.version)
        self.checked = chosen is not None
        self.node = (chosen or self.control).getnodebypath("/ISA_LOOP/GS_LOOP/GS")
        if not self.checked:
            message = f"it has no map for set {set_code} and did not check it"
            self.found.append(_plain("second-opinion-missing", message, self.place, Severity.WARNING))

    def _step(self, segment: Any) -> None:
        """Walks to where the segment belongs and checks its elements; one that belongs nowhere leaves the
        walk where it was.
        """
        number, line = self.place.segment_number, self.reader.get_cur_line()
        node, _, _, errors = self.walker.walk_errors(self.node, segment, number, line, None)
        for error in errors:
            missing = error.err_cde == "3" and error.map_node is not None
            place = replace(self.place, segment=error.map_node.id) if missing else self.place
            self._report(Level.SEGMENT, error.err_cde, error.err_str, place, error.err_val)
        if node is not None:
            self.node = node
            self._check_elements(segment)

    def _check_elements(self, segment: Any) -> None:
        try:
            _, errors = self.node.is_valid_errors(segment)
        except IndexError:  # pyx12 4.0.0 fails on a composite with too many components
            self._report(Level.ELEMENT, "13", "too many components in a composite", self.place, None)
            return
        for error in errors:
            element, component = _position(error)
            place = replace(self.place, element=element, component=component)
            if self.place.segment == "ISA" and place.element in (11, 16) and error.err_cde == "6":
                continue  # a delimiter may be a control character
            self._report(Level.ELEMENT, error.err_cde, error.err_str, place, error.err_val)

    def _report_reader(self) -> None:
        """What pyx12's reader found about envelopes, counts and trees since last asked."""
        for level, code, message, value, _ in self.reader.pop_errors():
            if "leading space" in message:  # pyx12 calls that an unknown segment
                self.found.append(_plain(Fault.SEGMENTS_INDENTED.code, message, self.place))
                continue
            self._report(_LEVELS[level], code, message, self.place, value)

    def _report(self, level: Level, code: str, message: str, place: Location, value: str | None) -> None:
        fault = _FAULTS.get((level, code))
        if fault is None:
            self.found.append(_plain("trailing-element-separators", message, place))
            return
        self.found.append(
            SyntaxFinding(
                code=fault.code,
                message=f"pyx12: {message}",
                location=place,
                found=value,
                rule="pyx12",
                fix=_FIX,
                standard_code=fault.standard_code(self.version or None),
                fault=fault,
            )
        )


def _position(error: Any) -> tuple[int | None, int | None]:
    """Element and component of an element error: from its node in the map, else from its reference."""
    node = error.map_node
    if node is not None and node.parent.is_composite():
        return node.parent.seq, node.seq
    if node is not None:
        return node.seq, None
    reference = f"{error.refdes:02d}" if isinstance(error.refdes, int) else error.refdes or ""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None, None
    return int(match[1]), int(match[2]) if match[2] else None


def _plain(code: str, message: str, place: Location, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        code=code, message=f"pyx12: {message}", severity=severity, location=place, rule="pyx12", fix=_FIX
    )
