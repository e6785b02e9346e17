"""Guides: which table checks a transaction set of which version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gateway.x12.guide_tables import read_dictionary, read_guide, read_rows
from gateway.x12.tables import Dictionary, Guide, KnownSet

__all__ = ["Guide", "Guides", "KnownSet", "distance", "release_of"]

_SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)


def release_of(version: str) -> str | None:
    """The release in a GS08: ``004010VICS`` is 004010, and so are the short forms ``00401`` and ``4010``.

    None if there is none.
    """
    if _SIX_DIGITS.match(version):
        return version[:6]
    if len(version) in (4, 5) and version.isascii() and version.isdigit():
        return f"00{version}" if len(version) == 4 else f"{version}0"
    return None


def distance(release: str, version: str) -> int:
    """How many releases lie between two: X12 counted 004010, 004020 to 004060, then 005010."""
    return abs(_place(release) - _place(version))


def _place(release: str) -> int:
    return int(release[:3]) * 6 + min(int(release[3:5]), 6)


@dataclass(slots=True)
class Guides:
    """The guides of a folder; dictionaries and guides are read when first asked for and kept.

    ``known_sets`` holds every transaction set that X12 knows, guide or not, by its number.
    """

    folder: Path
    known_sets: Mapping[str, KnownSet]
    available: Mapping[str, tuple[str, ...]]  # versions by set, oldest first
    _titles: Mapping[tuple[str, str], KnownSet]
    _versions: tuple[str, ...]
    _dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    _guides: dict[tuple[str, str], Guide] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Guides:
        """The guides in ``folder`` (``schemas/x12``). Raises TerminalFailure if its index cannot be read."""
        known = {
            row["set"]: KnownSet(row["set"], _text(row["title"]), _text(row["gs01"]))
            for row in read_rows(folder / "transaction_sets.tsv")
        }
        titles: dict[tuple[str, str], KnownSet] = {}
        versions: dict[str, list[str]] = {}
        for row in read_rows(folder / "sets" / "index.tsv"):
            titles[row["set"], row["version"]] = KnownSet(row["set"], row["title"], row["gs01"])
            versions.setdefault(row["set"], []).append(row["version"])
        available = {code: tuple(sorted(found)) for code, found in versions.items()}
        every = tuple(sorted({version for found in available.values() for version in found}))
        return cls(folder, known, available, titles, every)

    def dictionary(self, version: str) -> Dictionary:
        """The segments and elements of a version that has tables: 004010 or 005010."""
        if version not in self._dictionaries:
            self._dictionaries[version] = read_dictionary(self.folder, version)
        return self._dictionaries[version]

    def nearest_dictionary(self, version: str) -> Dictionary:
        """The dictionary nearest to a GS08; of two equally near ones the older."""
        return self.dictionary(_nearest(version, self._versions))

    def find(self, set_code: str, version: str) -> Guide | None:
        """The guide for an ST01 and a GS08, or None if the set has none.

        Industry suffixes (VICS, UCS, X097A1) do not count. Where the release has no table, the nearest one serves,
        of two equally near ones the older: 003040 to 004040 read as 004010, 004050 to 008010 as 005010.
        """
        versions = self.available.get(set_code)
        if not versions:
            return None
        chosen = _nearest(version, versions)
        key = set_code, chosen
        if key not in self._guides:
            self._guides[key] = read_guide(self.folder, self._titles[key], self.dictionary(chosen))
        return self._guides[key]


def _text(cell: str) -> str:
    return "" if cell == "-" else cell


@lru_cache(maxsize=1024)
def _nearest(version: str, versions: tuple[str, ...]) -> str:
    release = release_of(version) or versions[0]
    return min(versions, key=lambda candidate: (distance(release, candidate), candidate))
