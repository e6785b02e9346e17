"""The portal: a buyer uploads a file, sees its orders and each error beside its row, and nothing of anybody else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.flow.receive import Arrival, receive
from gateway.ledger import documents, journal, orders
from gateway.ledger.archive import sha256_of
from gateway.web import portal as portal_module
from tests.databases import KINDS, database_url
from tests.web.pages import (
    BAD,
    GOOD,
    HEADER,
    HOOLI_TOKEN,
    HOSTILE,
    OPERATOR_TOKEN,
    ROOT,
    SUMMIT_TOKEN,
    Site,
    form_token,
    open_site,
)


@pytest.mark.parametrize("address", ["/portal", "/portal/orders", "/portal/documents/D1", "/portal/anything"])
def test_nobody_looks_without_logging_in(site: Site, address: str) -> None:
    answer = site.client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/portal/login?next={address}")


def test_nobody_uploads_without_logging_in(site: Site) -> None:
    files = {"file": ("orders.csv", GOOD.encode(), "text/csv")}
    answer = site.client.post("/portal/upload", files=files, follow_redirects=False)
    assert answer.headers["location"] == "/portal/login?next=/portal"
    with site.gateway.database.reading() as tx:
        assert documents.listed(tx) == []


def test_a_wrong_token_is_refused_and_the_operators_too(site: Site) -> None:
    for token in ("", "wrong", OPERATOR_TOKEN):
        assert site.client.post("/portal/login", data={"token": token}).status_code == 401


def test_a_portals_session_does_not_open_the_console(portal: Site) -> None:
    cookie = portal.client.cookies["gateway_portal"]
    portal.client.cookies.set("gateway_console", cookie, path="/console")
    assert portal.client.get("/console", follow_redirects=False).status_code == 303


def test_a_new_partner_token_ends_the_session(portal: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert portal.client.get("/portal", follow_redirects=False).status_code == 200
    object.__setattr__(portal.gateway, "secret", lambda _reference: "a new token")
    assert portal.client.get("/portal", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("kind", KINDS)
def test_both_databases_bring_a_sheet_from_upload_to_acceptance(kind: str, tmp_path: Path) -> None:
    with database_url(kind, tmp_path) as url, open_site(tmp_path / "workspace", url) as site:
        site.opened.runner.start()
        site.enter("portal", SUMMIT_TOKEN)
        assert "found 1 order" in site.upload(GOOD, name="nul\0.csv").text
        site.enter("console", OPERATOR_TOKEN)
        assert "There is no such page" not in site.client.get("/console/documents?kind=%00&before=D9").text
        data = {
            "form_token": form_token(site.client.get("/console").text),
            "action": "accept O1",
            "reason": "\0",
        }
        site.client.post("/console/actions", data=data)
        assert "Accepted" in site.client.get("/portal/orders/O1").text


def test_a_good_sheet_becomes_orders(portal: Site) -> None:
    answer = portal.upload(GOOD, name="Spring show.csv")
    assert answer.status_code == 200 and "found 1 order" in answer.text
    assert "Spring show.csv" in answer.text
    assert re.search(r'<a href="/portal/orders/O1">HV-1</a>', answer.text)
    assert answer.text.count("✓ Order HV-1") == 2
    order = portal.client.get("/portal/orders/O1").text
    assert "Waiting for our answer" in order and "Trail runner" in order and "24.00" in order
    assert "HV-1" in portal.client.get("/portal/orders").text


def test_the_bytes_are_archived_and_received_by_the_agreed_door(portal: Site) -> None:
    portal.upload(GOOD)
    with portal.gateway.database.reading() as tx:
        document = documents.load(tx, 1)
    assert document is not None
    assert (document.door, document.partner, document.content_sha256) == (
        "web",
        "summit-outfitters",
        sha256_of(GOOD.encode()),
    )
    assert portal.gateway.archive.read(document.content_sha256) == GOOD.encode()


def test_a_bad_row_keeps_its_order_back_and_says_why_beside_it(portal: Site) -> None:
    text = portal.upload(BAD).text
    assert "Some of your file could not be used: 1 error." in text
    row = re.search(r'<th scope="row">2</th>.*?</tr>', text, re.DOTALL)
    assert row is not None and "The quantity &#39;ten&#39; cannot be read" in row[0]
    assert "Not taken: order HV-2 has an error in row 2" in text and "✓ Order HV-3" in text
    with portal.gateway.database.reading() as tx:
        assert [order.purchase_order_number for order in orders.listed(tx)] == ["HV-3"]


def test_the_same_file_again_is_a_duplicate_and_shows_the_first(portal: Site) -> None:
    portal.upload(GOOD)
    again = portal.upload(GOOD, name="again.csv")
    assert str(again.url).endswith("/portal/documents/D2")
    assert "You have sent this file before" in again.text and 'href="/portal/documents/D1"' in again.text
    assert '<a href="/portal/orders/O1">HV-1</a>' in again.text
    with portal.gateway.database.reading() as tx:
        assert len(orders.listed(tx)) == 1


def test_the_same_order_in_another_file_is_known(portal: Site) -> None:
    portal.upload(GOOD)
    assert "We have this order already" in portal.upload(GOOD + "\n").text
    changed = portal.upload(GOOD.replace(",6,", ",7,")).text
    assert "with other content" in changed


def test_a_buyer_sees_no_other_partners_documents_or_orders(portal: Site) -> None:
    portal.upload(GOOD)
    portal.receive_first_order()
    portal.client.cookies.clear()
    portal.enter("portal", HOOLI_TOKEN)
    missing = portal.client.get("/portal/orders/O999")
    for address in ("documents/D1", "documents/D2", "documents/D3", "orders/O1", "orders/O2"):
        answer = portal.client.get(f"/portal/{address}")
        assert (answer.status_code, answer.text) == (404, missing.text), address
    for address in ("/portal", "/portal/orders"):
        text = portal.client.get(address).text
        assert "HV-1" not in text and "orders.csv" not in text and "4500012345" not in text


def test_another_partners_envelope_stays_with_who_sent_it_and_names_nobody(portal: Site) -> None:
    data = (ROOT / "partners/acme/first-order.edi").read_bytes()
    answer = portal.upload(data, name="forged.edi")
    assert answer.status_code == 200 and "Held" in answer.text
    assert "acme" not in answer.text.lower().partition("<main")[2]
    with portal.gateway.database.reading() as tx:
        document = documents.load(tx, 1)
        assert document is not None and document.partner == "summit-outfitters"
        assert orders.listed(tx) == []
    # The true sender's own file is no duplicate of it.
    true = receive(portal.gateway, Arrival(data=data, door="acme-folder", file_name="true.edi"))
    portal.opened.runner.drain(10)
    with portal.gateway.database.reading() as tx:
        stored = documents.load(tx, true)
    assert stored is not None and stored.state == "translated"


def test_an_upload_needs_the_forms_token(portal: Site) -> None:
    for token in ({}, {"form_token": "0" * 64}):
        files = {"file": ("orders.csv", GOOD.encode(), "text/csv")}
        assert portal.client.post("/portal/upload", data=token, files=files).status_code == 403
    with portal.gateway.database.reading() as tx:
        assert documents.listed(tx) == []


def test_hostile_data_is_shown_and_harmless(portal: Site) -> None:
    sheet = HEADER + f'{HOSTILE},,"<img src=x onerror=alert(1)>",614141000418,\u202egnp.exe,1,2.00\n'
    answer = portal.upload(sheet, name=f"..\\evil/{HOSTILE.replace('/', '')}\u202e.csv")
    pages = [
        answer.text,
        *(portal.client.get(f"/portal{rest}").text for rest in ("", "/orders", "/orders/O1")),
    ]
    for text in pages:
        assert "<script" not in text and "<img" not in text and "\u202e" not in text
    assert "&lt;script&gt;" in answer.text and r"\u202egnp.exe" in answer.text
    with portal.gateway.database.reading() as tx:
        document = documents.load(tx, 1)
    assert document is not None and document.file_name == HOSTILE.replace("/", "") + r"\u202e.csv"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PO Number,UPC,Qantity\nA-1,614141000418,5\n", "The sheet has no column for the quantity"),
        (b"PK\x03\x04not a workbook", "Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x00\x01\x02" * 50, "The file is not text"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><cXML>&a;</cXML>", "What we found"),
        (b"ISA*00*", "What we found"),
        (b"hello\n", "neither X12 nor XML"),
    ],
)
def test_what_cannot_be_read_says_why(portal: Site, data: bytes, said: str) -> None:
    answer = portal.upload(data)
    assert answer.status_code == 200 and said in answer.text


def test_no_file_or_an_empty_one_is_asked_for_again(portal: Site) -> None:
    token = form_token(portal.client.get("/portal").text)
    for files in ({"file": ("", b"")}, {"file": ("empty.csv", b"")}, {"other": ("a.csv", GOOD.encode())}):
        answer = portal.client.post("/portal/upload", data={"form_token": token}, files=files)
        assert answer.status_code == 400 and "<h1>" in answer.text


def test_a_body_that_is_no_form_is_refused(portal: Site) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"junk", b"--x\r\nContent-Disposition: form-data; name=a\r\n"):
        assert portal.client.post("/portal/upload", content=body, headers=headers).status_code in (400, 403)


@pytest.mark.parametrize("declared", [True, False])
def test_too_large_an_upload_is_given_up_while_it_comes(
    portal: Site, monkeypatch: pytest.MonkeyPatch, declared: bool
) -> None:
    monkeypatch.setattr(portal_module, "LARGEST_UPLOAD", 1 << 20)
    token = form_token(portal.client.get("/portal").text)
    head = f'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
    head += '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head.encode() + b"a,b\n" * (1 << 19)

    def chunks() -> Iterator[bytes]:
        yield body

    answer = portal.client.post(
        "/portal/upload",
        content=body if declared else chunks(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413 and "At most 1 MB" in answer.text


def test_a_file_still_being_read_says_so_and_looks_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_module, "WAIT_SECONDS", 0.1)
    site.enter("portal", SUMMIT_TOKEN)  # no runner works in the background here
    answer = site.upload(GOOD)
    assert "are reading it" in answer.text and '<meta http-equiv="refresh"' in answer.text
    site.opened.runner.drain(10)
    after = site.client.get(answer.url).text
    assert "found 1 order" in after and "http-equiv" not in after


def test_a_partner_in_testing_sees_that_it_is_a_test(site: Site) -> None:
    site.opened.runner.start()
    site.enter("portal", "trial's token")
    answer = site.upload("PO,SKU,Qty\nT-1,ABC,5\n")
    assert "nothing is shipped" in answer.text and answer.text.count('class="badge"') >= 3
    assert (
        'class="badge"'
        in site.client.get("/portal/orders/O1").text.partition("<h1>")[0].partition("Your order ")[2]
    )


def test_a_buyer_reads_no_internals(portal: Site) -> None:
    portal.upload(GOOD)
    with portal.gateway.database.reading() as tx:
        assert any(entry.event == "translated" for entry in journal.of_document(tx, 1))
    text = portal.client.get("/portal/orders/O1").text
    assert "We received your file" in text
    for internal in (
        "gateway order",
        os.fspath(portal.opened.settings.workspace),
        "testclient",
        "sha256",
        "W1",
    ):
        assert internal not in text
