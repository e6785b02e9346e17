"""Certificates and private keys: read from PEM or DER, described, made, and matched to what a message names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from gateway.core.failure import TerminalFailure

MINIMUM_RSA_BITS = 2048

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class CertificateError(TerminalFailure):
    """A certificate or key of the configuration cannot be used. The text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate. Two are equal when their DER bytes are; dates are aware UTC."""

    der: bytes = field(repr=False)
    subject: str = field(compare=False)
    serial_number: int = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    fingerprint: str = field(compare=False)  # SHA-256, lower-case hexadecimal
    key_identifier: bytes = field(compare=False, repr=False)  # RFC 5280 4.2.1.2
    public_key: PublicKey = field(compare=False, repr=False)
    issuer: Any = field(compare=False, repr=False)  # asn1crypto's Name
    issuer_and_serial: bytes = field(compare=False, repr=False)  # DER of RFC 5652 10.2.4

    def is_valid(self, now: datetime) -> bool:
        """Whether ``now`` lies within the validity dates."""
        return self.not_before <= now <= self.not_after

    def expires_within(self, now: datetime, days: int) -> bool:
        """Whether less than ``days`` days are left, or none."""
        return self.not_after - now < timedelta(days=days)

    @property
    def is_strong(self) -> bool:
        """RSA of at least 2048 bits, or an elliptic curve of at least 256."""
        least = MINIMUM_RSA_BITS if isinstance(self.public_key, rsa.RSAPublicKey) else 256
        return self.public_key.key_size >= least

    def is_named_by(self, identifier: Any) -> bool:
        """Whether a CMS SignerIdentifier or RecipientIdentifier (RFC 5652 5.3, 6.2.1) means this certificate."""
        if identifier.name == "subject_key_identifier":
            return bytes(identifier.chosen) == self.key_identifier
        chosen = identifier.chosen
        if chosen["serial_number"].native != self.serial_number:
            return False
        # Some products write the issuer's name in another string type than the certificate has it: compare as names.
        return bool(chosen["issuer"].dump() == self.issuer.dump() or chosen["issuer"] == self.issuer)

    def pem(self) -> bytes:
        """The certificate in PEM."""
        return x509.load_der_x509_certificate(self.der).public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True)
class StationKey:
    """One of our own certificates with its private key; several are live at once while one replaces another."""

    certificate: Certificate
    private_key: rsa.RSAPrivateKey = field(repr=False)


def load_certificate(data: bytes, source: str = "certificate") -> Certificate:
    """The first certificate of a PEM or DER file. Raises :class:`CertificateError`; ``source`` names the file."""
    return load_certificates(data, source)[0]


def load_certificates(data: bytes, source: str = "certificate") -> tuple[Certificate, ...]:
    """All certificates of a PEM file, or the one of a DER file, at least one. Raises :class:`CertificateError`."""
    try:
        if b"-----BEGIN" in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
        return tuple(_describe(certificate) for certificate in found)
    except CertificateError:
        raise
    except (ValueError, UnsupportedAlgorithm, TypeError, KeyError) as error:
        raise CertificateError(
            f"{source} is not an X.509 certificate in PEM or DER ({error}); export it again as PEM"
        ) from error


def _describe(certificate: x509.Certificate) -> Certificate:
    public_key = certificate.public_key()
    if not isinstance(public_key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise CertificateError(
            f"certificate {certificate.serial_number} has a {type(public_key).__name__};"
            " AS2 needs RSA (or an elliptic curve, to verify only)"
        )
    der = certificate.public_bytes(serialization.Encoding.DER)
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        key_identifier = extension.value.digest
    except x509.ExtensionNotFound:
        key_identifier = x509.SubjectKeyIdentifier.from_public_key(public_key).digest
    issuer = asn1_x509.Certificate.load(der).issuer
    named = cms.IssuerAndSerialNumber({"issuer": issuer, "serial_number": certificate.serial_number})
    return Certificate(
        der=der,
        subject=certificate.subject.rfc4514_string(),
        serial_number=certificate.serial_number,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        key_identifier=key_identifier,
        public_key=public_key,
        issuer=issuer,
        issuer_and_serial=bytes(named.dump()),
    )


def load_key(data: bytes, passphrase: str | None = None, source: str = "private key") -> rsa.RSAPrivateKey:
    """An RSA private key from PEM or DER (PKCS#8, or the older PKCS#1). Raises :class:`CertificateError`."""
    load = serialization.load_pem_private_key if b"-----BEGIN" in data else serialization.load_der_private_key
    secret = None if passphrase is None else passphrase.encode()
    try:
        key = load(data, secret)
    except TypeError as error:
        advice = (
            "is encrypted: configure its passphrase"
            if passphrase is None
            else "is not encrypted: drop the passphrase"
        )
        raise CertificateError(f"{source} {advice}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(
            f"{source} cannot be read: either it is no PKCS#8 key in PEM or DER, or its passphrase is wrong"
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CertificateError(f"{source} is a {type(key).__name__}; AS2 here needs an RSA key")
    return key


def load_station_key(
    certificate: bytes, key: bytes, passphrase: str | None = None, source: str = "station key"
) -> StationKey:
    """A certificate with the private key that belongs to it. Raises :class:`CertificateError`."""
    read = load_certificate(certificate, source)
    private_key = load_key(key, passphrase, source)
    if private_key.public_key() != read.public_key:
        raise CertificateError(f"{source}: the private key does not belong to the certificate {read.subject}")
    return StationKey(read, private_key)


def self_signed(
    common_name: str, now: datetime, days: int, bits: int = MINIMUM_RSA_BITS
) -> tuple[bytes, bytes]:
    """A new certificate and its unencrypted PKCS#8 key, both PEM, valid from ``now`` (aware) for ``days`` days."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    public_key = private_key.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = x509.KeyUsage(True, True, True, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(usage, critical=False)
        .sign(private_key, hashes.SHA256())
    )
    key_pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key_pem


def current(certificates: Sequence[Certificate], now: datetime) -> Certificate | None:
    """The certificate to use towards a partner while several are live: the first valid one, else None."""
    return next((certificate for certificate in certificates if certificate.is_valid(now)), None)
