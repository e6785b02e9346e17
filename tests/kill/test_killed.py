"""The ready gateway is killed at twenty random moments of intake. What its peers recorded is the judge.

Acknowledged to a peer means exactly one order; not acknowledged, at most one. Peers send again what was not
acknowledged, as partners do: the same bytes.
"""

from __future__ import annotations

import random
import re
import threading
import time
from pathlib import Path

import httpx
import pytest

from gateway.flow.deliver import LEASE_SECONDS
from gateway.ledger import due, numbers
from tests.databases import database_url
from tests.flow.station import CONNECTIONS, STATION, Station, partner_file, purchase_order, station
from tests.kill.gateway_process import GatewayProcess, free_port

KILLS = 20
LONGEST_LIFE = 1.2


class HttpPeer:
    """Uploads one order after another, each until it is acknowledged, and records what was."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.acknowledged: list[str] = []
        self.tried: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            name = f"HTTP{number}"
            body = purchase_order(name, sender="AUTO", interchange=number)
            self.tried.add(name)
            while not self._send(body, name):
                if self._over.is_set():
                    return
                time.sleep(0.05)
            self.acknowledged.append(name)
            time.sleep(0.03)

    def _send(self, body: str, name: str) -> bool:
        headers = {"Authorization": "Bearer auto-secret", "X-File-Name": f"{name}.edi"}
        # Every second order has no idempotency key: sameness must not depend on it.
        if int(name[4:]) % 2:
            headers["Idempotency-Key"] = name
        try:
            answer = httpx.post(
                f"{self._base}/api/v1/documents", content=body.encode(), headers=headers, timeout=10
            )
        except httpx.HTTPError:
            return False
        assert answer.status_code in (202, 500, 503), answer.text
        return answer.status_code == 202


class FolderPeer:
    """Drops files by rename; a file that is gone from the folder was taken, so it is acknowledged."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._number = 0
        self.dropped: list[str] = []

    def drop(self, count: int) -> None:
        self._inbox.mkdir(parents=True, exist_ok=True)
        for _ in range(count):
            self._number += 1
            name = f"FOLDER{self._number}"
            aside = self._inbox / f".{name}.tmp"
            aside.write_text(purchase_order(name, sender="AUTO", interchange=50_000 + self._number))
            aside.rename(self._inbox / f"{name}.edi")
            self.dropped.append(name)


def prepare(workspace: Path, port: int) -> None:
    """A workspace with one partner that comes by folder and by upload."""
    partner = partner_file("auto", acceptance="as_ordered", more="token: env:AUTO_TOKEN")
    partner = partner.replace("connections: [acme-folder]", "connections: [acme-folder, web]")
    files = {
        "config/gateway.toml": f'{STATION}\n[server]\nhost = "127.0.0.1"\nport = {port}\n',
        "config/connections.yaml": CONNECTIONS.replace("acme/out}", "acme/out, poll_seconds: 1}"),
        "partners/auto/partner.yaml": partner,
    }
    for name, text in files.items():
        path = workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_killed_at_twenty_moments(kind: str, tmp_path: Path) -> None:
    chance = random.Random(850)
    workspace, port = tmp_path / "workspace", free_port()
    prepare(workspace, port)
    with database_url(kind, tmp_path) as url:
        process = GatewayProcess(workspace, url, port, tmp_path / "gateway.log")
        folder = FolderPeer(workspace / "data" / "mailboxes" / "acme" / "in")
        peer = HttpPeer(process.base)
        peer.start()
        try:
            process.start()
            for _ in range(KILLS):
                folder.drop(2)
                time.sleep(chance.uniform(0.02, LONGEST_LIFE))
                process.kill()
                process.start()
            time.sleep(2.5)  # so that the last drops are taken
        finally:
            peer.stop()
            process.stop()
        judge(workspace, url, peer, folder)


def finish(opened: Station) -> None:
    """Run what is left. What a killed process had in hand is free once its leases have run out."""
    deadline = time.monotonic() + LEASE_SECONDS + 120
    while time.monotonic() < deadline:
        assert opened.opened.runner.drain(120)
        with opened.gateway.database.reading() as tx:
            left = [step for step in due.pending(tx) if step.step != "abandon"]
        if not left:
            return
        time.sleep(1)
    raise AssertionError(f"still due: {left}")


def judge(workspace: Path, url: str, peer: HttpPeer, folder: FolderPeer) -> None:
    """Compare the ledger with what the peers recorded."""
    remaining = {path.stem for path in (workspace / "data/mailboxes/acme/in").glob("FOLDER*.edi")}
    acknowledged = set(peer.acknowledged) | (set(folder.dropped) - remaining)
    assert len(peer.acknowledged) > KILLS, "the peer hardly got through: the test shows nothing"
    with station(workspace, url, {}) as opened:
        finish(opened)
        booked = [order["purchase_order_number"] for order in opened.orders()]
        assert len(booked) == len(set(booked)), "an order was doubled"
        assert acknowledged <= set(booked), f"lost: {sorted(acknowledged - set(booked))}"
        assert set(booked) <= peer.tried | set(folder.dropped)
        orders_answered = [
            segment.split("*")[3]
            for text in opened.sent("855")
            for segment in re.split(r"~\s*", text)
            if segment.startswith("BAK*")
        ]
        assert sorted(orders_answered) == sorted(booked), "each order has one 855, under one identity"
        with opened.gateway.database.reading() as tx:
            for scope in ("isa:auto", "gs:auto"):
                drawn = numbers.drawn(tx, scope, False)
                assert drawn == list(range(1, len(drawn) + 1)), "a number is missing"
        assert [item["kind"] for item in opened.work()] == []
