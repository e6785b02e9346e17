"""Where a canonical record came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """``document`` is the ledger's id of the file; control numbers are those of the sender."""

    document: str | None = None
    file: str | None = None
    interchange: str | None = None  # ISA13
    group: str | None = None  # GS06
    set: str | None = None  # ST02
