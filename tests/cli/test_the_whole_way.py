"""An order by hand, from the file dropped to the invoice in the partner's folder, through the command line alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import BAD_850, rows, run

FIRST_ORDER = "partners/acme/first-order.edi"


def listed(*arguments: object) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return rows(result.stdout)


def sent(shop: Path) -> list[str]:
    return sorted(path.name.partition("_")[0] for path in (shop / "data/mailboxes/acme/outbox").glob("*.edi"))


def test_from_the_file_dropped_to_the_invoice_sent(shop: Path) -> None:
    assert listed("receive", FIRST_ORDER) == [
        {"document": "D1", "state": "received", "file": "first-order.edi"}
    ]
    assert run("drain").exit_code == 0
    assert sent(shop) == ["997"]
    (order,) = listed("orders", "list", "--partner", "acme", "--state", "waiting")
    (item,) = listed("work", "list")
    assert item["action"].startswith(f"gateway order accept {order['order']} --reason TEXT")

    accept = run("order", "accept", order["order"], "--reason", "fine", "--line", 1, "--quantity", 6)
    assert accept.exit_code == 0
    assert run("drain").exit_code == 0
    (shipment,) = listed("ship", "--order", order["order"], "--all")
    assert shipment["shipment_number"]
    assert run("drain").exit_code == 0
    (invoice,) = listed("invoice", "run")
    assert invoice["totals"]["total"] == "164.40"  # 6 × 14.40 + 24 × 3.25
    assert run("drain").exit_code == 0
    assert sent(shop) == ["810", "855", "856", "997"]

    assert run("invoice", "run").stderr == "Nothing is left to bill\n"
    assert [row["kind"] for row in listed("documents", "list")] == ["810", "856", "855", "997", "850"]
    assert {row["state"] for row in listed("deliveries", "list")} == {"delivered"}
    (detail,) = listed("orders", "show", order["order"])
    assert [(line["shipped"], line["invoiced"]) for line in detail["lines"]] == [("6", "6"), ("24", "24")]
    assert [entry["actor"] for entry in detail["timeline"] if entry["event"] == "shipped"] == ["pat"]
    for command in (
        ["orders", "show", "O1"],
        ["documents", "show", "D1"],
        ["deliveries", "show", "V1"],
        ["work", "show", "W1"],
        ["status"],
    ):
        assert run(*command).exit_code == 0
    for file in (shop / "data/mailboxes/acme/outbox").glob("*.edi"):
        assert run("validate", file).exit_code == 0


def test_a_file_dropped_into_the_folder_is_taken_by_drain_poll(shop: Path) -> None:
    inbox = shop / "data/mailboxes/acme/inbox"
    shutil.copy(FIRST_ORDER, inbox / "po.edi")
    assert run("drain").exit_code == 0
    assert listed("documents", "list") == []
    assert run("drain", "--poll").exit_code == 0
    assert [row["file"] for row in listed("documents", "list", "--direction", "in")] == ["po.edi"]
    assert list(inbox.glob("*.edi")) == []


@pytest.fixture
def accepted(shop: Path) -> Path:
    for command in (
        ["receive", FIRST_ORDER],
        ["drain"],
        ["order", "accept", "O1", "--reason", "fine", "--by", "kim"],
        ["drain"],
    ):
        assert run(*command).exit_code == 0
    return shop


def test_lists_filter_by_partner_kind_state_number_date_and_limit(accepted: Path) -> None:
    assert [row["document"] for row in listed("documents", "list", "--kind", "997")] == ["D2"]
    assert [row["document"] for row in listed("documents", "list", "--state", "delivered")] == ["D3", "D2"]
    assert [row["document"] for row in listed("documents", "list", "--number", "4500012345")] == ["D3", "D1"]
    assert [row["document"] for row in listed("documents", "list", "--number", "42")] == ["D1"]
    assert [row["document"] for row in listed("documents", "list", "--limit", 1)] == ["D3"]
    assert [row["document"] for row in listed("deliveries", "list", "--number", "4500012345")] == ["D3"]
    assert [row["order"] for row in listed("orders", "list", "--number", "4500012345")] == ["O1"]
    for nothing in (["--partner", "hooli"], ["--since", "2999-01-01"], ["--number", "none"]):
        for name in ("documents", "orders", "deliveries"):
            assert listed(name, "list", *nothing) == []
    assert len(listed("documents", "list", "--since", "2020-01-01T00:00:00Z")) == 3


def test_who_decided_is_who_the_command_says(accepted: Path) -> None:
    assert listed("orders", "show", "O1")[0]["decided_by"] == "kim"


def test_sending_again_sends_the_stored_bytes(accepted: Path) -> None:
    outbox = accepted / "data/mailboxes/acme/outbox"
    (file,) = outbox.glob("855*")
    first = file.read_bytes()
    file.unlink()
    assert run("documents", "resend", "D3").exit_code == 0
    assert run("drain").exit_code == 0
    assert file.read_bytes() == first == run("documents", "show", "D3", "--content").stdout_bytes
    file.unlink()
    assert (
        run(
            "deliveries", "resend", listed("deliveries", "list", "--number", "4500012345")[0]["delivery"]
        ).exit_code
        == 0
    )
    assert run("drain").exit_code == 0
    assert file.read_bytes() == first


def test_a_shipment_from_a_file_ships_what_it_says(accepted: Path) -> None:
    shipment = {
        "kind": "shipment",
        "partner": "acme",
        "test": True,
        "shipment_number": "S-9",
        "structure": "0001",
        "shipped_at": "2026-03-20T15:00:00Z",
        "orders": [
            {
                "purchase_order_number": "4500012345",
                "units": [{"level": "pack", "items": [{"line_number": 1, "quantity": "4", "unit": "EA"}]}],
            }
        ],
    }
    result = run("ship", "-", "--json", given=json.dumps(shipment))
    assert result.exit_code == 0, result.stderr
    assert rows(result.stdout)[0]["orders"][0]["units"][0]["sscc"]
    again = run("ship", "-", given=json.dumps(shipment))
    assert again.exit_code == 1
    shipment["orders"][0]["units"][0]["items"][0]["quantity"] = "400"  # type: ignore[index]
    too_much = run("ship", "-", "--json", given=json.dumps({**shipment, "shipment_number": "S-10"}))
    assert (too_much.exit_code, too_much.stdout) == (1, "")
    assert rows(too_much.stderr)[0]["severity"] == "error"
    stranger = {name: value for name, value in shipment.items() if name != "partner"}
    assert run("ship", "-", given=json.dumps(stranger)).exit_code == 1


@pytest.mark.parametrize("given", ["", "[]", '{"kind": "invoice"}'])
def test_a_shipment_that_is_none_is_refused(accepted: Path, given: str) -> None:
    assert run("ship", "-", given=given).exit_code in (1, 2)


def test_what_the_order_does_not_allow_is_refused_in_words(accepted: Path) -> None:
    again = run("order", "accept", "O1", "--reason", "x")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "accepted already" in again.stderr
    assert run("order", "reject", "O9", "--reason", "x").exit_code == 1
    for arguments in (
        ["order", "accept", "V1", "--reason", "x"],
        ["order", "accept", "O1"],
        ["order", "accept", "O1", "--reason", "x", "--line", 1],
        ["order", "accept", "O1", "--reason", "x", "--line", 1, "--quantity", "1e3"],
        [
            "order",
            "accept",
            "O1",
            "--reason",
            "x",
            "--line",
            1,
            "--quantity",
            1,
            "--line",
            1,
            "--quantity",
            2,
        ],
        ["ship"],
        ["ship", "--order", "O1"],
        ["ship", "x.json", "--order", "O1", "--all"],
        ["invoice", "run", "--as-of", "tomorrow"],
        ["work", "resolve", "W1"],
        ["documents", "list", "--since", "yesterday"],
        ["documents", "list", "--limit", 0],
    ):
        assert run(*arguments).exit_code == 2, arguments
    for arguments in (
        ["orders", "show", "O9"],
        ["documents", "show", "D9"],
        ["documents", "replay", "D1"],
        ["documents", "resend", "D1"],
        ["deliveries", "show", "V9"],
        ["deliveries", "resend", "V9"],
        ["work", "show", "W9"],
        ["work", "resolve", "W9", "--reason", "x"],
        ["ship", "--order", "O9", "--all"],
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (1, ""), arguments
        assert result.stderr


def test_an_order_is_rejected_as_a_whole_and_answered(shop: Path) -> None:
    assert run("receive", FIRST_ORDER).exit_code == 0
    assert run("drain").exit_code == 0
    assert run("order", "reject", "1", "--reason", "out of range").exit_code == 0
    assert run("drain").exit_code == 0
    assert [row["acceptance"] for row in listed("orders", "list")] == ["rejected"]
    assert sent(shop) == ["855", "997"]


def test_a_stranger_is_held_drain_says_so_and_vouching_for_it_helps(shop: Path) -> None:
    assert run("receive", BAD_850).exit_code == 0
    drained = run("drain")
    assert drained.exit_code == 1
    assert "gateway documents replay D1" in drained.stdout
    assert [row["state"] for row in listed("documents", "list")] == ["held"]
    assert run("documents", "replay", "D1").exit_code == 0
    assert run("receive", BAD_850, "--partner", "acme").exit_code == 0
    assert run("drain").exit_code == 1
    assert [row["state"] for row in listed("documents", "list", "--partner", "acme")][-1] == "partly_refused"
    (refused,) = listed("work", "list", "--kind", "document_refused")
    assert run("work", "resolve", refused["work"], "--reason", "told them").exit_code == 0
    assert run("work", "resolve", refused["work"], "--reason", "again").exit_code == 1
    unknown = run("receive", BAD_850, "--partner", "nobody")
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_receiving_from_standard_input_and_of_nothing_keeps_a_document_each(shop: Path) -> None:
    assert run("receive", "-", given=Path(FIRST_ORDER).read_bytes()).stdout == "D1  standard input\n"
    (shop / "empty").write_bytes(b"")
    assert run("receive", "empty", FIRST_ORDER).exit_code == 0
    assert run("drain").exit_code == 1
    assert [row["state"] for row in listed("documents", "list", "--direction", "in")] == [
        "duplicate",
        "held",
        "translated",
    ]


def test_stock_is_imported_whole_or_not_at_all(shop: Path) -> None:
    assert "unknown, not zero" in run("stock", "list").stderr
    (shop / "count.csv").write_text("item,location,on_hand\nW-RED,main,12\nW-BLUE,main,x\n")
    bad = run("stock", "import", "count.csv", "--json")
    assert (bad.exit_code, bad.stdout) == (1, "")
    assert rows(bad.stderr)[0]["location"]["cell"] == "C3"
    assert listed("stock", "list") == []
    (shop / "count.csv").write_text("item,location,on_hand\nW-RED,main,12\n")
    assert run("stock", "import", "count.csv").exit_code == 0
    assert [(row["item"], row["on_hand"], row["test"]) for row in listed("stock", "list")] == [
        ("W-RED", "12", False)
    ]
    assert listed("stock", "list", "--test") == []


def test_status_counts_what_is_due_and_what_waits(shop: Path) -> None:
    assert run("receive", FIRST_ORDER).exit_code == 0
    (due,) = listed("status")
    assert (due["due"], due["work"], due["durable"]) == (1, 0, True)
    assert due["oldest_due"].endswith("Z")
    assert run("drain").exit_code == 0
    (done,) = listed("status")
    assert (done["due"], done["work"], done["deliveries"]["delivered"]) == (0, 1, 1)
