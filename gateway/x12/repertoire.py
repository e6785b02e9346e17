"""Which characters may be sent, and how text becomes bytes.

X12.6 knows two sets: *basic* (capitals, digits, space and some marks) and *extended* (small letters and more
marks besides). Partners agree on others by name: ``utf-8``, ``cp1252``, ``latin-1``. Control characters are
allowed in none. (How bytes that were received become text is the matter of ``character_set``.)
"""

from __future__ import annotations

import string
import unicodedata

BASIC = frozenset(string.ascii_uppercase + string.digits + " !\"&'()*+,-./:;?=")  # X12.6, basic character set
# X12.6, extended character set; 005010 adds ^ and `, which 004010 lacks: what both have can always be sent.
EXTENDED = BASIC | frozenset(string.ascii_lowercase + "%~@[]_{}\\|<>#$")

_TYPOGRAPHY = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)


def is_control(character: str) -> bool:
    """Whether this is a control character (C0, DEL, C1) or one that hides or reorders text (bidi, zero width,
    a lone surrogate).
    """
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def allowed(character: str, charset: str) -> bool:
    """Whether the character may stand in data. ``charset``: ``basic``, ``extended`` or a codec's name.

    Raises LookupError where no codec has that name.
    """
    if charset == "basic":
        return character in BASIC
    if charset == "extended":
        return character in EXTENDED
    if is_control(character):
        return False
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def codec(charset: str) -> str:
    """The codec that makes bytes of a text in this character set."""
    return "ascii" if charset in ("basic", "extended") else charset


def transliterated(text: str, charset: str) -> str:
    """The text nearer to the character set without loss of words: accents dropped, quotes and dashes made
    plain, capitals where the set has no small letters. What still is not allowed stays; the caller decides.
    """
    return "".join(_nearest(character, charset) for character in text)


def _nearest(character: str, charset: str) -> str:
    if allowed(character, charset):
        return character
    plain = character.translate(_TYPOGRAPHY)
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    candidate = letters.upper() if charset == "basic" else letters
    return candidate if candidate and all(allowed(c, charset) for c in candidate) else character
