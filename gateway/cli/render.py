"""``gateway render``: the bytes a canonical document would be sent as, under sample control numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from gateway.cli.faults import REFUSED, UsageFault
from gateway.cli.options import json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_bytes, print_findings, print_json, say

if TYPE_CHECKING:
    from gateway.translation.outbound import OutboundRecord


@click.command
@click.argument("file", metavar="FILE.json", type=source)
@click.option(
    "--partner", metavar="P", required=True, help="The partner's code: its envelope and version are used."
)
@click.option(
    "--to",
    "target",
    type=click.Choice(["x12", "json"]),
    default="x12",
    show_default=True,
    help="json: the document as read, in the contract's form.",
)
@json_option
@pass_session
def render(session: Session, file: Source, partner: str, target: str, as_json: bool) -> None:
    """Write a canonical document as the partner would get it; its "kind" says which set it becomes.

    Findings go to standard error. What our own guide for the partner refuses is not written.
    """
    agreed = session.partner(partner)
    record = _record(file, partner, as_json)
    if target == "json":
        from gateway.canonical.codec import to_json

        print_json(to_json(record))
        return
    from gateway.translation.outbound import render as render_record
    from gateway.x12.writer import Numbers

    station = session.configuration.station
    rendered = render_record(
        record, agreed, station, Numbers.counted(1, 1, 1), datetime.now(UTC), session.guides
    )
    print_findings(rendered.findings, as_json=as_json, err=True)
    if not rendered.may_leave:
        say(f"The {rendered.set_code} is refused by our own guide and was not written")
        click.get_current_context().exit(REFUSED)
    print_bytes(rendered.data)


def _record(file: Source, partner: str, as_json: bool) -> OutboundRecord:
    from gateway.canonical.codec import from_text
    from gateway.canonical.functional_acknowledgement import FunctionalAcknowledgement

    record, findings = from_text(file.data(), file=file.name)
    print_findings(findings, as_json=as_json, err=True)
    if record is None:
        click.get_current_context().exit(REFUSED)
    if isinstance(record, FunctionalAcknowledgement):
        raise UsageFault("A 997 is made from the group it answers: gateway validate FILE --ack 997")
    if record.partner not in (None, partner):
        say(f"The document is for {record.partner}; it is written for {partner}")
    return replace(record, partner=partner)
