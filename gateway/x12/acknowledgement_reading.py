"""What a partner's 997 or 999 says about a group of ours, set by set and in words."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement, SetAcknowledgement
from gateway.canonical.origin import Origin
from gateway.x12.acknowledgement_codes import ELEMENT_WORDS, SEGMENT_WORDS, in_words
from gateway.x12.character_set import decode
from gateway.x12.segments import Segment
from gateway.x12.transaction_set import TransactionSet


def read_functional_acknowledgement(document: TransactionSet) -> FunctionalAcknowledgement | None:
    """What a partner's 997 or 999 says about a group of ours, as far as it can be made out.

    None where it names no group (AK1 missing): nothing can be matched then. A status that is missing is empty
    text, counts that are no numbers are None; what the syntax check found stays in the document's findings.
    """
    header = next(iter(document.find_segments("AK1")), None)
    if header is None:
        return None
    trailer = next(iter(document.find_segments("AK9")), None)
    return FunctionalAcknowledgement(
        functional_identifier=header.get(1),
        group_control_number=header.get(2),
        version=header.get(3) or None,
        status=trailer.get(1) if trailer else "",
        test=document.interchange.test,
        origin=Origin(
            file=document.file,
            interchange=document.interchange.interchange_control_number,
            group=document.group.group_control_number,
            set=document.set_control_number,
        ),
        included=_count(trailer, 2),
        received=_count(trailer, 3),
        accepted=_count(trailer, 4),
        codes=_codes(trailer, 5),
        sets=tuple(_set_acknowledgements(document)),
    )


def _set_acknowledgements(document: TransactionSet) -> Iterator[SetAcknowledgement]:
    """One for each AK2, closed by its AK5 (IK5), or by the next AK2 where that is missing."""
    opened: Segment | None = None
    noted: Segment | None = None  # the AK3 that AK4s belong to
    errors: list[str] = []
    for segment in document.segments:
        match segment.tag:
            case "AK2":
                if opened is not None:
                    yield _set_acknowledgement(opened, None, errors)
                opened, noted, errors = segment, None, []
            case "AK3" | "IK3":
                noted = segment
                errors.append(_segment_error(segment))
            case "AK4" | "IK4":
                errors.append(_element_error(segment, noted, document.interchange.delimiters.component))
            case "CTX" if errors:
                errors[-1] += _context(segment, document.interchange.delimiters.component)
            case "AK5" | "IK5" if opened is not None:
                yield _set_acknowledgement(opened, segment, errors)
                opened = None
    if opened is not None:
        yield _set_acknowledgement(opened, None, errors)


def _set_acknowledgement(opened: Segment, closed: Segment | None, errors: list[str]) -> SetAcknowledgement:
    return SetAcknowledgement(
        set=opened.get(1),
        set_control_number=opened.get(2),
        status=closed.get(1) if closed else "",
        codes=_codes(closed, 2),
        errors=tuple(errors),
    )


def _segment_error(note: Segment) -> str:
    """``segment 8 NM1 in loop 2010BB: segment has errors in its elements (8)``."""
    loop = f" in loop {_shown(note.get(3))}" if note.get(3) else ""
    fault = in_words(SEGMENT_WORDS, _shown(note.get(4))) if note.get(4) else "in error"
    return f"segment {_shown(note.get(2))} {_shown(note.get(1))}{loop}: {fault}"


def _element_error(note: Segment, segment: Segment | None, component_separator: str) -> str:
    """``segment 8 NM108 (element 66): code not in the list (7), sent was MI``."""
    element, *components = note.get(1).split(component_separator)
    reference = (segment.get(1) if segment else "element ") + element.rjust(2, "0")
    if components and components[0]:
        reference += f"-{components[0]}"
    number = f" (element {_shown(note.get(2))})" if note.get(2) else ""
    sent = f", sent was {_shown(note.get(4))}" if note.get(4) else ""
    place = f"segment {_shown(segment.get(2))} " if segment else ""
    return f"{place}{_shown(reference)}{number}: {in_words(ELEMENT_WORDS, _shown(note.get(3)))}{sent}"


def _context(note: Segment, component_separator: str) -> str:
    """``; in context SITUATIONAL TRIGGER CLM at segment 43, element 5``: CTX of a 999."""
    name, _, value = note.get(1).partition(component_separator)
    words = f"; in context {_shown(name)}" + (f" {_shown(value)}" if value else "")
    if note.get(2):
        words += f" {_shown(note.get(2))}"
    if note.get(3):
        words += f" at segment {_shown(note.get(3))}"
    element, _, component = note.get(5).partition(component_separator)
    if element:
        words += f", element {_shown(element)}" + (f"-{_shown(component)}" if component else "")
    return words


def _shown(text: str) -> str:
    """A partner's text in a sentence of ours: characters that do not print become U+FFFD."""
    return "".join(character if character.isprintable() else "\ufffd" for character in decode(text))


def _codes(segment: Segment | None, first: int) -> tuple[str, ...]:
    return tuple(code for code in segment.elements[first : first + 5] if code) if segment else ()


def _count(segment: Segment | None, position: int) -> int | None:
    text = segment.get(position) if segment else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
