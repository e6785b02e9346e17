"""cXML addresses and contacts into parties."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.canonical.party import Contact, Party
from gateway.core.document import Document

_ROLE_OF_CONTACT = {
    "soldTo": "buyer",
    "shipFrom": "ship_from",
    "remitTo": "remit_to",
    "endUser": "end_user",
    "supplierCorporate": "supplier",
    "billTo": "bill_to",
    "shipTo": "ship_to",
}
"""Contact/@role to our role; other roles keep their word."""


def read_parties(header: Document) -> tuple[Party, ...]:
    """ShipTo, BillTo and each Contact that has an address or an id of its own."""
    return tuple(_parties(header))


def read_contacts(header: Document) -> tuple[Contact, ...]:
    """Contacts that are people or desks: those without an address."""
    return tuple(_contact(one) for one in header.occurrences("Contact") if not _has_address(one))


def read_line_parties(item: Document) -> tuple[Party, ...]:
    """A line may go elsewhere."""
    return tuple(_party("ship_to", address) for address in item.occurrences("ShipTo/Address"))


def _parties(header: Document) -> Iterator[Party]:
    for role, path in (("ship_to", "ShipTo/Address"), ("bill_to", "BillTo/Address")):
        for address in header.occurrences(path):
            yield _party(role, address)
    for contact in header.occurrences("Contact"):
        if _has_address(contact):
            role = contact.value("@role") or "contact"
            yield _party(_ROLE_OF_CONTACT.get(role, role), contact)


def _has_address(contact: Document) -> bool:
    return contact.value("@addressID") is not None or any(contact.occurrences("PostalAddress"))


def _party(role: str, address: Document) -> Party:
    """DeliverTo lines name a person or a place inside; the first line of a PostalAddress's streets comes first."""
    postal = next(iter(address.occurrences("PostalAddress")), None)
    contact = _contact(address)
    deliver_to = _texts(postal, "DeliverTo")
    return Party(
        role=role,
        name=address.value("Name"),
        additional_name=", ".join(deliver_to) or None,
        qualifier=(address.value("@addressIDDomain") or "92") if address.value("@addressID") else None,
        identifier=address.value("@addressID"),
        address=_texts(postal, "Street"),
        city=postal.value("City") if postal else None,
        region=_region(postal) if postal else None,
        postal_code=postal.value("PostalCode") if postal else None,
        country=_country(address, postal),
        contacts=(contact,) if contact.phone or contact.email or contact.fax else (),
    )


def _region(postal: Document) -> str | None:
    """The state's code: ISO 3166-2 without its country (``US-ID`` is ``ID``), else what is written."""
    code = postal.value("State/@isoStateCode")
    return code.rpartition("-")[2] if code else postal.value("State")


def _country(address: Document, postal: Document | None) -> str | None:
    stated = postal.value("Country/@isoCountryCode") or postal.value("Country") if postal else None
    return stated or address.value("@isoCountryCode")


def _contact(place: Document) -> Contact:
    """The name of an Address is the party's; the name of a Contact without address is the person's."""
    is_person = place.value("@role") is not None
    return Contact(
        function=place.value("@role"),
        name=place.value("Name") if is_person else None,
        phone=_telephone(place, "Phone"),
        email=place.value("Email"),
        fax=_telephone(place, "Fax"),
    )


def _telephone(place: Document, path: str) -> str | None:
    """``+1 800 5551212 x12`` from the parts of a TelephoneNumber."""
    number = next(iter(place.occurrences(f"{path}/TelephoneNumber")), None)
    if number is None:
        return None
    country, area = number.value("CountryCode"), number.value("AreaOrCityCode")
    extension = number.value("Extension")
    parts = [f"+{country}" if country else None, area, number.value("Number")]
    text = " ".join(part for part in parts if part)
    return (f"{text} x{extension}" if extension else text) or None


def _texts(place: Document | None, path: str) -> tuple[str, ...]:
    if place is None:
        return ()
    return tuple(text for one in place.occurrences(path) if (text := one.value(".")))
