"""The annotated reader: a file with each segment, element and code in words, and the findings where they belong.

Everything shown comes from a stranger, so characters that could steer a terminal or reorder text are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.core.finding import Finding
from gateway.x12.character_set import decode
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from gateway.x12.events import (
    Event,
    GroupClosed,
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
)
from gateway.x12.guide import Guides
from gateway.x12.interchange_header import REPETITION_SINCE
from gateway.x12.reader import read
from gateway.x12.segments import Segment
from gateway.x12.structure import depth_of
from gateway.x12.tables import Element, SegmentTable
from gateway.x12.transaction_set import TransactionSet

_INDENT = "  "
_NAME_WIDTH = 44


def inspect(
    data: bytes | Iterable[bytes], guides: Guides, file: str | None = None, *, encoding: str | None = None
) -> Iterator[str]:
    """The lines for ``gateway inspect``: envelopes, sets, segments and elements in words, findings in place."""
    chunks = [data] if isinstance(data, bytes) else data
    inspector = _Inspector(guides, encoding)
    if file:
        yield harmless(file)
    for event in read(chunks, guides, file=file, encoding=encoding):
        yield from inspector.lines(event)


def harmless(text: str) -> str:
    r"""The text with control, bidirectional and other invisible characters written as ``\x1b`` or ``\u202e``."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _written(character) for character in text)


def _written(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


class _Inspector:
    """Turns events into lines."""

    def __init__(self, guides: Guides, encoding: str | None) -> None:
        self.guides = guides
        self.encoding = encoding

    def lines(self, event: Event) -> Iterator[str]:
        if isinstance(event, InterchangeOpened):
            yield from self._interchange(event.header)
            yield from self._envelope(event.segment, event.header, 1)
        elif isinstance(event, GroupOpened):
            yield from self._group(event.header)
            yield from self._envelope(event.segment, event.interchange, 2)
        elif isinstance(event, SetRead):
            yield from self._set(event.document)
            return
        elif isinstance(event, InterchangeAcknowledgementRead):
            yield from self._envelope(event.segment, event.interchange, 1)
        elif isinstance(event, GroupClosed):
            yield f"{_INDENT}End of group {harmless(event.header.group_control_number)}, sets read: {len(event.sets)}"
            yield from self._envelope(event.trailer, event.interchange, 2)
        elif isinstance(event, InterchangeClosed):
            yield f"End of interchange {harmless(event.header.interchange_control_number)}"
            yield from self._envelope(event.trailer, event.header, 1)
        yield from _findings(event.findings, 1)

    def _interchange(self, header: InterchangeHeader) -> Iterator[str]:
        number, usage = header.interchange_control_number, "test" if header.test else "production"
        yield (
            f"Interchange {harmless(number)} from {_identity(header.sender_qualifier, header.sender)}"
            f" to {_identity(header.receiver_qualifier, header.receiver)},"
            f" {harmless(header.date)} {harmless(header.time)}, version {harmless(header.version)}, {usage}"
        )
        delimiters = header.delimiters
        shown = [
            f"element {_shown(delimiters.element)}",
            f"component {_shown(delimiters.component)}",
            f"segment {_shown(delimiters.segment)}",
        ]
        if delimiters.repetition:
            shown.append(f"repetition {_shown(delimiters.repetition)}")
        yield f"{_INDENT}Delimiters: {', '.join(shown)}"

    def _group(self, header: GroupHeader) -> Iterator[str]:
        identifier = self.guides.nearest_dictionary(header.version).elements["479"]
        words = _in_words(identifier, header.functional_identifier)
        yield (
            f"{_INDENT}Group {harmless(header.group_control_number)}: {harmless(header.functional_identifier)}"
            f"{words} from {harmless(header.sender)} to {harmless(header.receiver)},"
            f" {harmless(header.date)} {harmless(header.time)}, version {harmless(header.version)}"
        )

    def _set(self, document: TransactionSet) -> Iterator[str]:
        known = self.guides.known_sets.get(document.set_code)
        title = f" {known.title}" if known and known.title else ""
        checked = f"checked by {document.guide.name}" if document.guide else "no guide, envelope only"
        yield (
            f"{_INDENT * 2}Set {harmless(document.set_code)}{title} {harmless(document.set_control_number)}:"
            f" {len(document.segments)} segments, {checked}"
        )
        by_segment: dict[int | None, list[Finding]] = {}
        for finding in document.findings:
            by_segment.setdefault(finding.location.segment_number, []).append(finding)
        yield from _findings(by_segment.pop(None, []), 3)
        dictionary = (
            document.guide.dictionary
            if document.guide
            else self.guides.nearest_dictionary(document.group.version)
        )
        for segment, use in zip(document.segments, document.uses, strict=True):
            depth = 3 + (depth_of(use.loop) if use is not None else 0)
            table = use.segment if use is not None else dictionary.segments.get(segment.tag)
            yield from self._segment(segment, table, document.interchange.delimiters, depth)
            yield from _findings(by_segment.pop(segment.number, []), depth + 1)

    def _envelope(self, segment: Segment | None, header: InterchangeHeader, depth: int) -> Iterator[str]:
        """A control segment, explained by the version of the interchange."""
        if segment is not None:
            version = "005010" if header.version >= REPETITION_SINCE else "004010"
            table = self.guides.nearest_dictionary(version).segments.get(segment.tag)
            # Its own delimiters stand in the ISA as data; nothing in an envelope repeats or has components.
            yield from self._segment(segment, table, replace(header.delimiters, repetition=None), depth)

    def _segment(
        self,
        segment: Segment,
        table: SegmentTable | None,
        delimiters: Delimiters,
        depth: int,
    ) -> Iterator[str]:
        indent = _INDENT * depth
        raw = harmless(self._text(delimiters.element.join(segment.elements)))
        name = table.name if table is not None else "not in the guide"
        yield f"{indent}{segment.number:>4}  {raw}   — {name}"
        for position, raw_value in enumerate(segment.elements[1:], 1):
            if raw_value:
                yield from self._element(
                    segment.tag, position, raw_value, table, delimiters, indent + " " * 6
                )

    def _element(
        self,
        tag: str,
        position: int,
        raw: str,
        table: SegmentTable | None,
        delimiters: Delimiters,
        indent: str,
    ) -> Iterator[str]:
        reference = f"{harmless(tag)}{position:02d}"
        if table is None or position > len(table.uses):
            yield _line(indent, reference, "", self._text(raw), "")
            return
        use = table.uses[position - 1]
        occurrences = raw.split(delimiters.repetition) if delimiters.repetition else [raw]
        for occurrence in occurrences:
            if use.components is None:
                yield self._value(indent, reference, use.element, occurrence)
                continue
            for part, text in enumerate(occurrence.split(delimiters.component), 1):
                if text and part <= len(use.components.uses):
                    component = use.components.uses[part - 1].element
                    yield self._value(indent, f"{reference}-{part}", component, text)
                elif text:
                    yield _line(indent, f"{reference}-{part}", "", self._text(text), "")

    def _value(self, indent: str, reference: str, element: Element, raw: str) -> str:
        text = self._text(raw)
        return _line(
            indent, reference, element.name, text, _in_words(element, text) or self._set_title(element, text)
        )

    def _set_title(self, element: Element, text: str) -> str:
        """143 is the transaction set's number; its title is no code label."""
        known = self.guides.known_sets.get(text) if element.number == "143" else None
        return f" = {known.title}" if known and known.title else ""

    def _text(self, raw: str) -> str:
        return decode(raw, self.encoding)


def _findings(findings: Iterable[Finding], depth: int) -> Iterator[str]:
    for finding in findings:
        place = finding.location
        where = f" (byte {place.offset})" if place.offset is not None else ""
        yield f"{_INDENT * depth}>> {finding.severity.value}: {harmless(finding.message)}{where} [{finding.code}]"
        if finding.is_error and finding.wanted:
            yield f"{_INDENT * depth}   wanted: {harmless(finding.wanted)}"


def _line(indent: str, reference: str, name: str, text: str, words: str) -> str:
    return f"{indent}{reference:<8}{name:<{_NAME_WIDTH}} {harmless(text)}{words}".rstrip()


def _in_words(element: Element, text: str) -> str:
    """What a value means, as `` = each``; empty where it speaks for itself."""
    if text in element.labels:
        return f" = {element.labels[text]}"
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        return ""
    if element.type == "DT" and len(text) == 8:
        return f" = {text[:4]}-{text[4:6]}-{text[6:]}"
    if element.type == "TM" and len(text) >= 4:
        return f" = {text[:2]}:{text[2:4]}" + (f":{text[4:6]}" if len(text) >= 6 else "")
    places = int(element.type[1:]) if element.type[0] == "N" else 0
    if places:
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        digits = digits.zfill(places + 1)
        return f" = {sign}{digits[:-places]}.{digits[-places:]}"
    return ""


def _identity(qualifier: str, identifier: str) -> str:
    return f"{harmless(qualifier)} {harmless(identifier)}"


def _shown(character: str) -> str:
    names = {"\n": "line feed", "\r": "carriage return", "\t": "tab"}
    return names.get(character, harmless(character))
