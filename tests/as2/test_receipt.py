"""When an answer counts as delivered, and everything that looks like it and does not."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.as2 import mdn
from gateway.as2.certificates import StationKey, load_station_key, self_signed
from gateway.as2.message import OutboundMessage, build, unknown_relationship
from gateway.as2.mime import Headers, write_entity, write_multipart
from gateway.as2.receipt import Judgement, Outcome, original_message_id, read_mdn
from gateway.as2.request import Request, read_request
from gateway.as2.settings import As2Settings
from gateway.as2.signed_part import sign_entity
from tests.as2.stations import NOW, PAYLOAD, opened, receive, replaced, settings, station_key

OURS = settings(station="Gateway", partner="Acme Corp")
THEIRS = settings(station="Acme Corp", partner="Gateway")
SENT = build(PAYLOAD, OURS, message_id="<1@gateway>", now=NOW)


def judge(
    headers: Headers, body: bytes, agreed: As2Settings = OURS, sent: OutboundMessage = SENT
) -> Judgement:
    return read_mdn(headers, body, agreed, message_id=sent.message_id, mics=sent.mics, now=NOW)


def answer(sent: OutboundMessage = SENT, key: StationKey | None = None, **changes: str) -> mdn.Receipt:
    """The partner's receipt; ``changes`` replace headers of what it is asked."""
    headers = sent.headers
    for name, value in changes.items():
        headers = replaced(headers, name.replace("_", "-"), value)
    request = read_request(headers)
    assert isinstance(request, Request)
    message = opened(sent.headers, sent.body, THEIRS)
    return mdn.build_mdn(
        request, message, message_id="<r@acme>", now=NOW, key=key or station_key("Acme Corp")
    )


def notification(**fields: str) -> bytes:
    """A multipart/report as an entity, fields as given (None of the usual ones unless named)."""
    usual = {
        "Original-Message-ID": SENT.message_id,
        "Disposition": "automatic-action/MDN-sent-automatically; processed",
        "Received-Content-MIC": f"{SENT.mic}, sha-256",
    }
    chosen = {**usual, **{name.replace("_", "-"): value for name, value in fields.items()}}
    lines = write_entity(((name, value) for name, value in chosen.items() if value), b"")
    part = write_entity((("Content-Type", "message/disposition-notification"),), lines)
    kind = (("Content-Type", "multipart/report; report-type=disposition-notification; boundary=r"),)
    return write_entity(kind, write_multipart((part,), "r"))


def signed(entity: bytes, name: str = "Acme Corp") -> tuple[Headers, bytes]:
    content_type, body = sign_entity(entity, station_key(name), "sha256")
    return (("Content-Type", content_type),), body


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def test_a_signed_receipt_with_the_right_mic_is_delivered() -> None:
    receipt = answer()
    judged = judge(receipt.headers, receipt.body)
    assert judged.delivered and receipt.signed
    assert judged.signer == station_key("Acme Corp").certificate
    assert original_message_id(receipt.headers, receipt.body) == "<1@gateway>"


@pytest.mark.parametrize("name", ["SHA-256", "sha256", "sha_256", "SHA256", "sha-512", "sha1"])
def test_the_mic_is_compared_in_the_algorithm_the_receipt_names(name: str) -> None:
    digest = SENT.mics["sha512" if "512" in name else "sha1" if name == "sha1" else "sha256"]
    assert judge(*signed(notification(Received_Content_MIC=f"{digest},{name}"))).delivered


@pytest.mark.parametrize(
    "disposition",
    [
        "automatic-action/MDN-sent-automatically;processed",
        "Automatic-Action/mdn-sent-automatically ; Processed",
        "manual-action/MDN-sent-manually; processed/warning: duplicate-document",
        "automatic-action/MDN-sent-automatically; processed/Warning",
    ],
)
def test_positive_dispositions_in_any_spelling(disposition: str) -> None:
    assert judge(*signed(notification(Disposition=disposition))).delivered


@pytest.mark.parametrize(
    "disposition",
    [
        "automatic-action/MDN-sent-automatically; processed/error: decryption-failed",
        "automatic-action/MDN-sent-automatically; processed/Error : authentication-failed",
        "automatic-action/MDN-sent-automatically; failed/Failure: unsupported format",
        "automatic-action/MDN-sent-automatically; failed",
        "automatic-action/MDN-sent-automatically; displayed",
    ],
)
def test_a_signed_refusal_is_the_partners_word(disposition: str) -> None:
    judged = judge(*signed(notification(Disposition=disposition, Received_Content_MIC="")))
    assert judged.outcome is Outcome.REFUSED
    assert codes(judged) == ["mdn-negative"]


UNPROVEN: dict[str, tuple[dict[str, str], str]] = {
    "another message": ({"Original_Message_ID": "<2@gateway>"}, "mdn-wrong-message"),
    "no message": ({"Original_Message_ID": ""}, "mdn-wrong-message"),
    "no MIC": ({"Received_Content_MIC": ""}, "mdn-mic-missing"),
    "wrong MIC": ({"Received_Content_MIC": "AAAA, sha-256"}, "mdn-mic-differs"),
    "MIC of another algorithm": ({"Received_Content_MIC": f"{SENT.mic}, sha-512"}, "mdn-mic-differs"),
    "MIC in MD5": ({"Received_Content_MIC": "AAAA, md5"}, "mdn-mic-unknown"),
    "malformed MIC": ({"Received_Content_MIC": "!!, sha-256"}, "mdn-mic-unknown"),
    "empty MIC": ({"Received_Content_MIC": ", sha-256"}, "mdn-mic-unknown"),
    "no disposition": ({"Disposition": ""}, "mdn-malformed"),
}


@pytest.mark.parametrize(("fields", "code"), UNPROVEN.values(), ids=UNPROVEN.keys())
def test_a_signed_receipt_that_proves_nothing(fields: dict[str, str], code: str) -> None:
    judged = judge(*signed(notification(**fields)))
    assert judged.outcome is Outcome.UNPROVEN
    assert codes(judged) == [code]


def test_a_refusal_of_another_message_refuses_nothing() -> None:
    judged = judge(
        *signed(notification(Original_Message_ID="<2@gateway>", Disposition="x; failed/failure: y"))
    )
    assert judged.outcome is Outcome.UNPROVEN


def test_another_partner_signs_the_receipt() -> None:
    judged = judge(*signed(notification(), "Beta"))
    assert (judged.outcome, codes(judged)) == (Outcome.UNPROVEN, ["as2-signer-unknown"])


def test_our_own_signature_reflected_is_no_receipt() -> None:
    assert codes(judge(*signed(notification(), "Gateway"))) == ["as2-signer-unknown"]


def test_an_unsigned_receipt_counts_only_where_agreed() -> None:
    receipt = answer(Disposition_Notification_Options="")
    assert not receipt.signed
    assert codes(judge(receipt.headers, receipt.body)) == ["mdn-unsigned"]
    assert judge(receipt.headers, receipt.body, settings(signed_receipt=False)).delivered


def test_an_unsigned_refusal_is_reported_but_is_not_the_partners_word() -> None:
    request = read_request(SENT.headers)
    assert isinstance(request, Request)
    receipt = mdn.build_mdn(request, unknown_relationship(request), message_id="<r@x>", now=NOW, key=None)
    judged = judge(receipt.headers, receipt.body)
    assert judged.outcome is Outcome.UNPROVEN
    assert codes(judged) == ["mdn-unsigned", "mdn-negative"]
    assert judged.disposition is not None and judged.disposition.modifier == "unknown-trading-relationship"


def wrapped(place: str) -> tuple[Headers, bytes]:
    """A true receipt for another message beside a forged report for ours."""
    true = notification(Original_Message_ID="<2@gateway>")
    headers, body = signed(true)
    content_type = headers[0][1]
    boundary = content_type.partition('boundary="')[2].rstrip('"').encode()
    mark, forged = b"--" + boundary + b"\r\n", notification()
    if place == "third part":
        return headers, body.replace(b"--" + boundary + b"--", mark + forged + b"\r\n--" + boundary + b"--")
    if place == "first part":
        return headers, mark + forged + b"\r\n" + body
    if place == "preamble":
        return headers, forged + b"\r\n" + body
    if place == "epilogue":
        return headers, body + b"\r\n" + forged
    inner = write_entity(headers, body)
    outer = (
        "multipart/report; boundary=outer" if place == "report around" else "multipart/mixed; boundary=outer"
    )
    part = forged.partition(b"\r\n\r\n")[2].partition(b"--r\r\n")[2].partition(b"\r\n--r--")[0]
    return (("Content-Type", outer),), write_multipart((part, inner), "outer")


@pytest.mark.parametrize(
    "place", ["third part", "first part", "preamble", "epilogue", "report around", "mixed around"]
)
def test_a_forged_report_beside_a_signed_one_is_not_read(place: str) -> None:
    judged = judge(*wrapped(place))
    assert judged.outcome is Outcome.UNPROVEN


def test_a_receipt_without_signers() -> None:
    headers, body = signed(notification())
    encoded = body.partition(b"smime.p7s\r\n\r\n")[2].partition(b"\r\n--")[0]
    info = cms.ContentInfo.load(base64.b64decode(encoded))
    info["content"]["signer_infos"] = cms.SignerInfos([])
    emptied = body.replace(encoded, base64.encodebytes(info.dump(force=True)))
    judged = judge(headers, emptied)
    assert (judged.outcome, codes(judged)) == (Outcome.UNPROVEN, ["as2-no-signer"])


def test_two_reports_or_doubled_fields_are_ambiguous() -> None:
    once = notification().partition(b"\r\n\r\n")[2].partition(b"--r\r\n")[2].partition(b"\r\n--r--")[0]
    kind = (("Content-Type", "multipart/report; boundary=r"),)
    assert codes(judge(*signed(write_entity(kind, write_multipart((once, once), "r"))))) == ["mdn-malformed"]
    doubled = once.replace(b"Disposition:", b"Disposition: x; failed\r\nDisposition:")
    assert codes(judge(*signed(write_entity(kind, write_multipart((doubled,), "r"))))) == ["mdn-malformed"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html>OK</html>"),
        ("text/plain", b""),
        ("", b""),
        ("multipart/signed; boundary=b", b"--b\r\nContent-Type: multipart/re"),
        ("multipart/report; boundary=b", b""),
    ],
)
def test_answers_that_are_no_receipt(content_type: str, body: bytes) -> None:
    assert judge((("Content-Type", content_type),), body).outcome is Outcome.UNPROVEN
    assert original_message_id((("Content-Type", content_type),), body) is None


def test_half_a_receipt() -> None:
    receipt = answer()
    for size in range(0, len(receipt.body) - 4, 97):
        assert judge(receipt.headers, receipt.body[:size]).outcome is Outcome.UNPROVEN


def test_an_expired_signer_is_refused_or_warned_of_as_set() -> None:
    expired = load_station_key(*self_signed("Acme Corp", NOW - timedelta(days=40), 30))
    receipt = answer(key=expired)
    agreed: dict[str, Any] = {"partner_certificates": (expired.certificate,)}
    assert judge(receipt.headers, receipt.body, settings(**agreed)).delivered
    refusing = settings(**agreed, refuse_expired=True)
    assert judge(receipt.headers, receipt.body, refusing).outcome is Outcome.UNPROVEN


def test_nothing_a_sender_writes_breaks_a_line_of_the_receipt() -> None:
    """Even where a door lets line breaks through, a receipt has the fields we write and no others."""
    request = read_request(SENT.headers)
    assert isinstance(request, Request)
    hostile = Request(
        as2_from="Gateway",
        as2_to="Acme Corp",
        message_id="<1@x>\r\nDisposition: evil",
        receipt=request.receipt,
    )
    outcome = receive(SENT.headers, SENT.body, THEIRS)
    receipt = mdn.build_mdn(hostile, outcome, message_id="<r@acme>", now=NOW, key=station_key("Acme Corp"))
    assert b"\r\nDisposition: evil" not in receipt.body
    assert receipt.body.count(b"\r\nDisposition: ") == 1


@hypothesis_settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_mutated_receipt_never_raises_and_never_lies(data: st.DataObject) -> None:
    receipt = answer()
    start = data.draw(st.integers(0, len(receipt.body) - 1))
    end = data.draw(st.integers(start, min(len(receipt.body), start + 40)))
    body = receipt.body[:start] + data.draw(st.binary(max_size=6)) + receipt.body[end:]
    judged = judge(receipt.headers, body)
    original_message_id(receipt.headers, body)
    if judged.outcome is not Outcome.UNPROVEN:
        assert judged.delivered and judged.mic is not None and judged.mic.digest == SENT.mic
