"""The console: for the operator alone, showing anything safely, doing things with a reason and a form token."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from gateway.flow import showing
from gateway.ledger import deliveries, documents, journal, orders, work_items
from tests.web.pages import BAD, HEADER, HOSTILE, OPERATOR_TOKEN, SUMMIT_TOKEN, Site, form_token

PAGES = ("/console", "/console/work", "/console/documents", "/console/orders", "/console/deliveries")


def do(site: Site, page: str, action: str, reason: str = "Agreed by phone") -> int:
    """Send the form of a page; returns the status of the first answer."""
    data = {
        "form_token": form_token(site.client.get(page).text),
        "action": f"{action} {page.rsplit('/', 1)[-1]}",
        "reason": reason,
    }
    answer: Response = site.client.post("/console/actions", data=data, follow_redirects=False)
    return answer.status_code


@pytest.mark.parametrize("address", [*PAGES, "/console/orders/O1", "/console/anything"])
def test_nobody_looks_without_logging_in(site: Site, address: str) -> None:
    answer = site.client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/login?next={address}")


def test_a_wrong_token_is_refused_and_a_partners_too(site: Site) -> None:
    for token in ("", "wrong", SUMMIT_TOKEN, OPERATOR_TOKEN + "x"):
        answer = site.client.post("/console/login", data={"token": token}, follow_redirects=False)
        assert answer.status_code == 401 and "set-cookie" not in answer.headers
        assert "This token is not known" in answer.text


def test_a_login_leads_back_to_the_page_wanted_and_nowhere_else(site: Site) -> None:
    for wanted, led in (
        ("/console/orders/O1", "/console/orders/O1"),
        ("https://evil.example/", "/console"),
        ("//evil.example", "/console"),
        ("/console/../portal", "/console"),
        ("/consolex", "/console"),
        ("/console/\\evil.example", "/console"),
    ):
        data = {"token": OPERATOR_TOKEN, "next": wanted}
        answer = site.client.post("/console/login", data=data, follow_redirects=False)
        assert answer.headers["location"] == led


def test_another_sites_form_does_not_log_in(site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = site.client.post("/console/login", data={"token": OPERATOR_TOKEN}, headers=headers)
    assert answer.status_code == 403


def test_logging_out_ends_it(console: Site) -> None:
    token = form_token(console.client.get("/console").text)
    assert console.client.post("/console/logout", data={"form_token": "wrong"}).status_code == 403
    assert console.client.get("/console", follow_redirects=False).status_code == 200
    console.client.post("/console/logout", data={"form_token": token})
    assert console.client.get("/console", follow_redirects=False).status_code == 303


def test_pages_hold_the_strict_policy_and_nothing_inline(console: Site) -> None:
    document = console.receive(BAD)
    for address in (*PAGES, f"/console/documents/{document}", "/console/orders/O1", "/console/work/W1"):
        answer = console.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?://", answer.text)


def test_hostile_data_is_shown_and_harmless_everywhere(console: Site) -> None:
    sheet = HEADER + f'{HOSTILE},,"<img src=x onerror=alert(1)>",614141000418,\u202egnp.exe,1,ten\n'
    good = HEADER + f"{HOSTILE},,TR-1,614141000418,\u202e<b>,1,2.00\n"
    refused = console.receive(sheet, name=f'"><{HOSTILE}\u202e.csv')
    taken = console.receive(good, name=HOSTILE)
    addresses = (*PAGES, f"/console/documents/{refused}", f"/console/documents/{taken}", "/console/orders/O1")
    waiting = [f"/console/work/W{number}" for number in (1, 2)]
    shown = {address: console.client.get(address).text for address in (*addresses, *waiting)}
    for address, text in shown.items():
        assert "<script" not in text and "<img" not in text and "\u202e" not in text, address
    assert "&lt;script&gt;" in shown["/console/orders/O1"]
    assert r"\u202e" in shown[f"/console/documents/{refused}"]


def test_a_document_shows_each_finding_beside_its_row(console: Site) -> None:
    text = console.client.get(f"/console/documents/{console.receive(BAD)}").text
    row = re.search(r'<th scope="row">2</th>.*?</tr>', text, re.DOTALL)
    assert (
        row is not None and "The quantity &#39;ten&#39; cannot be read" in row[0] and "Error in F2" in row[0]
    )
    assert "Not taken" in text and "HV-3" in text


def test_lists_are_filtered(console: Site) -> None:
    console.receive(BAD)
    console.receive_first_order()
    for filters, expected in (
        ("", {"acme", "summit-outfitters"}),
        ("?partner=acme", {"acme"}),
        ("?test=no", {"summit-outfitters"}),
        ("?number=HV-3", {"summit-outfitters"}),
        ("?acceptance=rejected", set()),
        ("?partner=%00", set()),
    ):
        text = console.client.get(f"/console/orders{filters}").text
        assert set(re.findall(r'<td class="whole">([\w-]+)</td>', text)) == expected
    documents_shown = console.client.get("/console/documents?state=partly_refused&direction=in").text
    assert re.findall(r"/console/documents/(D\d+)", documents_shown) == ["D1"]


def test_lists_go_on_where_they_end(console: Site) -> None:
    rows = "".join(f"P-{n},,TR-1,614141000418,x,1,2\n" for n in range(60))
    console.receive(HEADER + rows)
    first = console.client.get("/console/orders?partner=summit-outfitters").text
    older = re.search(r'href="(/console/orders\?[^"]*before=O\d+)"', first)
    assert older is not None
    second = console.client.get(older[1].replace("&amp;", "&")).text
    seen = [re.findall(r'/console/orders/O(\d+)"', page) for page in (first, second)]
    assert [int(number) for number in seen[0] + seen[1]] == list(range(60, 0, -1))


def test_test_traffic_is_badged(console: Site) -> None:
    console.receive_first_order()
    for address in (*PAGES, "/console/documents/D1", "/console/orders/O1", "/console/work/W1"):
        assert 'class="badge"' in console.client.get(address).text, address
    console.receive(BAD)
    assert 'class="badge"' not in console.client.get("/console/orders/O2").text


def test_an_order_is_accepted_with_a_reason_and_a_name(console: Site) -> None:
    console.receive_first_order()
    assert do(console, "/console/orders/O1", "accept", reason="Agreed\u202e by phone") == 303
    page = console.client.get("/console/orders/O1?done=accept").text
    assert "The order is accepted." in page and "Ann (console)" in page
    with console.gateway.database.reading() as tx:
        order = orders.load(tx, 1)
        entry = next(entry for entry in journal.of_order(tx, 1) if entry.event == "accepted")
    assert order is not None and (order.acceptance, order.decided_by) == ("accepted", "Ann (console)")
    assert entry.details["reason"] == r"Agreed\u202e by phone"
    assert do(console, "/console/orders/O1", "reject") == 409


def test_an_order_is_rejected_from_its_work_item(console: Site) -> None:
    console.receive_first_order()
    page = console.client.get("/console/work/W1").text
    assert 'value="accept O1"' in page and 'value="reject O1"' in page
    data = {"form_token": form_token(page), "action": "reject O1", "reason": "Discontinued"}
    console.client.post("/console/actions", data=data)
    with console.gateway.database.reading() as tx:
        order, item = orders.load(tx, 1), work_items.load(tx, 1)
    assert order is not None and order.acceptance == "rejected"
    assert item is not None and item.state == "resolved"
    assert "value=" not in console.client.get("/console/work/W1").text.partition("<main")[2]


@pytest.mark.parametrize("change", [{"form_token": ""}, {"form_token": "0" * 64}, {"form_token": None}])
def test_nothing_is_done_without_the_forms_token(console: Site, change: dict[str, str | None]) -> None:
    console.receive_first_order()
    data = {"action": "accept O1", "reason": "x", **change}
    sent = {name: value for name, value in data.items() if value is not None}
    assert console.client.post("/console/actions", data=sent).status_code == 403
    with console.gateway.database.reading() as tx:
        order = orders.load(tx, 1)
    assert order is not None and order.acceptance == "waiting"


def test_nothing_is_done_for_another_site_or_without_a_session(console: Site) -> None:
    console.receive_first_order()
    data = {
        "form_token": form_token(console.client.get("/console").text),
        "action": "accept O1",
        "reason": "x",
    }
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert console.client.post("/console/actions", data=data, headers=headers).status_code == 403
    console.client.cookies.clear()
    answer = console.client.post("/console/actions", data=data, follow_redirects=False)
    assert answer.headers["location"].startswith("/console/login")
    with console.gateway.database.reading() as tx:
        order = orders.load(tx, 1)
    assert order is not None and order.acceptance == "waiting"


@pytest.mark.parametrize(
    ("action", "reason", "status"),
    [
        ("accept O1", "", 400),
        ("accept O1", "  \n ", 400),
        ("accept D1", "x", 400),
        ("explode O1", "x", 400),
        ("", "x", 400),
        ("accept O999", "x", 409),
        ("resolve W1", "x", 409),
    ],
)
def test_what_a_form_may_not_ask_for(console: Site, action: str, reason: str, status: int) -> None:
    console.receive_first_order()
    data = {
        "form_token": form_token(console.client.get("/console").text),
        "action": action,
        "reason": reason,
    }
    answer = console.client.post("/console/actions", data=data)
    assert answer.status_code == status and "<h1>" in answer.text


def test_a_refused_file_is_read_again_or_resolved(console: Site) -> None:
    document = console.receive(BAD)
    assert do(console, f"/console/documents/{document}", "replay", reason="Column renamed") == 303
    with console.gateway.database.reading() as tx:
        stored = documents.load(tx, 1)
        replayed = next(entry for entry in journal.of_document(tx, 1) if entry.event == "replayed")
    assert stored is not None and stored.state == "received"
    assert (replayed.actor, replayed.details) == ("Ann (console)", {"reason": "Column renamed"})
    console.opened.runner.drain(10)
    with console.gateway.database.reading() as tx:
        item = next(item for item in work_items.listed(tx) if item.kind == "document_refused")
    assert do(console, f"/console/work/W{item.id}", "resolve", reason="Buyer was told") == 303
    listed = console.client.get("/console/work?state=resolved").text
    assert "Buyer was told" in listed and "Ann (console)" in listed


def test_what_was_sent_is_sent_again(console: Site) -> None:
    console.receive_first_order()
    with console.gateway.database.reading() as tx:
        sent = showing.delivery_row(deliveries.listed(tx)[0])
    assert sent["state"] == "delivered"
    assert do(console, f"/console/deliveries/{sent['delivery']}", "resend") == 303
    assert do(console, f"/console/documents/{sent['document']}", "send") == 409  # it is on its way already
    console.opened.runner.drain(10)
    with console.gateway.database.reading() as tx:
        events = [entry.event for entry in journal.of_document(tx, int(sent["document"][1:]))]
    assert events.count("delivered") == 2 and "resent" in events


@pytest.mark.parametrize("kind", ["documents", "orders", "deliveries", "work"])
@pytest.mark.parametrize("reference", ["D999", "O999", "999999999999999999999", "x", "<b>", "%00"])
def test_what_is_not_there_is_said_on_a_page(console: Site, kind: str, reference: str) -> None:
    answer = console.client.get(f"/console/{kind}/{reference}")
    assert answer.status_code == 404 and "There is no such page" in answer.text and "<b>" not in answer.text


def test_a_fault_of_ours_is_a_page_without_a_trace(console: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(showing, "order_detail", fail)
    client = TestClient(console.client.app, cookies=console.client.cookies, raise_server_exceptions=False)
    answer = client.get("/console/orders/O1")
    assert answer.status_code == 500 and "Something went wrong here" in answer.text
    assert "secret of ours" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
