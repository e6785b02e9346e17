"""Entities and multiparts are slices of what arrived."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.as2.mime import (
    parse_fields,
    split_entity,
    split_multipart,
    transfer_decode,
    write_entity,
    write_multipart,
)


@given(
    parts=st.lists(st.binary(max_size=60), max_size=5), boundary=st.sampled_from(("b", "=_x'()+_,-./:=? y"))
)
def test_splitting_undoes_writing(parts: list[bytes], boundary: str) -> None:
    if any(b"--" + boundary.encode() in part for part in parts):
        return
    assert split_multipart(write_multipart(parts, boundary), boundary) == (tuple(parts) if parts else None)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (b"--b\r\none\r\n--b--", (b"one",)),
        (b"--b\r\none\r\n\r\n--b--\r\n", (b"one\r\n",)),
        (b"preamble\r\n--b\r\none\r\n--b--\r\nepilogue\r\n--b\r\n", (b"one",)),
        (b"--b  \t\r\none\r\n--b\t\r\ntwo\r\n--b-- \r\n", (b"one", b"two")),
        (b"--b\r\n\r\n--b--", (b"",)),
        (b"--b\r\n--b--", (b"",)),
        (b"--b\r\none--b\r\ntwo\r\n--b--", (b"one--b\r\ntwo",)),
        (b"--b\r\none\n--b\ntwo\r\n--b--", (b"one\n--b\ntwo",)),
        (b"--b\r\none\r\n--bb\r\ntwo\r\n--b--", (b"one\r\n--bb\r\ntwo",)),
        (b"--b\r\none\r\n--b", None),
        (b"--b\r\none\r\n", None),
        (b"--b--\r\n", None),
        (b"", None),
        (b"--b\none\n--b--\n", None),
    ],
)
def test_boundaries(body: bytes, parts: tuple[bytes, ...] | None) -> None:
    assert split_multipart(body, "b") == parts


def test_bare_line_feeds_are_boundaries_only_where_allowed() -> None:
    assert split_multipart(b"--b\none\n--b\r\ntwo\r\n--b--\n", "b", bare_line_feeds=True) == (b"one", b"two")


@pytest.mark.parametrize("boundary", ["", "x" * 201, "é", "b "])
def test_boundaries_that_cannot_be(boundary: str) -> None:
    assert split_multipart(b"--b\r\none\r\n--b--", boundary) is None


def test_the_body_starts_right_after_the_first_empty_line() -> None:
    entity = split_entity(b"A: 1\r\nB:\r\n  two\r\n\tthree\r\n\r\n\r\nbody\r\n")
    assert entity is not None
    assert entity.fields == (("A", "1"), ("B", "two three"))
    assert entity.body == b"\r\nbody\r\n"


@pytest.mark.parametrize(
    "raw", [b"", b"A: 1\r\n", b"A: 1\n\nx", b"no field\r\n\r\n", b"A : \0\r\n\r\n", b"A" * 70000]
)
def test_what_has_no_header_block(raw: bytes) -> None:
    assert split_entity(raw) is None


def test_fields_are_limited() -> None:
    assert parse_fields(b"A: 1\r\n" * 200) is not None
    assert parse_fields(b"A: 1\r\n" * 201) is None


@pytest.mark.parametrize(
    ("encoding", "body", "decoded"),
    [
        ("binary", b"\0\r\n", b"\0\r\n"),
        (" BASE64 ", b"QUJ\r\nD\r\n", b"ABC"),
        ("base64", b"QUJD!", None),
        ("quoted-printable", b"A=3D=\r\nB", b"A=B"),
        ("x-uuencode", b"x", None),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, decoded: bytes | None) -> None:
    entity = split_entity(write_entity((("Content-Transfer-Encoding", encoding),), body))
    assert entity is not None and transfer_decode(entity) == decoded


def test_a_line_break_in_a_field_of_ours_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="line break"):
        write_entity((("Subject", "a\r\nb"),), b"")
