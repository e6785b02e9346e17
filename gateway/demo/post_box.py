"""A pair of folders seen from the partner's side: where it puts files for us, and where ours reach it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gateway.demo.arrived import Arrived


@dataclass(frozen=True, slots=True)
class PostBox:
    """``outgoing`` is what we poll, ``incoming`` where we deliver."""

    outgoing: Path
    incoming: Path

    def drop(self, name: str, data: bytes) -> None:
        """Put a file for the gateway, whole or not at all."""
        self.outgoing.mkdir(parents=True, exist_ok=True)
        aside = self.outgoing / f".{name}.part"
        aside.write_bytes(data)
        aside.rename(self.outgoing / name)

    def collect(self) -> list[Arrived]:
        """Take what has arrived, oldest first."""
        if not self.incoming.is_dir():
            return []
        found = [path for path in self.incoming.iterdir() if not path.name.startswith(".")]
        taken = []
        for path in sorted(found, key=lambda path: path.stat().st_mtime_ns):
            taken.append(Arrived(name=path.name, data=path.read_bytes(), at=path.stat().st_mtime))
            path.unlink()
        return taken
