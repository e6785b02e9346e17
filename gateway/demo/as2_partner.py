"""A simulated AS2 partner: an endpoint of its own that opens, checks and answers our messages, and sends its own."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gateway.as2.fault import Fault
from gateway.as2.mdn import Receipt, build_mdn
from gateway.as2.message import OpenedMessage, build, open_message
from gateway.as2.receipt import Judgement, read_mdn
from gateway.as2.request import read_request
from gateway.as2.settings import As2Settings
from gateway.demo.arrived import Arrived
from gateway.transport.as2_http import post


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of the partner's and what came back: both as bytes with their headers, and what the MDN is worth."""

    message: bytes
    receipt: bytes
    judgement: Judgement
    mic: str


class As2Partner:
    """Listens on 127.0.0.1 at a free port from :meth:`start` to :meth:`stop`.

    ``answers`` False makes it a partner that takes messages and never sends an MDN.
    """

    def __init__(self, settings: As2Settings, *, answers: bool = True) -> None:
        self.settings = settings
        self.answers = answers
        self._arrived: list[Arrived] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where messages to the partner are posted."""
        return f"http://127.0.0.1:{self._server.server_port}/as2"

    def start(self) -> As2Partner:
        """Serve in the background."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> As2Partner:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def collect(self) -> list[Arrived]:
        """Take what has arrived, oldest first."""
        with self._lock:
            taken, self._arrived = self._arrived, []
        return taken

    def send(self, payload: bytes, url: str, *, name: str, signing: As2Settings | None = None) -> Sent:
        """Post a signed and encrypted message and judge the answer. ``signing`` signs with another's key.

        Raises Failure where there is no answer at all.
        """
        now = datetime.now(UTC)
        message = build(
            payload,
            signing or self.settings,
            message_id=f"<{secrets.token_hex(10)}@globex.example>",
            now=now,
            file_name=name,
            subject="Purchase order",
        )
        reply = post(url, message.headers, message.body, timeout=20)
        judgement = read_mdn(
            reply.headers,
            reply.body,
            self.settings,
            message_id=message.message_id,
            mics=message.mics,
            now=datetime.now(UTC),
        )
        return Sent(
            message=as_bytes(message.headers, message.body),
            receipt=as_bytes(reply.headers, reply.body),
            judgement=judgement,
            mic=message.mic,
        )

    def take(self, headers: tuple[tuple[str, str], ...], body: bytes) -> Receipt | None:
        """Open what was posted, keep it, and say how to answer; None for the partner that never does."""
        now = datetime.now(UTC)
        request = read_request(headers)
        if isinstance(request, Fault):
            raise AssertionError(request.finding.message)
        opened = open_message(request, body, self.settings, now)
        receipt = build_mdn(
            request,
            opened,
            message_id=f"<mdn.{secrets.token_hex(10)}@globex.example>",
            now=now,
            key=self.settings.signing_key(now),
        )
        arrived = Arrived(
            name=(opened.file_name or "unnamed") if isinstance(opened, OpenedMessage) else "unreadable",
            data=opened.payload if isinstance(opened, OpenedMessage) else b"",
            at=time.time(),
            message=as_bytes(headers, body),
        )
        if self.answers:
            arrived = replace(arrived, receipt=as_bytes(receipt.headers, receipt.body))
        with self._lock:
            self._arrived.append(arrived)
        return receipt if self.answers else None


def as_bytes(headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """Headers and body as one MIME text, the way AS2 products archive messages."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return fields.encode("utf-8", "surrogateescape") + b"\r\n" + body


def _handler_of(partner: As2Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receipt = partner.take(tuple(self.headers.items()), body)
            self.send_response(200)
            for name, value in receipt.headers if receipt is not None else (("Content-Length", "0"),):
                self.send_header(name, value)
            self.end_headers()
            if receipt is not None:
                self.wfile.write(receipt.body)

        def log_message(self, format: str, *args: Any) -> None:
            """The demo's terminal is for the demo."""

    return Handler
