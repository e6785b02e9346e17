"""A partner with AS2 software made of openssl: it posts to the gateway, and takes what the gateway posts to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gateway.as2.certificates import self_signed
from tests.as2.openssl_peer import Headers, OpensslPeer, Read
from tests.as2.stations import NOW
from tests.flow.station import CONNECTIONS

STATION_NAME = "Example Supply"
PARTNER_NAME = "Acme Corp"

Answer = tuple[int, Headers, bytes]


@cache
def station_pem() -> tuple[str, str]:
    """The station's certificate and key, made once for a test process."""
    certificate, key = self_signed(STATION_NAME, NOW.replace(year=NOW.year - 1), 800)
    return certificate.decode(), key.decode()


@dataclass
class Endpoint:
    """The partner's AS2 address. ``answers`` are used up one a request; then each gets the MDN it deserves.

    ``posts`` are the requests as they came; ``received`` what openssl decrypted and verified of those answered by MDN.
    """

    peer: OpensslPeer
    station_file: Path
    answers: list[Callable[[Headers, bytes], Answer]] = field(default_factory=list)
    posts: list[tuple[Headers, bytes]] = field(default_factory=list)
    received: list[Read] = field(default_factory=list)
    port: int = 0

    def answer(self, headers: Headers, body: bytes) -> Answer:
        self.posts.append((headers, body))
        make = self.answers.pop(0) if self.answers else self.receipt
        return make(headers, body)

    def receipt(self, headers: Headers, body: bytes) -> Answer:
        """Decrypt and verify with openssl, and answer with an MDN that openssl signs."""
        read = self.peer.read_message(headers, body, self.station_file)
        self.received.append(read)
        mdn_headers, mdn = self.peer.make_mdn(headers, read.mic)
        return 200, mdn_headers, mdn

    def header(self, post: int, name: str) -> str:
        """A header of the request at that position."""
        return next(value for known, value in self.posts[post][0] if known.lower() == name.lower())


@contextmanager
def listening(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint behind a real socket of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, answer = endpoint.answer(tuple(self.headers.items()), body)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Silence: pytest shows what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


def as2_files(endpoint: Endpoint) -> dict[str, str]:
    """Connections and keys of a workspace whose partner acme comes by AS2."""
    certificate, key = station_pem()
    connection = f"""
  acme-as2:
    kind: as2
    url: http://127.0.0.1:{endpoint.port}/as2
    as2_name: {PARTNER_NAME}
    certificate: keys/acme.pem
    station_as2_name: {STATION_NAME}
    station_certificate: keys/station.pem
    station_key: file:keys/station.key
"""
    return {
        "config/connections.yaml": CONNECTIONS.rstrip() + connection,
        "keys/acme.pem": endpoint.peer.certificate.read_text(),
        "keys/station.pem": certificate,
        "keys/station.key": key,
    }
