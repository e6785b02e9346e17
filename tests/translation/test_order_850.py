"""The 850 element by element, where the golden cases do not say why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gateway.canonical.line import Carrier, Note, Reference
from gateway.canonical.order import Order
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import DocumentTranslated
from tests.translation.golden import guides

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260317*1041*U*00401*000000001*0*P*>~"
LINE = ("PO1*1*10*EA*14.40*PE*UP*614141000418",)


def translate(*segments: str, version: str = "004010") -> DocumentTranslated:
    """The translation of an 850 of these segments."""
    body = ["ST*850*0001", *segments]
    text = "~".join(
        [f"GS*PO*BUYER*SELLER*20260317*1041*1*X*{version}", *body, f"SE*{len(body) + 1}*0001", "GE*1*1"]
    )
    data = f"{ISA}{text}~IEA*1*000000001~".encode()
    (document,) = (one for one in translate_inbound([data], guides()) if isinstance(one, DocumentTranslated))
    return document


def order_of(*segments: str) -> Order:
    document = translate(*segments)
    assert isinstance(document.record, Order), [finding.describe() for finding in document.findings]
    return document.record


def codes(document: DocumentTranslated) -> list[str]:
    return [finding.code for finding in document.findings]


def head(purpose: str = "00", kind: str = "SA") -> str:
    return f"BEG*{purpose}*{kind}*PO-1**20260317"


@pytest.mark.parametrize(
    ("code", "purpose"),
    [
        ("00", "original"),
        ("01", "cancel"),
        ("04", "change"),
        ("05", "replace"),
        ("07", "duplicate"),
        ("22", "22"),
    ],
)
def test_purpose(code: str, purpose: str) -> None:
    assert order_of(head(code), *LINE, "CTT*1").purpose == purpose


@pytest.mark.parametrize(
    ("code", "kind"), [("BK", "blanket"), ("DS", "drop_ship"), ("RL", "release"), ("ZZ", "ZZ")]
)
def test_order_type(code: str, kind: str) -> None:
    assert order_of(head(kind=code), *LINE, "CTT*1").order_type == kind


def test_what_has_no_word_of_ours_keeps_its_qualifier() -> None:
    order = order_of(head(), "REF*ZI*X-1", "DTM*196*20260410", "N1*DU*Reseller*92*07", *LINE, "CTT*1")
    assert order.references == (Reference(qualifier="ZI", value="X-1"),)
    assert order.dates == {"196": date(2026, 4, 10)}
    assert order.parties[0].role == "DU"


def test_segments_without_a_place_are_named() -> None:
    document = translate(head(), "FOB*PP", "CSH*N", *LINE, "SLN*1**I*1*EA", "SLN*2**I*1*EA", "CTT*1")
    (finding,) = [one for one in document.findings if one.code == "segments-not-carried"]
    assert finding.found == "FOB, CSH, SLN (2)"
    assert not finding.is_error
    assert document.record is not None


def test_amounts_other_than_the_total_are_named() -> None:
    document = translate(head(), *LINE, "CTT*1", "AMT*1*13.5")
    assert codes(document) == ["amount-not-kept"]


def test_a_date_twice_is_named_and_the_first_counts() -> None:
    document = translate(head(), "DTM*002*20260410", "DTM*002*20260411", *LINE, "CTT*1")
    assert codes(document) == ["date-repeated"]
    assert isinstance(document.record, Order)
    assert document.record.dates["deliver_by"] == date(2026, 4, 10)


def test_carrier_by_scac_and_by_another_code() -> None:
    assert order_of(head(), "TD5**2*UPSN*M*GROUND", *LINE, "CTT*1").carrier == Carrier(
        scac="UPSN", method="M", text="GROUND"
    )
    assert order_of(head(), "TD5**92*P3*M", *LINE, "CTT*1").carrier == Carrier(
        qualifier="92", identifier="P3", method="M"
    )


def test_a_note_is_the_lines_of_one_n9() -> None:
    order = order_of(head(), "N9*L1*9*First", "MSG*second", "MSG*third", *LINE, "CTT*1")
    assert order.notes == (Note(code="L1", text="First\nsecond\nthird"),)
    assert order.references == (Reference(qualifier="L1", value="9"),)


def test_implied_decimals() -> None:
    order = order_of(head(), "SAC*C*D240***5*******06", "ITD*01*3*2**10**30*150", *LINE, "CTT*1")
    assert order.allowances_charges[0].amount == Decimal("0.05")
    assert order.terms[0].discount_amount == Decimal("1.50")


@pytest.mark.parametrize(("sent", "percent"), [(".0825", "8.25"), ("1", "1"), ("0", "0")])
def test_a_tax_rate_is_a_fraction(sent: str, percent: str) -> None:
    order = order_of(head(), f"TXI*ST*1*{sent}", *LINE, "CTT*1")
    assert order.taxes[0].percent == Decimal(percent)


def test_the_currency_of_the_lines_counts_where_the_heading_has_none() -> None:
    assert order_of(head(), *LINE, "CUR*BY*CAD", "CTT*1").currency == "CAD"
    assert codes(translate(head(), "CUR*BY*USD", *LINE, "CUR*BY*CAD", "CTT*1")) == ["currency-mixed"]


@pytest.mark.parametrize("quantity", ["-1", "12345678901234", "1.1234567"])
def test_a_quantity_that_cannot_be_kept_is_refused_at_its_element(quantity: str) -> None:
    document = translate(head(), f"PO1*1*{quantity}*EA", "CTT*1")
    assert document.refused
    assert document.record is None
    assert {(one.location.segment, one.location.element) for one in document.findings} == {("PO1", 2)}


def test_what_the_guide_found_is_not_found_again() -> None:
    document = translate(head(), "PO1*1*TEN*EA", "CTT*1")
    assert [one.location.element for one in document.findings] == [2]


def test_a_refused_order_is_still_known_by_its_number() -> None:
    document = translate(head(), "PO1*1*TEN*EA", "CTT*1")
    assert (document.number, document.record) == ("PO-1", None)


def test_a_missing_number_is_found_once_and_refuses() -> None:
    document = translate("BEG*00*SA***20260317", *LINE, "CTT*1")
    assert [(one.location.segment, one.location.element) for one in document.findings] == [("BEG", 3)]
    assert (document.number, document.record) == (None, None)


def test_six_digit_dates_of_old_versions() -> None:
    document = translate("BEG*00*SA*PO-1**991231", *LINE, "CTT*1", version="003040")
    assert isinstance(document.record, Order)
    assert document.record.ordered_on == date(1999, 12, 31)
    assert not document.refused


def test_an_incomplete_identifier_is_refused_once() -> None:
    document = translate(head(), "PO1*1*10*EA*1**UP", "CTT*1")
    assert [(one.location.segment, one.location.element) for one in document.findings] == [("PO1", 7)]
