"""Certificates and keys in the forms people hand them over, and what is said of the wrong ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.as2.certificates import (
    CertificateError,
    current,
    load_certificate,
    load_certificates,
    load_key,
    load_station_key,
    self_signed,
)
from tests.as2.stations import NOW

PAIR = self_signed("Gateway", NOW, 30)
OTHER = self_signed("Other", NOW, 60)


def test_a_pair_made_here_says_who_and_how_long() -> None:
    made = load_station_key(*PAIR).certificate
    assert made.subject == "CN=Gateway"
    assert (made.not_before, made.not_after) == (NOW, NOW + timedelta(days=30))
    assert made.public_key.key_size == 2048
    assert len(made.fingerprint) == 64
    assert made.is_valid(NOW) and not made.is_valid(NOW + timedelta(days=31))
    assert made.expires_within(NOW, 31) and not made.expires_within(NOW, 29)


def test_pem_der_and_text_around_are_the_same_certificate() -> None:
    pem = load_certificate(PAIR[0])
    assert load_certificate(pem.der) == pem
    assert load_certificate(b"Bag Attributes\n  localKeyID: 01\n" + PAIR[0]) == pem
    assert load_certificates(PAIR[0] + OTHER[0]) == (pem, load_certificate(OTHER[0]))
    assert load_certificate(pem.pem()) == pem


@pytest.mark.parametrize("encoding", [serialization.Encoding.PEM, serialization.Encoding.DER])
def test_an_encrypted_key_needs_its_passphrase(encoding: serialization.Encoding) -> None:
    key = load_key(PAIR[1])
    locked = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    )
    assert load_key(locked, "secret").private_numbers() == key.private_numbers()
    for passphrase, advice in ((None, "configure its passphrase"), ("wrong", "passphrase is wrong")):
        with pytest.raises(CertificateError, match=advice):
            load_key(locked, passphrase)
    with pytest.raises(CertificateError, match="drop the passphrase"):
        load_key(PAIR[1], "secret")


def test_a_key_of_another_certificate_is_noticed() -> None:
    with pytest.raises(CertificateError, match="does not belong"):
        load_station_key(PAIR[0], OTHER[1])


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate(data: bytes) -> None:
    with pytest.raises(CertificateError, match=r"acme\.pem"):
        load_certificate(data, "acme.pem")
    with pytest.raises(CertificateError, match=r"acme\.key"):
        load_key(data, source="acme.key")


def test_a_key_that_cannot_decrypt_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(CertificateError, match="RSA"):
        load_key(key)


def test_the_first_valid_certificate_is_the_current_one() -> None:
    later = load_certificate(self_signed("Later", NOW + timedelta(days=10), 100)[0])
    now = load_certificate(PAIR[0])
    assert current((later, now), NOW) == now
    assert current((later, now), NOW + timedelta(days=50)) == later
    assert current((), NOW) is None


def test_nothing_secret_is_shown() -> None:
    shown = repr(load_station_key(*PAIR))
    assert "RSAPrivateKey" not in shown and "CN=Gateway" in shown
    assert x509.load_pem_x509_certificate(PAIR[0]).public_key() is not None
