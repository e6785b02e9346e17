"""The headers of an AS2 POST."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.as2.fault import Fault
from gateway.as2.name import read_as2_name, write_as2_name
from gateway.as2.request import Request, read_request

BASE = (("as2-from", "Acme"), ("AS2-TO", '"Gate \\"way\\""'), ("Message-Id", " <1@acme> "))

PROTOCOL, MICALG = "signed-receipt-protocol", "signed-receipt-micalg"


def test_names_may_be_quoted() -> None:
    request = read_request(BASE)
    assert isinstance(request, Request)
    assert (request.as2_from, request.as2_to, request.message_id) == ("Acme", 'Gate "way"', "<1@acme>")
    assert request.receipt is None


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=128))
def test_a_name_survives_its_header(name: str) -> None:
    assert read_as2_name(write_as2_name(name)) == name


@pytest.mark.parametrize(
    ("options", "signed", "algorithms", "required"),
    [
        (
            f"{PROTOCOL}=optional, pkcs7-signature; {MICALG}=optional, sha-256, sha1",
            True,
            ("sha-256", "sha1"),
            False,
        ),
        (f"{MICALG}=required,SHA256;{PROTOCOL}=required,pkcs7-signature", True, ("SHA256",), True),
        (' Signed-Receipt-MICalg = Optional ,  "sha_256" ', True, ("sha_256",), False),
        ("signed-receipt-micalg=sha256", True, ("sha256",), False),
        ("", False, (), False),
        (";;=,", False, (), False),
    ],
)
def test_receipt_options(options: str, signed: bool, algorithms: tuple[str, ...], required: bool) -> None:
    headers = (*BASE, ("Disposition-Notification-To", "x"), ("Disposition-Notification-Options", options))
    request = read_request(headers)
    assert isinstance(request, Request) and request.receipt is not None
    assert request.receipt.signed is signed
    assert request.receipt.algorithms == algorithms
    assert request.receipt.algorithms_required is required


def test_an_asynchronous_receipt_is_asked_for_by_url() -> None:
    headers = (
        *BASE,
        ("Disposition-Notification-To", "x"),
        ("Receipt-Delivery-Option", "https://acme.example/mdn"),
    )
    request = read_request(headers)
    assert isinstance(request, Request) and request.receipt is not None
    assert request.receipt.url == "https://acme.example/mdn"


@pytest.mark.parametrize("missing", ["as2-from", "AS2-TO", "Message-Id"])
def test_a_post_nobody_can_be_answered_for(missing: str) -> None:
    found = read_request(tuple(field for field in BASE if field[0] != missing))
    assert isinstance(found, Fault)
    assert found.finding.fix


@given(
    st.lists(
        st.tuples(st.sampled_from([name for name, _ in BASE]) | st.text(max_size=9), st.text(max_size=20))
    )
)
def test_any_headers_can_be_read(headers: list[tuple[str, str]]) -> None:
    read_request(headers)
