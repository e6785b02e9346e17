"""What the lines of every document share: identifiers, references, notes, packing, carriers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A product identifier with its X12 235 qualifier (``UP``, ``VN``, ``SK`` …)."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference number with its X12 128 qualifier (X12 REF, N9)."""

    qualifier: str
    value: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Free text that a person should see (X12 MSG, N9, NTE)."""

    code: str | None = None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """How a line is packed (X12 PO4): inner packs in a case, eaches in an inner pack, size of an each."""

    inner_packs: int | None = None  # PO401
    eaches_per_inner: int | None = None  # PO414
    size: Decimal | None = None  # PO402
    size_unit: str | None = None  # PO403


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A further price of a line with its X12 236 type (``RES`` resale, ``MSR`` suggested retail …)."""

    type: str
    amount: Decimal
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """How much of a line goes where (one pair of X12 SDQ)."""

    qualifier: str | None = None  # SDQ02
    identifier: str
    quantity: Decimal
    unit: str | None = None  # SDQ01


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Who carries and how (X12 TD5): ``scac`` is the carrier's code, ``method`` the X12 91 code.

    A code that is no SCAC stands in ``identifier`` with its X12 66 ``qualifier``.
    """

    scac: str | None = None  # TD503 where TD502 is 2
    qualifier: str | None = None  # TD502
    identifier: str | None = None  # TD503
    method: str | None = None
    service: str | None = None  # TD512
    text: str | None = None  # TD505
    tracking: str | None = None
    bill_of_lading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A value and its X12 355 unit."""

    value: Decimal
    unit: str
