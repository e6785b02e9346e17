from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.pages import OPERATOR_TOKEN, SUMMIT_TOKEN, Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Nobody is logged in; steps run when a test drains them."""
    with open_site(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def console(site: Site) -> Site:
    """The operator Ann is logged in."""
    site.enter("console", OPERATOR_TOKEN, "Ann")
    return site


@pytest.fixture
def portal(site: Site) -> Site:
    """Summit's buyer is logged in, and the runner works in the background as it does under ``serve``."""
    site.opened.runner.start()
    site.enter("portal", SUMMIT_TOKEN)
    return site
