"""Simulated partners at work beside a served gateway: they open with some orders, and answer whatever they get."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from gateway.core.failure import Failure
from gateway.demo.as2_partner import As2Partner
from gateway.demo.cast import Actor, Cast
from gateway.demo.post_box import PostBox
from gateway.demo.purchase_orders import acme_order, globex_order, hooli_order, summit_sheet
from gateway.demo.x12_summary import summarise

_LOOK_SECONDS = 0.3


class Attendance:
    """The partners' side in a thread of its own, from :meth:`start` to :meth:`stop`; ``say`` hears what they do."""

    def __init__(self, cast: Cast, url: str, say: Callable[[str], None]) -> None:
        self._cast = cast
        self._url = url
        self._say = say
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="partners", daemon=True)

    def start(self) -> None:
        """Begin, once the gateway listens."""
        self._thread.start()

    def stop(self) -> None:
        """Send and answer nothing more."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        acts: list[Callable[[], None]] = [
            self._acme_orders,
            self._globex_orders,
            self._hooli_orders,
            self._summit_orders,
        ]
        while not self._stopping.is_set():
            try:
                if acts:
                    acts.pop(0)()
                self._answer_all()
            except (Failure, httpx.HTTPError) as failure:
                self._say(f"a partner could not get through: {failure}")
            self._stopping.wait(_LOOK_SECONDS)

    def _answer_all(self) -> None:
        for actor in self._cast:
            actor.look()
            while actor.waiting:
                self._answer(actor, actor.waiting.pop(0).data)

    def _answer(self, actor: Actor, data: bytes) -> None:
        if actor.desk is None:
            return
        summary = summarise(data, actor.desk.guides)
        answer = actor.desk.acknowledgement(data, datetime.now(UTC))
        if answer is None:
            self._say(f"{actor.name} has our {summary.kind} {summary.control_numbers}")
            return
        self._send(actor, answer)
        self._say(f"{actor.name} has our {summary.kind} {summary.control_numbers} and answers with its 997")

    def _send(self, actor: Actor, data: bytes) -> None:
        name = f"{time.time_ns()}.edi"
        if isinstance(actor.place, PostBox):
            actor.place.drop(name, data)
        elif isinstance(actor.place, As2Partner):
            actor.place.send(data, f"{self._url}/as2", name=name)

    def _acme_orders(self) -> None:
        acme, now = self._cast.acme, datetime.now(UTC)
        if acme.desk is not None:
            for number, red in (("4500012345", 24), ("4500012346", 36)):
                self._send(acme, acme.desk.order(acme_order(number, now.date(), red=red), now))
            self._say(
                f"{acme.name} drops two orders on its SFTP server; they will wait for you in the console"
            )

    def _globex_orders(self) -> None:
        globex, now = self._cast.globex, datetime.now(UTC)
        if globex.desk is not None:
            self._send(globex, globex.desk.order(globex_order("G-20877", now.date()), now))
            self._say(f"{globex.name} orders ten lanterns by AS2; six are in stock")

    def _hooli_orders(self) -> None:
        data = hooli_order("PO-9001", datetime.now(UTC).date(), f"{time.time_ns()}@hooli.example")
        self._upload(self._cast.hooli, data, "order-9001.xml")
        self._say(f"{self._cast.hooli.name} orders in cXML by HTTP")

    def _summit_orders(self) -> None:
        self._upload(self._cast.summit, summit_sheet(datetime.now(UTC).date()), "trade-show.csv")
        self._say(f"{self._cast.summit.name} uploads a trade-show sheet with one bad row")

    def _upload(self, actor: Actor, data: bytes, name: str) -> None:
        headers = {"Authorization": f"Bearer {self._cast.keys.tokens[actor.code]}", "X-File-Name": name}
        url = f"{self._url}/api/v1/documents"
        httpx.post(url, content=data, headers=headers, trust_env=False, timeout=20).raise_for_status()
