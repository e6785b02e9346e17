"""``gateway serve --demo`` as a process: partners trade with it, and ending it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("demo")


def orders(url: str, token: str) -> dict[tuple[str, str], str]:
    answer = httpx.get(
        f"{url}/api/v1/orders", headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20
    )
    items: list[dict[str, Any]] = answer.json()["items"]
    return {(each["partner"], each["purchase_order_number"]): each["acceptance"] for each in items}


def addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The URL and the operator's token, as the demo prints them."""
    assert process.stdout is not None
    said = ""
    while "Accept an order" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    found = re.search(r"console\s+(http://\S+)/console\s+token (\S+)", said)
    assert found is not None
    return found[1], found[2]


def test_partners_trade_with_it_and_it_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "gateway", "serve", "--demo"]
    wanted = {
        ("acme", "4500012345"): "waiting",
        ("acme", "4500012346"): "waiting",
        ("globex", "G-20877"): "accepted_partly",
        ("hooli", "PO-9001"): "accepted",
        ("summit-outfitters", "TS-2101"): "accepted",
        ("summit-outfitters", "TS-2103"): "accepted",
    }
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            url, token = addresses(process)
            end = time.monotonic() + 90
            while (found := orders(url, token)) != wanted:
                assert time.monotonic() < end, found
                time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode in (0, 143), rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
