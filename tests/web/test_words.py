"""What a page makes of states, moments, numbers and hostile text."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from gateway.ledger import deliveries, documents
from gateway.web import words
from gateway.web.pages import one_line, page


@pytest.mark.parametrize(
    ("value", "text"),
    [("6.000000", "6"), ("6.5", "6.5"), ("100", "100"), ("0.000000", "0"), ("0.50", "0.5"), (None, "")],
)
def test_quantities_have_no_zeros_of_the_scale(value: str | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [("14.400000", "14.40"), ("3", "3.00"), ("0.125", "0.125"), ("", "")]
)
def test_prices_have_two_places_at_least(value: str, text: str) -> None:
    assert words.price(value) == text


def test_moments_are_in_the_readers_time_zone() -> None:
    shown = words.moment("2026-03-17T12:00:00.000Z", ZoneInfo("America/Chicago"))
    assert shown == '<time datetime="2026-03-17T12:00:00+00:00">17 Mar 2026 07:00</time>'


def test_only_references_become_links() -> None:
    assert words.linked("O12") == '<a href="/console/orders/O12">O12</a>'
    for other in ("<b>", "O12x", "javascript:1", "X1"):
        assert words.linked(other) == other


def test_every_state_of_the_ledger_has_a_word() -> None:
    assert set(documents.STATES) <= set(words.DOCUMENT_STATES) <= set(words.STATES)
    assert set(deliveries.STATES) == set(words.DELIVERY_STATES) <= set(words.STATES)


def test_what_reorders_or_hides_text_is_written_out() -> None:
    assert one_line("a\u202eb\x00c\u200bd\r\ne\tf") == r"a\u202eb\x00c\u200bd e f"


def test_every_value_of_a_page_is_escaped_and_harmless() -> None:
    values = {"title": "<b>\u202e", "text": "\"'><script>", "area": "console", "back": "/console"}
    text = bytes(page("problem.html", values).body).decode()
    assert "<b>" not in text and "<script>" not in text and "\u202e" not in text
    assert r"&lt;b&gt;\u202e" in text
