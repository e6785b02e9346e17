"""The independent peer, made once for a test module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.as2.openssl_peer import ABSENT, OPENSSL, OpensslPeer
from tests.as2.stations import station_key


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> OpensslPeer:
    """An openssl peer named ``Acme Corp``; skips where openssl is not installed."""
    if OPENSSL is None:
        pytest.skip(ABSENT)
    return OpensslPeer("Acme Corp", tmp_path_factory.mktemp("peer"))


@pytest.fixture(scope="module")
def station_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own certificate as a file the peer can be given."""
    file = tmp_path_factory.mktemp("station") / "gateway.pem"
    file.write_bytes(station_key("Gateway").certificate.pem())
    return file
