"""File names: stored reversibly, shown harmlessly, never leading out of a folder."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.core.failure import TerminalFailure
from gateway.transport.file_names import (
    claim_of,
    claimed,
    deliverable,
    is_plain,
    is_unfinished,
    numbered,
    raw_of,
    shown,
    temporary_of,
    text_of,
)

_OWN_ESCAPES = [chr(0xEF00 + byte).encode() for byte in range(0x80, 0x100)]


@given(st.binary(min_size=1, max_size=60))
@example(b"M\xe4rz.edi")
@example("März.edi".encode())
@example(b"\xed\xb2\x80")  # a lone surrogate as some systems write it
def test_any_bytes_are_storable_text_and_come_back(raw: bytes) -> None:
    text = text_of(raw)
    text.encode("utf-8")
    if not any(escape in raw for escape in _OWN_ESCAPES):
        assert raw_of(text) == raw
    assert shown(text).isprintable()


@given(st.text(min_size=1, max_size=60))
def test_what_is_deliverable_stays_in_its_folder_and_is_seen(name: str) -> None:
    try:
        deliverable(name)
    except TerminalFailure as failure:
        assert "cannot be delivered" in str(failure)
        assert str(failure).isprintable()
        return
    assert is_plain(name)
    assert not is_unfinished(name)
    assert is_unfinished(temporary_of(name))
    assert len(raw_of(temporary_of(name))) <= 255
    assert shown(name) == name


@given(st.text(min_size=1, max_size=60))
def test_a_claim_is_hidden_and_knows_its_name(name: str) -> None:
    assert is_unfinished(claim_of(name))
    assert claimed(claim_of(name)) == name


def test_names_that_are_no_claims() -> None:
    for name in ("a.edi", ".a.edi", "a.edi.gateway-taking", "..gateway-taking"):
        assert claimed(name) is None


def test_numbers_keep_the_suffix() -> None:
    assert numbered("order.edi", "2") == "order.2.edi"
    assert numbered("order", "2") == "order.2"
    assert numbered(".edi", "2") == ".edi.2"
