"""A TCP proxy on loopback that cuts the connection after a number of bytes from the client, or lets it stall."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class CuttingProxy:
    """Forwards connections to ``port``; the first is cut once the client has sent ``cut_after`` bytes.

    ``sent`` tells how many bytes clients have sent through; without ``flowing`` connections stand, and nothing moves.
    """

    def __init__(self, port: int, cut_after: int | None) -> None:
        self._target = port
        self._cut_after = cut_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.sent = 0
        self.flowing = threading.Event()
        self.flowing.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._close()

    def _accept(self) -> None:
        budget = self._cut_after
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [client, server]
                threading.Thread(target=self._pump, args=(client, server, budget, True), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, None, False), daemon=True).start()
                budget = None  # only the first connection is cut

    def _pump(self, source: socket.socket, sink: socket.socket, budget: int | None, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536 if budget is None else min(65_536, budget)):
                self.flowing.wait(timeout=30)
                sink.sendall(data)
                self.sent += len(data) if counts else 0
                if budget is not None:
                    budget -= len(data)
                    if budget <= 0:
                        break
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _close(self) -> None:
        for each in self._sockets:
            each.close()
