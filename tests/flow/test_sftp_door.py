"""A real OpenSSH server as the partner's mailbox: files are collected durably, and ours arrive whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.core.failure import Failure, TransientFailure
from gateway.flow.gateway import Gateway
from gateway.flow.poll import poll
from gateway.ledger import due, tables
from gateway.partnerships.connection import SftpConnection
from gateway.transport.sftp import SftpMailbox
from gateway.transport.sftp_exchange import SftpExchange
from gateway.transport.stability import Stability
from gateway.work.schedule import Schedule
from tests.databases import KINDS, database_url
from tests.flow.station import CONNECTIONS, Station, partner_file, purchase_order, station
from tests.transport.openssh_server import OpenSshServer, make_key, sshd_path

both_databases = pytest.mark.parametrize("url", KINDS, indirect=True)
NO_REMOVAL = "internal-sftp -P remove,rename,posix-rename"


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database_url(getattr(request, "param", "sqlite"), tmp_path) as found:
        yield found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OpenSshServer]:
    (tmp_path / "sshd").mkdir()
    with OpenSshServer(folder=tmp_path / "sshd") as running:
        yield running


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """How long a file must be quiet, for the gateway opened next."""

    def seconds(wanted: float) -> None:
        monkeypatch.setattr("gateway.work.opening.stability_for", lambda *_: Stability(quiet_seconds=wanted))

    seconds(0)
    return seconds


def connections(server: OpenSshServer, host_key: str | None = None, archive: bool = True) -> str:
    home = server.home
    return f"""{CONNECTIONS.rstrip()}
  acme-sftp:
    kind: sftp
    host: 127.0.0.1
    port: {server.port}
    user: {server.user}
    host_keys: ["{host_key or server.host_key}"]
    private_key: file:keys/client
    pickup: {home / "out"}
    drop: {home / "in"}
    poll_seconds: 1
{f"    archive: {home / 'archive'}" if archive else ""}
"""


@pytest.fixture
def acme(
    request: pytest.FixtureRequest,
    url: str,
    tmp_path: Path,
    server: OpenSshServer,
    quiet: Callable[[float], None],
) -> Iterator[Station]:
    """A station that polls the server for acme, whose orders are taken as ordered."""
    files = {
        "config/connections.yaml": connections(server, **getattr(request, "param", {})),
        "keys/client": (server.folder / "client").read_text(),
    }
    partners = {"acme": partner_file("acme", connection="acme-sftp", acceptance="as_ordered")}
    with station(tmp_path / "workspace", url, partners, files) as opened:
        yield opened


def look(acme: Station) -> list[int]:
    gateway = acme.gateway
    with gateway.database.reading() as tx:
        connection = gateway.configuration(tx).connections["acme-sftp"]
    return poll(gateway, connection)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def begin_again(server: OpenSshServer, internal_sftp: str = "internal-sftp") -> None:
    """The same server, started anew."""
    server.__exit__()
    server.internal_sftp = internal_sftp
    server._start(sshd_path())


def make_due(acme: Station) -> None:
    with acme.gateway.database.transaction() as tx:
        tx.execute(update(tables.due).values(due_at=acme.gateway.database.now()))
    acme.drain()


@both_databases
@pytest.mark.parametrize(
    "acme", [{"archive": True}, {"archive": False}], indirect=True, ids=["archived", "deleted"]
)
def test_a_dropped_order_is_committed_and_only_then_let_go(
    acme: Station, server: OpenSshServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    order = purchase_order().encode()
    (server.home / "out" / "po.edi").write_bytes(order)
    settle = SftpMailbox.settle
    committed: list[bytes] = []

    def settle_and_look(self: SftpMailbox, *arguments: object) -> object:
        assert names(server.home / "out") == ["po.edi"], "not moved before"
        committed.extend(acme.gateway.archive.read(d["sha256"]) for d in acme.documents())
        return settle(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(SftpMailbox, "settle", settle_and_look)
    assert look(acme) == [1]
    assert committed == [order], "archived and in the ledger before the partner's file moved"
    assert names(server.home / "out") == []
    kept = request.node.callspec.params["acme"]["archive"]
    assert names(server.home / "archive") == (["po.edi"] if kept else [])

    acme.drain()
    assert [o["acceptance"] for o in acme.orders()] == ["accepted"]
    assert sorted(name[:3] for name in names(server.home / "in")) == ["855", "997"]
    assert [d["state"] for d in acme.deliveries()] == ["delivered", "delivered"]
    assert look(acme) == []


def test_a_file_that_cannot_be_removed_is_imported_once(acme: Station, server: OpenSshServer) -> None:
    begin_again(server, NO_REMOVAL)
    (server.home / "out" / "po.edi").write_text(purchase_order())
    assert [look(acme) for _ in range(3)] == [[1], [], []]
    assert names(server.home / "out") == ["po.edi"]
    (item,) = acme.work(kind="file_not_taken")
    assert "was taken, but can't be removed" in item["title"]
    begin_again(server)
    assert look(acme) == []
    assert names(server.home / "out") == []
    assert acme.work(kind="file_not_taken") == []
    acme.drain()
    assert len(acme.documents(direction="in")) == 1
    assert len(acme.orders()) == 1


def test_the_same_file_dropped_again_is_a_duplicate(acme: Station, server: OpenSshServer) -> None:
    for expected in ([1], [4]):
        (server.home / "out" / "po.edi").write_text(purchase_order())
        assert look(acme) == expected
        acme.drain()
    assert [d["state"] for d in acme.documents(direction="in")] == ["translated", "duplicate"]
    assert len(acme.orders()) == 1
    assert len(names(server.home / "archive")) == 2, "the partner's archive keeps both"


def test_a_half_written_file_is_not_read(
    server: OpenSshServer, url: str, tmp_path: Path, quiet: Callable[[float], None]
) -> None:
    quiet(0.5)
    files = {
        "config/connections.yaml": connections(server),
        "keys/client": (server.folder / "client").read_text(),
    }
    with station(
        tmp_path / "slow", url, {"acme": partner_file("acme", connection="acme-sftp")}, files
    ) as acme:
        text, file = purchase_order(), server.home / "out" / "po.edi"
        (server.home / "out" / "other.edi.part").write_text(text)
        (server.home / "out" / ".hidden.edi").write_text(text)
        for end in range(100, len(text), 100):
            file.write_text(text[:end])
            assert look(acme) == []
        file.write_text(text)
        assert look(acme) == [], "finished, but not known to be"
        time.sleep(0.6)
        assert look(acme) == [1]
        acme.drain()
        assert len(acme.orders()) == 1
        assert names(server.home / "out") == [".hidden.edi", "other.edi.part"]


def test_ours_arrives_under_a_temporary_name_and_is_renamed(
    acme: Station, server: OpenSshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = SftpExchange.write
    written: list[tuple[str, list[str]]] = []

    def write_and_look(self: SftpExchange, path: bytes, data: bytes) -> None:
        write(self, path, data)
        written.append((Path(path.decode()).name, names(server.home / "in")))

    monkeypatch.setattr(SftpExchange, "write", write_and_look)
    acme.take(purchase_order(), door="acme-sftp")
    final = names(server.home / "in")
    assert len(final) == 2
    for temporary, there in written:
        assert temporary.startswith(".") and temporary.endswith(".part")
        assert temporary in there
        assert temporary[1:].removesuffix(".part") in final
        assert temporary[1:].removesuffix(".part") not in there, (
            "not under its name while it is being written"
        )
    for delivery in acme.deliveries():
        document = acme.document(int(delivery["document"][1:]))
        assert (server.home / "in" / delivery["file"]).read_bytes() == acme.gateway.archive.read(
            document["sha256"]
        )


@both_databases
def test_nobody_listens_and_it_is_tried_again_later(acme: Station, server: OpenSshServer) -> None:
    server.__exit__()
    with pytest.raises(TransientFailure):
        look(acme)
    acme.take(purchase_order(), door="acme-sftp")
    assert {(d["state"], d["attempts"]) for d in acme.deliveries()} == {("due", 1)}
    with acme.gateway.database.reading() as tx:
        steps = [step for step in due.pending(tx) if step.step == "deliver"]
    now = acme.gateway.database.now()
    assert len(steps) == 2
    assert all(30 < (step.due_at - now).total_seconds() < 90 for step in steps)
    assert all("127.0.0.1" in (step.last_error or "") for step in steps)
    assert acme.work() == [], "nobody is asked while time may mend it"
    server._start(sshd_path())
    make_due(acme)
    assert [d["state"] for d in acme.deliveries()] == ["delivered", "delivered"]
    assert len(names(server.home / "in")) == 2


@pytest.fixture
def stranger(server: OpenSshServer, url: str, tmp_path: Path, quiet: object) -> Iterator[Station]:
    """A station that has another host key pinned than the server shows."""
    files = {
        "config/connections.yaml": connections(server, make_key(tmp_path / "old")),
        "keys/client": (server.folder / "client").read_text(),
    }
    with station(
        tmp_path / "stranger", url, {"acme": partner_file("acme", connection="acme-sftp")}, files
    ) as opened:
        yield opened


def test_a_changed_host_key_sends_nothing_and_asks_a_person(stranger: Station, server: OpenSshServer) -> None:
    stranger.take(purchase_order(), door="acme-sftp")
    (delivery,) = stranger.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    (item,) = stranger.work(kind="delivery_failed")
    assert "host key" in item["title"]
    assert names(server.home / "in") == []


def test_polling_stops_at_a_changed_host_key(
    stranger: Station, server: OpenSshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (server.home / "out" / "po.edi").write_text(purchase_order())
    with pytest.raises(Failure, match="host key"):
        look(stranger)
    polls: list[str] = []

    def count(gateway: Gateway, connection: SftpConnection) -> list[int]:
        polls.append(connection.name)
        return poll(gateway, connection) if isinstance(connection, SftpConnection) else []

    monkeypatch.setattr("gateway.work.schedule.poll", count)
    schedule = Schedule(stranger.gateway)
    schedule.start()
    try:
        deadline = time.monotonic() + 15
        while not stranger.work(kind="connection_refused"):
            assert time.monotonic() < deadline, "a person is asked"
            time.sleep(0.05)
        time.sleep(2.5)  # it would poll each second
    finally:
        schedule.stop()
    (item,) = stranger.work(kind="connection_refused")
    assert "acme-sftp" in item["title"]
    assert stranger.documents() == []
    assert names(server.home / "out") == ["po.edi"]
    assert polls.count("acme-sftp") == 1, "knocking again and again locks accounts"
