"""Every flow test runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import KINDS, database_url
from tests.flow.station import Station, partner_file, station


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with database_url(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def acme(url: str, tmp_path: Path) -> Iterator[Station]:
    """A station with a partner who decides by hand (acme), as ordered (auto) and from stock (store)."""
    partners = {
        "acme": partner_file("acme"),
        "auto": partner_file("auto", acceptance="as_ordered"),
        "store": partner_file("store", acceptance="from_stock", more="  backorders: yes"),
        "strict": partner_file("strict", acceptance="from_stock"),
        "split": partner_file("split", acceptance="from_stock", more="  ack_style: IA_ID"),
    }
    with station(tmp_path / "workspace", url, partners) as opened:
        yield opened
