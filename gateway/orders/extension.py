"""What a quantity at a price comes to: price bases, currencies' places, and amounts shared by value."""

from __future__ import annotations

from decimal import Decimal, localcontext

from gateway.core.quantity import round_money

_FACTORS = {
    Decimal(10): ("PN",),
    Decimal(12): ("PD", "TD", "WD", "LD"),
    Decimal(100): ("HP", "TC", "WC", "QH", "LC"),
    Decimal(1000): ("TP", "TM", "WM", "QS", "LM"),
    Decimal(100_000): ("HT",),
}
"""Element 639 where it says per how many units the price is (ORDER_TO_CASH 4.1). All other codes (PE, CA, CT,
NT, RS …) name the unit or the kind of price, which is then per one."""

_FACTOR_OF_BASIS = {basis: factor for factor, bases in _FACTORS.items() for basis in bases}

_PLACES = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"), 0) | (
    dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
)
"""ISO 4217 minor units where they are not two."""


def price_factor(basis: str | None) -> Decimal:
    """Per how many units a price of this basis is."""
    return _FACTOR_OF_BASIS.get(basis or "", Decimal(1))


def currency_places(currency: str) -> int:
    """Decimal places of amounts in the currency."""
    return _PLACES.get(currency, 2)


def extend(quantity: Decimal, unit_price: Decimal, basis: str | None, places: int = 2) -> Decimal:
    """Quantity times price by its basis, rounded once."""
    with localcontext(prec=80):  # twice the longest numbers of X12: the one rounding is ours
        return round_money(quantity * unit_price / price_factor(basis), places)


def share(amount: Decimal, before: Decimal, now: Decimal, whole: Decimal, places: int = 2) -> Decimal:
    """The part of a fixed amount that belongs to ``now`` of ``whole``, when ``before`` of it was billed earlier.

    Rounded cumulatively (ORDER_TO_CASH 4.10): however the whole is cut up, the parts sum to the amount exactly.
    Where the whole is nothing (free goods), the amount goes to the first bill.
    """
    if whole == 0:
        return amount if before == 0 else Decimal(0)
    reached = round_money(amount * (before + now) / whole, places)
    return reached - round_money(amount * before / whole, places)
