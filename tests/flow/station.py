"""A workspace with partners of every kind, an open gateway in it, and documents its partners could send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.flow import showing
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.ledger import deliveries, documents, orders, work_items
from gateway.settings import Settings
from gateway.work.opening import OpenGateway, open_gateway

STATION = """
language = 1

[station]
name = "Example Supply Company"
qualifier = "ZZ"
identifier = "SUPPLY"
group_identifier = "SUPPLY"
gs1_prefix = "0614141"
currency = "USD"
time_zone = "America/New_York"
"""

CONNECTIONS = """
language: 1
connections:
  acme-folder: {kind: folder, inbox: data/mailboxes/acme/in, outbox: data/mailboxes/acme/out}
  store-folder: {kind: folder, inbox: data/mailboxes/store/in, outbox: data/mailboxes/store/out}
  web: {kind: http, outbox: data/mailboxes/web/out}
"""


def partner_file(
    code: str, *, acceptance: str = "by_hand", connection: str = "acme-folder", more: str = ""
) -> str:
    """A partner with an X12 identity of its own code in capitals and every outbound document."""
    return f"""
language: 1
partner: {code}
name: {code.title()} Stores
status: live
identities:
  - {{qualifier: "ZZ", identifier: {code.upper()}}}
connections: [{connection}]
outbound:
  "997": {{}}
  "855": {{version: "004010"}}
  "856": {{version: "004010"}}
  "810": {{version: "004010"}}
orders:
  acceptance: {acceptance}
{more}
"""


class Station:
    """A workspace on disk with its gateway open. ``files`` are further ones, or others than the usual, by name."""

    def __init__(
        self,
        folder: Path,
        url: str,
        partners: Mapping[str, str],
        files: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        every = {"config/gateway.toml": STATION, "config/connections.yaml": CONNECTIONS}
        every |= {f"partners/{code}/partner.yaml": text for code, text in partners.items()}
        for name, text in {**every, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.opened: OpenGateway = open_gateway(Settings.load(folder, url, {}), environ or {})

    @property
    def gateway(self) -> Gateway:
        return self.opened.gateway

    def take(self, data: bytes | str, door: str = "acme-folder", name: str = "drop.edi", **more: Any) -> int:
        """Receive a file and run everything that follows from it; returns the document's id."""
        raw = data.encode() if isinstance(data, str) else data
        document_id = receive(self.gateway, Arrival(data=raw, door=door, file_name=name, **more))
        self.drain()
        return document_id

    def drain(self) -> None:
        """Run everything due now."""
        assert self.opened.runner.drain(60), "work was left over"

    def document(self, document_id: int) -> dict[str, Any]:
        with self.gateway.database.reading() as tx:
            detail = showing.document_detail(tx, document_id)
        assert detail is not None
        return detail

    def documents(self, **equal: Any) -> list[dict[str, Any]]:
        with self.gateway.database.reading() as tx:
            return [showing.document_row(d) for d in reversed(documents.listed(tx, limit=5000, **equal))]

    def orders(self) -> list[dict[str, Any]]:
        with self.gateway.database.reading() as tx:
            details = [showing.order_detail(tx, o.id) for o in reversed(orders.listed(tx, limit=5000))]
        return [detail for detail in details if detail is not None]

    def work(self, **equal: Any) -> list[dict[str, Any]]:
        with self.gateway.database.reading() as tx:
            return [showing.work_row(item) for item in work_items.listed(tx, **equal)]

    def deliveries(self) -> list[dict[str, Any]]:
        with self.gateway.database.reading() as tx:
            return [showing.delivery_row(d) for d in reversed(deliveries.listed(tx, limit=5000))]

    def sent(self, set_code: str, connection: str = "acme") -> list[str]:
        """The files of a set that were delivered into the partner's folder, in order."""
        folder = self.folder / "data" / "mailboxes" / connection / "out"
        return [path.read_text() for path in sorted(folder.glob(f"{set_code}_*"))]

    def codes(self, document_id: int) -> list[str]:
        """The codes of a document's errors."""
        return [f["code"] for f in self.document(document_id)["findings"] if f["severity"] == "error"]


@contextmanager
def station(
    folder: Path,
    url: str,
    partners: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Station]:
    """An open workspace, closed at the end."""
    opened = Station(folder, url, partners, files, environ)
    try:
        yield opened
    finally:
        opened.opened.close()


def purchase_order(
    number: str = "4500012345",
    *,
    sender: str = "ACME",
    receiver: str = "SUPPLY",
    quantity: str = "10",
    purpose: str = "00",
    interchange: int = 1,
    usage: str = "P",
    version: str = "004010",
    item: str = "614141000418",
    lines: int = 1,
) -> str:
    """An 850 with the given facts, one line unless more are asked for."""
    body = [
        f"ST*850*{interchange:04d}",
        f"BEG*{purpose}*SA*{number}**20260317",
        "REF*DP*531",
        "N1*ST*Hooli Warehouse*92*00417",
        "N3*1 Main St",
        "N4*Boise*ID*83702*US",
        *[f"PO1*{n}*{quantity}*EA*14.40*PE*UP*{item}*VN*W-RED" for n in range(1, lines + 1)],
        f"CTT*{lines}",
    ]
    body.append(f"SE*{len(body) + 1}*{interchange:04d}")
    isa = (
        f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{receiver:15}*260317*0930*U*00401"
        f"*{interchange:09d}*0*{usage}*>"
    )
    segments = [isa, f"GS*PO*{sender}*{receiver}*20260317*0930*{interchange}*X*{version}", *body]
    segments += [f"GE*1*{interchange}", f"IEA*1*{interchange:09d}"]
    return "".join(segment + "~\n" for segment in segments)
