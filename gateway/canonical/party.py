"""Who: the parties of a document and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.canonical.line import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or desk (X12 PER)."""

    function: str | None = None  # PER01
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    fax: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party in a role (X12 N1 loop). ``role`` is ours where we have a name (``ship_to``), else the N101 code."""

    role: str
    name: str | None = None
    additional_name: str | None = None  # N201, N202
    qualifier: str | None = None  # N103
    identifier: str | None = None  # N104
    address: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    contacts: tuple[Contact, ...] = ()
    references: tuple[Reference, ...] = ()  # REF of the N1 loop; N405, N406 as qualifier and value


ROLE_OF_N101 = {
    "BY": "buyer",
    "BT": "bill_to",
    "ST": "ship_to",
    "SF": "ship_from",
    "SE": "seller",
    "SU": "supplier",
    "VN": "vendor",
    "RI": "remit_to",
    "RE": "remit_to_party",
    "Z7": "mark_for",
    "MA": "ship_to_for_final_destination",
    "BO": "broker",
    "CA": "carrier",
    "DS": "distributor",
    "EN": "end_user",
    "OB": "ordered_by",
    "PR": "payer",
    "PE": "payee",
    "WH": "warehouse",
    "UC": "ultimate_consignee",
    "3P": "third_party",
}
"""N101 (element 98) to our role names; each name has one code, so the table reads both ways."""

N101_OF_ROLE = {role: code for code, role in ROLE_OF_N101.items()}
