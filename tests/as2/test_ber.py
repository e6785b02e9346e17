"""BER is brought to definite lengths without touching what it holds."""

from __future__ import annotations

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from gateway.as2.ber import NotBer, flatten
from gateway.as2.encryption import encrypt
from tests.as2.stations import PAYLOAD, station_key


def to_der(data: bytes) -> bytes:
    """The structure, which here has nothing set aside."""
    flat = flatten(data)
    assert flat.contents == {}
    return flat.der


def chunked(content: bytes, tag: bytes, size: int) -> bytes:
    """An octet string in indefinite length and pieces of ``size`` bytes (at most 127)."""
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    return tag + b"\x80" + b"".join(b"\x04" + bytes((len(piece),)) + piece for piece in pieces) + b"\0\0"


def test_der_stays_as_it_is() -> None:
    der = encrypt(PAYLOAD, (station_key("Gateway").certificate,), "aes256_cbc")
    assert to_der(der) == der
    assert to_der(der + b"\r\n\0") == der


@given(content=st.binary(max_size=400), size=st.integers(1, 127))
def test_pieces_are_joined(content: bytes, size: int) -> None:
    whole = cms.OctetString(content).dump()
    assert to_der(chunked(content, b"\x24", size)) == whole
    nested = b"\x30\x80\xa0\x80" + chunked(content, b"\x24", size) + b"\0\0\0\0"
    assert to_der(nested).endswith(whole)


def test_encrypted_content_in_pieces_becomes_one_value_under_its_tag() -> None:
    info = b"\x30\x80\x06\x01\x2a\x30\x00" + chunked(b"abcdef", b"\xa0", 4) + b"\0\0"
    assert to_der(info) == b"\x30\x0d\x06\x01\x2a\x30\x00\x80\x06abcdef"


@pytest.mark.parametrize("size", [70, 127, 100_000, 1_000_000])
def test_large_contents_are_set_aside_without_being_copied(size: int) -> None:
    content = bytes(range(256)) * 1000
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    chunks = b"".join(cms.OctetString(piece).dump() for piece in pieces)
    flat = flatten(b"\x30\x80\x06\x01\x2a\x30\x00\xa0\x80" + chunks + b"\0\0\0\0")
    ((token, kept),) = flat.contents.items()
    assert len(flat.der) < 40 and flat.der.endswith(b"\x80\x10" + token)
    assert flat.octets(token) == content and flat.octets(b"other") == b"other"
    assert all(isinstance(piece, memoryview) for piece in kept)


def test_the_limit_of_depth_leaves_room() -> None:
    assert to_der(b"\x30\x80" * 30 + b"\0\0" * 30)[:2] == b"\x30\x3a"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x04\x01",
        b"\x30\x80\x04\x01a",
        b"\x04\x80a\0\0",
        b"\x24\x80\x02\x01\x01\0\0",
        b"\x30\x00more",
        b"\x30\x89" + b"\xff" * 9,
        b"\x3f" + b"\xff" * 9,
        b"\x30\x80" * 42 + b"\0\0" * 42,
        b"\x30\x80" + b"\x05\x00" * 200_001 + b"\0\0",
    ],
)
def test_what_is_not_ber(data: bytes) -> None:
    with pytest.raises(NotBer):
        to_der(data)


@given(st.binary(max_size=100))
def test_any_bytes_are_ber_or_not(data: bytes) -> None:
    try:
        once = to_der(data)
    except NotBer:
        return
    assert to_der(once) == once
