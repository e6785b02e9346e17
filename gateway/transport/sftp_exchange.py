"""SFTP requests and replies over a channel: pipelined, every reply looked at, names as bytes.

Why not paramiko's own SFTPClient: it swallows what a server answers to a close (a refused upload looks delivered),
loses the status of the last pipelined writes, fails a whole listing for one name that is not UTF-8, leaves a thread
spinning when a download breaks off, and drops replies that come out of order. paramiko carries the encrypted
channel, the thirteen requests we need are here.
"""

from __future__ import annotations

import contextlib
import errno
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from gateway.transport.sftp_packets import (
    CREATE,
    NO_ATTRIBUTES,
    READ,
    TRUNCATE,
    WRITE,
    Attributes,
    Kind,
    MalformedPacket,
    PacketReader,
    Status,
    packed,
    uint64,
)

#: Every server takes this much at once (section 3 asks for 34,000 bytes a packet).
BLOCK = 32_768
#: Requests in flight, as many as OpenSSH's client has: 2 MiB, enough for 30 MB/s at 40 ms. Unlimited hangs servers.
IN_FLIGHT = 64
#: No server has reason to send a larger packet.
LARGEST_PACKET = 1 << 20


class RefusedByServer(OSError):
    """The server answered with a status that says no more than that it failed, or does not know the request."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(errno.EIO, text or f"status {status}")
        self.status = status


class Stream(Protocol):
    """A connected channel with time-outs of its own."""

    def sendall(self, data: bytes, /) -> object: ...

    def recv(self, count: int, /) -> bytes: ...


class SftpExchange:
    """One SFTP session. Raises OSError: FileNotFoundError, PermissionError, RefusedByServer, ConnectionError."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._number = 0
        self._arrived: dict[int, tuple[int, PacketReader]] = {}
        self._expected: set[int] = set()
        self.extensions = self._greet()

    def entries(self, folder: bytes) -> Iterator[tuple[bytes, Attributes]]:
        """Everything in the folder except ``.`` and ``..``, in the server's order."""
        handle = self._handle(Kind.OPENDIR, packed(folder))
        try:
            while True:
                kind, reply = self._ask(Kind.READDIR, packed(handle))
                if kind == Kind.STATUS:
                    status = reply.uint32()
                    if status == Status.EOF:
                        return
                    raise _refusal(status, reply)
                yield from _names(kind, reply)
        finally:
            self._forget(handle)

    def look(self, path: bytes) -> Attributes | None:
        """The file's attributes, a link's own; None if there is nothing."""
        kind, reply = self._ask(Kind.LSTAT, packed(path))
        if kind == Kind.STATUS:
            status = reply.uint32()
            if status == Status.NO_SUCH_FILE:
                return None
            raise _refusal(status, reply)
        _expect(kind, Kind.ATTRS)
        return reply.attributes()

    def read(self, path: bytes, size: int) -> Iterator[bytes]:
        """The file's bytes up to ``size`` and, where there is more, up to one block beyond, in order.

        The requests run ahead, so a caller that stops early leaves replies behind; they are dropped as they come.
        """
        handle = self._handle(Kind.OPEN, packed(path, READ) + NO_ATTRIBUTES)
        waiting: deque[tuple[int, int, int]] = deque()
        try:
            ahead = 0
            while True:
                while len(waiting) < IN_FLIGHT and ahead <= size:
                    waiting.append((self._request_read(handle, ahead), ahead, BLOCK))
                    ahead += BLOCK
                if not waiting:
                    return
                number, offset, wanted = waiting.popleft()
                data = self._data(number)
                if data is None:
                    return
                yield data
                if len(data) < wanted:  # servers may answer with less than asked
                    offset, wanted = offset + len(data), wanted - len(data)
                    waiting.appendleft((self._request_read(handle, offset, wanted), offset, wanted))
        finally:
            self._abandon(number for number, _, _ in waiting)
            self._forget(handle)

    def write(self, path: bytes, data: bytes) -> None:
        """Create or overwrite the file; returns when the server has accepted every block *and* the close."""
        handle = self._handle(Kind.OPEN, packed(path, WRITE | CREATE | TRUNCATE) + NO_ATTRIBUTES)
        waiting: deque[int] = deque()
        try:
            for offset in range(0, len(data), BLOCK):
                body = packed(handle) + uint64(offset) + packed(data[offset : offset + BLOCK])
                waiting.append(self._send(Kind.WRITE, body))
                if len(waiting) >= IN_FLIGHT:
                    self._agreed(waiting.popleft())
            while waiting:
                self._agreed(waiting.popleft())
        except OSError:
            self._abandon(waiting)
            self._forget(handle)
            raise
        self._agreed(self._send(Kind.CLOSE, packed(handle)))

    def remove(self, path: bytes) -> None:
        self._agreed(self._send(Kind.REMOVE, packed(path)))

    def rename(self, path: bytes, new_path: bytes) -> None:
        """Section 6.5: an error if the new name exists."""
        self._agreed(self._send(Kind.RENAME, packed(path, new_path)))

    def replace(self, path: bytes, new_path: bytes) -> None:
        """OpenSSH's extension: takes the place of what has the new name, in one step."""
        self._agreed(self._send(Kind.EXTENDED, packed(b"posix-rename@openssh.com", path, new_path)))

    def _greet(self) -> frozenset[bytes]:
        self._send_packet(Kind.INIT, struct.pack(">I", 3))
        kind, body = self._receive_packet()
        if kind != Kind.VERSION:
            raise MalformedPacket("the server does not answer as SFTP does")
        reply = PacketReader(body)
        reply.uint32()  # servers of later versions answer 3 to our 3; older ones are not in use any more
        extensions = set()
        while not reply.at_end:
            extensions.add(reply.string())
            reply.string()
        return frozenset(extensions)

    def _handle(self, kind: Kind, body: bytes) -> bytes:
        answered, reply = self._ask(kind, body)
        if answered == Kind.STATUS:
            raise _refusal(reply.uint32(), reply)
        _expect(answered, Kind.HANDLE)
        return reply.string()

    def _request_read(self, handle: bytes, offset: int, length: int = BLOCK) -> int:
        return self._send(Kind.READ, packed(handle) + uint64(offset) + packed(length))

    def _data(self, number: int) -> bytes | None:
        """The data of a read, None at the end of the file."""
        kind, reply = self._reply(number)
        if kind == Kind.STATUS:
            status = reply.uint32()
            if status == Status.EOF:
                return None
            raise _refusal(status, reply)
        _expect(kind, Kind.DATA)
        return reply.string() or None

    def _agreed(self, number: int) -> None:
        """Waits for the status of a request; anything but OK is raised."""
        kind, reply = self._reply(number)
        _expect(kind, Kind.STATUS)
        status = reply.uint32()
        if status != Status.OK:
            raise _refusal(status, reply)

    def _forget(self, handle: bytes) -> None:
        """Close what was only read: nothing depends on the answer, so nobody waits for it."""
        with contextlib.suppress(OSError):  # a lost connection has closed it already
            self._abandon([self._send(Kind.CLOSE, packed(handle))])

    def _abandon(self, numbers: Iterable[int]) -> None:
        """Nobody waits for these replies any more: they are dropped as they come."""
        for number in numbers:
            self._expected.discard(number)
            self._arrived.pop(number, None)

    def _ask(self, kind: Kind, body: bytes) -> tuple[int, PacketReader]:
        return self._reply(self._send(kind, body))

    def _send(self, kind: Kind, body: bytes) -> int:
        self._number = (self._number + 1) & 0xFFFFFFFF
        self._expected.add(self._number)
        self._send_packet(kind, struct.pack(">I", self._number) + body)
        return self._number

    def _reply(self, number: int) -> tuple[int, PacketReader]:
        """The reply to a request, in whatever order they come."""
        while number not in self._arrived:
            kind, body = self._receive_packet()
            reply = PacketReader(body)
            answered = reply.uint32()
            if answered in self._expected:
                self._expected.remove(answered)
                self._arrived[answered] = (kind, reply)
        return self._arrived.pop(number)

    def _send_packet(self, kind: Kind, body: bytes) -> None:
        self._stream.sendall(struct.pack(">IB", len(body) + 1, kind) + body)

    def _receive_packet(self) -> tuple[int, bytes]:
        length = int.from_bytes(self._receive(4))
        if not 1 <= length <= LARGEST_PACKET:
            raise MalformedPacket(
                f"the server sent a packet of {length} bytes; it does not answer as SFTP does"
            )
        packet = self._receive(length)
        return packet[0], packet[1:]

    def _receive(self, count: int) -> bytes:
        parts: list[bytes] = []
        while count > 0:
            part = self._stream.recv(count)
            if not part:
                raise ConnectionResetError(errno.ECONNRESET, "the server closed the connection")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _names(kind: int, reply: PacketReader) -> Iterator[tuple[bytes, Attributes]]:
    _expect(kind, Kind.NAME)
    for _ in range(reply.uint32()):
        name = reply.string()
        reply.string()  # the line ``ls -l`` would show
        attributes = reply.attributes()
        if name not in (b".", b".."):
            yield name, attributes


def _expect(kind: int, wanted: Kind) -> None:
    if kind != wanted:
        raise MalformedPacket(f"the server answered with packet type {kind} where {wanted} was due")


def _refusal(status: int, reply: PacketReader) -> OSError:
    text = "" if reply.at_end else reply.string()[:300].decode("utf-8", "replace")
    match status:
        case Status.NO_SUCH_FILE:
            return FileNotFoundError(errno.ENOENT, text or "no such file")
        case Status.PERMISSION_DENIED:
            return PermissionError(errno.EACCES, text or "permission denied")
        case Status.NO_CONNECTION | Status.CONNECTION_LOST:
            return ConnectionResetError(errno.ECONNRESET, text or "connection lost")
        case _:
            return RefusedByServer(status, text)
