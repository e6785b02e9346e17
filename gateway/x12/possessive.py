"""Whether this Python's possessive quantifiers can be trusted.

CPython 3.11.0 to 3.11.4 gave wrong matches where what repeats has alternatives of its own (python/cpython issues 100061
and 106052); Debian 12 ships 3.11.2. The compiled engine is built on them, so it is used only where these cases of the
issues come out right. The interpreter needs none, and is the slower way to the same verdicts.
"""

from __future__ import annotations

import re

_CASES = (
    ("(?:ab?c)++", "aca", 2),
    ("(?:ab?c)*+", "aca", 2),
    ("(?:ab?c)?+", "a", 0),
    ("(?:ab?c){1,3}+", "aca", 2),
    ("(?>(?:.(?!D))+)", "ABCDE", 2),
)


def possessive_is_sound() -> bool:
    """Whether every case matches as far as it should."""
    found = ((re.match(pattern, text), end) for pattern, text, end in _CASES)
    return all(match is not None and match.end() == end for match, end in found)


POSSESSIVE_IS_SOUND = possessive_is_sound()
