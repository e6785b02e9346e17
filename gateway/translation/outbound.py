"""Canonical records to the bytes that leave: drafted, wrapped, and read back through the same guide.

What our own guide would refuse, or what does not hold together, is a finding of error severity: such bytes must not
leave. Pure: control numbers and the time are arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from gateway.canonical.acknowledgement import Acknowledgement
from gateway.canonical.invoice import Invoice
from gateway.canonical.order import Order
from gateway.canonical.party import Party
from gateway.canonical.shipment import Shipment
from gateway.core.finding import Finding, has_errors
from gateway.core.location import Location
from gateway.partnerships.partner import Partner
from gateway.partnerships.station import Station
from gateway.translation.acknowledgement_855 import draft_855
from gateway.translation.invoice_810 import draft_810
from gateway.translation.outbound_set import OutboundDraft
from gateway.translation.purchase_order_850 import draft_850
from gateway.translation.ship_notice_856 import draft_856
from gateway.x12.acknowledgement import repeats_the_partner
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import Identity
from gateway.x12.events import SetRead
from gateway.x12.guide import Guides
from gateway.x12.reader import read
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange

_T = TypeVar("_T")

OutboundRecord = Acknowledgement | Shipment | Invoice | Order
"""What can be rendered. Orders go out from simulated partners and to suppliers."""

DEFAULT_VERSION = "004010"

SET_CODE_OF_KIND = {"acknowledgement": "855", "shipment": "856", "invoice": "810", "order": "850"}
"""``kind`` of a canonical record to ST01."""

FUNCTIONAL_IDENTIFIER_OF_SET = {"855": "PR", "856": "SH", "810": "IN", "850": "PO", "997": "FA", "999": "FA"}
"""ST01 to GS01 (element 479)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The bytes of an interchange with one group, and what was found in them."""

    data: bytes
    findings: tuple[Finding, ...]
    functional_identifier: str
    set_code: str
    version: str

    @property
    def may_leave(self) -> bool:
        """Whether nothing of error severity was found."""
        return not has_errors(self.findings)


def render(
    record: OutboundRecord,
    partner: Partner,
    station: Station,
    numbers: Numbers,
    now: datetime,
    guides: Guides,
    *,
    answered_version: str | None = None,
) -> Rendered:
    """One record as an interchange of its own. See :func:`render_group`."""
    return render_group([record], partner, station, numbers, now, guides, answered_version=answered_version)


def render_group(
    records: Sequence[OutboundRecord],
    partner: Partner,
    station: Station,
    numbers: Numbers,
    now: datetime,
    guides: Guides,
    *,
    answered_version: str | None = None,
) -> Rendered:
    """Records of one kind as one group of one interchange from us to the partner.

    The version is that of the partner's agreement for the set, else ``answered_version`` (GS08 of the group that is
    answered), else 004010. ``now`` is any aware time; the partner reads it in its own zone. Raises ValueError where
    the records are not of one kind and either all test or all live: those never share an envelope.
    """
    set_code = _one({SET_CODE_OF_KIND[record.kind] for record in records}, "kind")
    test = _one({record.test for record in records}, "test flag")
    agreed = partner.outbound.get(set_code)
    version = (agreed.version if agreed else None) or answered_version or DEFAULT_VERSION
    zone = ZoneInfo(partner.time_zone or station.time_zone)
    drafts = [draft_of(record, version, zone, station) for record in records]
    return render_drafts(drafts, partner, station, numbers, now, guides, version=version, test=test)


def render_drafts(
    drafts: Sequence[OutboundDraft],
    partner: Partner,
    station: Station,
    numbers: Numbers,
    now: datetime,
    guides: Guides,
    *,
    version: str,
    test: bool,
) -> Rendered:
    """Drafts of one set in an envelope from us to the partner."""
    receiver = _partner_identity(partner, test)
    if receiver is None:
        set_code = drafts[0].draft.set_code
        return Rendered(
            data=b"",
            findings=(_identity_missing(partner),),
            functional_identifier=FUNCTIONAL_IDENTIFIER_OF_SET[set_code],
            set_code=set_code,
            version=version,
        )
    sender = Identity(
        qualifier=station.qualifier,
        identifier=station.identifier,
        group_identifier=station.group_identifier,
    )
    envelope = envelope_of(partner, sender, receiver, version=version, test=test)
    if now.tzinfo is None:
        raise ValueError("the time of an interchange needs a zone: without one it would be this machine's")
    zone = ZoneInfo(partner.time_zone or station.time_zone)
    return render_in_envelope(drafts, envelope, numbers, now.astimezone(zone), guides)


def render_in_envelope(
    drafts: Sequence[OutboundDraft],
    envelope: EnvelopeSettings,
    numbers: Numbers,
    now: datetime,
    guides: Guides,
) -> Rendered:
    """Drafts of one set in any envelope (a simulated partner's too), checked by reading the bytes back."""
    set_code = _one({each.draft.set_code for each in drafts}, "set")
    identifier = FUNCTIONAL_IDENTIFIER_OF_SET[set_code]
    data, written = write_interchange(envelope, identifier, [each.draft for each in drafts], numbers, now)
    by_set = {f"{number:04d}": each for number, each in zip(numbers.sets, drafts, strict=True)}
    own = [finding for each in drafts for finding in each.findings]
    # What broke the text would only be read back as something else.
    others = written if has_errors(written) else (*written, *check(data, guides, len(drafts)))
    sourced = (_sourced(finding, by_set) for finding in others)
    findings = [*own, *(finding for finding in sourced if not _said_already(finding, own))]
    return Rendered(
        data=data,
        findings=tuple(findings),
        functional_identifier=identifier,
        set_code=set_code,
        version=envelope.group_version,
    )


_OWN_FIX = "Correct the value in the document, or what the partner's file says of this set"
"""The guide's own advice is to ask the sender: here that is us."""


def check(data: bytes, guides: Guides, sets: int) -> list[Finding]:
    """What our own reader and guide find in the bytes, which should hold so many transaction sets.

    That a 997 repeats an unknown GS01 or ST01 of the partner is no fault of ours.
    """
    findings: list[Finding] = []
    count = 0
    for event in read([data], guides):
        findings.extend(replace(f, fix=_OWN_FIX) for f in event.findings if not repeats_the_partner(f))
        if isinstance(event, SetRead):
            count += 1
            if event.document.guide is None:
                findings.append(_guide_missing(event))
    if count != sets:
        findings.append(
            Finding(
                code="sets-lost",
                message=f"The interchange was written with {sets} transaction sets and reads as {count}",
                fix="Report this: it is a fault of the gateway, not of the document",
            )
        )
    return findings


def draft_of(record: OutboundRecord, version: str, zone: tzinfo, station: Station) -> OutboundDraft:
    """The record as a set, without an envelope."""
    match record:
        case Acknowledgement():
            return draft_855(record)
        case Shipment():
            return draft_856(record, zone, _ship_from(station))
        case Invoice():
            return draft_810(record)
        case Order():
            return draft_850(record, version)


def envelope_of(
    partner: Partner, sender: Identity, receiver: Identity, *, version: str, test: bool
) -> EnvelopeSettings:
    """How interchanges with the partner are wrapped, in whichever direction."""
    policy = partner.envelope
    return EnvelopeSettings(
        sender=sender,
        receiver=receiver,
        interchange_version=policy.interchange_version,
        group_version=version,
        delimiters=Delimiters(policy.element, policy.component, policy.segment, policy.repetition),
        usage="T" if test else "P",
        acknowledgement_requested=policy.acknowledgement_requested,
        newline_after_segment=policy.newline_after_segment,
    )


def _partner_identity(partner: Partner, test: bool) -> Identity | None:
    """The partner's name for this traffic: a test-only one for tests where it has one, never for live traffic."""
    usable = [identity for identity in partner.identities if test or not identity.test]
    usable.sort(key=lambda identity: identity.test is not test)
    if not usable:
        return None
    chosen = usable[0]
    return Identity(
        qualifier=chosen.qualifier,
        identifier=chosen.identifier,
        group_identifier=chosen.group_identifier or chosen.identifier,
    )


def _ship_from(station: Station) -> Party:
    return Party(
        role="ship_from",
        name=station.name,
        address=station.address,
        city=station.city,
        region=station.region,
        postal_code=station.postal_code,
        country=station.country,
    )


def _sourced(finding: Finding, by_set: dict[str, OutboundDraft]) -> Finding:
    """The finding with the canonical path of what it is about."""
    each = by_set.get(finding.location.set or "")
    return each.sourced(finding) if each else finding


def _said_already(finding: Finding, own: Sequence[Finding]) -> bool:
    """Whether the draft already refused the same value, or one in the same segment that is now missing."""
    path = finding.location.path
    refused = [each.location.path or "" for each in own if each.is_error]
    return path is not None and any(
        path == other or (finding.location.element is None and other.startswith(f"{path}."))
        for other in refused
    )


def _identity_missing(partner: Partner) -> Finding:
    return Finding(
        code="partner-identity-missing",
        message=f"Partner {partner.code} has no X12 identity that this document could be addressed to",
        location=Location(file=partner.file, path="identities"),
        wanted="an identity (qualifier and identifier) for this kind of traffic",
        fix="Add the partner's ISA qualifier and identifier to its file",
    )


def _guide_missing(event: SetRead) -> Finding:
    return Finding(
        code="guide-missing",
        message=f"There is no guide for {event.document.set_code} in {event.document.group.version}, "
        "so nothing can vouch for this document",
        location=event.document.location(),
        found=event.document.group.version,
        fix="Set the partner's version for this set to one that has a guide",
    )


def _one(values: set[_T], what: str) -> _T:
    if len(values) != 1:
        raise ValueError(f"the documents of a group have one {what}, not {len(values)}")
    return values.pop()
