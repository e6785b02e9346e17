"""What hostile or broken senders try (TRANSPORT.md, "Threats"): each is refused, and the answer gives nothing away."""

from __future__ import annotations

import base64
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.as2.certificates import StationKey, load_station_key, self_signed
from gateway.as2.compression import compress
from gateway.as2.encryption import encrypt
from gateway.as2.message import UNDECIPHERABLE, OpenedMessage, OutboundMessage, Refusal, build, open_message
from gateway.as2.mime import Headers, write_entity, write_multipart
from gateway.as2.request import Request, read_request
from gateway.as2.settings import Compression, Limits
from gateway.as2.signed_part import sign_entity
from tests.as2.stations import NOW, PAYLOAD, opened, receive, refused, replaced, settings, station_key

ACME = {"station": "Acme Corp", "partner": "Gateway"}
COMPRESSED = "application/pkcs7-mime; smime-type=compressed-data"
ENVELOPED = "application/pkcs7-mime; smime-type=enveloped-data"
ENTITY = write_entity((("Content-Type", "application/edi-x12"),), PAYLOAD)


def message(**changes: Any) -> OutboundMessage:
    return build(PAYLOAD, settings(**ACME, **changes), message_id="<1@acme>", now=NOW)


def post(content_type: str) -> Headers:
    names = (("AS2-From", '"Acme Corp"'), ("AS2-To", "Gateway"), ("Message-ID", "<1@acme>"))
    return (*names, ("Content-Type", content_type))


def flipped(body: bytes, at: int) -> bytes:
    at %= len(body)
    return body[:at] + bytes((body[at] ^ 0x01,)) + body[at + 1 :]


# --- tampering, and what the answer gives away ---


@pytest.mark.parametrize(
    ("old", "new"), [(b"ACME", b"ACNE"), (b"application/edi-x12", b"application/edi-xml")]
)
def test_an_altered_body_or_header_of_the_signed_part(old: bytes, new: bytes) -> None:
    sent = message(encrypt=None)
    assert old in sent.body
    code, modifier, _text = refused(
        sent.headers, sent.body.replace(old, new), settings(require_encrypted=False)
    )
    assert (code, modifier) == ("as2-content-altered", "integrity-check-failed")


def undecipherable_variants() -> Iterator[tuple[str, bytes]]:
    """The same message broken in every way someone without the key can break it."""
    body = message().body
    for at in (-1, -17, -18, -33, -200, -1200):
        yield f"bit flipped at {at}", flipped(body, at)
    info = cms.ContentInfo.load(body)
    for name, change in (("wrapped key", 5), ("wrapped key cut", -1)):
        altered = info.copy()
        wrapped = altered["content"]["recipient_infos"][0].chosen
        key = bytes(wrapped["encrypted_key"])
        wrapped["encrypted_key"] = flipped(key, change) if change > 0 else key[:-1]
        yield name, altered.dump(force=True)
    content = bytes(info["content"]["encrypted_content_info"]["encrypted_content"])
    for name, cut in (("cut to blocks", content[:-32]), ("cut within a block", content[:-5]), ("empty", b"")):
        altered = info.copy()
        altered["content"]["encrypted_content_info"]["encrypted_content"] = cut
        yield name, altered.dump(force=True)
    recipient = (station_key("Gateway").certificate,)
    for name, inside in (
        ("unsigned inside", ENTITY),
        ("no MIME inside", b"\0\1\2garbage" * 9),
        (
            "half a signature inside",
            write_entity((("Content-Type", "multipart/signed; boundary=b"),), b"--b\r\n"),
        ),
        ("bad base64 inside", b"Content-Transfer-Encoding: base64\r\n\r\n!"),
        ("broken CMS inside", write_entity((("Content-Type", ENVELOPED),), b"0123")),
        ("empty inside", b"\r\n"),
    ):
        yield name, encrypt(inside, recipient, "aes256_cbc")
    yield "for another", encrypt(ENTITY, (station_key("Other").certificate,), "aes256_cbc")


def test_every_undecipherable_message_gets_one_and_the_same_answer() -> None:
    """A padding oracle needs two answers; there is one, whether padding, MIME, signature or policy failed."""
    answers = {
        name: refused(post(ENVELOPED), body, settings())[1:] for name, body in undecipherable_variants()
    }
    assert set(answers.values()) == {("decryption-failed", UNDECIPHERABLE)}
    assert len(answers) >= 18


def test_the_operator_still_learns_why() -> None:
    body = encrypt(ENTITY, (station_key("Gateway").certificate,), "aes256_cbc")
    assert refused(post(ENVELOPED), body, settings())[0] == "as2-unsigned"


@pytest.mark.parametrize("at", [-1, -40, -300])
def test_altered_gcm_ciphertext(at: int) -> None:
    sent = message(encrypt="aes256_gcm")
    assert refused(sent.headers, flipped(sent.body, at), settings())[0] == "as2-decryption-failed"


# --- who signed, and what ---


def test_a_stranger_signs() -> None:
    sent = build(
        PAYLOAD, settings(**ACME, station_keys=(station_key("Stranger"),)), message_id="<1@acme>", now=NOW
    )
    code, modifier, text = refused(sent.headers, sent.body, settings())
    assert (code, modifier) == ("as2-signer-unknown", "authentication-failed")
    assert text != UNDECIPHERABLE  # the signer's own digest proves that nobody bent the ciphertext


def test_a_stranger_signs_in_the_name_of_the_partner() -> None:
    impostor = StationKey(station_key("Acme Corp").certificate, station_key("Stranger").private_key)
    sent = build(PAYLOAD, settings(**ACME, station_keys=(impostor,)), message_id="<1@acme>", now=NOW)
    assert refused(sent.headers, sent.body, settings())[0] == "as2-signature-wrong"


def signed_with(change: str) -> tuple[Headers, bytes]:
    """A multipart/signed whose CMS structure is changed after signing."""
    content_type, body = sign_entity(ENTITY, station_key("Acme Corp"), "sha256")
    head, _mark, tail = body.partition(b"smime.p7s\r\n\r\n")
    encoded, _boundary, rest = tail.partition(b"\r\n--")
    info = cms.ContentInfo.load(base64.b64decode(encoded))
    if change == "no signers":
        info["content"]["signer_infos"] = []
    elif change == "no digest":
        del info["content"]["signer_infos"][0]["signed_attrs"][1]
    elif change == "other content inside":
        info["content"]["encap_content_info"]["content"] = b"Content-Type: text/plain\r\n\r\nevil"
    changed = base64.encodebytes(info.dump(force=True))
    return post(content_type), head + b"smime.p7s\r\n\r\n" + changed + b"\r\n--" + rest


def test_no_signers() -> None:
    code, modifier, _text = refused(*signed_with("no signers"), settings(require_encrypted=False))
    assert (code, modifier) == ("as2-no-signer", "authentication-failed")


def test_signed_attributes_without_a_digest() -> None:
    assert refused(*signed_with("no digest"), settings(require_encrypted=False))[0] == "as2-content-altered"


def test_content_hidden_in_a_detached_signature_is_not_used() -> None:
    got = opened(*signed_with("other content inside"), settings(require_encrypted=False))
    assert got.payload == PAYLOAD


@pytest.mark.parametrize("place", ["after", "before", "around"])
def test_signature_wrapping(place: str) -> None:
    sent = message(encrypt=None)
    content_type = dict(sent.headers)["Content-Type"]
    boundary = content_type.partition('boundary="')[2].rstrip('"').encode()
    evil = write_entity((("Content-Type", "application/edi-x12"),), b"evil")
    mark = b"--" + boundary + b"\r\n"
    if place == "after":
        headers, body = (
            sent.headers,
            sent.body.replace(b"--" + boundary + b"--", mark + evil + b"\r\n--" + boundary + b"--"),
        )
    elif place == "before":
        headers, body = sent.headers, mark + evil + b"\r\n" + sent.body
    else:
        inner = write_entity((("Content-Type", content_type),), sent.body)
        headers, body = post("multipart/mixed; boundary=outer"), write_multipart((inner, evil), "outer")
    code, _modifier, _text = refused(headers, body, settings(require_encrypted=False))
    assert code == ("as2-unsigned" if place == "around" else "as2-signed-malformed")


def test_a_doubled_content_type_inside_is_ambiguous() -> None:
    entity = b"Content-Type: text/plain\r\nContent-Type: application/pkcs7-mime\r\n\r\nx"
    content_type, body = sign_entity(entity, station_key("Acme Corp"), "sha256")
    assert refused(post(content_type), body, settings(require_encrypted=False))[0] == "as2-no-mime-entity"


def test_an_expired_certificate_is_refused_or_warned_of_as_set() -> None:
    long_ago = NOW - timedelta(days=400)
    expired = load_station_key(*self_signed("Acme Corp", long_ago, 30))
    content_type, body = sign_entity(ENTITY, expired, "sha256")
    agreed: dict[str, Any] = {"require_encrypted": False, "partner_certificates": (expired.certificate,)}
    got = opened(post(content_type), body, settings(**agreed))
    assert [finding.code for finding in got.findings] == ["as2-signer-expired"]
    assert (
        refused(post(content_type), body, settings(**agreed, refuse_expired=True))[0] == "as2-signer-expired"
    )


def test_short_keys_need_the_legacy_setting() -> None:
    short = load_station_key(*self_signed("Acme Corp", NOW - timedelta(days=1), 30, bits=1024))
    content_type, body = sign_entity(ENTITY, short, "sha256")
    agreed: dict[str, Any] = {"require_encrypted": False, "partner_certificates": (short.certificate,)}
    assert refused(post(content_type), body, settings(**agreed))[0] == "as2-signer-weak"
    assert opened(post(content_type), body, settings(**agreed, legacy=True)).payload == PAYLOAD


# --- less protection than agreed ---


@pytest.mark.parametrize("compression", [Compression.NONE, Compression.AFTER_SIGNING])
def test_unsigned_where_a_signature_is_required(compression: Compression) -> None:
    sent = message(sign=None, encrypt=None, compress=compression)
    code, modifier, _text = refused(sent.headers, sent.body, settings(require_encrypted=False))
    assert (code, modifier) == ("as2-unsigned", "insufficient-message-security")


def test_compressed_posing_as_encrypted() -> None:
    sent = message(encrypt=None, compress=Compression.AFTER_SIGNING)
    headers = replaced(sent.headers, "Content-Type", ENVELOPED)
    code, modifier, _text = refused(headers, sent.body, settings())
    assert (code, modifier) == ("as2-unencrypted", "insufficient-message-security")


@pytest.mark.parametrize("name", ["rc2", "rc4", "des", "aes128_ecb", "1.2.3.4"])
def test_ciphers_nobody_may_use(name: str) -> None:
    info = cms.ContentInfo.load(message().body)
    algorithm = {"algorithm": name}
    info["content"]["encrypted_content_info"]["content_encryption_algorithm"] = algorithm
    code, _modifier, text = refused(post(ENVELOPED), info.dump(force=True), settings(legacy=True))
    assert code == "as2-cipher-refused"
    assert name in text


def test_a_key_of_another_length_than_the_cipher_named() -> None:
    """Labelled AES-128 and made with a 256-bit key: what is agreed and what is done must be the same cipher."""
    info = cms.ContentInfo.load(message(encrypt="aes256_cbc").body)
    algorithm = info["content"]["encrypted_content_info"]["content_encryption_algorithm"]
    algorithm["algorithm"] = "aes128_cbc"
    assert refused(post(ENVELOPED), info.dump(force=True), settings())[0] == "as2-decryption-failed"


# --- growth ---


def test_a_decompression_bomb_is_stopped_early() -> None:
    bomb = compress(b"\0" * (100 << 20))
    assert len(bomb) < 150_000
    tracemalloc.start()
    code, modifier, _text = refused(
        post(COMPRESSED), bomb, settings(require_signed=False, require_encrypted=False)
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, modifier) == ("as2-too-large-inflated", "decompression-failed")
    assert peak < 60 << 20


def test_a_bomb_in_a_bomb_is_measured_against_what_came_in() -> None:
    inner = write_entity((("Content-Type", COMPRESSED),), compress(b"\0" * (20 << 20)))
    code, _modifier, _text = refused(
        post(COMPRESSED), compress(inner), settings(require_signed=False, require_encrypted=False)
    )
    assert code == "as2-too-large-inflated"


def test_the_byte_limit_holds_whatever_the_ratio() -> None:
    limits = Limits(content_bytes=1000, inflate_floor_bytes=1000)
    body = compress(write_entity((), b"x" * 2000))
    agreed = settings(require_signed=False, require_encrypted=False, limits=limits)
    assert refused(post(COMPRESSED), body, agreed)[0] == "as2-too-large-inflated"


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_compressed_content_cut_short(cut: int) -> None:
    info = cms.ContentInfo.load(compress(ENTITY))
    inside = info["content"]["encap_content_info"]
    inside["content"] = bytes(inside["content"])[:cut]
    agreed = settings(require_signed=False, require_encrypted=False)
    assert refused(post(COMPRESSED), info.dump(force=True), agreed)[0] == "as2-compression-damaged"


@pytest.mark.parametrize(("layers", "passes"), [(4, True), (5, False)])
def test_nesting(layers: int, passes: bool) -> None:
    body, content_type = PAYLOAD, "application/edi-x12"
    for _layer in range(layers):
        body, content_type = compress(write_entity((("Content-Type", content_type),), body)), COMPRESSED
    agreed = settings(require_signed=False, require_encrypted=False)
    if passes:
        assert opened(post(content_type), body, agreed).payload == PAYLOAD
    else:
        assert refused(post(content_type), body, agreed)[0] == "as2-too-deep"


@pytest.mark.parametrize(
    "body", [b"\x30\x80" * 500_000, b"\x24\x80" * 500_000, b"\x30\x80" + b"\x05\x00" * 500_000]
)
def test_structures_nested_or_cut_without_end(body: bytes) -> None:
    began = time.perf_counter()
    assert refused(post(ENVELOPED), body, settings())[0] == "as2-cms-unreadable"
    assert time.perf_counter() - began < 5


# --- headers ---


@pytest.mark.parametrize(
    "name", ["AS2-From", "AS2-To", "Message-ID", "Content-Type", "Disposition-Notification-Options"]
)
def test_doubled_headers(name: str) -> None:
    sent = message()
    doubled = (*sent.headers, (name.lower(), dict(sent.headers)[name]))
    assert not isinstance(read_request(doubled), Request)


@pytest.mark.parametrize("name", ["AS2-From", "AS2-To", "Message-ID"])
@pytest.mark.parametrize("value", ["", "a\r\nX-Evil: 1", "a\nb", "a\0b", "\x1b[2J", "é", "x" * 1200, '""'])
def test_headers_that_nobody_can_be_answered_with(name: str, value: str) -> None:
    if name == "Message-ID" and value == '""':
        return
    assert not isinstance(read_request(replaced(message().headers, name, value)), Request)


# --- garbage ---

CONTENT_TYPES = st.sampled_from(
    (
        "",
        "text/plain",
        "application/edi-x12",
        "multipart/signed; boundary=b; micalg=sha256",
        "multipart/mixed; boundary=b",
        "multipart/signed",
        ENVELOPED,
        COMPRESSED,
        "application/pkcs7-mime",
        ";;;=",
    )
)
PIECES = st.sampled_from(
    (
        b"--b",
        b"--b--",
        b"\r\n",
        b"\n",
        b"Content-Type: multipart/signed; boundary=b",
        b":",
        b"0\x80",
        b"\0\0",
        b"\x24\x80",
    )
)
GARBAGE = st.binary(max_size=200) | st.lists(PIECES | st.binary(max_size=8), max_size=20).map(b"".join)


@hypothesis_settings(max_examples=300, deadline=None)
@given(content_type=CONTENT_TYPES | st.text(max_size=60), body=GARBAGE, lenient=st.booleans())
@example(content_type="", body=b"", lenient=False)
def test_garbage_is_refused_and_never_raises(content_type: str, body: bytes, lenient: bool) -> None:
    outcome = receive(post(content_type), body, settings(bare_line_feeds=lenient))
    assert isinstance(outcome, Refusal)


def test_an_empty_body_is_refused_even_where_nothing_is_required() -> None:
    agreed = settings(require_signed=False, require_encrypted=False)
    assert refused(post("application/edi-x12"), b"", agreed)[0] == "as2-empty"


BASES = {
    "signed": message(encrypt=None),
    "encrypted": message(),
    "gcm": message(encrypt="aes128_gcm", compress=Compression.AFTER_SIGNING),
    "compressed": message(encrypt=None, compress=Compression.BEFORE_SIGNING),
}


@hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=st.sampled_from(sorted(BASES)), data=st.data())
def test_a_mutated_message_is_refused_or_still_the_same(base: str, data: st.DataObject) -> None:
    """Whatever is changed of a signed message: what passes is exactly what was signed."""
    sent = BASES[base]
    start = data.draw(st.integers(0, len(sent.body) - 1))
    end = data.draw(st.integers(start, min(len(sent.body), start + 40)))
    body = sent.body[:start] + data.draw(st.binary(max_size=6)) + sent.body[end:]
    request = read_request(sent.headers)
    assert isinstance(request, Request)
    outcome = open_message(request, body, settings(require_encrypted=base in ("encrypted", "gcm")), NOW)
    if isinstance(outcome, OpenedMessage):
        assert outcome.payload == PAYLOAD
        assert outcome.mic.digest == sent.mic
