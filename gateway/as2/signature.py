"""CMS SignedData (RFC 5652 5): made detached, verified detached or opaque, always over the bytes given."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from gateway.as2.certificates import Certificate, StationKey
from gateway.as2.cms import (
    BROKEN,
    EXPLICIT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    SIGNED,
    ContentInfo,
    content_type_oid,
    digest_algorithm_der,
    element,
    integer,
    write_content_info,
)
from gateway.as2.digest import allowed
from gateway.as2.fault import AUTHENTICATION_FAILED, INTEGRITY_FAILED, Fault, fault

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA = bytes(algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}).dump())
_CONTENT_TYPE, _MESSAGE_DIGEST = (
    bytes(cms.CMSAttributeType(name).dump()) for name in ("content_type", "message_digest")
)
_MAX_SIGNERS = 8


@dataclass(frozen=True, slots=True)
class Verified:
    """A good signature: by which configured certificate, with which digest, over which bytes."""

    signer: Certificate
    digest_algorithm: str
    content: bytes


def sign(content: bytes, key: StationKey, digest_algorithm: str) -> bytes:
    """The DER of a detached SignedData over ``content``: RSA PKCS#1 v1.5, signed attributes, certificate included."""
    digest = hashlib.new(digest_algorithm, content).digest()
    attributes = b"".join(sorted(_attributes(digest)))
    signature = key.private_key.sign(
        b"".join(element(SET, attributes)), padding.PKCS1v15(), _HASHES[digest_algorithm]
    )
    digest_der = digest_algorithm_der(digest_algorithm)
    signer = element(
        SEQUENCE,
        integer(1),
        key.certificate.issuer_and_serial,
        digest_der,
        element(EXPLICIT_0, attributes),
        _RSA,
        element(OCTET_STRING, signature),
    )
    return write_content_info(
        SIGNED,
        integer(1),
        element(SET, digest_der),
        element(SEQUENCE, content_type_oid("data")),
        element(EXPLICIT_0, key.certificate.der),
        element(SET, signer),
    )


def _attributes(digest: bytes) -> tuple[bytes, ...]:
    """The two signed attributes that must be there (RFC 5652 11.1, 11.2)."""
    values = (
        (_CONTENT_TYPE, content_type_oid("data")),
        (_MESSAGE_DIGEST, b"".join(element(OCTET_STRING, digest))),
    )
    return tuple(b"".join(element(SEQUENCE, name, element(SET, value))) for name, value in values)


def opaque_content(info: ContentInfo) -> bytes | None:
    """The content carried inside a SignedData, or None where it carries none."""
    try:
        content = info.content["encap_content_info"]["content"]
        return info.octets(content) if content else None
    except BROKEN:
        return None


def verify(
    info: ContentInfo, content: bytes, certificates: Sequence[Certificate], legacy: bool
) -> Verified | Fault:
    """Verify a SignedData over ``content``: one signer must be a configured certificate, with a good signature.

    The embedded certificates are never trusted, nor needed. Checked in this order, so that a fault can say whether
    the content is intact: digest, algorithm, signer, signature.
    """
    try:
        signers = list(info.content["signer_infos"])
    except BROKEN:
        return _unreadable()
    if not signers:
        return fault(
            AUTHENTICATION_FAILED,
            "as2-no-signer",
            "The signature names no signer at all",
            wanted="at least one signerInfo",
            rule="RFC 5652 5.1, TRANSPORT 2",
            fix="Ask the partner to sign with its AS2 key",
        )
    faults: list[Fault] = []
    for signer in signers[:_MAX_SIGNERS]:
        try:
            result = _verify_signer(signer, content, certificates, legacy)
        except (*BROKEN, UnsupportedAlgorithm):
            result = _unreadable()
        if isinstance(result, Verified):
            return result
        faults.append(result)
    return next((found for found in faults if found.intact), faults[0])


def _verify_signer(
    signer: Any, content: bytes, certificates: Sequence[Certificate], legacy: bool
) -> Verified | Fault:
    digest_algorithm = str(signer["digest_algorithm"]["algorithm"].native)
    attributes = signer["signed_attrs"]
    signed, intact = content, False
    if attributes:
        if not _digest_matches(attributes, content, digest_algorithm):
            return _digest_differs()
        signed, intact = _attribute_octets(attributes), True
    algorithm = signer["signature_algorithm"]
    used = _signature_digest(algorithm) or digest_algorithm
    if digest_algorithm not in allowed(legacy) or used not in allowed(legacy):
        return _digest_refused(used if digest_algorithm in allowed(legacy) else digest_algorithm, intact)
    named = [certificate for certificate in certificates if certificate.is_named_by(signer["sid"])]
    if not named:
        return _unknown_signer(signer["sid"], intact)
    signature = bytes(signer["signature"])
    for certificate in named:
        if not (certificate.is_strong or legacy):
            return _weak_signer(certificate, intact)
        if any(
            _signature_is_good(certificate, algorithm, signature, octets, used)
            for octets in _as_signed(signed, attributes)
        ):
            return Verified(certificate, digest_algorithm, content)
    return _signature_differs(intact)


def _digest_matches(attributes: Any, content: bytes, algorithm: str) -> bool:
    """Whether the one message-digest attribute (RFC 5652 11.2) is that of the content."""
    values = [attribute["values"] for attribute in attributes if attribute["type"].native == "message_digest"]
    if len(values) != 1 or len(values[0]) != 1 or algorithm not in hashlib.algorithms_guaranteed:
        return False
    made = hashlib.new(algorithm, content, usedforsecurity=False)
    return bool(made.digest_size) and hmac.compare_digest(made.digest(), bytes(values[0][0]))


def _attribute_octets(attributes: Any) -> bytes:
    """The signed attributes as received, under the tag of a SET OF (RFC 5652 5.4)."""
    return b"\x31" + bytes(attributes.dump())[1:]


def _as_signed(signed: bytes, attributes: Any) -> Iterator[bytes]:
    """The octets a signer may have signed: as received, else in DER's order of a set (some send them unsorted)."""
    yield signed
    if attributes:
        resorted = bytes(cms.CMSAttributes([attribute.copy() for attribute in attributes]).dump(force=True))
        if resorted != signed:
            yield resorted


def _signature_digest(algorithm: Any) -> str | None:
    """The digest a signature algorithm names itself; None where it leaves that to the signer's digest algorithm."""
    name = str(algorithm["algorithm"].native)
    if name == "rsassa_pss":
        return str(algorithm["parameters"]["hash_algorithm"]["algorithm"].native)
    digest, underscore, family = name.partition("_")
    return digest if underscore and family in ("rsa", "ecdsa") else None


def _signature_is_good(
    certificate: Certificate, algorithm: Any, signature: bytes, octets: bytes, digest_algorithm: str
) -> bool:
    key, name = certificate.public_key, str(algorithm["algorithm"].native)
    digest = _HASHES[digest_algorithm]
    try:
        if isinstance(key, rsa.RSAPublicKey) and name == "rsassa_pss":
            salt = int(algorithm["parameters"]["salt_length"].native)
            key.verify(signature, octets, padding.PSS(padding.MGF1(digest), salt), digest)
        elif isinstance(key, rsa.RSAPublicKey) and (name == "rsassa_pkcs1v15" or name.endswith("_rsa")):
            key.verify(signature, octets, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and name.endswith("ecdsa"):
            key.verify(signature, octets, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _unreadable() -> Fault:
    return fault(
        INTEGRITY_FAILED,
        "as2-signature-unreadable",
        "The signature cannot be read as a CMS SignedData",
        rule="RFC 5652 5",
        fix="Ask the partner to send the message again; if it stays so, its AS2 product is at fault",
    )


def _digest_differs() -> Fault:
    return fault(
        INTEGRITY_FAILED,
        "as2-content-altered",
        "The content is not what was signed: it was altered on the way, or signed in another form",
        rule="RFC 5652 5.6",
        fix="Ask the partner to send it again; if it stays so, compare line ends and transfer encoding with it",
    )


def _digest_refused(algorithm: str, intact: bool) -> Fault:
    return fault(
        AUTHENTICATION_FAILED,
        "as2-digest-refused",
        f"The signature uses {algorithm.upper()[:40]}, which is not accepted from this partner",
        found=algorithm,
        wanted="SHA-256, SHA-384 or SHA-512",
        rule="TRANSPORT 5",
        fix="Ask the partner to sign with SHA-256 (SHA-1 needs the partner's legacy setting; MD5 is never taken)",
        intact=intact,
    )


def _unknown_signer(identifier: Any, intact: bool) -> Fault:
    return fault(
        AUTHENTICATION_FAILED,
        "as2-signer-unknown",
        "The message is signed with a certificate that is not configured for this partner",
        found=describe_identifier(identifier),
        rule="TRANSPORT 2",
        fix="Ask the partner for its current certificate and add it beside the old one",
        intact=intact,
    )


def _weak_signer(certificate: Certificate, intact: bool) -> Fault:
    return fault(
        AUTHENTICATION_FAILED,
        "as2-signer-weak",
        "The partner's key is too short to be trusted",
        found=f"{certificate.public_key.key_size} bits",
        wanted="RSA of at least 2048 bits",
        rule="RFC 4130 revision draft",
        fix="Ask the partner for a certificate with a longer key",
        intact=intact,
    )


def _signature_differs(intact: bool) -> Fault:
    return fault(
        AUTHENTICATION_FAILED,
        "as2-signature-wrong",
        "The signature was not made with the key of the certificate it names",
        rule="RFC 5652 5.6",
        fix="Ask the partner whether it has changed its key, and add its current certificate",
        intact=intact,
    )


def describe_identifier(identifier: Any) -> str:
    """Issuer and serial number, or subject key identifier, as one line for an operator."""
    if identifier.name == "subject_key_identifier":
        return "subject key identifier " + bytes(identifier.chosen).hex()
    chosen = identifier.chosen
    return f"serial number {chosen['serial_number'].native:x}, issuer {chosen['issuer'].human_friendly}"
