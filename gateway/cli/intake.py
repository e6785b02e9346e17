"""``gateway receive`` and ``gateway drain``: hand a file in, and do what is due."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from gateway.cli.faults import REFUSED, UsageFault
from gateway.cli.options import by_option, json_option, partner_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_json, print_text, say

if TYPE_CHECKING:
    from gateway.ledger.work_items import WorkItem
    from gateway.work.opening import OpenGateway

_REFUSALS = ("document_refused", "document_held", "outbound_refused", "delivery_failed", "dead_letter")
"""The work items that say that something was refused; an order that waits for a decision was not."""


@click.command
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=source)
@partner_option
@by_option
@json_option
@pass_session
def receive(session: Session, files: tuple[Source, ...], partner: str | None, by: str, as_json: bool) -> None:
    """Hand files in as if a partner had dropped them. Each is kept durably before its document's id is shown.

    With --partner you vouch for the sender; else the envelope says who it is. FILE may be - for standard input.
    """
    from gateway.flow.receive import Arrival
    from gateway.flow.receive import receive as keep

    with session.opened() as opened:
        if partner is not None:
            _check_partner(opened, partner)
        for file in files:
            arrival = Arrival(
                data=file.data(), door="cli", file_name=file.file_name, partner=partner, peer=by
            )
            document_id = keep(opened.gateway, arrival)
            if as_json:
                row = {"document": f"D{document_id}", "state": "received", "file": file.file_name}
                print_json({name: value for name, value in row.items() if value is not None})
            else:
                print_text(f"D{document_id}  {file.name}")
    if not as_json:
        say("Received. Translate and answer with: gateway drain")


def _check_partner(opened: OpenGateway, code: str) -> None:
    with opened.gateway.database.reading() as tx:
        known = opened.gateway.configuration(tx).partners
    if code not in known:
        raise UsageFault(
            f"There is no partner {code} in the published configuration, which has: "
            f"{', '.join(sorted(known)) or 'none'}. After a change of files: gateway config publish"
        )


@click.command
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=300,
    show_default=True,
    metavar="N",
    help="At most so long.",
)
@click.option("--poll", is_flag=True, help="Look into every mailbox first.")
@json_option
@pass_session
def drain(session: Session, seconds: float, poll: bool, as_json: bool) -> None:
    """Do everything that is due now, and whatever that makes due, then return.

    Exit code 1 where something was refused or failed on the way, or was still due when the time was up.
    """
    with session.opened() as opened:
        database = opened.gateway.database
        began = database.now()
        trouble = _poll(opened) if poll else {}
        if sys.stderr.isatty():
            say("Working on what is due …")
        finished = opened.runner.drain(seconds)
        from gateway.ledger import due, work_items

        with database.reading() as tx:
            later = len(due.pending(tx))
            items = [item for item in work_items.listed(tx, limit=1_000_000) if item.opened_at >= began]
    for name, reason in trouble.items():
        say(f"{name} could not be looked into: {reason}")
    _report(finished, later, items, as_json)
    if trouble or not finished or any(item.kind in _REFUSALS for item in items):
        click.get_current_context().exit(REFUSED)


def _poll(opened: OpenGateway) -> Mapping[str, str]:
    """Take what lies in the mailboxes; returns those that could not be looked into, and why.

    Looks twice: a file counts as finished when it has not changed between two looks.
    """
    from gateway.core.failure import Failure
    from gateway.flow.poll import poll
    from gateway.partnerships.connection import FolderConnection, SftpConnection
    from gateway.work.opening import QUIET_SECONDS

    with opened.gateway.database.reading() as tx:
        connections = opened.gateway.configuration(tx).connections.values()
    mailboxes = [
        one for one in connections if isinstance(one, FolderConnection | SftpConnection) and one.enabled
    ]
    trouble: dict[str, str] = {}
    for pause in (0.0, QUIET_SECONDS):
        time.sleep(pause)
        for mailbox in mailboxes:
            if mailbox.name in trouble:
                continue
            try:
                poll(opened.gateway, mailbox)
            except Failure as failure:
                trouble[mailbox.name] = str(failure)
    return trouble


def _report(finished: bool, later: int, items: list[WorkItem], as_json: bool) -> None:
    if as_json:
        opened = [f"W{item.id}" for item in items]
        print_json({"finished": finished, "due_later": later, "work": opened})
        return
    steps = f"{later} step" if later == 1 else f"{later} steps"
    print_text("Nothing due now is left" if finished else f"The time is up; {steps} still due")
    if finished and later:
        print_text(f"{steps} to be tried again later; gateway status says when the next one is due")
    for item in items:
        print_text(f"W{item.id}  {item.title}")
        print_text(f"      {item.action}")
