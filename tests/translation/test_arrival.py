"""Who sent a file: by its envelope, by the door, or nobody knows."""

from __future__ import annotations

from gateway.canonical.order import Order
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import CsvLayout, Partner, PartnerIdentity
from gateway.partnerships.station import Station
from gateway.translation.arrival import Arrival
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import DocumentTranslated, GroupEnded, InterchangeBegun, Translation
from tests.translation.golden import guides
from tests.translation.test_inbound import GOOD, documents, interchange
from tests.translation.test_order_cxml import message

SHEET = "PO,SKU,Qty,Price\n1,A,2,$3\n"
CONFIGURATION = Configuration(
    station=Station(
        name="Us", qualifier="ZZ", identifier="SELLER", group_identifier="SELLER", gs1_prefix="0614141"
    ),
    partners={
        "acme": Partner(
            code="acme",
            name="Acme",
            status="live",
            identities=(PartnerIdentity(qualifier="ZZ", identifier="BUYER"),),
            cxml_identities=(("DUNS", "42"),),
            connections=("acme-folder", "shared"),
            currency="CAD",
        ),
        "brio": Partner(
            code="brio",
            name="Brio",
            status="testing",
            connections=("shared", "brio-web"),
            csv=CsvLayout(
                columns={
                    "order.purchase_order_number": ("Auftrag",),
                    "line.quantity": ("Menge",),
                    "line.identifiers.VN": ("Artikel",),
                }
            ),
        ),
    },
)


def translate(data: str, *, partner: str | None = None, connection: str | None = None) -> list[Translation]:
    arrival = Arrival(file="drop", partner=partner, connection=connection)
    return list(translate_inbound([data.encode()], guides(), arrival=arrival, configuration=CONFIGURATION))


def only(data: str, *, partner: str | None = None, connection: str | None = None) -> DocumentTranslated:
    (document,) = documents(translate(data, partner=partner, connection=connection))
    return document


def codes(document: DocumentTranslated) -> list[str]:
    return [finding.code for finding in document.routing]


def test_the_envelope_names_the_partner() -> None:
    document = only(interchange(GOOD), connection="acme-folder")
    assert (document.partner, document.test, document.held, codes(document)) == ("acme", False, False, [])
    assert isinstance(document.record, Order)
    assert document.record.partner == "acme"


def test_test_traffic_is_test_by_the_envelope() -> None:
    assert only(interchange(GOOD, usage="T"), connection="acme-folder").test


def test_an_unknown_sender_holds_the_document_but_not_its_reading() -> None:
    data = interchange(GOOD).replace("*ZZ*BUYER ", "*ZZ*NOBODY")
    translations = translate(data, connection="acme-folder")
    (document,) = documents(translations)
    assert (document.partner, document.held, document.refused) == (None, True, False)
    assert document.record is not None
    (begun,) = (one for one in translations if isinstance(one, InterchangeBegun))
    (group,) = (one for one in translations if isinstance(one, GroupEnded))
    assert [one.code for one in begun.routing] == ["sender-unknown"]
    assert [one.code for one in group.routing] == ["sender-unknown"]


def test_a_partner_at_an_unexpected_door_is_held() -> None:
    document = only(interchange(GOOD), connection="brio-web")
    assert (document.partner, document.held, codes(document)) == ("acme", True, ["door-unexpected"])


def test_a_token_must_not_speak_for_another_partner() -> None:
    document = only(interchange(GOOD), partner="brio", connection="shared")
    assert (document.held, codes(document)) == (True, ["partner-mismatch"])


def test_a_person_at_the_command_line_says_who_it_is() -> None:
    document = only(interchange(GOOD), partner="brio")
    assert (document.partner, document.test, document.held) == ("brio", True, False)
    assert codes(only(interchange(GOOD), partner="acne")) == ["partner-unknown"]


def test_cxml_by_its_from_credential() -> None:
    document = only(message(), connection="shared")
    assert (document.partner, document.held) == ("acme", False)
    document = only(message().replace("<Identity>42<", "<Identity>43<"), connection="shared")
    assert (document.partner, document.held, codes(document)) == (None, True, ["sender-unknown"])
    document = only(message().replace("From>", "Nobody>"), connection="shared")
    assert document.held


def test_a_sheet_by_the_only_partner_of_its_door() -> None:
    document = only(SHEET, connection="acme-folder")
    assert (document.partner, document.held) == ("acme", False)
    assert isinstance(document.record, Order)
    assert document.record.currency == "CAD", "the partner's, since $ names none"


def test_a_sheet_by_its_token_and_in_its_own_layout() -> None:
    document = only("Auftrag,Artikel,Menge\n1,A,2\n", partner="brio", connection="brio-web")
    assert (document.partner, document.test, document.number) == ("brio", True, "1")
    assert document.record is not None


def test_a_sheet_at_a_shared_door_is_nobodys() -> None:
    document = only(SHEET, connection="shared")
    assert (document.partner, document.held) == (None, True)
    assert document.routing[0].wanted == "acme or brio"
    assert only(SHEET).held
