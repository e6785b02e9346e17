"""The content ciphers: AES in CBC and GCM, 3DES for legacy partners. Made with ``cryptography``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

TAG_BYTES = 16  # of the GCM tags we make; we read 12 to 16 (RFC 5084 3.2)


@dataclass(frozen=True, slots=True)
class ContentCipher:
    """A content-encryption algorithm: key and block length in bytes, whether it authenticates, whether legacy."""

    name: str
    key_bytes: int
    block_bytes: int = 16
    authenticated: bool = False
    legacy: bool = False


CIPHERS = {
    cipher.name: cipher
    for cipher in (
        ContentCipher("aes128_cbc", 16),
        ContentCipher("aes192_cbc", 24),
        ContentCipher("aes256_cbc", 32),
        ContentCipher("aes128_gcm", 16, authenticated=True),
        ContentCipher("aes192_gcm", 24, authenticated=True),
        ContentCipher("aes256_gcm", 32, authenticated=True),
        ContentCipher("tripledes_3key", 24, block_bytes=8, legacy=True),
    )
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted content: ``vector`` is CBC's initialisation vector or GCM's nonce, ``tag`` GCM's."""

    vector: bytes
    content: bytes
    tag: bytes = b""
    additional: bytes = b""


def seal(cipher: ContentCipher, key: bytes, content: bytes) -> Sealed:
    """Encrypt under a fresh vector."""
    if cipher.authenticated:
        nonce = secrets.token_bytes(12)
        gcm = Cipher(AES(key), modes.GCM(nonce)).encryptor()
        sealed = gcm.update(content) + gcm.finalize()
        return Sealed(nonce, sealed, gcm.tag)
    vector = secrets.token_bytes(cipher.block_bytes)
    pad = padding.PKCS7(cipher.block_bytes * 8).padder()
    cbc = Cipher(_block_cipher(cipher, key), modes.CBC(vector)).encryptor()
    whole = len(content) - len(content) % cipher.block_bytes
    last = pad.update(content[whole:]) + pad.finalize()
    return Sealed(
        vector, b"".join((cbc.update(memoryview(content)[:whole]), cbc.update(last), cbc.finalize()))
    )


def unseal(cipher: ContentCipher, key: bytes, sealed: Sealed) -> bytes | None:
    """The content, or None for whatever reason: no caller may learn which."""
    try:
        if cipher.authenticated:
            if not 12 <= len(sealed.tag) <= 16:
                return None
            mode = modes.GCM(sealed.vector, sealed.tag, min_tag_length=12)
            gcm = Cipher(AES(key), mode).decryptor()
            gcm.authenticate_additional_data(sealed.additional)
            return gcm.update(sealed.content) + gcm.finalize()
        cbc = Cipher(_block_cipher(cipher, key), modes.CBC(sealed.vector)).decryptor()
        padded = cbc.update(sealed.content) + cbc.finalize()
        unpad = padding.PKCS7(cipher.block_bytes * 8).unpadder()
        last = unpad.update(padded[-cipher.block_bytes :]) + unpad.finalize()
        return padded[: len(padded) - cipher.block_bytes + len(last)]
    except (ValueError, InvalidTag, OverflowError):
        return None


def _block_cipher(cipher: ContentCipher, key: bytes) -> AES | TripleDES:
    return TripleDES(key) if cipher.legacy else AES(key)
