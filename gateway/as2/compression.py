"""CompressedData (RFC 3274, in AS2 by RFC 5402): written with zlib, read under a limit."""

from __future__ import annotations

import zlib

from asn1crypto import cms

from gateway.as2.cms import (
    BROKEN,
    COMPRESSED,
    EXPLICIT_0,
    OCTET_STRING,
    SEQUENCE,
    ContentInfo,
    content_type_oid,
    element,
    integer,
    write_content_info,
)
from gateway.as2.fault import DECOMPRESSION_FAILED, Fault, fault

_STEP = 1 << 18


def compress(content: bytes) -> bytes:
    """The DER of a CompressedData holding ``content``."""
    algorithm = bytes(cms.CompressionAlgorithm({"algorithm": "zlib"}).dump())
    packed = element(EXPLICIT_0, element(OCTET_STRING, zlib.compress(content, 6)))
    inside = element(SEQUENCE, content_type_oid("data"), packed)
    return write_content_info(COMPRESSED, integer(0), algorithm, inside)


def decompress(info: ContentInfo, limit: int) -> bytes | Fault:
    """What a ContentInfo of compressed data holds; refused beyond ``limit`` bytes, before they are all made."""
    try:
        structure = info.content
        algorithm = str(structure["compression_algorithm"]["algorithm"].native)
        packed = info.octets(structure["encap_content_info"]["content"])
    except BROKEN:
        return _damaged()
    if algorithm != "zlib":
        return fault(
            DECOMPRESSION_FAILED,
            "as2-compression-unknown",
            "The message is compressed with an algorithm that is not known",
            found=algorithm,
            wanted="zlib",
            rule="RFC 3274 2",
            fix="Ask the partner to compress with zlib, or not at all",
        )
    return _inflate(packed, limit)


def _inflate(packed: bytes, limit: int) -> bytes | Fault:
    machine = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    source = memoryview(packed)
    try:
        for start in range(0, len(packed), _STEP):
            waiting: bytes | memoryview = source[start : start + _STEP]
            while len(waiting) and not machine.eof:
                piece = machine.decompress(waiting, _STEP)
                waiting = machine.unconsumed_tail
                size += len(piece)
                if size > limit:
                    return _too_large(limit)
                pieces.append(piece)
        pieces.append(machine.flush())
    except zlib.error:
        return _damaged()
    if not machine.eof:
        return _damaged()
    return b"".join(pieces)


def _damaged() -> Fault:
    return fault(
        DECOMPRESSION_FAILED,
        "as2-compression-damaged",
        "The compressed content is damaged or cut short",
        rule="RFC 3274",
        fix="Ask the partner to send the message again",
    )


def _too_large(limit: int) -> Fault:
    return fault(
        DECOMPRESSION_FAILED,
        "as2-too-large-inflated",
        f"The compressed content grows beyond the {limit:,} bytes allowed for a message of this size",
        wanted=f"at most {limit:,} bytes",
        fix="Ask the partner for smaller messages, or raise the limit if this one is genuine",
    )
