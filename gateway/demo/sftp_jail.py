"""The files of a simulated partner's SFTP server: everything inside one folder, nothing outside it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import paramiko
from paramiko.sftp import SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_OP_UNSUPPORTED, SFTP_PERMISSION_DENIED

_Answer = TypeVar("_Answer")
_UNDECODABLE = frozenset(map(chr, range(0xDC80, 0xDD00)))


class JailedFiles(paramiko.SFTPServerInterface):
    """Answers SFTP requests below ``root``: no links, no new folders, modes and dates accepted and ignored."""

    def __init__(self, server: paramiko.ServerInterface, root: Path, *args: Any, **kwargs: Any) -> None:
        super().__init__(server, *args, **kwargs)
        self._root = Path(os.path.realpath(root))

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        return _answered(lambda: self._open(path, flags))

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        return _answered(lambda: self._list(path))

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self.lstat(path)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        return _answered(lambda: paramiko.SFTPAttributes.from_stat(self._real(path).lstat()))

    def remove(self, path: str) -> int:
        return _carried_out(lambda: self._real(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        return _carried_out(lambda: self._rename(oldpath, newpath))

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return _carried_out(lambda: self._real(oldpath).replace(self._real(newpath)))

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return SFTP_PERMISSION_DENIED

    def rmdir(self, path: str) -> int:
        return SFTP_PERMISSION_DENIED

    def symlink(self, target_path: str, path: str) -> int:
        return SFTP_OP_UNSUPPORTED

    def readlink(self, path: str) -> str | int:
        return SFTP_OP_UNSUPPORTED

    def chattr(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return _carried_out(lambda: self._real(path).lstat())

    def canonicalize(self, path: str) -> str:
        return "/" + "/".join(_steps(path))

    def _real(self, path: str) -> Path:
        """The local path. The folder it lies in is resolved, so no link on the way leads out; the last step may be
        a link, which no operation follows."""
        *folders, name = _steps(path) or [""]
        folder = os.path.realpath(self._root.joinpath(*folders))
        if not (folder + os.sep).startswith(str(self._root) + os.sep):
            raise PermissionError(errno.EACCES, "outside the mailbox")
        return Path(folder) / name

    def _open(self, path: str, flags: int) -> paramiko.SFTPHandle:
        handle = os.open(self._real(path), flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise PermissionError(errno.EACCES, "not a file")
        return _OpenFile(handle, appending=bool(flags & os.O_APPEND))

    def _list(self, path: str) -> list[paramiko.SFTPAttributes]:
        folder = self._real(path)
        if folder.is_symlink():
            raise PermissionError(errno.EACCES, "a link")
        # paramiko's server sends names as UTF-8; any other (undecodable here) would fail the whole listing.
        named = (each for each in sorted(folder.iterdir()) if _UNDECODABLE.isdisjoint(each.name))
        return [paramiko.SFTPAttributes.from_stat(each.lstat(), each.name) for each in named]

    def _rename(self, oldpath: str, newpath: str) -> None:
        """Never over an existing file, as the protocol wants it."""
        source, target = self._real(oldpath), self._real(newpath)
        os.link(source, target, follow_symlinks=False)
        source.unlink()


class _OpenFile(paramiko.SFTPHandle):
    """An open file. Its blocks may come in any order, and closing twice does no harm."""

    def __init__(self, handle: int, *, appending: bool) -> None:
        super().__init__()
        self._handle: int | None = handle
        self._appending = appending

    def read(self, offset: int, length: int) -> bytes | int:
        return _answered(lambda: os.pread(self._number(), min(length, 1 << 18), offset))

    def write(self, offset: int, data: Any) -> int:
        return _carried_out(lambda: self._write(offset, bytes(data)))

    def stat(self) -> paramiko.SFTPAttributes | int:
        return _answered(lambda: paramiko.SFTPAttributes.from_stat(os.fstat(self._number())))

    def chattr(self, attr: paramiko.SFTPAttributes) -> int:
        return SFTP_OK

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _number(self) -> int:
        if self._handle is None:
            raise OSError(errno.EBADF, "closed")
        return self._handle

    def _write(self, offset: int, data: bytes) -> None:
        while data:
            written = (
                os.write(self._number(), data) if self._appending else os.pwrite(self._number(), data, offset)
            )
            data, offset = data[written:], offset + written


def _steps(path: str) -> list[str]:
    """The path's steps from the mailbox's top; ``..`` never climbs above it."""
    steps: list[str] = []
    for step in PurePosixPath("/", path).parts[1:]:
        if step == "..":
            del steps[-1:]
        else:
            steps.append(step)
    return steps


def _answered(operation: Callable[[], _Answer]) -> _Answer | int:
    """The operation's answer, or the status that tells the client why there is none."""
    try:
        return operation()
    except (FileNotFoundError, NotADirectoryError):
        return SFTP_NO_SUCH_FILE
    except OSError as error:
        return paramiko.SFTPServer.convert_errno(error.errno or errno.EIO)
    except ValueError:  # a NUL in the name
        return SFTP_NO_SUCH_FILE


def _carried_out(operation: Callable[[], object]) -> int:
    """OK, or the status that tells the client why not."""

    def status() -> int:
        operation()
        return SFTP_OK

    return _answered(status)
