"""Messages and receipts exchanged with a peer made of openssl, in both directions."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from gateway.as2.certificates import load_certificate
from gateway.as2.cms import read_content_info
from gateway.as2.fault import Fault
from gateway.as2.mdn import build_mdn
from gateway.as2.message import build
from gateway.as2.receipt import Outcome, read_mdn
from gateway.as2.request import Request, read_request
from gateway.as2.settings import As2Settings
from gateway.as2.signature import Verified, verify
from tests.as2.openssl_peer import OpensslPeer, PeerRefuses
from tests.as2.stations import NOW, PAYLOAD, opened, receive, refused, settings, station_key

BINARY = bytes(range(256)) * 400 + b"\r\n\n\r--x"


def agreed(peer: OpensslPeer, **changes: Any) -> As2Settings:
    certificate = load_certificate(peer.certificate.read_bytes())
    return settings(partner=peer.name, **{"partner_certificates": (certificate,), **changes})


INBOUND: dict[str, dict[str, Any]] = {
    "as most send it": {},
    "BER in chunks": {"stream": True},
    "opaque signature": {"opaque": True},
    "opaque signature in BER": {"opaque": True, "stream": True},
    "keys named by identifier": {"key_identifiers": True},
    "no certificate embedded": {"certificates": False},
    "no signed attributes": {"attributes": False},
    "SHA-384": {"sign": "sha384"},
    "SHA-512, AES-128": {"sign": "sha512", "cipher": "-aes-128-cbc"},
    "GCM": {"cipher": "-aes-256-gcm"},
    "GCM, AES-128": {"cipher": "-aes-128-gcm"},
    "OAEP with SHA-1": {"oaep": "sha1"},
    "OAEP with SHA-256": {"oaep": "sha256"},
    "OAEP with SHA-512": {"oaep": "sha512"},
    "base64 over HTTP": {"base64_transfer": True},
}


@pytest.mark.parametrize("options", INBOUND.values(), ids=INBOUND.keys())
def test_we_open_what_openssl_makes(peer: OpensslPeer, station_file: Path, options: dict[str, Any]) -> None:
    headers, body = peer.make_message(BINARY, to="Gateway", recipient=station_file, **options)
    message = opened(headers, body, agreed(peer))
    assert message.payload == BINARY
    assert message.content_type == "application/edi-x12"
    assert message.file_name == "po.edi"
    assert message.signed and message.encrypted and not message.compressed
    assert message.mic.algorithm == "sha256"


def test_we_open_what_is_only_signed_or_only_encrypted(peer: OpensslPeer, station_file: Path) -> None:
    headers, body = peer.make_message(PAYLOAD, to="Gateway", recipient=None)
    assert opened(headers, body, agreed(peer, require_encrypted=False)).payload == PAYLOAD
    headers, body = peer.make_message(PAYLOAD, to="Gateway", recipient=station_file, sign=None)
    assert opened(headers, body, agreed(peer, require_signed=False)).payload == PAYLOAD


def test_we_find_our_key_among_several_recipients(peer: OpensslPeer, station_file: Path) -> None:
    headers, body = peer.make_message(
        PAYLOAD, to="Gateway", recipient=peer.certificate, extra_recipients=(station_file,)
    )
    old_and_new = (station_key("Former"), station_key("Gateway"))
    assert opened(headers, body, agreed(peer, station_keys=old_and_new)).payload == PAYLOAD
    code, modifier, _text = refused(headers, body, agreed(peer, station_keys=old_and_new[:1]))
    assert (code, modifier) == ("as2-decryption-failed", "decryption-failed")


def test_we_verify_pss_and_elliptic_curves(peer: OpensslPeer, tmp_path: Path) -> None:
    curve = OpensslPeer("Curve", tmp_path / "curve", key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))
    for signer, flags in ((peer, ("-keyopt", "rsa_padding_mode:pss")), (curve, ())):
        certificate = load_certificate(signer.certificate.read_bytes())
        info = read_content_info(signer.sign(PAYLOAD, "sha384", False, *flags))
        assert info is not None
        verified = verify(info, PAYLOAD, (certificate,), False)
        assert isinstance(verified, Verified) and verified.signer == certificate
        assert isinstance(verify(info, PAYLOAD + b" ", (certificate,), False), Fault)


@pytest.mark.parametrize("options", [{"sign": "sha1"}, {"cipher": "-des3"}], ids=["SHA-1", "3DES"])
def test_legacy_algorithms_need_the_partner_setting(
    peer: OpensslPeer, station_file: Path, options: dict[str, Any]
) -> None:
    headers, body = peer.make_message(PAYLOAD, to="Gateway", recipient=station_file, **options)
    assert opened(headers, body, agreed(peer, legacy=True)).payload == PAYLOAD
    code, _modifier, _text = refused(headers, body, agreed(peer))
    assert code in ("as2-digest-refused", "as2-cipher-refused")


@pytest.mark.parametrize("options", [{"sign": "md5"}, {"cipher": "-camellia128"}], ids=["MD5", "Camellia"])
def test_what_no_partner_may_use(peer: OpensslPeer, station_file: Path, options: dict[str, Any]) -> None:
    headers, body = peer.make_message(PAYLOAD, to="Gateway", recipient=station_file, **options)
    code, _modifier, text = refused(headers, body, agreed(peer, legacy=True))
    assert code in ("as2-digest-refused", "as2-cipher-refused")
    assert "not accepted" in text


@pytest.mark.parametrize("cipher", ["aes128_cbc", "aes256_cbc"])
@pytest.mark.parametrize("oaep", [False, True], ids=["v1.5", "OAEP"])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_openssl_reads_what_we_make(
    peer: OpensslPeer, station_file: Path, cipher: str, oaep: bool, digest: str
) -> None:
    ours = agreed(peer, encrypt=cipher, oaep=oaep, sign=digest)
    message = build(BINARY, ours, message_id="<1@gateway>", now=NOW, file_name="855 №1.edi")
    read = peer.read_message(message.headers, message.body, station_file, digest=digest)
    assert read.payload == BINARY
    assert read.mic == message.mic
    assert b"filename*=UTF-8''855%20%E2%84%961%2Eedi" in read.header


def test_openssl_reads_what_we_encrypt_with_gcm(peer: OpensslPeer, station_file: Path) -> None:
    message = build(PAYLOAD, agreed(peer, encrypt="aes256_gcm"), message_id="<1@gateway>", now=NOW)
    assert peer.read_message(message.headers, message.body, station_file).payload == PAYLOAD


def test_openssl_reads_what_we_only_encrypt(peer: OpensslPeer, station_file: Path) -> None:
    message = build(PAYLOAD, agreed(peer, sign=None), message_id="<1@gateway>", now=NOW)
    read = peer.read_message(message.headers, message.body, station_file)
    assert (read.payload, read.mic) == (PAYLOAD, message.mic)


def test_openssl_refuses_our_message_once_it_is_altered(peer: OpensslPeer, station_file: Path) -> None:
    message = build(PAYLOAD, agreed(peer, encrypt=None), message_id="<1@gateway>", now=NOW)
    altered = message.body.replace(b"ACME", b"ACNE")
    assert altered != message.body
    with pytest.raises(PeerRefuses):
        peer.read_message(message.headers, altered, station_file)


def test_openssl_verifies_our_receipt(peer: OpensslPeer, station_file: Path) -> None:
    headers, body = peer.make_message(
        PAYLOAD,
        to="Gateway",
        recipient=station_file,
        options=" Signed-Receipt-MICALG = Optional , SHA_512,sha1;x=y",
    )
    request = read_request(headers)
    assert isinstance(request, Request)
    message = opened(headers, body, agreed(peer))
    receipt = build_mdn(request, message, message_id="<r@gateway>", now=NOW, key=station_key("Gateway"))
    fields = peer.verify_mdn(receipt.headers, receipt.body, station_file)
    assert fields["Original-Message-ID"] == request.message_id
    assert fields["Disposition"] == "automatic-action/MDN-sent-automatically; processed"
    digest, _comma, name = fields["Received-Content-MIC"].partition(", ")
    assert name == "SHA_512"
    assert len(base64.b64decode(digest)) == 64


def test_openssl_verifies_our_refusal(peer: OpensslPeer, station_file: Path) -> None:
    headers, body = peer.make_message(PAYLOAD, to="Gateway", recipient=None, sign=None)
    request = read_request(headers)
    assert isinstance(request, Request)
    receipt = build_mdn(
        request,
        receive(headers, body, agreed(peer)),
        message_id="<r@gateway>",
        now=NOW,
        key=station_key("Gateway"),
    )
    fields = peer.verify_mdn(receipt.headers, receipt.body, station_file)
    assert fields["Disposition"].endswith("; processed/error: insufficient-message-security")
    assert "Received-Content-MIC" not in fields


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_we_believe_a_receipt_of_openssl(peer: OpensslPeer, station_file: Path, digest: str) -> None:
    ours = agreed(peer)
    message = build(PAYLOAD, ours, message_id="<1@gateway>", now=NOW)
    read = peer.read_message(message.headers, message.body, station_file, digest=digest)
    headers, body = peer.make_mdn(message.headers, read.mic, micalg=digest.upper())
    judged = read_mdn(headers, body, ours, message_id=message.message_id, mics=message.mics, now=NOW)
    assert judged.outcome is Outcome.DELIVERED
    assert judged.findings == ()
    assert judged.text == "Your message was seen."
