"""A mailbox in memory that fails on demand, before or after a step took effect: for tests of the flow.

mailbox = FailingMailbox({"order.edi": b"ISA..."})
mailbox.fail("settle", TransientFailure("link lost"))                    # the step does not happen
mailbox.fail("deliver", TransientFailure("link lost"), afterwards=True)  # it happens, the answer is lost
mailbox.fail("fetch", KeyboardInterrupt(), times=2)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Literal, Self

from gateway.core.failure import TransientFailure
from gateway.transport.mailbox import Receipt, RemoteFile, Settlement, sha256_of

Step = Literal["list", "fetch", "settle", "deliver"]

_BEGIN = datetime(2026, 3, 17, tzinfo=UTC)


@dataclass
class _PlannedFault:
    error: BaseException
    afterwards: bool
    times: int


@dataclass
class FailingMailbox:
    """``pickup``, ``archive`` and ``drop`` hold name to bytes; ``calls`` what was asked, in order."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    archives: bool = True
    pickup: dict[str, bytes] = field(default_factory=dict)
    archive: dict[str, bytes] = field(default_factory=dict)
    drop: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[Step, str]] = field(default_factory=list)
    _dates: dict[str, datetime] = field(default_factory=dict)
    _faults: dict[Step, _PlannedFault] = field(default_factory=dict)
    _clock: int = 0

    def __post_init__(self) -> None:
        for name, data in self.files.items():
            self.put(name, data)

    def put(self, name: str, data: bytes) -> None:
        """The partner writes a file, or writes it anew."""
        self._clock += 1
        self.pickup[name] = data
        self._dates[name] = _BEGIN + timedelta(seconds=self._clock)

    def fail(self, step: Step, error: BaseException, *, afterwards: bool = False, times: int = 1) -> None:
        """The next ``times`` calls of the step raise the error, before or after they have taken effect."""
        self._faults[step] = _PlannedFault(error, afterwards, times)

    def list(self) -> tuple[RemoteFile, ...]:
        self._begin("list", "")
        files = sorted(map(self._file, self.pickup), key=lambda file: file.modified)
        self._end("list")
        return tuple(files)

    def fetch(self, file: RemoteFile) -> bytes:
        self._begin("fetch", file.name)
        if file.name not in self.pickup or self._file(file.name) != file:
            raise TransientFailure(f"{file.name} changed or was taken away")
        self._end("fetch")
        return self.pickup[file.name]

    def settle(self, file: RemoteFile, sha256: str) -> Settlement:
        self._begin("settle", file.name)
        settlement = self._settle(file, sha256)
        self._end("settle")
        return settlement

    def deliver(self, name: str, data: bytes) -> Receipt:
        self._begin("deliver", name)
        self.drop[name] = data
        self._end("deliver")
        return Receipt(name=name, path=f"in/{name}", size=len(data), sha256=sha256_of(data))

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _file(self, name: str) -> RemoteFile:
        return RemoteFile(
            name=name, path=f"out/{name}", size=len(self.pickup[name]), modified=self._dates[name]
        )

    def _settle(self, file: RemoteFile, sha256: str) -> Settlement:
        if file.name not in self.pickup:
            return Settlement.GONE
        if self._file(file.name) != file or sha256_of(self.pickup[file.name]) != sha256:
            return Settlement.REWRITTEN
        content = self.pickup.pop(file.name)
        if not self.archives:
            return Settlement.REMOVED
        self.archive[file.name] = content
        return Settlement.ARCHIVED

    def _begin(self, step: Step, name: str) -> None:
        self.calls.append((step, name))
        self._raise(step, afterwards=False)

    def _end(self, step: Step) -> None:
        self._raise(step, afterwards=True)

    def _raise(self, step: Step, *, afterwards: bool) -> None:
        fault = self._faults.get(step)
        if fault is not None and fault.afterwards is afterwards and fault.times > 0:
            fault.times -= 1
            raise fault.error
