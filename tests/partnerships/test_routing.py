"""Which partner an envelope belongs to, and whether it is test traffic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.finding import has_errors
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.loader import load_configuration
from gateway.partnerships.routing import check_door, partner_of_code, partner_of_cxml, partner_of_interchange
from gateway.x12.delimiters import Delimiters
from gateway.x12.envelope import GroupHeader, InterchangeHeader
from tests.partnerships.workspace_files import PARTNER, files

ACME = PARTNER.replace(
    "connections",
    '  - {qualifier: "ZZ", identifier: ACMETEST, test: yes}\n  - {qualifier: "02", identifier: ACMEVAN, group: ACME}\n'
    "cxml_identities:\n  - {domain: NetworkId, identity: AN1}\nconnections",
)
BEST = """\
partner: best
name: Best
status: live
identities:
  - {qualifier: "02", identifier: ACMEVAN, group: BEST}
"""
DRAFT = (
    BEST.replace("best", "draft")
    .replace("live", "draft")
    .replace('"02", identifier: ACMEVAN', '"ZZ", identifier: D')
)
TRIAL = (
    BEST.replace("best", "trial")
    .replace("live", "testing")
    .replace('"02", identifier: ACMEVAN', '"ZZ", identifier: T')
)


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    loaded, findings = load_configuration(files(partner=ACME, best=BEST, draft=DRAFT, trial=TRIAL))
    assert findings == []
    return loaded


def header(
    sender: str = "ACME", qualifier: str = "ZZ", usage: str = "P", receiver: str = "US"
) -> InterchangeHeader:
    return InterchangeHeader(
        sender_qualifier=qualifier,
        sender=sender,
        receiver_qualifier="ZZ",
        receiver=receiver,
        date="260317",
        time="1200",
        version="00401",
        interchange_control_number="000000042",
        acknowledgement_requested=False,
        usage=usage,
        delimiters=Delimiters(element="*", component=">", segment="~"),
    )


def group(sender: str) -> GroupHeader:
    return GroupHeader(
        functional_identifier="PO",
        sender=sender,
        receiver="US",
        date="20260317",
        time="1200",
        group_control_number="42",
        agency="X",
        version="004010",
    )


@pytest.mark.parametrize(
    ("sender", "qualifier", "usage", "test"),
    [
        ("ACME", "ZZ", "P", False),
        ("acme", "ZZ", "P", False),
        ("ACME", "ZZ", "T", True),
        ("ACME", "ZZ", "I", True),
        ("ACMETEST", "ZZ", "P", True),
    ],
)
def test_a_known_sender(
    configuration: Configuration, sender: str, qualifier: str, usage: str, test: bool
) -> None:
    route, findings = partner_of_interchange(configuration, header(sender, qualifier, usage))
    assert findings == []
    assert route is not None
    assert (route.partner.code, route.test) == ("acme", test)
    assert route.identity is not None
    assert route.identity.identifier == sender.upper()


def test_a_qualifier_with_and_without_its_zero_is_the_same(configuration: Configuration) -> None:
    route, _ = partner_of_interchange(configuration, header("ACMEVAN", "2"), group("ACME"))
    assert route is not None
    assert route.partner.code == "acme"


def test_the_group_decides_between_partners_of_one_sender(configuration: Configuration) -> None:
    alone, findings = partner_of_interchange(configuration, header("ACMEVAN", "02"))
    assert (alone, findings) == (None, [])
    route, _ = partner_of_interchange(configuration, header("ACMEVAN", "02"), group("best"))
    assert route is not None
    assert route.partner.code == "best"
    unknown, findings = partner_of_interchange(configuration, header("ACMEVAN", "02"), group("OTHER"))
    assert unknown is None
    assert [(finding.code, finding.found, finding.wanted) for finding in findings] == [
        ("group-sender-unknown", "OTHER", "one of ACME (acme), BEST (best)")
    ]


def test_an_unknown_sender_is_answered_with_its_code_and_the_nearest(configuration: Configuration) -> None:
    route, findings = partner_of_interchange(configuration, header("ACNE"))
    assert route is None
    assert [(finding.code, finding.standard_code, finding.found) for finding in findings] == [
        ("sender-unknown", "006", "ZZ/ACNE")
    ]
    assert "perhaps ZZ/ACME of acme" in (findings[0].wanted or "")
    assert (findings[0].location.segment, findings[0].location.element) == ("ISA", 6)


def test_an_interchange_for_somebody_else_is_refused(configuration: Configuration) -> None:
    route, findings = partner_of_interchange(configuration, header(receiver="THEM"))
    assert route is not None
    assert [(finding.code, finding.standard_code, finding.found) for finding in findings] == [
        ("receiver-unknown", "009", "ZZ/THEM")
    ]
    station = replace(configuration.station, other_identities=(("ZZ", "THEM"),))
    assert partner_of_interchange(replace(configuration, station=station), header(receiver="THEM"))[1] == []


def test_a_draft_is_refused_and_a_partner_in_testing_never_goes_live(configuration: Configuration) -> None:
    route, findings = partner_of_interchange(configuration, header("D"))
    assert route is not None
    assert [finding.code for finding in findings] == ["partner-draft"]
    assert has_errors(findings)
    route, findings = partner_of_interchange(configuration, header("T"))
    assert route is not None
    assert route.test
    assert [finding.code for finding in findings] == ["partner-testing"]
    assert not has_errors(findings)
    assert partner_of_interchange(configuration, header("T", usage="T"))[1] == []


def test_cxml_credentials(configuration: Configuration) -> None:
    route, findings = partner_of_cxml(configuration, "networkid", "an1")
    assert findings == []
    assert route is not None
    assert (route.partner.code, route.test) == ("acme", False)
    assert partner_of_cxml(configuration, "NetworkId", "AN1", test=True)[0] == replace(route, test=True)
    missing, findings = partner_of_cxml(configuration, "NetworkId", "AN2")
    assert missing is None
    assert "perhaps NETWORKID/AN1" in (findings[0].wanted or "")


def test_a_code(configuration: Configuration) -> None:
    route, findings = partner_of_code(configuration, "acme")
    assert route is not None
    assert findings == []
    assert partner_of_code(configuration, "acmee")[1][0].wanted == "perhaps acme"


def test_a_partner_at_an_unexpected_door(configuration: Configuration) -> None:
    acme = configuration.partners["acme"]
    assert check_door(acme, "acme-folder") == []
    assert check_door(acme, None) == []
    assert [(finding.code, finding.found) for finding in check_door(acme, "web")] == [
        ("door-unexpected", "web")
    ]
