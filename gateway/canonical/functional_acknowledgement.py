"""What a partner, or we, answer to a functional group: accepted or refused by syntax (X12 997, 999)."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.canonical.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAcknowledgement:
    """The verdict on one transaction set. ``status`` is AK501: A, E, R …; ``errors`` are findings in words."""

    set: str  # AK201
    set_control_number: str  # AK202
    status: str  # AK501
    codes: tuple[str, ...] = ()  # AK502 to AK506
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalAcknowledgement:
    """The verdict on one functional group. ``status`` is AK901: A, E, P, R …"""

    kind: str = field(default="functional_acknowledgement", init=False)
    partner: str | None = None
    test: bool = False
    origin: Origin = Origin()
    functional_identifier: str  # AK101
    group_control_number: str  # AK102
    version: str | None = None  # AK103
    status: str  # AK901
    codes: tuple[str, ...] = ()  # AK905 to AK909
    included: int | None = None  # AK902
    received: int | None = None  # AK903
    accepted: int | None = None  # AK904
    sets: tuple[SetAcknowledgement, ...] = ()
