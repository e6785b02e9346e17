"""Why a message or a receipt is not accepted: a value for the answer, and a finding for the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.core.finding import Finding

AUTHENTICATION_FAILED = "authentication-failed"
DECOMPRESSION_FAILED = "decompression-failed"
DECRYPTION_FAILED = "decryption-failed"
INSUFFICIENT_SECURITY = "insufficient-message-security"
INTEGRITY_FAILED = "integrity-check-failed"
UNEXPECTED_ERROR = "unexpected-processing-error"
UNKNOWN_RELATIONSHIP = "unknown-trading-relationship"

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A refusal. ``modifier`` is the disposition modifier the sender reads (RFC 4130 7.4.3, RFC 5402 5).

    ``intact`` is True where the content has proved to be what its sender digested, so that a tampered ciphertext
    cannot be the cause: only then may an answer say more than "could not be decrypted" (see README, "No oracle").
    """

    modifier: str
    finding: Finding
    intact: bool = False


def fault(
    modifier: str,
    code: str,
    message: str,
    *,
    found: str | None = None,
    wanted: str | None = None,
    rule: str | None = None,
    fix: str | None = None,
    intact: bool = False,
) -> Fault:
    """A fault with its finding in one call; ``found`` is made safe to show."""
    shown = None if found is None else printable(found)
    finding = Finding(code=code, message=message, found=shown, wanted=wanted, rule=rule, fix=fix)
    return Fault(modifier=modifier, finding=finding, intact=intact)


def printable(text: str, limit: int = 200) -> str:
    """The text with everything but printable ASCII replaced by ``?``, cut to ``limit`` characters.

    Whatever a sender wrote and we repeat (in a header, a receipt, a finding) passes here: no CR, LF, escape or
    bidirectional control survives.
    """
    return _UNPRINTABLE.sub("?", text[: limit + 1])[:limit]
