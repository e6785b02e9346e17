"""What is paid and on which terms: allowances, charges, taxes, terms, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """An allowance or a charge (X12 SAC). ``amount`` wins over ``percent`` and ``rate`` where both are given."""

    kind: str  # SAC01: allowance, charge, no_allowance_or_charge, service, promotion
    code: str | None = None  # SAC02
    method: str | None = None  # SAC12
    percent: Decimal | None = None  # SAC07
    rate: Decimal | None = None  # SAC08
    quantity: Decimal | None = None  # SAC10
    unit: str | None = None  # SAC09
    amount: Decimal | None = None  # SAC05
    description: str | None = None  # SAC15
    agency: str | None = None  # SAC03
    agency_code: str | None = None  # SAC04
    reference: str | None = None  # SAC13


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A tax (X12 TXI)."""

    type: str  # TXI01
    percent: Decimal | None = None
    amount: Decimal | None = None
    jurisdiction: str | None = None
    exempt: str | None = None
    identification: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Terms of sale (X12 ITD)."""

    type: str | None = None  # ITD01
    basis: str | None = None  # ITD02
    discount_percent: Decimal | None = None  # ITD03
    discount_due: date | None = None  # ITD04
    discount_days: int | None = None  # ITD05
    net_due: date | None = None  # ITD06
    net_days: int | None = None  # ITD07
    discount_amount: Decimal | None = None  # ITD08
    day_of_month: int | None = None  # ITD13
    text: str | None = None  # ITD12


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One amount and the day it falls due."""

    date: date
    amount: Decimal
