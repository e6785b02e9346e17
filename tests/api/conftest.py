"""Stations whose partners come by AS2 and by upload. Both databases where a test asks for ``both``, else SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from structlog.testing import LogCapture

from tests.api.as2_partner import PARTNER_NAME, Endpoint, as2_files, listening, station_pem
from tests.api.serving import served
from tests.as2.openssl_peer import ABSENT, OPENSSL, OpensslPeer
from tests.databases import KINDS, database_url
from tests.flow.station import Station, partner_file, station

both_databases = pytest.mark.parametrize("url", KINDS, indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with database_url(getattr(request, "param", "sqlite"), tmp_path) as found:
        yield found


@pytest.fixture(autouse=True)
def logged() -> Iterator[LogCapture]:
    """What the gateway logs. Whatever comes in, it never answers by failing."""
    capture, before = LogCapture(), structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, capture])
    yield capture
    structlog.configure(**before)


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> OpensslPeer:
    if OPENSSL is None:
        pytest.skip(ABSENT)
    return OpensslPeer(PARTNER_NAME, tmp_path_factory.mktemp("peer"))


@pytest.fixture(scope="session")
def station_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our certificate, as the partner has it."""
    file = tmp_path_factory.mktemp("station") / "station.pem"
    file.write_text(station_pem()[0])
    return file


@pytest.fixture
def endpoint(peer: OpensslPeer, station_file: Path) -> Iterator[Endpoint]:
    """The partner's AS2 address."""
    with listening(Endpoint(peer, station_file)) as found:
        yield found


@pytest.fixture
def acme(url: str, tmp_path: Path, endpoint: Endpoint) -> Iterator[Station]:
    """A station whose partner acme comes and goes by AS2 and has its orders decided by hand."""
    partners = {"acme": partner_file("acme", connection="acme-as2")}
    with station(tmp_path / "workspace", url, partners, as2_files(endpoint)) as opened:
        yield opened


@pytest.fixture
def door(acme: Station) -> Iterator[httpx.Client]:
    """A client of acme's station; nothing runs there before the test drains it."""
    with served(acme) as client:
        yield client
