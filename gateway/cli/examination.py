"""Checking one file and counting what of it is refused: the work behind ``gateway validate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from gateway.core.finding import Finding, has_errors
from gateway.translation.syntax import HEAD_BYTES, recognise
from gateway.translation.translation import Syntax
from gateway.x12.events import (
    Event,
    GroupClosed,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
)
from gateway.x12.guide import Guides

if TYPE_CHECKING:
    from gateway.partnerships.configuration import Configuration
    from gateway.x12.transaction_set import TransactionSet


@dataclass(slots=True)
class Tally:
    """What a file held. ``unchecked`` counts the sets without a guide by their code: read at envelope level."""

    documents: int = 0
    refused: int = 0
    envelopes_refused: int = 0
    nothing_readable: bool = False
    unchecked: dict[str, int] = field(default_factory=dict)
    noun: str = "transaction set"

    @property
    def accepted(self) -> bool:
        """Whether nothing of the file is refused."""
        return not (self.refused or self.envelopes_refused or self.nothing_readable)

    def summary(self, name: str) -> str:
        """One line for a person."""
        if self.nothing_readable:
            return f"{name}: refused, nothing in it can be read"
        parts = [f"{self.documents} {self.noun}{'' if self.documents == 1 else 's'}"]
        if self.refused:
            parts.append(f"{self.refused} refused")
        if self.envelopes_refused:
            parts.append(f"{self.envelopes_refused} envelope fault(s)")
        parts += [
            f"{count} × {code} at envelope level only" for code, count in sorted(self.unchecked.items())
        ]
        return f"{name}: {'accepted' if self.accepted else 'refused'}, {', '.join(parts)}"


@dataclass(slots=True)
class Examination:
    """Reads a file once. ``tally`` and ``syntax`` are complete when the iterator is through.

    ``partner`` is whom the caller says it is from; its file then says how its sheets are laid out.
    """

    guides: Guides
    file: str
    partner: str | None = None
    configuration: Configuration | None = None
    tally: Tally = field(default_factory=Tally)
    syntax: Syntax = Syntax.UNKNOWN

    def read(
        self, chunks: Iterable[bytes]
    ) -> Iterator[tuple[Finding, ...] | GroupClosed | InterchangeClosed]:
        """The findings as they are made; X12 groups and interchanges as they close, for those who answer them."""
        head, rest = _split(chunks)
        self.syntax, _ = recognise(head)
        if self.syntax is Syntax.X12:
            yield from self._x12(chain((head,), rest))
        else:
            yield from self._others(chain((head,), rest))

    def _x12(
        self, chunks: Iterable[bytes]
    ) -> Iterator[tuple[Finding, ...] | GroupClosed | InterchangeClosed]:
        from gateway.x12.reader import read

        interchanges = 0
        for event in read(chunks, self.guides, file=self.file):
            interchanges += isinstance(event, InterchangeOpened)
            yield self._findings(event)
            if isinstance(event, GroupClosed | InterchangeClosed):
                yield event
        self.tally.nothing_readable = not interchanges

    def _findings(self, event: Event) -> tuple[Finding, ...]:
        if isinstance(event, SetRead):
            return self._set(event.document)
        if has_errors(event.findings):
            self.tally.envelopes_refused += 1
        return event.findings

    def _set(self, document: TransactionSet) -> tuple[Finding, ...]:
        """The guide's findings, and for an order those of reading it: what the gateway would say on arrival."""
        findings = document.findings
        if document.set_code == "850":
            from gateway.translation.order_850 import read_order_850

            findings = (*findings, *read_order_850(document, known=findings)[1])
        if document.guide is None:
            code = document.set_code
            self.tally.unchecked[code] = self.tally.unchecked.get(code, 0) + 1
        self.tally.documents += 1
        self.tally.refused += has_errors(findings)
        return findings

    def _others(self, chunks: Iterable[bytes]) -> Iterator[tuple[Finding, ...]]:
        """XML, sheets, and what can't be read at all."""
        from gateway.translation.arrival import Arrival
        from gateway.translation.inbound import translate_inbound
        from gateway.translation.translation import DocumentTranslated, FileRead

        self.tally.noun = "document"
        arrival = Arrival(file=self.file, partner=self.partner)
        configuration = self.configuration if self.partner is not None else None
        for value in translate_inbound(chunks, self.guides, arrival=arrival, configuration=configuration):
            if isinstance(value, FileRead):
                self.tally.nothing_readable = value.refused
            elif isinstance(value, DocumentTranslated):
                self.tally.documents += 1
                self.tally.refused += value.refused
            yield value.findings


def _split(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Enough of the beginning to see what the file is, and the rest."""
    rest = iter(chunks)
    head = b""
    while len(head) < HEAD_BYTES and (chunk := next(rest, b"")):
        head += chunk
    return head, rest
