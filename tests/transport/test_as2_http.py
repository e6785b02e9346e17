"""The AS2 client against real sockets: what is answered, what is tried again, what is not."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.transport.as2_http import Tls, post

OPENSSL = shutil.which("openssl")
HEADERS = (("AS2-From", "Gateway"), ("Content-Type", "application/pkcs7-mime"), ("Content-Length", "4"))


class Server:
    """Answers each connection with fixed bytes, and keeps what it was sent."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None, pause: float = 0.0) -> None:
        self.answer, self.context, self.pause = answer, context, pause
        self.requests: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.stopped = threading.Event()

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            try:
                with (
                    self.context.wrap_socket(connection, server_side=True)
                    if self.context
                    else connection as open_one
                ):
                    open_one.settimeout(5)
                    self._answer(open_one)
            except OSError:
                continue

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request or not request.endswith(b"body"):
            request += connection.recv(65536) or b"\r\n\r\nbody"
        self.requests.append(request)
        for start in range(0, len(self.answer), 40) if self.pause else (0,):
            connection.sendall(self.answer[start : start + 40] if self.pause else self.answer)
            if self.stopped.wait(self.pause):
                return


@contextmanager
def serving(answer: bytes, context: ssl.SSLContext | None = None, pause: float = 0.0) -> Iterator[Server]:
    server = Server(answer, context, pause)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        thread.join(10)


def answer(status: str, body: bytes = b"", *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_the_body_is_sent_whole_and_the_answer_comes_back_as_it_is() -> None:
    with serving(
        answer("200 OK", b"a\r\nb\0", "Content-Type: multipart/signed; Boundary=X", "X-One: 1", "X-One: 2")
    ) as server:
        reply = post(f"http://127.0.0.1:{server.port}/as2", HEADERS, b"body")
    assert (reply.status, reply.body) == (200, b"a\r\nb\0")
    assert dict(reply.headers)["content-type"] == "multipart/signed; Boundary=X"
    assert [value for name, value in reply.headers if name == "x-one"] == ["1", "2"]
    request = server.requests[0].lower()
    assert request.startswith(b"post /as2 ") and request.endswith(b"\r\n\r\nbody")
    assert request.count(b"content-length: 4\r\n") == 1
    assert b"transfer-encoding" not in request and b"expect" not in request


@pytest.mark.parametrize(
    "status", ["408 Request Timeout", "425 Too Early", "500 Oops", "503 Busy", "504 Late"]
)
def test_what_may_pass_is_tried_again(status: str) -> None:
    with serving(answer(status)) as server, pytest.raises(TransientFailure, match=status[:3]):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("400 Bad", "ask it for the reason"),
        ("401 No", "admit our address"),
        ("404 Not Found", "no AS2 receiver"),
        ("413 Too Large", "too large"),
        ("429 Slow", "ask it for the reason"),
        ("304 Same", "redirects are not followed"),
    ],
)
def test_what_will_not_pass_says_what_to_do(status: str, advice: str) -> None:
    with serving(answer(status)) as server, pytest.raises(TerminalFailure, match=advice):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body")


def test_redirects_are_not_followed() -> None:
    with serving(answer("200 OK")) as elsewhere:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/"
        with (
            serving(answer("307 Moved", b"", location)) as server,
            pytest.raises(TerminalFailure, match="redirects"),
        ):
            post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body")
    assert elsewhere.requests == []


@pytest.mark.parametrize("cut", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", answer("200 OK", b"receipt")[:-3]])
def test_no_answer_or_half_of_one_is_tried_again(cut: bytes) -> None:
    with serving(cut) as server, pytest.raises(TransientFailure, match="lost"):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body")


def test_nobody_listens() -> None:
    with serving(b"") as server:
        port = server.port
    with pytest.raises(TransientFailure, match="cannot be reached"):
        post(f"http://127.0.0.1:{port}/", HEADERS, b"body")


def test_silence_and_dripping_are_limited() -> None:
    with (
        serving(answer("200 OK", b"x" * 4000), pause=0.1) as server,
        pytest.raises(TransientFailure, match="too slowly"),
    ):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body", timeout=1.0)
    with serving(b"HTTP", pause=2) as server, pytest.raises(TransientFailure, match=r"within 0\.3 seconds"):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body", timeout=0.3)


def test_an_answer_without_end_is_cut_off() -> None:
    with serving(answer("200 OK", b"x" * 5000)) as server, pytest.raises(TerminalFailure, match="no receipt"):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body", max_answer_bytes=1000)


def test_an_answer_that_is_not_http() -> None:
    with serving(b"SSH-2.0-OpenSSH\r\n\r\n") as server, pytest.raises(TransientFailure, match="lost"):
        post(f"http://127.0.0.1:{server.port}/", HEADERS, b"body")


@pytest.mark.parametrize(
    "url", ["", "acme.example/as2", "ftp://acme.example/", "http://", "http://[::1", "file:///etc"]
)
def test_urls_nothing_can_be_posted_to(url: str) -> None:
    with pytest.raises(TerminalFailure, match="correct the connection"):
        post(url, HEADERS, b"body")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A file with a self-signed certificate and its key, by host name."""
    if OPENSSL is None:
        pytest.skip("the openssl command is not installed (package openssl): no certificates for TLS")
    folder = tmp_path_factory.mktemp("tls")

    def make(host: str) -> Path:
        file = folder / f"{host}.pem"
        if not file.exists():
            command = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}"]
            command += ["-addext", f"subjectAltName=DNS:{host}", "-keyout", f"{file}.key", "-out", str(file)]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            with file.open("ab") as whole:
                whole.write(Path(f"{file}.key").read_bytes())
        return file

    return make


def server_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_pinned_certificate_is_trusted_and_no_other(pair: Callable[[str], Path]) -> None:
    with serving(answer("200 OK", b"receipt"), server_context(pair("localhost"))) as server:
        url = f"https://localhost:{server.port}/"
        assert post(url, HEADERS, b"body", tls=Tls(ca_bundle=pair("localhost"))).body == b"receipt"
        for tls in (None, Tls(ca_bundle=pair("acme.example"))):
            with pytest.raises(TerminalFailure, match="no trusted TLS connection"):
                post(url, HEADERS, b"body", tls=tls)


def test_the_host_name_is_checked(pair: Callable[[str], Path]) -> None:
    file = pair("acme.example")
    with (
        serving(answer("200 OK"), server_context(file)) as server,
        pytest.raises(TerminalFailure, match="host name"),
    ):
        post(f"https://localhost:{server.port}/", HEADERS, b"body", tls=Tls(ca_bundle=file))
    assert server.requests == []


def test_our_client_certificate_is_shown(pair: Callable[[str], Path]) -> None:
    context = server_context(pair("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(pair("gateway.example"))
    with serving(answer("200 OK", b"receipt"), context) as server:
        url = f"https://localhost:{server.port}/"
        tls = Tls(ca_bundle=pair("localhost"), client_certificate=pair("gateway.example"))
        assert post(url, HEADERS, b"body", tls=tls).body == b"receipt"
        with pytest.raises((TerminalFailure, TransientFailure)):
            post(url, HEADERS, b"body", tls=Tls(ca_bundle=pair("localhost")))


def test_tls_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TerminalFailure, match=r"absent\.pem"):
        post("https://localhost/", HEADERS, b"body", tls=Tls(ca_bundle=tmp_path / "absent.pem"))
