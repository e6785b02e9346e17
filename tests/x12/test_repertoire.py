"""The character sets of X12.6 and what becomes of text outside of them."""

import pytest

from gateway.x12.repertoire import allowed, is_control, transliterated


@pytest.mark.parametrize(
    ("character", "basic", "extended", "cp1252", "utf8"),
    [
        ("A", True, True, True, True),
        ("a", False, True, True, True),
        ("=", True, True, True, True),
        ("@", False, True, True, True),
        ("^", False, False, True, True),  # extended in 005010 only
        ("é", False, False, True, True),
        ("€", False, False, True, True),
        ("日", False, False, False, True),
        ("\n", False, False, False, False),
        ("\x85", False, False, False, False),
        ("\u202e", False, False, False, False),  # right-to-left override
        ("\ud800", False, False, False, False),  # a lone surrogate has no bytes
    ],
)
def test_what_each_set_allows(character: str, basic: bool, extended: bool, cp1252: bool, utf8: bool) -> None:
    sets = ("basic", "extended", "cp1252", "utf-8")
    assert [allowed(character, charset) for charset in sets] == [basic, extended, cp1252, utf8]


def test_control_and_bidi_characters_are_control() -> None:
    assert all(map(is_control, "\x00\x1f\x7f\x85\u200b\u202e\u2066"))
    assert not any(map(is_control, "a é日~"))


@pytest.mark.parametrize(
    ("text", "charset", "nearer"),
    [
        ("Café Zoë", "extended", "Cafe Zoe"),
        ("Café", "basic", "CAFE"),
        ("“quoted” – done…", "extended", '"quoted" - done...'),
        ("½ inch", "extended", "½ inch"),  # a fraction slash is in no set: not half transliterated
        ("日本", "extended", "日本"),
        ("Café", "cp1252", "Café"),
    ],
)
def test_transliteration_keeps_the_words(text: str, charset: str, nearer: str) -> None:
    assert transliterated(text, charset) == nearer
