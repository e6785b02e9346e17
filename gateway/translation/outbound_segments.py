"""Segments that the sets we send have in common: references, parties, carrier, terms, allowances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.canonical.line import Carrier, Reference
from gateway.canonical.money import AllowanceCharge, Tax, Terms
from gateway.canonical.order import PURPOSE_OF_BEG01
from gateway.canonical.party import N101_OF_ROLE, Contact, Party
from gateway.core.quantity import decimal_text
from gateway.translation.outbound_set import Cell, OutboundSet, at

_PURPOSES = {word: code for code, word in PURPOSE_OF_BEG01.items()}

_SAC01 = {
    "allowance": "A",
    "charge": "C",
    "no_allowance_or_charge": "N",
    "promotion": "P",
    "service": "S",
}
_COMMUNICATION = {"phone": "TE", "email": "EM", "fax": "FX"}  # element 365


def purpose(word: str) -> Cell:
    """Element 353, as BAK01, BSN01 or BEG01."""
    return at("purpose", _PURPOSES.get(word, word))


def add_references(
    out: OutboundSet,
    path: str,
    references: Sequence[Reference],
    named: Iterable[tuple[str, str, str | None]] = (),
) -> None:
    """REF segments: first the named members of the record (path, qualifier, value), then its other references.

    A member that also stands among the references is sent once, as it came.
    """
    carried = {reference.qualifier for reference in references}
    for member, qualifier, value in named:
        if value is not None and qualifier not in carried:
            out.add("REF", qualifier, at(member, value))
    for index, reference in enumerate(references):
        here = f"{path}[{index}]"
        description = out.description(f"{here}.description", reference.description)
        out.add(
            "REF",
            at(f"{here}.qualifier", reference.qualifier),
            at(f"{here}.value", reference.value),
            description,
        )


def add_parties(out: OutboundSet, path: str, parties: Sequence[Party], *, references: bool = False) -> None:
    """N1 loops. An order's own references of a party (``references``) are the buyer's affair; answers to it and
    documents that follow it leave them out.
    """
    for index, party in enumerate(parties):
        here = f"{path}[{index}]"
        add_party(out, here, party)
        if references:
            add_references(out, f"{here}.references", party.references)
        for position, contact in enumerate(party.contacts):
            add_contact(out, f"{here}.contacts[{position}]", contact)


def add_party(out: OutboundSet, path: str, party: Party) -> None:
    """N1, N2, N3 (two address lines each, at most two), N4."""
    role = at(f"{path}.role", N101_OF_ROLE.get(party.role, party.role))
    name, qualifier = at(f"{path}.name", party.name), at(f"{path}.qualifier", party.qualifier)
    out.add("N1", role, name, qualifier, at(f"{path}.identifier", party.identifier))
    if party.additional_name:
        out.add("N2", at(f"{path}.additional_name", party.additional_name))
    for start in range(0, min(len(party.address), 4), 2):
        pair = enumerate(party.address[start : start + 2], start=start)
        out.add("N3", *(at(f"{path}.address[{position}]", text) for position, text in pair))
    if len(party.address) > 4:
        out.find(
            "address-too-long",
            f"The address has {len(party.address)} lines; two N3 segments hold four",
            f"{path}.address",
            fix="Shorten the address to four lines",
        )
    place = (party.city, party.region, party.postal_code, party.country)
    if any(place):
        members = ("city", "region", "postal_code", "country")
        out.add("N4", *(at(f"{path}.{member}", value) for member, value in zip(members, place, strict=True)))


def add_contact(out: OutboundSet, path: str, contact: Contact) -> None:
    """PER; without a function of its own the contact is IC, an information contact."""
    numbers: list[Cell] = []
    for member, qualifier in _COMMUNICATION.items():
        value = getattr(contact, member)
        if value is not None:
            numbers += [qualifier, at(f"{path}.{member}", value)]
    out.add(
        "PER", at(f"{path}.function", contact.function or "IC"), at(f"{path}.name", contact.name), *numbers
    )


def add_carrier(out: OutboundSet, path: str, carrier: Carrier | None) -> None:
    """TD5: the origin or delivery carrier (B), by SCAC (2) or by another code with its own qualifier."""
    if carrier is None or not (carrier.scac or carrier.identifier or carrier.method or carrier.text):
        return
    code: tuple[Cell, Cell] = (
        at(f"{path}.qualifier", carrier.qualifier),
        at(f"{path}.identifier", carrier.identifier),
    )
    if carrier.scac:
        code = ("2", at(f"{path}.scac", carrier.scac))
    text = out.description(f"{path}.text", carrier.text, 35)
    service = at(f"{path}.service", carrier.service)
    out.add("TD5", "B", *code, at(f"{path}.method", carrier.method), text, *[None] * 6, service)


def add_terms(out: OutboundSet, path: str, terms: Sequence[Terms]) -> None:
    """ITD segments."""
    for index, each in enumerate(terms):
        here = f"{path}[{index}]"
        out.add(
            "ITD",
            at(f"{here}.type", each.type),
            at(f"{here}.basis", each.basis),
            at(f"{here}.discount_percent", each.discount_percent),
            at(f"{here}.discount_due", each.discount_due),
            at(f"{here}.discount_days", each.discount_days),
            at(f"{here}.net_due", each.net_due),
            at(f"{here}.net_days", each.net_days),
            out.amount(f"{here}.discount_amount", each.discount_amount),
            *(None, None, None),  # ITD09 to ITD11: deferred instalments
            out.description(f"{here}.text", each.text),
            at(f"{here}.day_of_month", each.day_of_month),
        )


def add_allowances(out: OutboundSet, path: str, allowances: Sequence[AllowanceCharge]) -> None:
    """SAC segments. SAC05 is N2; SAC06 (how a percentage was taken) is Z, mutually defined."""
    for index, each in enumerate(allowances):
        here = f"{path}[{index}]"
        measured = each.unit is not None and each.quantity is not None  # P0910: both or none
        out.add(
            "SAC",
            at(f"{here}.kind", _SAC01.get(each.kind, each.kind)),
            at(f"{here}.code", each.code),
            at(f"{here}.agency", each.agency),
            at(f"{here}.agency_code", each.agency_code),
            out.amount(f"{here}.amount", each.amount),
            "Z" if each.percent is not None else None,
            at(f"{here}.percent", each.percent),
            at(f"{here}.rate", each.rate),
            at(f"{here}.unit", each.unit) if measured else None,
            at(f"{here}.quantity", each.quantity) if measured else None,
            None,
            at(f"{here}.method", each.method),
            at(f"{here}.reference", each.reference),
            None,
            out.description(f"{here}.description", each.description),
        )


def add_taxes(out: OutboundSet, path: str, taxes: Sequence[Tax]) -> None:
    """TXI segments. TXI02 is an R amount, TXI03 a fraction: 8.25 percent is 0.0825."""
    for index, tax in enumerate(taxes):
        here = f"{path}[{index}]"
        fraction = None if tax.percent is None else decimal_text((tax.percent / 100).normalize())
        where: tuple[Cell, Cell] = (None, None)
        if tax.jurisdiction:
            where = ("ZZ", at(f"{here}.jurisdiction", tax.jurisdiction))  # mutually defined
        out.add(
            "TXI",
            at(f"{here}.type", tax.type),
            at(f"{here}.amount", tax.amount),
            at(f"{here}.percent", fraction),
            *where,
            at(f"{here}.exempt", tax.exempt),
            *(None, None),
            at(f"{here}.identification", tax.identification),
        )
