"""The reading protocol that every input syntax fulfils, so that mapping exists once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from gateway.core.location import Location


class Document(Protocol):
    """A document, or one occurrence of a loop inside it, read by path.

    Paths are the syntax's own: ``BEG03`` or ``REF[DP].02`` in X12, ``ItemDetail/UnitPrice/Money`` in XML, a column
    name in a sheet. A missing and an empty value are both None; values are text as the sender wrote it.
    """

    def value(self, path: str) -> str | None:
        """The first value at the path, or None."""

    def occurrences(self, path: str) -> Iterator[Document]:
        """Each occurrence of a repeated part (loop, element, group of rows), in order."""

    def location(self, path: str | None = None) -> Location:
        """Where the value at the path stands (or would stand); without a path, where this part begins."""
