"""Which partner an envelope belongs to, and whether it is test traffic.

Sender and receiver are compared as the field does: qualifiers with a leading zero or without (``2`` and ``02``), ids
without padding and without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import Partner, PartnerIdentity
from gateway.x12.envelope import GroupHeader, InterchangeHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The partner of a file and whether the file is test traffic, which never touches live orders.

    ``identity`` is the X12 name by which the partner was found; answers go back to it.
    """

    partner: Partner
    test: bool
    identity: PartnerIdentity | None = None


def partner_of_interchange(
    configuration: Configuration, header: InterchangeHeader, group: GroupHeader | None = None
) -> tuple[Route | None, list[Finding]]:
    """The partner that sent an interchange, or one of its groups, and what speaks against taking it.

    The identity with the group's GS02 wins over one for any group. Without a group (the ISA alone), the partner is
    known only where all identities of that sender are one partner's; else None without a finding: the groups decide.
    An error finding refuses the interchange (with the TA1 code where there is one) even where the partner is known.
    """
    findings = _receiver_findings(configuration, header)
    candidates = [
        (partner, identity)
        for partner in configuration.partners.values()
        for identity in partner.identities
        if _same(identity.qualifier, identity.identifier, header.sender_qualifier, header.sender)
    ]
    if not candidates:
        return None, [*findings, _unknown_sender(configuration, header)]
    if group is None:
        if len({partner.code for partner, _ in candidates}) > 1:
            return None, findings
        partner, identity = candidates[0]
    else:
        wanted = group.sender.strip().upper()
        own = [found for found in candidates if (found[1].group_identifier or "").upper() == wanted]
        matching = own or [found for found in candidates if found[1].group_identifier is None]
        if not matching:
            return None, [*findings, _unknown_group(candidates, header, group)]
        partner, identity = matching[0]
    location = Location(
        interchange=header.interchange_control_number, group=group.group_control_number if group else None
    )
    test, status_findings = _status(partner, header.test or identity.test, location)
    return Route(partner=partner, test=test, identity=identity), findings + status_findings


def partner_of_cxml(
    configuration: Configuration, domain: str, identity: str, *, test: bool = False
) -> tuple[Route | None, list[Finding]]:
    """The partner whose From credential (domain, identity) a cXML document carries; ``test`` is its deploymentMode."""
    known: dict[str, Partner] = {}
    for partner in configuration.partners.values():
        for pair in partner.cxml_identities:
            known["/".join(pair).upper()] = partner
    found = f"{domain}/{identity}"
    route = known.get(found.upper())
    location = Location(path="Header/From/Credential")
    if route is None:
        near = get_close_matches(found.upper(), known, n=1)
        finding = Finding(
            code="sender-unknown",
            message=f"No partner has the cXML credential {found}",
            location=location,
            found=found,
            wanted="a credential of a partner's cxml_identities" + (f"; perhaps {near[0]}" if near else ""),
            fix="Add it to the partner's file, then replay the document",
        )
        return None, [finding]
    test, findings = _status(route, test, location)
    return Route(partner=route, test=test), findings


def partner_of_code(configuration: Configuration, code: str) -> tuple[Route | None, list[Finding]]:
    """The partner that a door already knows by its code (upload token, command line, a folder of its own)."""
    partner = configuration.partners.get(code)
    if partner is None:
        near = get_close_matches(code, configuration.partners, n=1)
        finding = Finding(
            code="partner-unknown",
            message=f"There is no partner {code}",
            found=code,
            wanted=f"perhaps {near[0]}" if near else "one of " + ", ".join(sorted(configuration.partners)),
            fix="Use the code that is the folder's name under partners/",
        )
        return None, [finding]
    test, findings = _status(partner, False, Location(file=partner.file))
    return Route(partner=partner, test=test), findings


def check_door(partner: Partner, connection: str | None) -> list[Finding]:
    """Whether a partner may come in by a connection; None is a person at the command line, who always may.

    A partner at an unexpected door is held: a shared mailbox or a stolen token must not speak for others.
    """
    if connection is None or connection in partner.connections:
        return []
    return [
        Finding(
            code="door-unexpected",
            message=f"{partner.name} came by the connection {connection}, which is none of its own",
            location=Location(file=partner.file),
            found=connection,
            wanted="one of " + ", ".join(partner.connections)
            if partner.connections
            else "no connection at all",
            rule=f"{partner.file}: connections" if partner.file else None,
            fix=f"Ask the partner; if it is right, add {connection} to its connections and replay the document",
        )
    ]


def _same(qualifier: str, identifier: str, other_qualifier: str, other: str) -> bool:
    return (
        qualifier.strip().zfill(2).upper() == other_qualifier.strip().zfill(2).upper()
        and identifier.strip().upper() == other.strip().upper()
    )


def _receiver_findings(configuration: Configuration, header: InterchangeHeader) -> list[Finding]:
    ours = configuration.station.identities
    if any(_same(*identity, header.receiver_qualifier, header.receiver) for identity in ours):
        return []
    found = f"{header.receiver_qualifier}/{header.receiver}"
    return [
        Finding(
            code="receiver-unknown",
            message=f"The interchange is addressed to {found}, which is not us",
            location=_isa(header, 8),
            found=found,
            wanted=" or ".join("/".join(identity) for identity in ours),
            fix="Ask the sender; if it is us, add the identity to other_identities of [station] in config/gateway.toml",
            standard_code="009",  # I18: unknown interchange receiver id
        )
    ]


def _unknown_sender(configuration: Configuration, header: InterchangeHeader) -> Finding:
    found = f"{header.sender_qualifier}/{header.sender}"
    known = {
        f"{identity.qualifier}/{identity.identifier}": partner.code
        for partner in configuration.partners.values()
        for identity in partner.identities
    }
    near = get_close_matches(found, known, n=1)
    wanted = "an identity of a partner's file"
    return Finding(
        code="sender-unknown",
        message=f"No partner has the identity {found}",
        location=_isa(header, 6),
        found=found,
        wanted=f"{wanted}; perhaps {near[0]} of {known[near[0]]}" if near else wanted,
        fix="Add the identity to the partner's file, then replay the document",
        standard_code="006",  # I18: invalid interchange sender id
    )


def _unknown_group(
    candidates: Iterable[tuple[Partner, PartnerIdentity]], header: InterchangeHeader, group: GroupHeader
) -> Finding:
    names = sorted(f"{identity.group_identifier} ({partner.code})" for partner, identity in candidates)
    return Finding(
        code="group-sender-unknown",
        message=f"No partner with the identity {header.sender_qualifier}/{header.sender} has the group {group.sender}",
        location=Location(
            interchange=header.interchange_control_number,
            group=group.group_control_number,
            segment="GS",
            element=2,
        ),
        found=group.sender,
        wanted="one of " + ", ".join(names),
        fix="Add the group to the partner's identities, then replay the document",
        standard_code="024",  # I18: invalid interchange content, e.g. GS
    )


def _isa(header: InterchangeHeader, element: int) -> Location:
    return Location(interchange=header.interchange_control_number, segment="ISA", element=element)


def _status(partner: Partner, test: bool, location: Location) -> tuple[bool, list[Finding]]:
    """Test traffic or not by the partner's status: a partner still in testing never touches live orders."""
    if partner.status == "draft":
        finding = Finding(
            code="partner-draft",
            message=f"{partner.name} is still a draft, nothing of it is processed",
            location=location,
            found="draft",
            wanted="testing or live",
            rule=f"{partner.file}: status" if partner.file else None,
            fix="Finish the partner's file and set its status to testing, then replay the document",
        )
        return test, [finding]
    if partner.status == "testing" and not test:
        finding = Finding(
            code="partner-testing",
            message=f"{partner.name} is in testing, so its production document is processed as a test",
            severity=Severity.WARNING,
            location=location,
            found="production",
            wanted="test",
            rule=f"{partner.file}: status" if partner.file else None,
            fix="Set the partner's status to live when both sides have agreed to",
        )
        return True, [finding]
    return test, []
