"""Serial Shipping Container Codes: the number on every carton and pallet (GS1 General Specifications, SSCC-18).

>>> sscc("0614141", 0, 1)
'006141410000000012'
"""

from __future__ import annotations

from stdnum.ean import calc_check_digit

from gateway.core.failure import TerminalFailure

_BODY = 16  # digits of company prefix and serial together


def sscc(prefix: str, extension: int, serial: int) -> str:
    """18 digits: extension digit, company prefix, serial with leading zeros, check digit.

    Raises TerminalFailure where the prefix is not one, and where the serials of this extension digit have run
    out: they never wrap, because a number must not come back while its carton may still travel.
    """
    if not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
        raise TerminalFailure(
            f"gs1_prefix {prefix!r} is not a GS1 company prefix (4 to 12 digits); correct it in the station"
        )
    if not 0 <= extension <= 9:
        raise TerminalFailure(f"SSCC extension digit {extension} is not one of 0 to 9")
    width = _BODY - len(prefix)
    if not 0 < serial < 10**width:
        raise TerminalFailure(
            f"SSCC serial {serial} does not fit the {width} digits that prefix {prefix} leaves for it; "
            f"go on with another extension digit than {extension}"
        )
    body = f"{extension}{prefix}{serial:0{width}d}"
    return body + str(calc_check_digit(body))


def is_sscc(text: str) -> bool:
    """Whether the text is 18 digits of which the last is the check digit of the others."""
    if not (text.isascii() and text.isdigit() and len(text) == 18):
        return False
    return str(calc_check_digit(text[:-1])) == text[-1]
