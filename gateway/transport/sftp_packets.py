"""The packets of SFTP protocol version 3 as bytes (draft-ietf-secsh-filexfer-02), no channel."""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Packet types, section 3."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200


class Status(IntEnum):
    """Error codes, section 7."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    NO_CONNECTION = 6
    CONNECTION_LOST = 7
    OP_UNSUPPORTED = 8


#: Open flags, section 6.3.
READ, WRITE, CREATE, TRUNCATE = 0x01, 0x02, 0x08, 0x10

_HAS_SIZE, _HAS_OWNER, _HAS_MODE, _HAS_TIMES, _HAS_EXTENDED = 0x01, 0x02, 0x04, 0x08, 0x80000000


class MalformedPacket(ConnectionError):
    """The server does not speak SFTP version 3, or broke off in the middle of a packet."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a server tells of a file, section 5; None where it is silent. ``modified`` in seconds since 1970 UTC."""

    size: int | None
    mode: int | None
    modified: int | None

    @property
    def is_file(self) -> bool:
        """A regular file; a server that tells no type is taken at its word that it listed a file."""
        return self.mode is None or stat.S_IFMT(self.mode) in (0, stat.S_IFREG)


NO_ATTRIBUTES = struct.pack(">I", 0)


def packed(*values: int | bytes) -> bytes:
    """Integers as uint32, bytes as strings with their length: the two types most requests consist of."""
    return b"".join(
        struct.pack(">I", value) if isinstance(value, int) else struct.pack(">I", len(value)) + value
        for value in values
    )


def uint64(value: int) -> bytes:
    return struct.pack(">Q", value)


class PacketReader:
    """Reads the fields of one packet in order. Raises MalformedPacket where it is too short."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def uint32(self) -> int:
        return int.from_bytes(self._take(4))

    def uint64(self) -> int:
        return int.from_bytes(self._take(8))

    def string(self) -> bytes:
        return self._take(self.uint32())

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._body)

    def attributes(self) -> Attributes:
        flags = self.uint32()
        size = self.uint64() if flags & _HAS_SIZE else None
        if flags & _HAS_OWNER:
            self._take(8)
        mode = self.uint32() if flags & _HAS_MODE else None
        modified = None
        if flags & _HAS_TIMES:
            self.uint32()  # last access
            modified = self.uint32()
        if flags & _HAS_EXTENDED:
            for _ in range(self.uint32()):
                self.string()
                self.string()
        return Attributes(size, mode, modified)

    def _take(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise MalformedPacket("the server sent a packet that is shorter than it says")
        self._at += count
        return taken
