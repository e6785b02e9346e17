"""Invariants of reading: chunks do not matter, delimiters do not matter, nothing raises, nothing is lost."""

from __future__ import annotations

import itertools
import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.x12.delimiters import Delimiters
from tests.x12.invariants import check_invariants, described
from tests.x12.reading import (
    ORDER,
    events_of,
    findings_of,
    group,
    interchange,
    order_file,
    sets_of,
    transaction,
)

MIXED = (
    b"BANNER\r\n"
    + interchange(
        group(transaction(number="0001"), transaction([*ORDER[1:], "QQ*1"], number="0002")), after="\r\n"
    )
    + order_file(["BIG*20260317*INV-1"], code="810", gs="IN")[:-30]
    + interchange(group(transaction()), number="000000044", delimiters=Delimiters("|", "<", "\n"))
    + b"GS*LOST~"
)


WHOLE = described(events_of(MIXED))


@given(st.lists(st.integers(0, len(MIXED)), max_size=12))
def test_chunked_equals_whole(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(MIXED)]
    chunks = [MIXED[a:b] for a, b in itertools.pairwise(edges)]
    assert described(events_of(chunks)) == WHOLE


def test_byte_by_byte_equals_whole() -> None:
    assert described(events_of([MIXED[at : at + 1] for at in range(len(MIXED))])) == WHOLE


def test_larger_than_a_block_equals_whole() -> None:
    sets = [transaction(number=f"{number:04d}") for number in range(1, 400)]
    data = interchange(group(*sets))
    assert len(data) > 3 * 65536 / 2
    rng = random.Random(7)
    edges = [0, *sorted(rng.sample(range(len(data)), 40)), len(data)]
    chunks = [data[a:b] for a, b in itertools.pairwise(edges)]
    events = events_of(chunks)
    assert findings_of(events) == [] and len(sets_of(events)) == 399
    assert described(events) == described(events_of(data))


_unused = [c for c in map(chr, range(256)) if not (c.isascii() and c.isalnum()) and c not in " -.*>~"]


@given(st.lists(st.sampled_from(_unused), min_size=3, max_size=3, unique=True))
def test_delimiters_do_not_matter(marks: list[str]) -> None:
    delimiters = Delimiters(*marks)
    # A line break of two characters after ISA15 cannot be told from a missing ISA16.
    assume((delimiters.component, delimiters.segment) != ("\r", "\n"))
    events = events_of(interchange(group(transaction()), delimiters=delimiters))
    assert [d.set_code for d in sets_of(events)] == ["850"]
    assert sets_of(events)[0].interchange.delimiters == delimiters
    assert findings_of(events) == []


@given(st.binary(max_size=400))
def test_garbage_never_raises(data: bytes) -> None:
    check_invariants(data)
    check_invariants(interchange()[:106] + data)


_mutation = st.tuples(
    st.sampled_from(["cut", "insert", "replace", "double", "swap"]),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(
        [
            b"~",
            b"*",
            b">",
            b"\n",
            b"ISA",
            b"ISA*",
            b"ST*850*1~",
            b"SE*",
            b"GE~",
            b"\xff",
            b"HL*1~",
            b"0",
            b"~~",
            b"PO1~",
        ]
    ),
)


@settings(max_examples=300)
@given(st.lists(_mutation, min_size=1, max_size=6))
def test_mutated_files_never_raise(mutations: list[tuple[str, float, float, bytes]]) -> None:
    data = MIXED
    for kind, where, how_far, piece in mutations:
        at = int(where * len(data))
        end = min(len(data), at + 1 + int(how_far * 60))
        if kind == "cut":
            data = data[:at] + data[end:]
        elif kind == "insert":
            data = data[:at] + piece + data[at:]
        elif kind == "replace":
            data = data[:at] + piece + data[end:]
        elif kind == "double":
            data = data[:end] + data[at:]
        else:
            data = data[:at] + data[end : end + (end - at)] + data[at:end] + data[end + (end - at) :]
    check_invariants(data)


@given(st.permutations(ORDER), st.data())
def test_any_order_of_segments_is_diagnosed_and_nothing_is_lost(
    segments: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(segments), max_size=25))
    events = check_invariants(order_file(kept))
    (document,) = sets_of(events)
    assert [segment.raw for segment in document.segments[1:-1]] == kept
