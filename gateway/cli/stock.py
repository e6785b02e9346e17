"""``gateway stock``: what is on hand."""

from __future__ import annotations

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_findings, print_json, print_text, say

test_option = click.option("--test", is_flag=True, help="The stock that test orders are served from.")


@click.group
def stock() -> None:
    """What is on hand: import, list."""


@stock.command("import")
@click.argument("file", metavar="FILE.csv", type=source)
@test_option
@json_option
@pass_session
def import_count(session: Session, file: Source, test: bool, as_json: bool) -> None:
    """Set what is on hand from a count with the columns item, location, on_hand: all rows or none."""
    from gateway.flow.import_stock import import_stock

    with session.opened() as opened:
        rows, findings = import_stock(opened.gateway, file.data(), file=file.name, test=test)
    print_findings(findings, as_json=as_json, err=True)
    if findings:
        click.get_current_context().exit(REFUSED)
    if as_json:
        print_json({"rows": rows, "test": test})
    else:
        print_text(f"{rows} rows of {'test ' if test else ''}stock imported")


@stock.command("list")
@test_option
@json_option
@pass_session
def list_stock(session: Session, test: bool, as_json: bool) -> None:
    """What is on hand and what of it is promised, by item and location."""
    from gateway.cli.layout import print_rows
    from gateway.ledger import stock as stored

    with session.reading() as tx:
        found = stored.listed(tx, test)
    rows = [
        {
            "item": row["item"],
            "location": row["location"],
            "test": row["test"],
            "on_hand": format(row["on_hand"], "f"),
            "reserved": format(row["reserved"], "f"),
        }
        for row in found
    ]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_rows(rows)
    else:
        say("No stock was ever imported: what is on hand is unknown, not zero")
