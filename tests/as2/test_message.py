"""Built and opened again: the payload, the MIC and what was protected, for every way of wrapping."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.as2.compression import compress
from gateway.as2.message import build
from gateway.as2.mime import Headers, write_entity, write_multipart
from gateway.as2.parameter import clean_file_name
from gateway.as2.settings import As2Settings, Compression, SettingsError
from gateway.as2.signed_part import sign_entity
from tests.as2.stations import NOW, PAYLOAD, opened, refused, replaced, settings, station_key

ACME = {"station": "Acme Corp", "partner": "Gateway"}
CIPHERS = (None, "aes128_cbc", "aes192_cbc", "aes256_cbc", "aes128_gcm", "aes256_gcm")


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    payload=st.binary(min_size=1, max_size=2000),
    sign=st.sampled_from((None, "sha256", "sha384", "sha512")),
    encrypt=st.sampled_from(CIPHERS),
    compression=st.sampled_from(Compression),
    oaep=st.booleans(),
    file_name=st.none() | st.text(max_size=30),
)
def test_opening_undoes_building(
    payload: bytes,
    sign: str | None,
    encrypt: str | None,
    compression: Compression,
    oaep: bool,
    file_name: str | None,
) -> None:
    ours = settings(**ACME, sign=sign, encrypt=encrypt, compress=compression, oaep=oaep)
    sent = build(payload, ours, message_id="<1@acme>", now=NOW, file_name=file_name)
    theirs = settings(require_signed=sign is not None, require_encrypted=encrypt is not None)
    got = opened(sent.headers, sent.body, theirs)
    assert got.payload == payload
    assert got.file_name == (None if file_name is None else clean_file_name(file_name))
    assert got.signed is (sign is not None)
    assert got.cipher == encrypt
    assert got.compressed is (compression is not Compression.NONE)
    assert (got.mic.digest, got.mic.algorithm) == (sent.mics[got.mic.algorithm], sign or "sha256")
    assert dict(sent.headers)["Content-Length"] == str(len(sent.body))


def plain_post(content_type: str, body: bytes) -> Headers:
    return (
        ("AS2-From", '"Acme Corp"'),
        ("AS2-To", "Gateway"),
        ("Message-ID", "<1@acme>"),
        ("Content-Type", content_type),
    )


def signed_post(entity: bytes) -> tuple[Headers, bytes]:
    content_type, body = sign_entity(entity, station_key("Acme Corp"), "sha256")
    return plain_post(content_type, body), body


def test_several_attachments() -> None:
    first = write_entity((("Content-Type", "application/edi-x12"),), PAYLOAD)
    encoded = (
        ("Content-Type", "image/png"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", "attachment; filename=a.png"),
    )
    body = write_multipart((first, write_entity(encoded, b"iVBO\r\nRw==\r\n")), "b")
    headers, body = signed_post(write_entity((("Content-Type", "multipart/related; boundary=b"),), body))
    got = opened(headers, body, settings(require_encrypted=False))
    assert [(part.content, part.content_type, part.file_name) for part in got.parts] == [
        (PAYLOAD, "application/edi-x12", None),
        (b"\x89PNG", "image/png", "a.png"),
    ]


def test_a_signature_over_one_line_end_more_or_less_is_accepted() -> None:
    """Some products count the line end before the boundary into the part, or leave the part's own last one out."""
    for signed, shipped in ((b"x\r\n", b"x"), (b"x", b"x\r\n")):
        entity = write_entity((("Content-Type", "text/plain"),), signed)
        headers, body = signed_post(entity)
        moved = body.replace(entity, write_entity((("Content-Type", "text/plain"),), shipped))
        assert opened(headers, moved, settings(require_encrypted=False)).payload == signed
    assert refused(*signed_moved(), settings(require_encrypted=False))[0] == "as2-content-altered"


def signed_moved() -> tuple[Headers, bytes]:
    """The same with two line ends more: too many to be a product's habit."""
    entity = write_entity((("Content-Type", "text/plain"),), b"x")
    headers, body = signed_post(entity)
    return headers, body.replace(entity, entity + b"\r\n\r\n")


def test_bare_line_feeds_need_the_partner_setting() -> None:
    entity = b"Content-Type: text/plain\r\n\r\none\r\ntwo\r\n"
    headers, body = signed_post(entity)
    bare = body.replace(b"\r\n", b"\n")
    agreed = settings(require_encrypted=False)
    assert refused(headers, bare, agreed)[0] == "as2-signed-malformed"
    got = opened(headers, bare, settings(require_encrypted=False, bare_line_feeds=True))
    assert got.payload == b"one\r\ntwo\r\n"


def test_two_certificates_of_a_partner_live_at_once() -> None:
    new = settings(**ACME, station_keys=(station_key("Acme renewed"),))
    sent = build(PAYLOAD, new, message_id="<1@acme>", now=NOW)
    assert refused(sent.headers, sent.body, settings())[0] == "as2-signer-unknown"
    both = tuple(station_key(name).certificate for name in ("Acme Corp", "Acme renewed"))
    assert opened(sent.headers, sent.body, settings(partner_certificates=both)).signer == both[1]


@pytest.mark.parametrize(
    ("asked", "legacy", "algorithm"),
    [
        ("signed-receipt-micalg=optional, md5, sha512, sha256", False, "sha512"),
        ("signed-receipt-micalg=optional,sha1,SHA-384", False, "sha384"),
        ("signed-receipt-micalg=optional,sha1,SHA-384", True, "sha1"),
        (
            "SIGNED-RECEIPT-MICALG = required ; signed-receipt-protocol=optional,pkcs7-signature",
            False,
            "sha256",
        ),
        ("signed-receipt-micalg=optional, md5", False, "sha256"),
    ],
)
def test_the_mic_is_in_the_first_digest_asked_for_that_we_take(
    asked: str, legacy: bool, algorithm: str
) -> None:
    sent = build(PAYLOAD, settings(**ACME), message_id="<1@acme>", now=NOW)
    headers = replaced(sent.headers, "Disposition-Notification-Options", asked)
    assert opened(headers, sent.body, settings(legacy=legacy)).mic.algorithm == algorithm


def test_a_receipt_required_in_digests_we_refuse_fails_the_message() -> None:
    sent = build(PAYLOAD, settings(**ACME), message_id="<1@acme>", now=NOW)
    headers = replaced(
        sent.headers, "Disposition-Notification-Options", "signed-receipt-micalg=required, md5, rmd160"
    )
    code, modifier, _text = refused(headers, sent.body, settings())
    assert (code, modifier) == ("as2-digest-unsupported", "unsupported MIC-algorithms")


def test_names_are_case_sensitive() -> None:
    sent = build(PAYLOAD, settings(**ACME), message_id="<1@acme>", now=NOW)
    headers = replaced(sent.headers, "AS2-To", "GATEWAY")
    assert refused(headers, sent.body, settings())[:2] == (
        "as2-unknown-partner",
        "unknown-trading-relationship",
    )


def test_both_orders_of_compression_around_encryption() -> None:
    """Compressed outside everything, which nobody should send and some do."""
    sent = build(PAYLOAD, settings(**ACME), message_id="<1@acme>", now=NOW)
    kept = [field for field in sent.headers if field[0].startswith("Content-T")]
    body = compress(write_entity(kept, sent.body))
    headers = plain_post("application/pkcs7-mime; smime-type=compressed-data", body)
    got = opened(headers, body, settings())
    assert got.payload == PAYLOAD and got.compressed and got.mic.digest == sent.mic


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": "md5"},
        {"sign": "sha1"},
        {"encrypt": "tripledes_3key"},
        {"encrypt": "rc2"},
        {"partner_name": ""},
        {"partner_name": "a\r\nb"},
        {"station_name": "x" * 129},
    ],
)
def test_settings_that_cannot_be_are_refused_when_made(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        As2Settings(**{"station_name": "a", "partner_name": "b", **changes})
