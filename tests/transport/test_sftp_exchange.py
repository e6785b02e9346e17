"""The SFTP exchange against a scripted server: what real servers do now and then, and what hostile ones might."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.transport.sftp_exchange import BLOCK, IN_FLIGHT, RefusedByServer, SftpExchange
from gateway.transport.sftp_packets import (
    Attributes,
    Kind,
    MalformedPacket,
    PacketReader,
    Status,
    packed,
    uint64,
)

Request = tuple[int, int, PacketReader]
Server = Callable[["Wire"], None]


class Wire:
    """The server's end of the channel."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def request(self) -> Request:
        """Kind, number, and the rest of the next request."""
        length = struct.unpack(">I", self._exactly(4))[0]
        packet = self._exactly(length)
        reader = PacketReader(packet[1:])
        return packet[0], reader.uint32(), reader

    def reply(self, kind: int, number: int, body: bytes) -> None:
        self.raw(struct.pack(">IBI", len(body) + 5, kind, number) + body)

    def status(self, number: int, status: int, text: bytes = b"") -> None:
        self.reply(Kind.STATUS, number, packed(status, text, b""))

    def raw(self, data: bytes) -> None:
        self._end.sendall(data)

    def greet(self, extensions: bytes = b"") -> None:
        self.request()
        self.raw(struct.pack(">IBI", 5 + len(extensions), Kind.VERSION, 3) + extensions)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._end.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data


@contextmanager
def served_by(server: Server) -> Iterator[SftpExchange]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    theirs.settimeout(5)

    def run() -> None:
        with theirs, suppress(EOFError, OSError):
            server(Wire(theirs))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with ours:
        yield SftpExchange(ours)
    thread.join(timeout=5)


def reading_server(content: bytes, *, most: int = BLOCK, backwards: bool = False) -> Server:
    """Answers reads only when as many are waiting as a pipelining client sends at once."""

    def server(wire: Wire) -> None:
        wire.greet(packed(b"posix-rename@openssh.com", b"1"))
        _, number, _ = wire.request()
        wire.reply(Kind.HANDLE, number, packed(b"h"))
        asked: list[tuple[int, int, int]] = []
        expected = min(IN_FLIGHT, len(content) // BLOCK + 1)
        while True:
            kind, number, body = wire.request()
            if kind == Kind.CLOSE:
                wire.status(number, Status.OK)
                return
            body.string()
            asked.append((number, body.uint64(), body.uint32()))
            if len(asked) < expected:
                continue
            expected = 1
            for number, offset, length in reversed(asked) if backwards else asked:
                data = content[offset : offset + min(length, most)]
                if data:
                    wire.reply(Kind.DATA, number, packed(data))
                else:
                    wire.status(number, Status.EOF)
            asked.clear()

    return server


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, BLOCK * IN_FLIGHT * 2 + 7])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("most", [BLOCK, 10_000])
def test_reads_run_ahead_and_join_in_order(size: int, backwards: bool, most: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    with served_by(reading_server(content, most=most, backwards=backwards)) as exchange:
        assert b"".join(exchange.read(b"f", size)) == content
        assert exchange.extensions == {b"posix-rename@openssh.com"}


def test_a_file_that_has_grown_shows() -> None:
    with served_by(reading_server(b"x" * 200)) as exchange:
        assert len(b"".join(exchange.read(b"f", 100))) > 100


def writing_server(*, refuse_block: int | None = None, refuse_close: bool = False) -> Server:
    def server(wire: Wire) -> None:
        wire.greet()
        _, number, _ = wire.request()
        wire.reply(Kind.HANDLE, number, packed(b"h"))
        block = 0
        while True:
            kind, number, _ = wire.request()
            refused = block == refuse_block if kind == Kind.WRITE else refuse_close
            wire.status(
                number, Status.FAILURE if refused else Status.OK, b"quota exceeded" if refused else b""
            )
            block += 1
            if kind == Kind.CLOSE:
                return

    return server


@pytest.mark.parametrize("block", [0, 5, 99])
def test_every_block_must_be_accepted(block: int) -> None:
    quota = pytest.raises(RefusedByServer, match="quota exceeded")
    with served_by(writing_server(refuse_block=block)) as exchange, quota:
        exchange.write(b"f", b"x" * BLOCK * 100)


def test_a_close_that_is_refused_is_no_delivery() -> None:
    quota = pytest.raises(RefusedByServer, match="quota exceeded")
    with served_by(writing_server(refuse_close=True)) as exchange, quota:
        exchange.write(b"f", b"x")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.NO_SUCH_FILE, FileNotFoundError),
        (Status.PERMISSION_DENIED, PermissionError),
        (Status.FAILURE, RefusedByServer),
        (Status.OP_UNSUPPORTED, RefusedByServer),
        (Status.CONNECTION_LOST, ConnectionError),
        (77, RefusedByServer),
    ],
)
def test_refusals_have_their_kind(status: int, error: type[OSError]) -> None:
    def server(wire: Wire) -> None:
        wire.greet()
        _, number, _ = wire.request()
        wire.reply(Kind.STATUS, number, packed(status))  # old servers leave the text out

    with served_by(server) as exchange, pytest.raises(error):
        exchange.remove(b"f")


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x03e\x00\x00",
        struct.pack(">IBI", 9, Kind.HANDLE, 1) + b"\x00\x00\xff\xff",
        struct.pack(">IBI", 5, Kind.DATA, 1),
        b"\x00\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_nonsense_ends_the_exchange(answer: bytes) -> None:
    def server(wire: Wire) -> None:
        wire.greet()
        wire.request()
        wire.raw(answer)

    with served_by(server) as exchange, pytest.raises(ConnectionError):
        list(exchange.entries(b"out"))


def test_a_server_that_is_none_is_noticed_at_once() -> None:
    def server(wire: Wire) -> None:
        wire.request()
        wire.raw(b"This account is currently not available.\n")

    with pytest.raises(ConnectionError), served_by(server):
        pass


def test_answers_to_nothing_are_passed_over() -> None:
    def server(wire: Wire) -> None:
        wire.greet()
        _, number, _ = wire.request()
        wire.status(number + 5, Status.FAILURE)
        wire.status(number, Status.OK)

    with served_by(server) as exchange:
        exchange.remove(b"f")


@given(
    size=st.none() | st.integers(0, 2**64 - 1),
    owner=st.booleans(),
    mode=st.none() | st.integers(0, 2**32 - 1),
    modified=st.none() | st.integers(0, 2**32 - 1),
    extended=st.lists(st.tuples(st.binary(max_size=5), st.binary(max_size=5)), max_size=3),
)
def test_attributes_are_read_whatever_is_present(
    size: int | None, owner: bool, mode: int | None, modified: int | None, extended: list[tuple[bytes, bytes]]
) -> None:
    parts = [(0x01, size is not None), (0x02, owner), (0x04, mode is not None), (0x08, modified is not None)]
    flags = sum(bit for bit, present in parts if present) | (0x80000000 if extended else 0)
    body = struct.pack(">I", flags) + (uint64(size) if size is not None else b"")
    body += packed(0, 0) if owner else b""
    body += packed(mode) if mode is not None else b""
    body += packed(1, modified) if modified is not None else b""
    body += packed(len(extended), *(part for pair in extended for part in pair)) if extended else b""
    reader = PacketReader(body)
    assert reader.attributes() == Attributes(size, mode, modified)
    assert reader.at_end
    for cut in range(len(body)):
        with pytest.raises(MalformedPacket):
            PacketReader(body[:cut]).attributes()
