"""X12 interchanges into a stream of translations: the reader's events, with partners and canonical records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.canonical.origin import Origin
from gateway.core.finding import Finding, has_errors
from gateway.translation.arrival import Arrival, Doorkeeper, Sender
from gateway.translation.carried_segments import not_carried
from gateway.translation.order_850 import read_order_850
from gateway.translation.translation import (
    DocumentTranslated,
    GroupEnded,
    InboundRecord,
    InterchangeAcknowledged,
    InterchangeBegun,
    InterchangeEnded,
    Translation,
    Unread,
)
from gateway.x12.acknowledgement import read_functional_acknowledgement
from gateway.x12.events import (
    GroupClosed,
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeClosed,
    InterchangeOpened,
    SetRead,
    Unreadable,
)
from gateway.x12.guide import Guides
from gateway.x12.reader import read
from gateway.x12.transaction_set import TransactionSet


def translate_x12(
    chunks: Iterable[bytes], guides: Guides, doorkeeper: Doorkeeper, arrival: Arrival
) -> Iterator[Translation]:
    """Each event of the reader in its order; a set becomes a document, with a record where it has a mapping."""
    return _X12Translator(guides, doorkeeper, arrival).translate(chunks)


class _X12Translator:
    """Remembers whose interchange and group it is in."""

    def __init__(self, guides: Guides, doorkeeper: Doorkeeper, arrival: Arrival) -> None:
        self._guides = guides
        self._doorkeeper = doorkeeper
        self._arrival = arrival
        self._sender = Sender(partner=None, test=False)
        self._group_sender = self._sender
        self._position = 0

    def translate(self, chunks: Iterable[bytes]) -> Iterator[Translation]:
        for event in read(chunks, self._guides, file=self._arrival.file):
            if isinstance(event, SetRead):
                yield self._document(event.document)
            elif isinstance(event, InterchangeOpened):
                self._sender = self._group_sender = self._doorkeeper.of_interchange(event.header)
                yield InterchangeBegun(
                    header=event.header,
                    partner=self._sender.code,
                    test=self._sender.test,
                    findings=event.findings,
                    routing=self._sender.findings,
                )
            elif isinstance(event, GroupOpened):
                self._group_sender = self._doorkeeper.of_interchange(event.interchange, event.header)
            elif isinstance(event, GroupClosed):
                yield self._group(event)
            elif isinstance(event, InterchangeClosed):
                yield self._interchange(event)
            elif isinstance(event, InterchangeAcknowledgementRead):
                yield InterchangeAcknowledged.of(event, self._sender.code)
            elif isinstance(event, Unreadable):
                yield Unread(offset=event.offset, findings=event.findings)

    def _group(self, event: GroupClosed) -> GroupEnded:
        return GroupEnded(
            closed=event,
            partner=self._group_sender.code,
            test=self._group_sender.test,
            findings=event.envelope_findings,
            routing=self._group_sender.findings,
        )

    def _interchange(self, event: InterchangeClosed) -> InterchangeEnded:
        return InterchangeEnded(
            closed=event,
            partner=self._sender.code,
            test=self._sender.test,
            findings=event.findings,
            routing=self._sender.findings,
        )

    def _document(self, document: TransactionSet) -> DocumentTranslated:
        self._position += 1
        origin = Origin(
            document=self._arrival.document,
            file=self._arrival.file,
            interchange=document.interchange.interchange_control_number,
            group=document.group.group_control_number,
            set=document.set_control_number,
        )
        record, findings, processed = self._record(document, origin)
        return DocumentTranslated(
            document_type=document.set_code,
            origin=origin,
            partner=self._group_sender.code,
            test=self._group_sender.test,
            record=record,
            findings=(*document.findings, *findings),
            routing=self._group_sender.findings,
            number=document.value("BEG03") if document.set_code == "850" else None,
            processed=processed,
            position=self._position,
        )

    def _record(
        self, document: TransactionSet, origin: Origin
    ) -> tuple[InboundRecord | None, tuple[Finding, ...], bool]:
        """The canonical record of a set, new findings, and whether sets of this code are processed at all."""
        sender = self._group_sender
        if document.set_code == "850":
            order, findings = read_order_850(
                document, partner=sender.code, test=sender.test, origin=origin, known=document.findings
            )
            return order, (*findings, *not_carried(document.segments, document.location())), True
        if document.set_code in ("997", "999"):
            record = read_functional_acknowledgement(document)
            if record is None or has_errors(document.findings):
                return None, (), True
            return replace(record, partner=sender.code, test=sender.test, origin=origin), (), True
        return None, (), False
