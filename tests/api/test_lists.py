"""Lists and single things for the operator's token, with cursors, and problems for what isn't there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.flow.bill import invoice_run
from gateway.flow.ship import ship_order
from tests.api.serving import OPERATOR, served
from tests.flow.station import Station, partner_file, purchase_order, station

pytestmark = pytest.mark.xdist_group("lists")  # one station for them all
OPERATED = {"Authorization": f"Bearer {OPERATOR}"}
KEYS = {
    "documents": "document",
    "orders": "order",
    "deliveries": "delivery",
    "invoices": "invoice",
    "work": "work",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """Two orders accepted, shipped and billed, one waiting, and a file that is held."""
    folder = tmp_path_factory.mktemp("lists")
    partners = {
        "acme": partner_file("acme") + "\ntoken: env:ACME_TOKEN\n",
        "auto": partner_file("auto", acceptance="as_ordered"),
    }
    environ = {"ACME_TOKEN": "acme-secret"}
    with station(folder / "workspace", f"sqlite:///{folder / 'g.db'}", partners, environ=environ) as opened:
        for position, sender in enumerate(("AUTO", "AUTO", "ACME"), 1):
            opened.take(purchase_order(f"P{position}", sender=sender, interchange=position))
        for order in (1, 2):
            ship_order(opened.gateway, order, by="pat")
        invoice_run(opened.gateway, by="pat")
        opened.take(b"junk", name="junk.bin")
        opened.take(b"more junk", name="junk.bin")
        yield opened


@pytest.fixture(scope="module")
def door(filled: Station) -> Iterator[httpx.Client]:
    with served(filled) as client:
        client.headers.update(OPERATED)
        yield client


def get(door: httpx.Client, address: str, **parameters: Any) -> dict[str, Any]:
    answer = door.get(f"/api/v1/{address}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status and found["title"] and found["detail"]
    return found


@pytest.mark.parametrize("name", [*KEYS, "documents/D1", "orders/O1", "deliveries/V1", "work/W1"])
@pytest.mark.parametrize("token", [None, "Bearer acme-secret", "Bearer wrong", "Basic x"])
def test_only_the_operator_sees_them(door: httpx.Client, name: str, token: str | None) -> None:
    headers = {"Authorization": token or ""}
    answer = door.get(f"/api/v1/{name}", headers=headers)
    assert answer.status_code in (401, 404)
    assert "P1" not in answer.text
    if "/V" not in name and "/W" not in name:
        problem(answer, 401)


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_pages_follow_each_other_without_gap_or_overlap(door: httpx.Client, name: str, key: str) -> None:
    whole = get(door, name)
    assert "next" not in whole, "one page holds them all"
    everything = [row[key] for row in whole["items"]]
    assert len(everything) >= 2
    assert len(set(everything)) == len(everything)
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in everything:
        page = get(door, name, limit=1, **cursor)
        seen += [row[key] for row in page["items"]]
        if "next" not in page:
            break
        cursor = {"after" if name == "work" else "before": page["next"]}
    assert seen == everything
    assert "next" not in page, "the last page says that it is the last"


@pytest.mark.parametrize(
    ("address", "parameters", "found"),
    [
        ("documents", {"kind": "850"}, {"D1"}),
        ("documents", {"state": "held"}, {"junk.bin"}),
        ("documents", {"partner": "nobody"}, set()),
        ("orders", {"number": "P2"}, {"P2"}),
        ("orders", {"partner": "acme"}, {"P3"}),
        ("orders", {"acceptance": "waiting"}, {"P3"}),
        ("deliveries", {"state": "failed"}, set()),
        ("work", {"state": "resolved"}, set()),
    ],
)
def test_filters(door: httpx.Client, address: str, parameters: dict[str, str], found: set[str]) -> None:
    rows = get(door, address, **parameters)["items"]
    assert bool(rows) == bool(found)
    for word in found:
        assert word in str(rows)
    for row in rows:
        assert all(row.get(name, value) == value for name, value in parameters.items() if name != "number")


def test_one_of_each(door: httpx.Client) -> None:
    order = get(door, "orders/O1")
    assert order["purchase_order_number"] == "P1"
    assert [line["shipped"] for line in order["lines"]] == ["10"]
    document = get(door, f"documents/{order['document']}")
    assert (document["kind"], document["state"]) == ("850", "translated")
    assert {"journal", "findings", "groups", "deliveries"} <= document.keys()
    assert get(door, "orders/1") == order, "the letter may be left out"
    kinds = {item["kind"] for item in get(door, "work")["items"]}
    assert kinds == {"order_acceptance", "document_held"}


@pytest.mark.parametrize("reference", ["O999", "O0", "O999999999999999999"])
def test_what_is_not_there(door: httpx.Client, reference: str) -> None:
    assert reference in problem(door.get(f"/api/v1/orders/{reference}"), 404)["detail"]


@pytest.mark.parametrize("reference", ["D1", "x", "-1", "1e3", "O" + "9" * 40, "%00", "O1'--", "٣"])
def test_references_that_are_none(door: httpx.Client, reference: str) -> None:
    problem(door.get(f"/api/v1/orders/{reference}"), 400)
    for name in ("documents", "orders", "deliveries", "invoices"):
        problem(door.get(f"/api/v1/{name}", params={"before": f"Z{reference}"}), 400)
    problem(door.get("/api/v1/work", params={"after": reference}), 400)


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", ""])
def test_limits_that_are_none(door: httpx.Client, limit: str) -> None:
    assert "limit" in problem(door.get("/api/v1/orders", params={"limit": limit}), 400)["detail"]
