"""The N1 loop and PER: parties and contacts."""

from __future__ import annotations

from gateway.canonical.line import Reference
from gateway.canonical.party import ROLE_OF_N101, Contact, Party
from gateway.core.document import Document
from gateway.translation.reading import Reading
from gateway.translation.x12_references import read_references

_NUMBER_OF_PER03 = {"TE": "phone", "WP": "phone", "CP": "phone", "EM": "email", "FX": "fax"}
"""Element 365 (communication number qualifier) to a contact's member."""


def read_parties(document: Document, reading: Reading) -> tuple[Party, ...]:
    """Every N1 loop of a document or line, in order."""
    return tuple(_party(loop, reading) for loop in document.occurrences("N1"))


def read_contacts(document: Document, reading: Reading) -> tuple[Contact, ...]:
    """Every PER of a document or party."""
    return tuple(_contact(segment, reading) for segment in document.occurrences("PER"))


def _party(loop: Document, reading: Reading) -> Party:
    code = loop.value("N101") or "ZZ"
    return Party(
        role=ROLE_OF_N101.get(code, code),
        name=loop.value("N102"),
        additional_name=_joined(loop, "N2", ("N201", "N202")),
        qualifier=loop.value("N103"),
        identifier=loop.value("N104"),
        address=_address(loop),
        city=loop.value("N401"),
        region=loop.value("N402"),
        postal_code=loop.value("N403"),
        country=loop.value("N404"),
        contacts=read_contacts(loop, reading),
        references=(*read_references(loop), *_location_code(loop)),
    )


def _address(loop: Document) -> tuple[str, ...]:
    lines = (n3.value(path) for n3 in loop.occurrences("N3") for path in ("N301", "N302"))
    return tuple(line for line in lines if line)


def _joined(loop: Document, tag: str, paths: tuple[str, ...]) -> str | None:
    texts = (segment.value(path) for segment in loop.occurrences(tag) for path in paths)
    return ", ".join(text for text in texts if text) or None


def _location_code(loop: Document) -> tuple[Reference, ...]:
    """N405 and N406, a place by code: kept as a reference, for it belongs to the address in no uniform way."""
    value = loop.value("N406")
    return (Reference(qualifier=loop.value("N405") or "N4", value=value),) if value else ()


def _contact(segment: Document, reading: Reading) -> Contact:
    numbers: dict[str, str] = {}
    for qualifier, number in (("PER03", "PER04"), ("PER05", "PER06"), ("PER07", "PER08")):
        text = segment.value(number)
        if text is None:
            continue
        member = _NUMBER_OF_PER03.get(segment.value(qualifier) or "")
        if member is None or member in numbers:
            reading.warn(
                "contact-number-not-kept",
                f"The contact's number {text!r} has no place in the order",
                segment.location(number),
                found=text,
                wanted="one telephone (TE), fax (FX) and e-mail (EM) each",
            )
            continue
        numbers[member] = text
    return Contact(
        function=segment.value("PER01"),
        name=segment.value("PER02") or segment.value("PER09"),
        phone=numbers.get("phone"),
        email=numbers.get("email"),
        fax=numbers.get("fax"),
    )
