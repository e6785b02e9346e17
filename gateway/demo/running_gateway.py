"""The gateway of the demo: the same application that ``gateway serve`` runs, in this process, at a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from gateway.app import create_app, operator_token
from gateway.flow import showing
from gateway.flow.gateway import Gateway
from gateway.flow.poll import poll
from gateway.ledger import documents, orders, work_items
from gateway.settings import Settings
from gateway.work.opening import OpenGateway, open_gateway

_T = TypeVar("_T")
_LOOK_SECONDS = 0.01


class NotCome(Exception):
    """What should have come did not, in words."""


class RunningGateway:
    """A served gateway, and a look at its ledger. ``patience`` is how long anything is waited for, in seconds."""

    def __init__(self, opened: OpenGateway, url: str, operator: str, patience: float) -> None:
        self.opened = opened
        self.url = url
        self.operator_token = operator
        self.patience = patience

    @property
    def gateway(self) -> Gateway:
        """The parts that its steps work with."""
        return self.opened.gateway

    def poll(self, connection: str) -> list[int]:
        """Look into a mailbox now, as the schedule does."""
        with self.gateway.database.reading() as tx:
            found = self.gateway.configuration(tx).connections[connection]
        return poll(self.gateway, found)

    def wait(self, what: str, probe: Callable[[], _T | None]) -> _T:
        """The first answer of ``probe`` that is not None. Raises NotCome with ``what`` when patience is at its end."""
        end = time.monotonic() + self.patience
        while (found := probe()) is None:
            if time.monotonic() > end:
                raise NotCome(f"{what} (waited {self.patience:g} s)")
            time.sleep(_LOOK_SECONDS)
        return found

    def document(self, document_id: int) -> dict[str, Any]:
        """Everything the ledger has about a document."""
        with self.gateway.database.reading() as tx:
            detail = showing.document_detail(tx, document_id)
        if detail is None:
            raise NotCome(f"document D{document_id}")
        return detail

    def newest(self, **equal: Any) -> int | None:
        """The newest document with these columns."""
        with self.gateway.database.reading() as tx:
            found = documents.listed(tx, limit=1, **equal)
        return found[0].id if found else None

    def order(self, partner: str, number: str) -> dict[str, Any] | None:
        """Everything about a partner's order, or None."""
        with self.gateway.database.reading() as tx:
            found = orders.listed(tx, number=number, partner=partner)
            return showing.order_detail(tx, found[0].id) if found else None

    def work(self, kind: str) -> list[dict[str, Any]]:
        """The open work items of a kind."""
        with self.gateway.database.reading() as tx:
            return [showing.work_row(item) for item in work_items.listed(tx, kind=kind)]


@contextmanager
def served(workspace: Path, *, patience: float) -> Iterator[RunningGateway]:
    """Open the workspace's gateway and serve it until the end. Polls are the caller's: no schedule runs."""
    settings = Settings.load(workspace, None, {})
    # The partners here put whole files under their final names: nothing has to fall quiet first.
    opened = open_gateway(settings, {}, quiet_seconds=0)
    token = operator_token(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(opened, operator_token=token, schedule=False)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, args=([listener],), name="serve", daemon=True)
    thread.start()
    running = RunningGateway(opened, url, token, patience)
    try:
        running.wait("the gateway's own HTTP port", lambda: True if server.started else None)
        yield running
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
