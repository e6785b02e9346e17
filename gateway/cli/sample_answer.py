"""The 997s or 999s that a file would be answered with, under sample control numbers, for ``gateway validate --ack``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gateway.core.finding import Finding, has_errors
from gateway.x12.acknowledgement import (
    functional_acknowledgement,
    implementation_acknowledgement,
    implementation_acknowledgement_version,
    needs_acknowledgement,
)
from gateway.x12.envelope import GroupHeader, Identity, InterchangeHeader
from gateway.x12.events import GroupClosed, InterchangeClosed
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange

if TYPE_CHECKING:
    from gateway.partnerships.partner import Partner
    from gateway.partnerships.station import Station


@dataclass(slots=True)
class SampleAnswers:
    """Collects the groups of an interchange and answers them when it ends, as the gateway does on arrival.

    ``partner`` and ``station`` say how its envelopes look; without them they are plain ones in the version that came.
    ``form`` is 997 or 999; a 999 exists from 005010 on, so that older groups are answered in that version.
    """

    partner: Partner | None = None
    station: Station | None = None
    form: str = "997"
    number: int = 0
    _groups: list[GroupClosed] = field(default_factory=list)

    def take(self, event: GroupClosed | InterchangeClosed) -> Iterator[bytes | str | tuple[Finding, ...]]:
        """Bytes of acknowledgements, notes for a person, and what speaks against sending one."""
        if isinstance(event, GroupClosed):
            if needs_acknowledgement(event.header):
                self._groups.append(event)
            else:
                yield f"Group {event.header.group_control_number} holds acknowledgements: they are never answered"
            return
        groups, self._groups = self._groups, []
        if has_errors(event.envelope_findings):
            number = event.header.interchange_control_number
            yield f"Interchange {number} is refused by its envelope: a TA1 answers it, and no {self.form}"
            return
        by_envelope: dict[tuple[str, str, str], list[GroupClosed]] = {}
        for group in groups:
            key = (group.header.version, group.header.sender, group.header.receiver)
            by_envelope.setdefault(key, []).append(group)
        for answered in by_envelope.values():
            yield from self._write(answered)

    def _write(self, groups: list[GroupClosed]) -> Iterator[bytes | tuple[Finding, ...]]:
        self.number += 1
        envelope = self._envelope(groups[0].interchange, groups[0].header)
        answer = functional_acknowledgement if self.form == "997" else implementation_acknowledgement
        drafts = [answer(group, envelope=envelope) for group in groups]
        numbers = Numbers.counted(self.number, self.number, len(drafts))
        zone = (self.partner and self.partner.time_zone) or (self.station and self.station.time_zone)
        now = datetime.now(ZoneInfo(zone) if zone else UTC)
        data, findings = write_interchange(envelope, "FA", drafts, numbers, now)
        yield findings
        if not has_errors(findings):
            yield data

    def _envelope(self, interchange: InterchangeHeader, group: GroupHeader) -> EnvelopeSettings:
        version = group.version
        if self.form == "999":
            version = implementation_acknowledgement_version(version)
        sender = Identity(
            qualifier=interchange.receiver_qualifier,
            identifier=interchange.receiver,
            group_identifier=group.receiver,
        )
        receiver = Identity(
            qualifier=interchange.sender_qualifier,
            identifier=interchange.sender,
            group_identifier=group.sender,
        )
        if self.partner is not None:
            from gateway.translation.outbound import envelope_of

            return envelope_of(self.partner, sender, receiver, version=version, test=interchange.test)
        known = re.fullmatch(r"\d{5}", interchange.version, re.ASCII) is not None
        oldest = "00501" if self.form == "999" else "00200"
        return EnvelopeSettings(
            sender=sender,
            receiver=receiver,
            interchange_version=max(interchange.version if known else "00401", oldest),
            group_version=version,
            usage="T" if interchange.test else "P",
            newline_after_segment=True,
        )
