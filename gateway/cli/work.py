"""``gateway work``: everything that waits for a person."""

from __future__ import annotations

import click

from gateway.cli.faults import REFUSED, UsageFault
from gateway.cli.options import by_option, json_option, partner_option
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_json, print_text, say


@click.group
def work() -> None:
    """Everything that waits for a person; each item names the command that resolves it."""


@work.command("list")
@partner_option
@click.option("--kind", metavar="KIND", help="order_acceptance, document_held, delivery_failed …")
@click.option("--state", type=click.Choice(["open", "resolved", "all"]), default="open", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, metavar="N")
@json_option
@pass_session
def list_work(
    session: Session, partner: str | None, kind: str | None, state: str, limit: int, as_json: bool
) -> None:
    """The oldest first; by default what is open."""
    from gateway.cli.layout import COLUMNS, print_rows
    from gateway.flow.showing import work_row
    from gateway.ledger import work_items

    wanted = None if state == "all" else state
    with session.reading() as tx:
        found = work_items.listed(tx, state=wanted, limit=limit, partner=partner, kind=kind)
    rows = [work_row(item) for item in found]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_rows(rows, COLUMNS["work"])
    else:
        say("Nothing waits for a person")


@work.command("show")
@click.argument("item", metavar="ID")
@json_option
@pass_session
def show_work(session: Session, item: str, as_json: bool) -> None:
    """Everything about one work item."""
    from gateway.cli.layout import print_detail
    from gateway.flow.showing import number_of, work_row
    from gateway.ledger import work_items

    item_id = number_of(item, "W")
    with session.reading() as tx:
        found = work_items.load(tx, item_id)
    if found is None:
        say(f"There is no work item W{item_id}. See: gateway work list --state all")
        click.get_current_context().exit(REFUSED)
    row = work_row(found)
    if as_json:
        print_json(row)
        return
    details = row.pop("details", None) or {}
    print_detail({**row, **details} if isinstance(details, dict) else row)


@work.command("resolve")
@click.argument("item", metavar="ID")
@click.option("--reason", metavar="TEXT", help="Why; kept in the journal. Needed unless --retry is given.")
@click.option("--retry", is_flag=True, help="Try again what failed or was refused.")
@by_option
@pass_session
def resolve_work(session: Session, item: str, reason: str | None, retry: bool, by: str) -> None:
    """Close a work item with a reason, or try again what it is about."""
    from gateway.flow.resolve import resolve_item
    from gateway.flow.showing import number_of

    item_id = number_of(item, "W")
    if not (reason or "").strip() and not retry:
        raise UsageFault("Say why with --reason TEXT, or try again what failed with --retry")
    with session.opened() as opened:
        refused = resolve_item(opened.gateway, item_id, by=by, reason=reason or "tried again", retry=retry)
    if refused is not None:
        say(refused)
        click.get_current_context().exit(REFUSED)
    print_text(f"W{item_id} is resolved" + (". Run it with: gateway drain" if retry else ""))
