"""EnvelopedData (RFC 5652 6) and AuthEnvelopedData (RFC 5083): made for a certificate, opened with station keys.

No oracle: every failure to decrypt is one and the same fault. Where the wrapped key does not come out right, a random
one takes its place and the work goes on (RFC 3218 2.3.2), so that neither the answer nor the work done tells why.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, core
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from gateway.as2.certificates import Certificate, CertificateError, StationKey
from gateway.as2.cipher import CIPHERS, TAG_BYTES, ContentCipher, Sealed, seal, unseal
from gateway.as2.cms import (
    AUTHENTICATED_ENVELOPED,
    BROKEN,
    ENVELOPED,
    IMPLICIT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    ContentInfo,
    GcmParameters,
    Pieces,
    content_type_oid,
    element,
    integer,
    write_content_info,
)
from gateway.as2.fault import DECRYPTION_FAILED, Fault, fault
from gateway.as2.signature import describe_identifier

_OAEP_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MAX_RECIPIENTS = 50


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What was inside, and the cipher it was under."""

    content: bytes
    cipher: ContentCipher


def encrypt(content: bytes, recipients: Sequence[Certificate], cipher_name: str, oaep: bool = False) -> bytes:
    """The DER of an EnvelopedData (CBC) or AuthEnvelopedData (GCM) that each recipient can open.

    ``cipher_name`` is a key of ``CIPHERS``. Raises :class:`CertificateError` for a recipient without an RSA key.
    """
    cipher = CIPHERS[cipher_name]
    key = secrets.token_bytes(cipher.key_bytes)
    sealed = seal(cipher, key, content)
    parameters = (
        GcmParameters({"nonce": sealed.vector, "tag_length": TAG_BYTES})
        if cipher.authenticated
        else core.OctetString(sealed.vector)
    )
    algorithm = algos.EncryptionAlgorithm({"algorithm": cipher.name, "parameters": parameters})
    encrypted = element(
        SEQUENCE, content_type_oid("data"), bytes(algorithm.dump()), element(IMPLICIT_0, sealed.content)
    )
    wrapped_keys = [piece for recipient in recipients for piece in _wrap(key, recipient, oaep)]
    infos = element(SET, wrapped_keys)
    if cipher.authenticated:
        tag = element(OCTET_STRING, sealed.tag)
        return write_content_info(AUTHENTICATED_ENVELOPED, integer(0), infos, encrypted, tag)
    return write_content_info(ENVELOPED, integer(0), infos, encrypted)


def _wrap(key: bytes, recipient: Certificate, oaep: bool) -> Pieces:
    """A KeyTransRecipientInfo (RFC 5652 6.2.1)."""
    public_key = recipient.public_key
    if not isinstance(public_key, rsa.RSAPublicKey):
        raise CertificateError(f"{recipient.subject} has no RSA key: nothing can be encrypted for it")
    algorithm: dict[str, Any] = {"algorithm": "rsaes_pkcs1v15"}
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if oaep:
        digest = {"algorithm": "sha256"}
        mask = {"algorithm": "mgf1", "parameters": digest}
        algorithm = {
            "algorithm": "rsaes_oaep",
            "parameters": {"hash_algorithm": digest, "mask_gen_algorithm": mask},
        }
        scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    transport = bytes(cms.KeyEncryptionAlgorithm(algorithm).dump())
    wrapped = element(OCTET_STRING, public_key.encrypt(key, scheme))
    return element(SEQUENCE, integer(0), recipient.issuer_and_serial, transport, wrapped)


def decrypt(info: ContentInfo, keys: Sequence[StationKey], legacy: bool) -> Decrypted | Fault:
    """Open a ContentInfo of enveloped data with whichever station key it was made for."""
    try:
        cipher, sealed, recipients = _read(info)
    except BROKEN:
        return decryption_failed()
    if isinstance(cipher, str) or (cipher.legacy and not legacy):
        return _cipher_refused(cipher if isinstance(cipher, str) else cipher.name)
    for recipient in recipients:
        try:
            for key in keys:
                if key.certificate.is_named_by(recipient["rid"]):
                    content = unseal(cipher, _unwrap(recipient, key, cipher.key_bytes), sealed)
                    if content is not None:
                        return Decrypted(content, cipher)
        except BROKEN:
            continue
    return decryption_failed(_names(recipients))


def _names(recipients: Sequence[Any]) -> str | None:
    try:
        return "; ".join(describe_identifier(recipient["rid"]) for recipient in recipients) or None
    except BROKEN:
        return None


def _read(info: ContentInfo) -> tuple[ContentCipher | str, Sealed, list[Any]]:
    """The cipher (or the name of one we do not take), the sealed content, and the recipients by RSA key transport."""
    structure = info.content
    authenticated = info.kind == AUTHENTICATED_ENVELOPED
    encrypted = structure["auth_encrypted_content_info" if authenticated else "encrypted_content_info"]
    algorithm = encrypted["content_encryption_algorithm"]
    name = str(algorithm["algorithm"].native)
    cipher = CIPHERS.get(name)
    if cipher is None or cipher.authenticated != authenticated:
        return name, Sealed(b"", b""), []
    infos = list(structure["recipient_infos"])[:_MAX_RECIPIENTS]
    recipients = [recipient.chosen for recipient in infos if recipient.name == "ktri"]
    content = info.octets(encrypted["encrypted_content"])
    if not authenticated:
        return cipher, Sealed(bytes(algorithm["parameters"]), content), recipients
    parameters = algorithm["parameters"].parse(GcmParameters)
    tag, attributes = bytes(structure["mac"]), structure["auth_attrs"]
    additional = b"\x31" + bytes(attributes.dump())[1:] if attributes else b""  # RFC 5083 2.2
    if len(tag) != parameters["tag_length"].native:
        tag = b""
    return cipher, Sealed(bytes(parameters["nonce"]), content, tag, additional), recipients


def _unwrap(recipient: Any, key: StationKey, key_bytes: int) -> bytes:
    """The content key, or a random one of the right length where it cannot be had."""
    substitute = secrets.token_bytes(key_bytes)
    try:
        scheme = _key_transport(recipient["key_encryption_algorithm"])
        unwrapped = key.private_key.decrypt(bytes(recipient["encrypted_key"]), scheme)
    except (*BROKEN, UnsupportedAlgorithm):
        return substitute
    return unwrapped if len(unwrapped) == key_bytes else substitute


def _key_transport(algorithm: Any) -> padding.AsymmetricPadding:
    """PKCS#1 v1.5, or OAEP with the digests and label the message names (RFC 4055 4.1)."""
    if algorithm["algorithm"].native == "rsaes_pkcs1v15":
        return padding.PKCS1v15()
    parameters = algorithm["parameters"]
    digest = _OAEP_HASHES[str(parameters["hash_algorithm"]["algorithm"].native)]
    mask = _OAEP_HASHES[str(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native)]
    label = bytes(parameters["p_source_algorithm"]["parameters"])
    return padding.OAEP(padding.MGF1(mask), digest, label or None)


def decryption_failed(recipients: str | None = None) -> Fault:
    """The one fault of every failed decryption. ``recipients`` are the names in the message, which anyone can read."""
    return fault(
        DECRYPTION_FAILED,
        "as2-decryption-failed",
        "The message could not be decrypted: it was encrypted for another certificate, or damaged on the way",
        found=None if recipients is None else f"encrypted for {recipients}",
        wanted="a message encrypted for one of our valid certificates",
        rule="TRANSPORT 3",
        fix="Give the partner our current certificate, and ask it to send the message again",
    )


def _cipher_refused(name: str) -> Fault:
    return fault(
        DECRYPTION_FAILED,
        "as2-cipher-refused",
        f"The message is encrypted with {name[:40]}, which is not accepted from this partner",
        found=name,
        wanted="AES-128 or AES-256, CBC or GCM",
        rule="TRANSPORT 5",
        fix="Ask the partner to use AES (3DES needs the partner's legacy setting; RC2, RC4 and DES are never taken)",
    )
