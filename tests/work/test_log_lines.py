"""Every line of the log carries the document it is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import LogCapture

from tests.databases import database_url
from tests.flow.station import partner_file, purchase_order, station


@pytest.fixture
def logged() -> Iterator[LogCapture]:
    capture, before = LogCapture(), structlog.get_config()
    structlog.configure(
        processors=[merge_contextvars, capture], wrapper_class=structlog.make_filtering_bound_logger(0)
    )
    yield capture
    structlog.configure(**before)


def test_each_step_says_which_document(tmp_path: Path, logged: LogCapture) -> None:
    partners = {"auto": partner_file("auto", acceptance="as_ordered")}
    with database_url("sqlite", tmp_path) as url, station(tmp_path / "workspace", url, partners) as opened:
        opened.take(purchase_order("SECRET-PO", sender="AUTO"))
    done = [entry for entry in logged.entries if entry["event"] == "step_done"]
    assert {entry["step"] for entry in done} == {"translate", "render", "deliver"}
    assert [entry for entry in done if not str(entry.get("document", "")).startswith("D")] == []
    assert "SECRET-PO" not in str(logged.entries), "no payload in logs"
