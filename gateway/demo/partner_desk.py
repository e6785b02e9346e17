"""The EDI desk of a simulated partner: writes its orders and its acknowledgements under control numbers of its own.

It reads and writes with the gateway's own X12 room, so it proves nothing about that room; pyx12 does, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from gateway.canonical.order import Order
from gateway.translation.outbound import render_in_envelope
from gateway.translation.outbound_set import OutboundDraft
from gateway.translation.purchase_order_850 import draft_850
from gateway.x12.acknowledgement import functional_acknowledgement, needs_acknowledgement
from gateway.x12.envelope import Identity
from gateway.x12.events import GroupClosed
from gateway.x12.guide import Guides
from gateway.x12.reader import read
from gateway.x12.writer import EnvelopeSettings, Numbers

STATION = Identity(qualifier="ZZ", identifier="EXAMPLESUPPLY", group_identifier="EXAMPLESUPPLY")


@dataclass
class PartnerDesk:
    """``version`` is the GS08 of the partner's orders; its first interchange gets ``first_number``."""

    identity: Identity
    version: str
    zone: str
    guides: Guides
    first_number: int = 1
    newline_after_segment: bool = True
    _numbers: count[int] = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = count(self.first_number)

    def order(self, order: Order, now: datetime) -> bytes:
        """The order as an 850 in an interchange of its own."""
        return self._written([draft_850(order, self.version)], self.version, now)

    def acknowledgement(self, data: bytes, now: datetime) -> bytes | None:
        """The 997 that answers an interchange of ours; None where there is nothing to acknowledge (997, TA1)."""
        closed = [event for event in read([data], self.guides) if isinstance(event, GroupClosed)]
        due = [event for event in closed if needs_acknowledgement(event.header)]
        if not due:
            return None
        drafts = [OutboundDraft(draft=functional_acknowledgement(event)) for event in due]
        return self._written(drafts, due[0].header.version, now)

    def _written(self, drafts: Sequence[OutboundDraft], version: str, now: datetime) -> bytes:
        number = next(self._numbers)
        envelope = EnvelopeSettings(
            sender=self.identity,
            receiver=STATION,
            interchange_version="00501" if version >= "005010" else "00401",
            group_version=version,
            newline_after_segment=self.newline_after_segment,
        )
        numbers = Numbers.counted(number, number, len(drafts))
        written = render_in_envelope(
            drafts, envelope, numbers, now.astimezone(ZoneInfo(self.zone)), self.guides
        )
        if not written.may_leave:
            raise AssertionError(f"a simulated partner wrote a bad file: {written.findings[0].describe()}")
        return written.data
