"""A code list as one expression that looks at each character once: a minimal trie."""

from __future__ import annotations

from collections.abc import Collection

from gateway.x12.punctuation import character_class


def code_trie(codes: Collection[str]) -> str:
    """Matches the longest code of the list that begins here: ``{AB, AC, D}`` becomes ``(?:A[BC]|D)``.

    After it must come what cannot continue a code, a delimiter say: ``A`` of ``{A, ABC}`` is also found in ``AB``.
    Codes that continue alike share their expression, so that 500 codes of two characters are some thirty branches.
    """
    return _tails(frozenset(codes) - {""}, optional=False)


def _tails(codes: frozenset[str], *, optional: bool) -> str:
    """The expression for any of some texts; ``optional`` says that nothing at all will do too."""
    if not codes:
        return ""
    after: dict[str, set[str]] = {}
    for code in codes:
        after.setdefault(code[0], set()).add(code[1:])
    firsts_of: dict[frozenset[str], set[str]] = {}
    for first, tails in after.items():
        firsts_of.setdefault(frozenset(tails), set()).add(first)
    branches = [
        character_class(firsts) + _tails(tails - {""}, optional="" in tails)
        for tails, firsts in sorted(firsts_of.items(), key=lambda item: min(item[1]))
    ]
    one = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{one})?+" if optional else one
