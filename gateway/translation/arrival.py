"""How a file came, and whom its door speaks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.finding import Finding
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import Partner
from gateway.partnerships.routing import (
    Route,
    check_door,
    partner_of_code,
    partner_of_cxml,
    partner_of_interchange,
)
from gateway.translation.cxml_envelope import CxmlEnvelope
from gateway.x12.envelope import GroupHeader, InterchangeHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """``file`` is the name the sender gave, ``document`` the ledger's id of the bytes.

    ``partner`` is the code the door already knows (an upload token, a person at the command line), ``connection`` the
    name of the connection it came by; None is a person at the command line.
    """

    file: str | None = None
    document: str | None = None
    partner: str | None = None
    connection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent it, as far as known, whether it is test traffic, and what speaks against processing it."""

    partner: Partner | None
    test: bool
    findings: tuple[Finding, ...] = ()

    @property
    def code(self) -> str | None:
        """The partner's code."""
        return self.partner.code if self.partner is not None else None


class Doorkeeper:
    """Resolves the senders of one file. Without a configuration nobody is looked up and nothing is held."""

    def __init__(self, configuration: Configuration | None, arrival: Arrival) -> None:
        self._configuration = configuration
        self._arrival = arrival

    def of_interchange(self, header: InterchangeHeader, group: GroupHeader | None = None) -> Sender:
        """The sender of an interchange, or of one of its groups."""
        if self._configuration is None:
            return Sender(partner=None, test=header.test)
        if self._at_the_command_line:
            return self._of_door(header.test)
        route, findings = partner_of_interchange(self._configuration, header, group)
        return self._checked(route, findings, header.test)

    def of_cxml(self, envelope: CxmlEnvelope) -> Sender:
        """The sender of a cXML message: the first From credential that is a partner's."""
        if self._configuration is None:
            return Sender(partner=None, test=envelope.test)
        if self._at_the_command_line:
            return self._of_door(envelope.test)
        unknown: list[Finding] = []
        for domain, identity in envelope.sent_from or (("", ""),):
            route, findings = partner_of_cxml(self._configuration, domain, identity, test=envelope.test)
            if route is not None:
                return self._checked(route, findings, envelope.test)
            unknown = unknown or findings
        return self._checked(None, unknown, envelope.test)

    def of_sheet(self) -> Sender:
        """The sender of a sheet, which names none: the door's partner, or the only one whose files come by it."""
        if self._configuration is None:
            return Sender(partner=None, test=False)
        if self._arrival.partner is not None:
            return self._of_door(False)
        candidates = (
            self._configuration.partners_at(self._arrival.connection) if self._arrival.connection else ()
        )
        if len(candidates) == 1:
            route, findings = partner_of_code(self._configuration, candidates[0].code)
            return self._checked(route, findings, False)
        return Sender(partner=None, test=False, findings=(_nobody(self._arrival, candidates),))

    @property
    def _at_the_command_line(self) -> bool:
        return self._arrival.partner is not None and self._arrival.connection is None

    def _of_door(self, test: bool) -> Sender:
        assert self._configuration is not None and self._arrival.partner is not None
        route, findings = partner_of_code(self._configuration, self._arrival.partner)
        return self._checked(route, findings, test)

    def _checked(self, route: Route | None, findings: Iterable[Finding], test: bool) -> Sender:
        found = [finding.in_file(self._arrival.file) for finding in findings]
        if route is None:
            return Sender(partner=None, test=test, findings=tuple(found))
        found += check_door(route.partner, self._arrival.connection)
        if self._arrival.partner not in (None, route.partner.code):
            found.append(_other_partner(self._arrival, route.partner))
        return Sender(partner=route.partner, test=route.test or test, findings=tuple(found))


def _nobody(arrival: Arrival, candidates: tuple[Partner, ...]) -> Finding:
    several = " or ".join(partner.code for partner in candidates)
    return Finding(
        code="sender-unknown",
        message="The sheet does not say who sent it"
        + (f", and the connection {arrival.connection} is shared by several partners" if several else ""),
        found=arrival.connection,
        wanted=several or "a connection or token of one partner",
        fix="Receive the file again with --partner, or give the partner a connection of its own",
    ).in_file(arrival.file)


def _other_partner(arrival: Arrival, partner: Partner) -> Finding:
    return Finding(
        code="partner-mismatch",
        message=f"The file came with the token of {arrival.partner}, its envelope names {partner.code}",
        found=partner.code,
        wanted=arrival.partner,
        fix="Ask both partners; a token must not speak for another",
    ).in_file(arrival.file)
