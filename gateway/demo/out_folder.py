"""The folder that gets every exchanged file. Only what an earlier demo wrote there, and nobody changed, is replaced."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gateway.core.failure import TerminalFailure

SUMS = "SHA256SUMS"
"""Names and hashes of what the demo wrote, as ``sha256sum --check`` reads them."""


class OutFolder:
    """Made where absent. Raises TerminalFailure, and changes nothing, where something in it is not the demo's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sums: dict[str, str] = {}
        if path.exists() and not path.is_dir():
            raise TerminalFailure(
                f"{path} is a file; name a folder for the demo's files: gateway demo --out DIR"
            )
        earlier = _earlier(path)
        foreign = sorted(
            entry.name
            for entry in (path.iterdir() if path.is_dir() else ())
            if not entry.name.startswith(".") and not _is_of_the_demo(entry, earlier)
        )
        if foreign:
            shown = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" if len(foreign) > 3 else "")
            raise TerminalFailure(
                f"{path} holds files that the demo did not write, or that were changed since ({shown}). "
                "They are left alone: name another folder with gateway demo --out DIR, or move them away"
            )
        for name in (*earlier, SUMS):
            (path / name).unlink(missing_ok=True)
        path.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, data: bytes) -> None:
        """Write a file and remember that it is ours."""
        self._sums[name] = hashlib.sha256(data).hexdigest()
        (self.path / name).write_bytes(data)
        lines = "".join(f"{sha256}  {name}\n" for name, sha256 in self._sums.items())
        (self.path / SUMS).write_text(lines, encoding="utf-8")


def _earlier(path: Path) -> dict[str, str]:
    """What an earlier demo says it wrote, name to sha256. Names that lead elsewhere are none of it."""
    try:
        lines = (path / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name: sha256 for sha256, name in pairs if name == Path(name).name and name not in ("", ".", "..")}


def _is_of_the_demo(entry: Path, earlier: dict[str, str]) -> bool:
    if entry.name == SUMS:
        return bool(earlier)
    if entry.name not in earlier or entry.is_symlink() or not entry.is_file():
        return False
    return hashlib.sha256(entry.read_bytes()).hexdigest() == earlier[entry.name]
