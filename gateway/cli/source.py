"""A file named on the command line; ``-`` is standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from gateway.cli.faults import UsageFault
from gateway.cli.terminal import harmless

CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read. ``name`` is how messages call the file; ``path`` None is standard input."""

    name: str
    path: Path | None

    @property
    def file_name(self) -> str | None:
        """The name to keep with the bytes; standard input has none."""
        return self.path.name if self.path is not None else None

    def chunks(self) -> Iterator[bytes]:
        """The bytes, piece by piece. Raises UsageFault where reading fails."""
        try:
            stream = sys.stdin.buffer if self.path is None else self.path.open("rb")
            with stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise UsageFault(f"{self.name} cannot be read: {error.strerror or error}") from error

    def data(self) -> bytes:
        """All bytes at once."""
        return b"".join(self.chunks())


def source(name: str) -> Source:
    """The file of a name. Missing files, folders and what may not be read are refused before the command begins."""
    if name == "-":
        return Source("standard input", None)
    path, shown = Path(name), harmless(name)
    try:
        if path.is_dir():
            raise click.BadParameter(f"{shown} is a folder; name a file in it")
        if not path.exists():
            raise click.BadParameter(f"{shown} does not exist")
    except (OSError, ValueError) as error:  # a name too long, or with a NUL in it
        raise click.BadParameter(f"{shown} is no file: {error}") from error
    if not os.access(path, os.R_OK):
        raise click.BadParameter(f"{shown} may not be read by you")
    return Source(name, path)
