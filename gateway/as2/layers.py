"""Signature, encryption and compression taken off a message, in whatever order they were put on."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.as2.cipher import ContentCipher
from gateway.as2.cms import (
    AUTHENTICATED_ENVELOPED,
    COMPRESSED,
    ENVELOPED,
    SIGNED,
    ContentInfo,
    read_content_info,
)
from gateway.as2.compression import decompress
from gateway.as2.encryption import decrypt
from gateway.as2.fault import UNEXPECTED_ERROR, Fault, fault
from gateway.as2.mime import Entity, split_entity, transfer_decode
from gateway.as2.settings import As2Settings
from gateway.as2.signature import Verified
from gateway.as2.signed_part import verify_multipart, verify_opaque

_CMS_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(slots=True)
class Unwrapped:
    """A message as far as it could be opened.

    ``entity`` is the innermost reached; ``mic_content`` the bytes its MIC is over; ``signature``, ``cipher`` and
    ``compressed`` tell the layers that were really there; ``fault`` is what stopped the opening, if anything did.
    """

    entity: Entity
    mic_content: bytes
    signature: Verified | None = None
    cipher: ContentCipher | None = None
    compressed: bool = False
    fault: Fault | None = None

    @property
    def may_be_tampered(self) -> bool:
        """Whether all we have is CBC ciphertext from anyone: it can be bent without the key, and an answer that
        tells how it failed would let an attacker decrypt it piece by piece."""
        return self.cipher is not None and not self.cipher.authenticated and self.signature is None


def unwrap(outermost: Entity, settings: As2Settings) -> Unwrapped:
    """Take the layers off. What a layer is, its bytes decide (the CMS content type), not what a header claims.

    The MIC (RFC 4130 7.3.1, RFC 5402 4.1) is over the octets of the outermost signature where there is one; else,
    under encryption or compression, over the innermost entity with its MIME headers; else over the content alone.
    """
    state = Unwrapped(outermost, outermost.body)
    received = len(outermost.body)
    for _layer in range(settings.limits.layers):
        content = _take_off(state, received, settings)
        if content is None or state.fault is not None:
            return state
        entity = split_entity(content, bare_line_feeds=settings.bare_line_feeds)
        if entity is None or entity.is_ambiguous:
            state.fault = _no_entity()
            return state
        state.entity = entity
        if state.signature is None:
            state.mic_content = entity.raw
    if _is_wrapped(state.entity):
        state.fault = _too_deep(settings.limits.layers)
    return state


def _is_wrapped(entity: Entity) -> bool:
    return entity.content_type.value in ("multipart/signed", *_CMS_TYPES)


def _take_off(state: Unwrapped, received: int, settings: As2Settings) -> bytes | None:
    """What is under the outermost layer of ``state.entity``; None if there is no layer, or a fault."""
    if state.entity.content_type.value == "multipart/signed":
        return _signed(state, verify_multipart(state.entity, settings))
    if not _is_wrapped(state.entity):
        return None
    body = state.entity.body
    if body[:1] != b"\x30":  # then it is text: base64, perhaps in quoted-printable
        body = transfer_decode(state.entity) or body
    info = read_content_info(body)
    if info is None:
        state.fault = _unreadable()
        return None
    return _take_off_cms(state, info, received, settings)


def _take_off_cms(state: Unwrapped, info: ContentInfo, received: int, settings: As2Settings) -> bytes | None:
    kind = info.kind
    if kind == SIGNED:
        return _signed(state, verify_opaque(info, settings))
    if kind == COMPRESSED:
        inflated = decompress(info, settings.limits.inflated_bytes(received))
        if isinstance(inflated, Fault):
            state.fault = inflated
            return None
        state.compressed = True
        return inflated
    if kind in (ENVELOPED, AUTHENTICATED_ENVELOPED):
        decrypted = decrypt(info, settings.station_keys, settings.legacy)
        if isinstance(decrypted, Fault):
            state.fault = decrypted
            return None
        if state.cipher is None:
            state.cipher = decrypted.cipher
        return decrypted.content
    state.fault = _unreadable()
    return None


def _signed(state: Unwrapped, result: Verified | Fault) -> bytes | None:
    if isinstance(result, Fault):
        state.fault = result
        return None
    if state.signature is None:
        state.signature = result
        state.mic_content = result.content
    return result.content


def _no_entity() -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        "as2-no-mime-entity",
        "What is inside the message is no MIME entity: its header fields cannot be read",
        wanted="header fields in CRLF lines, an empty line, and the content",
        rule="RFC 4130 5.2",
        fix="Ask the partner to send MIME with CRLF line ends, or set it to bare line feeds",
    )


def _unreadable() -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        "as2-cms-unreadable",
        "The message is no CMS structure that AS2 knows, though its content type says so",
        wanted="signed, enveloped or compressed data, in BER or DER",
        rule="RFC 4130 3, RFC 5652 3",
        fix="Ask the partner to send the message again; if it stays so, its AS2 product is at fault",
    )


def _too_deep(layers: int) -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        "as2-too-deep",
        f"The message has more than {layers} layers of signature, encryption and compression",
        wanted=f"at most {layers} layers",
        rule="TRANSPORT 4",
        fix="Ask the partner to sign, encrypt and compress once each",
    )
