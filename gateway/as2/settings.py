"""What is agreed with one AS2 partner: names, keys, algorithms, and what must be present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.as2.certificates import Certificate, CertificateError, StationKey
from gateway.as2.cipher import CIPHERS
from gateway.as2.digest import allowed
from gateway.as2.name import read_as2_name
from gateway.as2.parameter import quoted
from gateway.core.failure import TerminalFailure


class SettingsError(TerminalFailure):
    """AS2 settings that cannot be worked with. The text says which value, and what may stand there."""


class Compression(StrEnum):
    """Whether, and in which order, what we send is compressed (RFC 5402 3 allows both; both are always read)."""

    NONE = "none"
    BEFORE_SIGNING = "before_signing"
    AFTER_SIGNING = "after_signing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of what a message may unfold to. ``inflate_ratio`` is against the body as received, over all layers."""

    layers: int = 4
    content_bytes: int = 100 << 20
    inflate_ratio: int = 200
    inflate_floor_bytes: int = 1 << 20  # small messages may grow to this whatever their ratio

    def inflated_bytes(self, received: int) -> int:
        """The most that a body of ``received`` bytes may inflate to."""
        return min(self.content_bytes, max(self.inflate_floor_bytes, received * self.inflate_ratio))


@dataclass(frozen=True, slots=True, kw_only=True)
class As2Settings:
    """One AS2 station pair.

    ``partner_certificates`` verify what the partner signs (any of them) and encrypt what we send (the first valid
    one); ``station_keys`` open what is encrypted for us (any) and sign what we send (the first valid one).
    ``sign`` is a digest (``sha256``, ``sha384``, ``sha512``) or None; ``encrypt`` a cipher (``aes128_cbc``,
    ``aes256_cbc``, ``aes128_gcm``, ``aes256_gcm``) or None. ``legacy`` admits SHA-1, 3DES and RSA below 2048 bits;
    MD5, RC2, RC4 and DES are refused always. ``bare_line_feeds`` reads MIME with LF line ends.
    ``refuse_expired`` refuses a partner's signature by an expired certificate; otherwise it is a warning.
    ``signed_receipt`` is whether we ask for, and insist on, a signed MDN. ``oaep`` wraps keys with RSAES-OAEP
    (SHA-256) instead of PKCS#1 v1.5. Raises :class:`SettingsError` for what cannot be.
    """

    station_name: str
    partner_name: str
    partner_certificates: tuple[Certificate, ...] = ()
    station_keys: tuple[StationKey, ...] = ()
    sign: str | None = "sha256"
    encrypt: str | None = "aes256_cbc"
    oaep: bool = False
    compress: Compression = Compression.NONE
    require_signed: bool = True
    require_encrypted: bool = True
    legacy: bool = False
    bare_line_feeds: bool = False
    refuse_expired: bool = False
    signed_receipt: bool = True
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        digests = allowed(self.legacy)
        ciphers = [cipher.name for cipher in CIPHERS.values() if self.legacy or not cipher.legacy]
        if self.sign is not None and self.sign not in digests:
            raise SettingsError(f"AS2 cannot sign with {self.sign}; choose one of {', '.join(digests)}")
        if self.encrypt is not None and self.encrypt not in ciphers:
            raise SettingsError(f"AS2 cannot encrypt with {self.encrypt}; choose one of {', '.join(ciphers)}")
        for name in (self.station_name, self.partner_name):
            if read_as2_name(quoted(name)) != name:
                raise SettingsError(f"{name!r} cannot be an AS2 name: 1 to 128 printable ASCII characters")

    def signing_key(self, now: datetime) -> StationKey:
        """The station key to sign with. Raises :class:`CertificateError` where none is valid."""
        for key in self.station_keys:
            if key.certificate.is_valid(now):
                return key
        raise CertificateError(
            f"no valid station key to sign for {self.partner_name}: add one, or renew the expired certificate"
        )

    def encryption_certificate(self, now: datetime) -> Certificate:
        """The partner's certificate to encrypt for. Raises :class:`CertificateError` where none is valid."""
        for certificate in self.partner_certificates:
            if certificate.is_valid(now) and (self.legacy or certificate.is_strong):
                return certificate
        raise CertificateError(
            f"no valid certificate of {self.partner_name} to encrypt for: ask the partner for its current one"
            " (RSA, 2048 bits or more)"
        )
