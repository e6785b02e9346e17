"""Bad input is held or refused with findings, its bytes are kept, and nothing else is disturbed."""

from __future__ import annotations

import re

import pytest

from gateway.flow.translate import replay
from tests.flow.station import Station, partner_file, purchase_order, station


def test_truncated(acme: Station) -> None:
    document_id = acme.take(purchase_order()[:-40])
    assert acme.document(document_id)["state"] == "refused"
    assert acme.orders() == []
    assert acme.codes(document_id)
    (ta1,) = acme.sent("TA1")
    assert re.search(r"TA1\*000000001\*260317\*0930\*R\*", ta1)


def test_wrong_segment_count(acme: Station) -> None:
    document_id = acme.take(re.sub(r"SE\*\d+", "SE*99", purchase_order()))
    assert acme.document(document_id)["state"] == "refused"
    (ack,) = acme.sent("997")
    assert "AK5*R*4~" in ack
    assert acme.orders() == []


def test_wrong_group_count_refuses_the_group(acme: Station) -> None:
    document_id = acme.take(purchase_order().replace("GE*1*", "GE*3*"))
    assert acme.document(document_id)["state"] == "refused"
    (ack,) = acme.sent("997")
    assert re.search(r"AK9\*R\*3\*1\*0\*5", ack)
    assert acme.orders() == []


def test_a_bad_set_does_not_hold_its_neighbours(acme: Station) -> None:
    good = purchase_order("GOOD")
    bad_body = "ST*850*0002~\nBEG*00*SA*BAD**20261399~\nPO1*1*1*EA*1**UP*614141000418~\nCTT*1~\nSE*5*0002~\n"
    mixed = good.replace("GE*1*1", bad_body + "GE*2*1")
    document_id = acme.take(mixed)
    assert acme.document(document_id)["state"] == "partly_refused"
    assert [o["purchase_order_number"] for o in acme.orders()] == ["GOOD"]
    (ack,) = acme.sent("997")
    assert "AK9*P*2*2*1" in ack


def test_a_set_x12_does_not_know(acme: Station) -> None:
    document_id = acme.take(purchase_order().replace("ST*850", "ST*001"))
    assert acme.document(document_id)["state"] == "refused"
    assert acme.orders() == []
    (ack,) = acme.sent("997")
    assert "AK2*001*0001~" in ack
    assert "AK5*R*1~" in ack


@pytest.mark.parametrize(("code", "group"), [("816", "OR"), ("830", "PS"), ("832", "SC"), ("852", "PD")])
def test_a_set_we_do_not_process_is_received_and_acknowledged(acme: Station, code: str, group: str) -> None:
    text = (
        f"ISA*00*          *00*          *ZZ*ACME           *ZZ*SUPPLY         *260317*0930*U*00401*000000005*0*P*>~"
        f"GS*{group}*ACME*SUPPLY*20260317*0930*5*X*004010~ST*{code}*0001~XQ*H*20260301~SE*3*0001~GE*1*5~"
        "IEA*1*000000005~"
    )
    document_id = acme.take(text)
    assert acme.document(document_id)["state"] == "translated"
    (ack,) = acme.sent("997")
    assert "AK9*A*1*1*1" in ack


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\xff" * 300, b"hello", b"%PDF-1.4 \xe2\xe3", b"ISA*00*"])
def test_what_is_no_document_is_held(acme: Station, data: bytes) -> None:
    document_id = acme.take(data, name="junk.bin")
    document = acme.document(document_id)
    assert document["state"] == "held"
    assert document["findings"]
    assert acme.gateway.archive.read(document["content_sha256"]) == data
    (item,) = acme.work()
    assert f"gateway documents replay D{document_id}" in item["action"]


def test_xml_bomb(acme: Station) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE cXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><cXML>&c;</cXML>'
    )
    document_id = acme.take(bomb, name="bomb.xml")
    assert acme.document(document_id)["state"] == "held"
    assert acme.codes(document_id)


def test_unknown_sender_is_held_and_taken_once_the_partner_is_there(
    url: str, tmp_path, acme: Station
) -> None:  # type: ignore[no-untyped-def]
    document_id = acme.take(purchase_order(sender="NEWCOMER"))
    document = acme.document(document_id)
    assert document["state"] == "held"
    assert "sender-unknown" in acme.codes(document_id)
    assert acme.sent("997") == []
    from gateway.flow.publish import publish
    from gateway.workspace import read_files

    path = acme.folder / "partners" / "newcomer" / "partner.yaml"
    path.parent.mkdir()
    path.write_text(partner_file("newcomer"))
    files, _ = read_files(acme.folder)
    revision, findings = publish(acme.gateway, files, by="pat")
    assert revision is not None, findings
    assert replay(acme.gateway, document_id, by="pat") is None
    acme.drain()
    assert acme.document(document_id)["state"] == "translated"
    assert [o["partner"] for o in acme.orders()] == ["newcomer"]
    assert len(acme.sent("997")) == 1
    assert [item["kind"] for item in acme.work()] == ["order_acceptance"]


def test_a_partner_at_another_partners_door_is_held(acme: Station) -> None:
    document_id = acme.take(purchase_order(), door="store-folder")
    assert acme.document(document_id)["state"] == "held"
    assert acme.orders() == []
    assert acme.sent("997", "store") == acme.sent("997") == []


def test_addressed_to_somebody_else(acme: Station) -> None:
    document_id = acme.take(purchase_order(receiver="OTHERS"))
    assert acme.document(document_id)["state"] == "held"
    assert acme.orders() == []


def test_what_our_own_guide_refuses_does_not_leave(acme: Station) -> None:
    acme.take(purchase_order("TOO LONG FOR BAK03 " * 2, sender="AUTO"))
    if acme.orders():
        assert acme.sent("855") == []
        assert [item["kind"] for item in acme.work()] == ["outbound_refused"]


def test_nothing_is_lost_when_the_partner_has_no_855(url: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    quiet = partner_file("quiet", acceptance="as_ordered").replace('  "855": {version: "004010"}\n', "")
    with station(tmp_path / "other", url, {"quiet": quiet}) as opened:
        opened.take(purchase_order(sender="QUIET"))
        assert opened.orders()[0]["acceptance"] == "accepted"
        assert opened.sent("855") == []
        assert len(opened.sent("997")) == 1
