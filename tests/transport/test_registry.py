"""Connections open the mailbox of their kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure
from gateway.demo.sftp_partner import SftpPartnerServer
from gateway.partnerships.connection import (
    As2Connection,
    Connection,
    FolderConnection,
    HttpConnection,
    SftpConnection,
)
from gateway.transport.mailbox import Mailbox
from gateway.transport.registry import Surroundings, open_mailbox, stability_for


def opened(connection: Connection, workspace: Path) -> Mailbox:
    surroundings = Surroundings(workspace=workspace, secret={"env:ACME": "secret"}.__getitem__)
    return open_mailbox(connection, surroundings, stability_for(connection, quiet_seconds=0))


def test_folders_are_relative_to_the_workspace_and_made_there(tmp_path: Path) -> None:
    mailbox = opened(FolderConnection(name="f", inbox="data/in", outbox="data/out"), tmp_path)
    (tmp_path / "data" / "in" / "order.edi").write_bytes(b"x")
    assert [file.name for file in mailbox.list()] == ["order.edi"]
    mailbox.deliver("855.edi", b"y")
    assert (tmp_path / "data" / "out" / "855.edi").read_bytes() == b"y"


def test_folders_elsewhere_are_not_made(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    elsewhere = tmp_path / "not-mounted"
    mailbox = opened(FolderConnection(name="f", inbox="", outbox=str(elsewhere)), tmp_path / "workspace")
    assert mailbox.list() == ()
    with pytest.raises(TerminalFailure, match="is its disk mounted"):
        mailbox.deliver("855.edi", b"y")
    assert not elsewhere.exists()


def test_http_partners_have_an_outbox(tmp_path: Path) -> None:
    mailbox = opened(HttpConnection(name="h", outbox="."), tmp_path)
    assert mailbox.list() == ()
    mailbox.deliver("855.edi", b"y")
    assert (tmp_path / "855.edi").read_bytes() == b"y"
    with pytest.raises(TerminalFailure, match="no drop folder"):
        opened(HttpConnection(name="h"), tmp_path).deliver("855.edi", b"y")


def test_secrets_are_resolved_for_sftp(tmp_path: Path) -> None:
    with SftpPartnerServer(tmp_path, "acme", "secret") as server:
        connection = SftpConnection(
            name="s",
            host="127.0.0.1",
            port=server.port,
            user="acme",
            host_keys=(server.host_key_line,),
            password="env:ACME",
        )
        with opened(connection, tmp_path) as mailbox:
            mailbox.deliver("855.edi", b"y")
    assert (tmp_path / "in" / "855.edi").read_bytes() == b"y"


def test_as2_is_no_mailbox(tmp_path: Path) -> None:
    connection = As2Connection(
        name="a",
        url="http://127.0.0.1/",
        as2_name="B",
        certificate="b.pem",
        station_as2_name="A",
        station_certificate="a.pem",
        station_key="file:a.key",
    )
    with pytest.raises(TerminalFailure, match="not a mailbox"):
        opened(connection, tmp_path)
