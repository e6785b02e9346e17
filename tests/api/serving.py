"""The app of an open station behind a real socket, served by uvicorn as ``gateway serve`` does it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from gateway.app import create_app
from tests.flow.station import Station

OPERATOR = "the-operators-token"


@contextmanager
def served(station: Station, *, running: bool = False) -> Iterator[httpx.Client]:
    """A client of the served app.

    Only where ``running``, its runner and schedule work beside it; else the test drains the station itself, and knows
    what happened when.
    """
    app = create_app(station.opened, operator_token=OPERATOR, schedule=running)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        lifespan="on" if running else "off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "the app did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
