"""A gateway that serves its pages, with the example partners, and clients that are logged in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response

from gateway.app import create_app
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.settings import Settings
from gateway.work.opening import OpenGateway, open_gateway

ROOT = Path(__file__).parents[2]
OPERATOR_TOKEN = "the-operator's-token"
SUMMIT_TOKEN = "summit's token"
HOOLI_TOKEN = "hooli's token"
TRIAL = """
language: 1
partner: trial
name: Trial Boutique
status: testing
connections: [web]
token: env:TRIAL_TOKEN
"""

HOSTILE = "<script>document.title='pwned'</script>"
HEADER = "PO Number,Order Date,Style,UPC,Description,Qty,Wholesale\n"
GOOD = (
    HEADER
    + "HV-1,03/17/2026,TR-100,614141000418,Trail runner,6,24.00\n,,TR-101,614141000425,Trail runner,2,24.00\n"
)
BAD = (
    HEADER
    + "HV-2,03/17/2026,TR-100,614141000418,Trail runner,ten,24.00\n"
    + ",,TR-101,614141000425,Trail runner,2,24.00\n"
    + "HV-3,03/17/2026,PT-20,614141000432,Peak tent,3,189.00\n"
)


@dataclass
class Site:
    """The open gateway and the application over it."""

    opened: OpenGateway
    client: TestClient

    @property
    def gateway(self) -> Gateway:
        return self.opened.gateway

    def receive(self, text: str, name: str = "orders.csv", partner: str = "summit-outfitters") -> str:
        """Hand a sheet in by the upload door and run what is due. Returns the document's reference."""
        data = text.encode("utf-8")
        arrival = Arrival(data=data, door="web", file_name=name, partner=partner, peer=f"{partner}@test")
        document = receive(self.gateway, arrival)
        self.opened.runner.drain(10)
        return f"D{document}"

    def receive_first_order(self) -> str:
        """Acme's example order, a test order that waits for a person."""
        data = (ROOT / "partners/acme/first-order.edi").read_bytes()
        document = receive(self.gateway, Arrival(data=data, door="acme-folder", file_name="first-order.edi"))
        self.opened.runner.drain(10)
        return f"D{document}"

    def enter(self, area: str, token: str, name: str = "") -> None:
        """Log in."""
        answer = self.client.post(
            f"/{area}/login", data={"token": token, "name": name}, follow_redirects=False
        )
        assert answer.status_code == 303

    def upload(self, text: str | bytes, name: str = "orders.csv") -> Response:
        """Send a file from the portal's page, as its form does, and follow to what became of it."""
        token = form_token(self.client.get("/portal").text)
        data = text.encode() if isinstance(text, str) else text
        files = {"file": (name, data, "text/csv")}
        answer: Response = self.client.post("/portal/upload", data={"form_token": token}, files=files)
        return answer


@contextmanager
def open_site(folder: Path, database: str | None = None) -> Iterator[Site]:
    """A workspace with the shipped examples, and the application over it; nothing runs by itself."""
    for name in ("config", "partners", "mappings"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "partners/trial").mkdir()
    (folder / "partners/trial/partner.yaml").write_text(TRIAL)
    secrets = {
        "SUMMIT_OUTFITTERS_TOKEN": SUMMIT_TOKEN,
        "HOOLI_TOKEN": HOOLI_TOKEN,
        "TRIAL_TOKEN": "trial's token",
    }
    opened = open_gateway(Settings.load(folder, database, {}), secrets)
    try:
        app = create_app(opened, operator_token=OPERATOR_TOKEN, schedule=False)
        yield Site(opened, TestClient(app))
    finally:
        opened.close()


def form_token(page: str) -> str:
    """The token in the page's forms."""
    match = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert match is not None
    return match[1]
