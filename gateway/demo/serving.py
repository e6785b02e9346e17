"""``gateway serve --demo``: a gateway in a temporary workspace, with simulated partners at work beside it."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import uvicorn

from gateway.app import create_app, operator_token
from gateway.data import schemas_folder
from gateway.demo.attendance import Attendance
from gateway.demo.cast import Cast, Manners, assembled
from gateway.demo.ending import tidy_end
from gateway.demo.workspace import STOCK
from gateway.flow.import_stock import import_stock
from gateway.settings import Settings
from gateway.work.opening import open_gateway
from gateway.x12.guide import Guides

HOST, PORT = "127.0.0.1", 8850


def serve_demo(port: int = PORT) -> int:
    """Serve until interrupted, then remove every trace; returns the exit code.

    Where ``port`` is taken, a free one is used. Addresses, tokens and what the partners do go to standard output.
    """
    with tidy_end(), ExitStack() as ending:
        place = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="gateway-demo-")))
        guides = Guides.load(schemas_folder() / "x12")
        cast = ending.enter_context(assembled(place, guides, Manners()))
        listener = ending.enter_context(_listener(port))
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        settings = replace(Settings.load(cast.workspace, None, {}), host=HOST, port=listener.getsockname()[1])
        opened = open_gateway(settings, {}, quiet_seconds=0)
        import_stock(opened.gateway, STOCK.read_bytes(), file=STOCK.name)
        token = operator_token(settings)
        app = create_app(opened, operator_token=token)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
        attendance = Attendance(cast, url, _say)
        ending.callback(attendance.stop)
        threading.Thread(
            target=_welcome, args=(server, cast, url, token, attendance), name="welcome", daemon=True
        ).start()
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            _say("stopped; the demo's workspace is gone")
    return 0


def _listener(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        return socket.create_server((HOST, 0))


def _welcome(server: uvicorn.Server, cast: Cast, url: str, token: str, attendance: Attendance) -> None:
    """Once the gateway listens: where it is, how to get in, and the partners begin."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    summit = cast.keys.tokens[cast.summit.code]
    lines = [
        "The demo's gateway is running, and four simulated partners trade with it. Ctrl-C ends and removes it.",
        "",
        f"  console    {url}/console    token {token}",
        f"  portal     {url}/portal     token {summit}  (Summit Outfitters)",
        f"  API        {url}/docs",
        f"  workspace  {cast.workspace}   (gateway --workspace DIR documents list, and so on)",
        "",
        "Accept an order of Acme's in the console, ship it, bill it: each answer reaches Acme, and its 997 comes back.",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    attendance.start()


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stdout.flush()
