from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gateway.canonical.acknowledgement import Acknowledgement, AcknowledgementLine, LineStatus
from gateway.canonical.line import Identifier
from gateway.canonical.order import Order, OrderLine
from gateway.canonical.party import Party
from gateway.canonical.shipment import PackedItem, Shipment, ShippedOrder
from gateway.core.finding import Finding
from gateway.partnerships.partner import EnvelopePolicy, PartnerIdentity
from gateway.translation.outbound import Rendered, check, render, render_drafts, render_group
from gateway.translation.outbound_set import OutboundDraft, hash_total
from gateway.x12 import pyx12_export, second_opinion
from gateway.x12.draft import SetDraft
from gateway.x12.writer import Numbers
from tests.translation.outbound_fixtures import GUIDES, NOW, ROOT, STATION, partner, segments

D = Decimal
ACKNOWLEDGEMENT = Acknowledgement(
    purchase_order_number="4711",
    type="AD",
    acknowledged_on=date(2026, 3, 17),
    ordered_on=date(2026, 3, 16),
    lines=(
        AcknowledgementLine(
            line_number=1,
            quantity=D(10),
            unit="EA",
            identifiers=(Identifier(qualifier="VN", value="W-RED"),),
            statuses=(LineStatus(status="accepted", quantity=D(10), unit="EA"),),
        ),
    ),
)


def rendered(record: Acknowledgement = ACKNOWLEDGEMENT, **of_partner: object) -> Rendered:
    return render(record, partner("004010", **of_partner), STATION, Numbers(42, 42, (1,)), NOW, GUIDES)


def one(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [finding.describe() for finding in findings]
    return findings[0]


def test_live_goes_to_the_live_identity_in_the_partners_time() -> None:
    result = rendered()
    isa, gs = next(segments(result.data, "ISA")), next(segments(result.data, "GS"))
    assert (isa[6].strip(), isa[8].strip(), isa[15]) == ("EXAMPLESUPPLY", "ACME", "P")
    assert (isa[9], isa[10]) == ("260317", "1030")  # 15:30 UTC in Chicago
    assert gs[1:4] == ["PR", "EXAMPLESUPPLY", "ACME"]
    assert result.may_leave and result.findings == ()
    assert (result.functional_identifier, result.set_code, result.version) == ("PR", "855", "004010")


def test_test_traffic_goes_to_the_test_identity_and_says_so() -> None:
    result = rendered(replace(ACKNOWLEDGEMENT, test=True))
    isa, gs = next(segments(result.data, "ISA")), next(segments(result.data, "GS"))
    assert (isa[8].strip(), isa[15], gs[3]) == ("ACMETEST", "T", "AT")


def test_test_traffic_of_a_partner_with_one_identity() -> None:
    only = (PartnerIdentity(qualifier="ZZ", identifier="ACME"),)
    isa = next(segments(rendered(replace(ACKNOWLEDGEMENT, test=True), identities=only).data, "ISA"))
    assert (isa[8].strip(), isa[15]) == ("ACME", "T")


def test_live_traffic_never_goes_to_a_test_identity() -> None:
    only = (PartnerIdentity(qualifier="ZZ", identifier="ACMETEST", test=True),)
    result = rendered(identities=only, file="partners/acme/partner.yaml")
    assert result.data == b"" and not result.may_leave
    finding = one(result.findings)
    assert (finding.code, finding.location.file) == ("partner-identity-missing", "partners/acme/partner.yaml")


@pytest.mark.parametrize(
    ("agreed", "answered", "version"),
    [("005010", "004010", "005010"), (None, "005010", "005010"), (None, None, "004010")],
)
def test_the_version_is_the_agreed_one_else_that_of_the_group_answered(
    agreed: str | None, answered: str | None, version: str
) -> None:
    result = render(
        ACKNOWLEDGEMENT, partner(agreed), STATION, Numbers(1, 1, (1,)), NOW, GUIDES, answered_version=answered
    )
    assert next(segments(result.data, "GS"))[8] == result.version == version


def test_several_answers_share_a_group_and_findings_name_their_set() -> None:
    bad = replace(ACKNOWLEDGEMENT, purchase_order_number="4" * 23)
    result = render_group([ACKNOWLEDGEMENT, bad], partner(), STATION, Numbers.counted(7, 8, 2), NOW, GUIDES)
    assert [st[2] for st in segments(result.data, "ST")] == ["0001", "0002"]
    assert next(segments(result.data, "GE")) == ["GE", "2", "8"]
    finding = one(result.findings)
    assert (finding.location.set, finding.location.path) == ("0002", "purchase_order_number")
    assert finding.code == "element-too-long" and "Correct the value" in (finding.fix or "")


def test_test_and_live_never_share_an_envelope() -> None:
    with pytest.raises(ValueError, match="one test flag, not 2"):
        render_group(
            [ACKNOWLEDGEMENT, replace(ACKNOWLEDGEMENT, test=True)],
            partner(),
            STATION,
            Numbers.counted(1, 1, 2),
            NOW,
            GUIDES,
        )


def test_a_delimiter_in_the_data_is_found_at_its_canonical_path() -> None:
    named = replace(ACKNOWLEDGEMENT, parties=(Party(role="ship_to", name="Barnes*Noble", address=("1~2",)),))
    result = rendered(named)
    assert {finding.location.path for finding in result.findings} == {
        "parties[0].name",
        "parties[0].address[0]",
    }
    assert not result.may_leave


def test_other_delimiters_carry_the_same_data() -> None:
    odd = EnvelopePolicy(
        element="|", component=":", segment="\x85", repetition="^", interchange_version="00501"
    )
    named = replace(ACKNOWLEDGEMENT, parties=(Party(role="ship_to", name="Barnes*Noble~"),))
    result = rendered(named, envelope=odd)
    assert result.may_leave and b"|Barnes*Noble~\x85" in result.data


def test_bytes_that_do_not_read_as_what_was_written_are_refused() -> None:
    data = rendered().data
    assert check(data, GUIDES, 1) == []
    assert [finding.code for finding in check(data, GUIDES, 2)] == ["sets-lost"]


def test_a_set_without_guide_cannot_be_vouched_for() -> None:
    data = rendered().data.replace(b"*PR*", b"*RO*").replace(b"ST*855*", b"ST*816*")
    assert "guide-missing" in [finding.code for finding in check(data, GUIDES, 1)]


def test_an_address_of_five_lines_is_refused_not_cut() -> None:
    long = Party(role="ship_to", name="Hooli", address=("a", "b", "c", "d", "e"))
    finding = one(rendered(replace(ACKNOWLEDGEMENT, parties=(long,))).findings)
    assert (finding.code, finding.location.path) == ("address-too-long", "parties[0].address")


def test_more_identifiers_than_the_segment_holds() -> None:
    many = tuple(Identifier(qualifier="VN", value=str(n)) for n in range(11))
    line = replace(ACKNOWLEDGEMENT.lines[0], identifiers=many)
    result = rendered(replace(ACKNOWLEDGEMENT, lines=(line,)))
    assert one(result.findings).code == "identifiers-left-out" and result.may_leave


def test_a_line_that_says_nothing() -> None:
    line = replace(ACKNOWLEDGEMENT.lines[0], statuses=())
    assert one(rendered(replace(ACKNOWLEDGEMENT, lines=(line,))).findings).code == "line-without-status"


def test_an_order_goes_out_too() -> None:
    order = Order(
        purchase_order_number="4711",
        ordered_on=date(2026, 3, 16),
        lines=(OrderLine(line_number=1, quantity=D(1), unit="EA", unit_price=D("9.50")),),
    )
    result = render(order, partner(), STATION, Numbers(1, 1, (1,)), NOW, GUIDES)
    assert result.may_leave and result.functional_identifier == "PO"
    assert next(segments(result.data, "BEG")) == ["BEG", "00", "SA", "4711", "", "20260316"]


def test_now_needs_a_zone() -> None:
    """A naive time would be read as this machine's."""
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        render(ACKNOWLEDGEMENT, partner(), STATION, Numbers(1, 1, (1,)), naive, GUIDES)


def test_hash_totals_ignore_decimal_points_and_keep_ten_digits() -> None:
    """Element 347, the standard's own example: .0018, .18, 1.8 and 18.01 sum to 1855 (18+18+18+1801)."""
    assert hash_total([D(".0018"), D(".18"), D("1.8"), D("18.01")]) == "1855"
    assert hash_total([D(9_999_999_999), D(2)]) == "1"


@pytest.mark.parametrize("set_code", ["855", "856", "810"])
def test_pyx12_agrees_with_what_we_send(set_code: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("maps")
    pyx12_export.export(GUIDES, folder)
    cases = [
        path.parent
        for path in (ROOT / "tests" / "golden" / "outbound" / set_code).glob("*/findings.json")
        if path.read_text().strip() == "[]"
    ]
    assert cases
    for case in cases:
        data = (case / "expected.edi").read_bytes()
        assert second_opinion.check(data, folder) == [], case.name


def test_a_set_of_no_record_is_wrapped_the_same_way() -> None:
    """A 997 is made of a group, not of a canonical record."""
    answer = SetDraft(
        "997", (("AK1", "PO", "42"), ("AK2", "850", "0001"), ("AK5", "A"), ("AK9", "A", "1", "1", "1"))
    )
    result = render_drafts(
        [OutboundDraft(answer)],
        partner(),
        STATION,
        Numbers(1, 1, (1,)),
        NOW,
        GUIDES,
        version="005010",
        test=False,
    )
    assert result.findings == ()
    assert next(segments(result.data, "GS"))[1] == "FA"


def test_an_order_without_date_is_answered_with_a_warning() -> None:
    result = rendered(replace(ACKNOWLEDGEMENT, ordered_on=None))
    assert one(result.findings).code == "order-date-unknown" and result.may_leave
    assert next(segments(result.data, "BAK"))[4] == "20260317"


def test_an_item_without_identifier_goes_by_its_line_number() -> None:
    item = PackedItem(line_number=1, buyer_line_id="1", quantity=D(6), unit="EA")
    shipment = Shipment(
        shipment_number="S-1",
        structure="0004",
        shipped_at=NOW,
        orders=(ShippedOrder(purchase_order_number="4711", items=(item,)),),
    )
    result = render(shipment, partner(), STATION, Numbers(1, 1, (1,)), NOW, GUIDES)
    assert one(result.findings).code == "item-not-identified" and result.may_leave
    assert not list(segments(result.data, "LIN"))
    assert next(segments(result.data, "SN1")) == ["SN1", "1", "6", "EA"]
