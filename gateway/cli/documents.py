"""``gateway documents``: every file that came or went."""

from __future__ import annotations

from datetime import datetime

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import by_option, json_option, list_options
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_bytes, print_json, print_text, say


@click.group
def documents() -> None:
    """Every file that came or went: list, show, replay, resend."""


@documents.command("list")
@click.option("--kind", metavar="KIND", help="850, 997, OrderRequest, order …")
@click.option("--state", metavar="STATE", help="received, translated, held, refused, duplicate, delivered …")
@click.option("--direction", type=click.Choice(["in", "out"]))
@click.option(
    "--number", metavar="N", help="An order's number, or the control number of an interchange or group."
)
@list_options
@pass_session
def list_documents(
    session: Session,
    partner: str | None,
    kind: str | None,
    state: str | None,
    direction: str | None,
    number: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """The newest documents first."""
    from gateway.cli.layout import COLUMNS, print_rows
    from gateway.cli.selection import documents_numbered, newest
    from gateway.flow.showing import document_row
    from gateway.ledger import documents as stored

    with session.reading() as tx:
        wanted = documents_numbered(tx, number) if number is not None else None
        found = newest(
            stored.listed,
            tx,
            limit=limit,
            keep=lambda row: wanted is None or row.id in wanted,
            old=lambda row: since is not None and row.received_at < since,
            partner=partner,
            kind=kind,
            state=state,
            direction=direction,
        )
        rows = [document_row(row) for row in found]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_rows(rows, COLUMNS["documents"])
    else:
        say("No documents")


@documents.command("show")
@click.argument("document", metavar="ID")
@click.option("--content", is_flag=True, help="The bytes themselves, as they came or went.")
@json_option
@pass_session
def show_document(session: Session, document: str, content: bool, as_json: bool) -> None:
    """Everything about one document: groups, findings, deliveries, journal."""
    from gateway.cli.layout import print_detail
    from gateway.flow.showing import document_detail, number_of
    from gateway.ledger.archive import Archive

    document_id = number_of(document, "D")
    with session.reading() as tx:
        detail = document_detail(tx, document_id)
    if detail is None:
        say(f"There is no document D{document_id}. See: gateway documents list")
        click.get_current_context().exit(REFUSED)
    if content:
        print_bytes(Archive(session.settings.archive).read(detail["content_sha256"]))
    elif as_json:
        print_json(detail)
    else:
        print_detail(detail)


@documents.command("replay")
@click.argument("document", metavar="ID")
@by_option
@pass_session
def replay_document(session: Session, document: str, by: str) -> None:
    """Translate a held or refused document again, by the rules of now."""
    from gateway.flow.showing import number_of
    from gateway.flow.translate import replay

    document_id = number_of(document, "D")
    with session.opened() as opened:
        refused = replay(opened.gateway, document_id, by=by)
    _conclude(refused, f"D{document_id} is due again. Run it with: gateway drain")


@documents.command("resend")
@click.argument("document", metavar="ID")
@by_option
@pass_session
def resend_document(session: Session, document: str, by: str) -> None:
    """Send an outbound document's stored bytes again."""
    from gateway.flow.deliver import resend_document as resend
    from gateway.flow.showing import number_of

    document_id = number_of(document, "D")
    with session.opened() as opened:
        refused = resend(opened.gateway, document_id, by=by)
    _conclude(refused, f"D{document_id} will be sent again. Run it with: gateway drain")


def _conclude(refused: str | None, done: str) -> None:
    if refused is not None:
        say(refused)
        click.get_current_context().exit(REFUSED)
    print_text(done)
