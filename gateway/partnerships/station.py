"""Our own side: names, numbers and defaults of the one seller this installation serves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The seller. ``gs1_prefix`` is the GS1 company prefix SSCCs are made with; ``as2_name`` our AS2-To.

    ``other_identities`` are further (qualifier, id) pairs by which partners may address us, a test id say.
    """

    name: str
    qualifier: str  # ISA07 inbound, ISA05 outbound
    identifier: str  # ISA08 inbound, ISA06 outbound
    group_identifier: str  # GS03 inbound, GS02 outbound
    gs1_prefix: str
    currency: str = "USD"
    time_zone: str = "UTC"
    as2_name: str | None = None
    address: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    other_identities: tuple[tuple[str, str], ...] = ()

    @property
    def identities(self) -> tuple[tuple[str, str], ...]:
        """Every (qualifier, id) that is us in an ISA."""
        return ((self.qualifier, self.identifier), *self.other_identities)
