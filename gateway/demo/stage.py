"""Where the plot plays: partners send, we answer, and everything on the wire is written down in order."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from gateway.as2.settings import As2Settings
from gateway.core.finding import Finding
from gateway.demo.arrived import Arrived
from gateway.demo.as2_partner import As2Partner, Sent
from gateway.demo.cast import Actor, Cast
from gateway.demo.chronicle import Chronicle, Direction, Entry, Telling
from gateway.demo.post_box import PostBox
from gateway.demo.running_gateway import NotCome, RunningGateway
from gateway.demo.x12_summary import X12Summary, reply_key, summarise
from gateway.x12.guide import Guides

UPLOAD = "HTTP upload"


class Stage:
    """The gateway, its partners and the chronicle. ``missing`` collects what should have come and did not."""

    def __init__(self, gateway: RunningGateway, cast: Cast, chronicle: Chronicle) -> None:
        self.gateway = gateway
        self.cast = cast
        self.chronicle = chronicle
        self.missing: list[str] = []

    @property
    def guides(self) -> Guides:
        """The guides both sides read with."""
        return self.gateway.gateway.guides

    @property
    def now(self) -> datetime:
        """Now, aware."""
        return datetime.now(UTC)

    def demand(self, holds: bool, what: str) -> None:
        """Note what is not as it should be; the plot goes on."""
        if not holds:
            self.missing.append(what)

    def bring(self, actor: Actor, data: bytes, telling: Telling) -> Entry:
        """The partner sends a file by its door, and the gateway has dealt with it when this returns."""
        if isinstance(actor.place, As2Partner):
            return self.post(actor, data, telling)
        entry = self.drop(actor, data, telling)
        self.collect(actor, [entry])
        return entry

    def drop(self, actor: Actor, data: bytes, telling: Telling) -> Entry:
        """The partner puts a file where we will look for it."""
        if not isinstance(actor.place, PostBox):
            raise AssertionError(f"{actor.code} has no mailbox")
        summary = summarise(data, self.guides)
        at = time.time()
        actor.place.drop(_file_name(summary), data)
        entry = self._entry(actor, "in", summary.kind, telling, at, data, summary.control_numbers)
        return self.chronicle.add(entry, [(f"{summary.kind}.edi", data, "the file as dropped", "in")])

    def collect(self, actor: Actor, entries: Sequence[Entry]) -> None:
        """Poll the partner's mailbox, and wait until what was dropped there is dealt with."""
        if actor.connection is None:
            raise AssertionError(f"{actor.code} has no mailbox")
        self.gateway.poll(actor.connection)
        for entry in entries:
            self._dealt_with(entry)

    def post(self, actor: Actor, data: bytes, telling: Telling) -> Entry:
        """The partner sends a file by AS2 and gets its MDN in the same breath."""
        entry, sent = self._posted(actor, data, telling, "what is inside", None)
        self.demand(sent.judgement.delivered, f"our MDN for {actor.name}'s {entry.document}")
        self._dealt_with(entry)
        return entry

    def forge(self, actor: Actor, data: bytes, telling: Telling, signing: As2Settings) -> Entry:
        """Somebody sends a file in the partner's name, signed with a key that is not the partner's."""
        entry, sent = self._posted(actor, data, telling, "what was inside; it was never opened", signing)
        entry.milliseconds = (time.time() - entry.at) * 1000
        said = sent.judgement.disposition
        entry.state = f"refused, MDN: {said.modifier if said is not None else 'unreadable'}"
        negative = said is not None and not said.is_positive
        self.demand(
            negative, f"the negative MDN for a message in {actor.name}'s name with a foreign signature"
        )
        kept = self.gateway.newest(direction="in", kind="as2", state="refused")
        self.demand(kept is not None, "our own record of the message with a foreign signature")
        return entry

    def _posted(
        self, actor: Actor, data: bytes, telling: Telling, inside: str, signing: As2Settings | None
    ) -> tuple[Entry, Sent]:
        if not isinstance(actor.place, As2Partner):
            raise AssertionError(f"{actor.code} has no AS2")
        summary = summarise(data, self.guides)
        at, name = time.time(), _file_name(summary)
        sent = actor.place.send(data, f"{self.gateway.url}/as2", name=name, signing=signing)
        entry = self._entry(actor, "in", summary.kind, telling, at, data, summary.control_numbers)
        parts: list[tuple[str, bytes, str, Direction]] = [
            (f"{summary.kind}.as2", sent.message, "the AS2 message on the wire, signed and encrypted", "in"),
            (f"{summary.kind}.edi", data, inside, "in"),
            ("mdn.mdn", sent.receipt, "our MDN, signed", "out"),
        ]
        entry.checks = (_verdict_on_receipt(sent),)
        return self.chronicle.add(entry, parts), sent

    def upload(self, actor: Actor, data: bytes, kind: str, telling: Telling, *, name: str) -> Entry:
        """The partner uploads a file over HTTP with its token. ``kind`` is a slug with its suffix: ``orders.csv``."""
        at = time.time()
        answer = httpx.post(
            f"{self.gateway.url}/api/v1/documents",
            content=data,
            headers={
                "Authorization": f"Bearer {self.cast.keys.tokens[actor.code]}",
                "X-File-Name": name,
                "Idempotency-Key": hashlib.sha256(data).hexdigest()[:32],
            },
            trust_env=False,
            timeout=20,
        )
        entry = self._entry(actor, "in", kind.partition(".")[0], telling, at, data, "")
        entry.door = UPLOAD
        self.chronicle.add(entry, [(kind, data, "the request's body", "in")])
        if answer.status_code != 202:
            raise NotCome(
                f"a receipt for {actor.name}'s upload: the API answered {answer.status_code} {answer.text}"
            )
        entry.checks = (f"answered 202 with document {answer.json()['document']}, once it was stored",)
        self._dealt_with(entry)
        return entry

    def replies(self, actor: Actor, cause: float, tellings: Mapping[str, Telling]) -> dict[str, Entry]:
        """Wait for documents of ours, and write them down in the order in which they reached the partner.

        They are named by kind, or, where several acknowledgements are due, by kind and group: ``997 4203``.
        """

        def all_there() -> bool | None:
            actor.look()
            keys = {self._key(arrived, tellings) for arrived in actor.waiting}
            return True if tellings.keys() <= keys else None

        try:
            self.gateway.wait("", all_there)
        except NotCome:
            keys = {self._key(arrived, tellings) for arrived in actor.waiting}
            waited = f"{actor.name} waited {self.gateway.patience:g} s"
            self.missing += [
                f"our {key} for {actor.name} by {actor.door}: {waited}" for key in tellings if key not in keys
            ]
        found: dict[str, Entry] = {}
        for arrived in sorted(actor.waiting, key=lambda arrived: arrived.at):
            key = self._key(arrived, tellings)
            unexpected = Telling(f"A {key} nobody expected", "This file is not part of the plot.")
            self.demand(
                key in tellings and key not in found, f"{actor.name} got a {key} that it did not expect"
            )
            found[key] = self._write_arrival(actor, arrived, tellings.get(key, unexpected), cause)
        actor.waiting.clear()
        return found

    def _key(self, arrived: Arrived, tellings: Mapping[str, Telling]) -> str:
        kind = summarise(arrived.data, self.guides).kind
        exact = reply_key(arrived.data, kind)
        return exact if exact in tellings else kind

    def acknowledge(self, actor: Actor, entry: Entry, telling: Telling) -> Entry | None:
        """The partner answers a document of ours with its 997, by its own door."""
        if actor.desk is None:
            raise AssertionError(f"{actor.code} writes no X12")
        data = actor.desk.acknowledgement(entry.payload, self.now)
        if data is None or not self.cast.manners.sends_997:
            return None
        return self.bring(actor, data, telling)

    def _write_arrival(self, actor: Actor, arrived: Arrived, telling: Telling, cause: float) -> Entry:
        summary = summarise(arrived.data, self.guides)
        kind = summary.kind
        entry = self._entry(actor, "out", kind, telling, arrived.at, arrived.data, summary.control_numbers)
        entry.milliseconds = (arrived.at - cause) * 1000
        parts: list[tuple[str, bytes, str, Direction]] = [
            (f"{kind}.edi", arrived.data, "the file as it stands at the partner", "out")
        ]
        if arrived.message is not None:
            parts = [
                (f"{kind}.as2", arrived.message, "our AS2 message on the wire, signed and encrypted", "out"),
                (f"{kind}.edi", arrived.data, "what the partner found inside", "out"),
            ]
        if arrived.receipt is not None:
            parts.append(("mdn.mdn", arrived.receipt, "the partner's MDN, signed", "in"))
        self.chronicle.add(entry, parts)
        self._delivered(actor, entry, arrived.name)
        return entry

    def _delivered(self, actor: Actor, entry: Entry, name: str) -> None:
        """Wait until we know ourselves that the partner has it."""
        entry.document_id = self.gateway.newest(direction="out", file_name=name, partner=actor.code)
        if entry.document_id is None:
            self.missing.append(f"our own record of {name}")
            return
        number = entry.document_id

        def settled() -> dict[str, Any] | None:
            latest: dict[str, Any] = self.gateway.document(number)["deliveries"][-1]
            return latest if latest["state"] in ("delivered", "failed") or latest["attempts"] else None

        try:
            delivery = self.gateway.wait(f"the end of delivering {name}", settled)
        except NotCome as absent:
            self.missing.append(str(absent))
            return
        if delivery["state"] != "delivered":
            self.missing.append(f"{actor.name}'s proof that it has {name}: {delivery.get('last_error')}")
        elif "mdn" in delivery["receipt"]:
            entry.checks = ("the MDN is signed by Globex and its MIC equals the one computed when we sent",)

    def _dealt_with(self, entry: Entry) -> None:
        """Wait until an arrival has been translated, and note what became of it."""
        sha256 = hashlib.sha256(entry.payload).hexdigest()

        def finished() -> dict[str, Any] | None:
            number = self.gateway.newest(direction="in", payload_sha256=sha256)
            if number is None:
                return None
            detail = self.gateway.document(number)
            return detail if detail["state"] != "received" else None

        what = f"the translation of {entry.partner_name}'s {entry.document} ({entry.files[0].name})"
        detail = self.gateway.wait(what, finished)
        entry.document_id = int(detail["document"][1:])
        entry.findings = tuple(Finding.from_json(finding) for finding in detail["findings"])
        ended = datetime.fromisoformat(detail["finished_at"])
        entry.milliseconds = max(ended.timestamp() - entry.at, 0) * 1000

    def _entry(
        self,
        actor: Actor,
        direction: Direction,
        kind: str,
        telling: Telling,
        at: float,
        data: bytes,
        numbers: str,
    ) -> Entry:
        return Entry(
            partner=actor.code,
            partner_name=actor.name,
            door=actor.door,
            direction=direction,
            document=kind,
            telling=telling,
            at=at,
            payload=data,
            control_numbers=numbers,
        )


def _file_name(summary: X12Summary) -> str:
    return f"{summary.kind}-{summary.control_numbers.partition(' ')[0]}.edi"


def _verdict_on_receipt(sent: Sent) -> str:
    """What the partner makes of our MDN."""
    if sent.judgement.delivered:
        return f"the partner verified our MDN: signed by us, MIC {sent.mic[:16]}… equals its own"
    said = sent.judgement.disposition.header_value() if sent.judgement.disposition else "no disposition"
    return f"our MDN says: {said}"
