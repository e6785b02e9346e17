"""A map folder of pyx12 as this process has loaded it. Importing this module does not load pyx12; asking
does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.x12.guide import distance, release_of

if TYPE_CHECKING:
    from pyx12.map_if import map_if


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One line of ``maps.xml``: which file checks which set in which version."""

    set_code: str
    version: str
    file: str


@dataclass(frozen=True, slots=True)
class MapFolder:
    """The maps of a folder, each loaded when first asked for and kept: loading one takes about a third of
    a second, most of it for the code lists.
    """

    path: Path
    entries: tuple[MapEntry, ...]
    _loaded: dict[str, map_if] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> MapFolder:
        """The folder as last exported. Raises OSError where it is no map folder."""
        return _opened(path, (path / "maps.xml").stat().st_mtime_ns)

    def control(self, interchange_version: str) -> map_if:
        """The map of the envelope alone, for ISA12 00401 or 00501."""
        return self._load(f"x12.control.{interchange_version}.xml")

    def find(self, set_code: str, version: str) -> map_if | None:
        """The map of a set in the release nearest to a GS08, or None."""
        entries = [entry for entry in self.entries if entry.set_code == set_code]
        release = release_of(version)
        if not entries or release is None:
            return None
        nearest = min(entries, key=lambda entry: (distance(release, entry.version), entry.version))
        return self._load(nearest.file)

    def _load(self, file: str) -> map_if:
        if file not in self._loaded:
            from pyx12.map_if import load_map_file
            from pyx12.params import ParamsBase

            # ParamsBase and not params: the latter reads configuration files of the machine and of the user.
            self._loaded[file] = load_map_file(file, ParamsBase(), str(self.path))
        return self._loaded[file]


@lru_cache(maxsize=4)
def _opened(path: Path, exported: int) -> MapFolder:
    """``exported`` (when ``maps.xml`` was written) keeps maps of an older export from being used for a
    newer one.
    """
    from pyx12.map_index import map_index

    # What it finds comes back as findings; what it logs about them would be noise on standard error.
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    entries = (
        MapEntry(entry["abbr"], entry["vriic"], entry["map_file"]) for entry in map_index(str(path)).maps
    )
    return MapFolder(path, tuple(entries))
