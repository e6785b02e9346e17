"""The pages in a real browser: hostile data runs nowhere, the policy is never broken, nothing is wider than a phone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.web.pages import HEADER, HOSTILE, OPERATOR_TOKEN, SUMMIT_TOKEN, Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The application on a port of its own; every request carries the cookies of the test's client."""
    cookies = "; ".join(f"{name}={value}" for name, value in site.client.cookies.items()).encode()
    inner = site.client.app

    async def logged_in(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"cookie", cookies)]}
        await inner(scope, receive, send)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(logged_in, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def browse(address: str, profile: Path) -> tuple[str, str]:
    """The page after a browser has worked on it, and what the browser complained about."""
    assert CHROMIUM is not None
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--window-size=390,800",
    )
    run = subprocess.run(
        [CHROMIUM, *flags, f"--user-data-dir={profile}", "--virtual-time-budget=2000", "--dump-dom", address],
        capture_output=True,
        timeout=60,
        check=True,
    )
    complaints = [line for line in run.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
    return run.stdout.decode("utf-8", "replace"), "\n".join(complaints)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; the pages are not seen in a browser")
def test_a_browser_runs_nothing_of_hostile_data_and_finds_no_fault(site: Site, tmp_path: Path) -> None:
    sheet = HEADER + f'{HOSTILE},,"<img src=x onerror=document.title=1>",614141000418,\u202ex,ten,2\n'
    refused = site.receive(sheet, name=HOSTILE)
    site.receive(HEADER + f"{HOSTILE},,TR-1,614141000418,x,1,2.00\n")
    site.enter("console", OPERATOR_TOKEN)
    site.enter("portal", SUMMIT_TOKEN)
    with served(site) as address:
        for path, words in (
            (f"/portal/documents/{refused}", "cannot be read"),
            ("/console/orders/O1", "Time line"),
        ):
            page, complaints = browse(address + path, tmp_path / "profile")
            assert words in page and "Log out" in page
            assert "<title>pwned" not in page and "<script>" not in page
            assert complaints == ""
