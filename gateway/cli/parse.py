"""``gateway parse``: files into canonical documents, one JSON object a line, without a ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.faults import REFUSED
from gateway.cli.options import json_option, partner_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_findings, print_json
from gateway.core.finding import Finding, Severity, has_errors
from gateway.core.location import Location

if TYPE_CHECKING:
    from gateway.translation.translation import (
        DocumentTranslated,
        InterchangeAcknowledged,
        InterchangeBegun,
        Translation,
    )


@click.command
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=source)
@partner_option
@json_option
@pass_session
def parse(session: Session, files: tuple[Source, ...], partner: str | None, as_json: bool) -> None:
    """Turn files into canonical documents: one JSON object a line on standard output.

    Findings go to standard error, as text or with --json as JSON Lines. Without --partner the file's identities say
    whose it is, as far as the workspace knows them. FILE may be - for standard input.
    """
    if partner is not None:
        session.partner(partner)
    accepted = True
    for file in files:
        for value in _translations(session, file, partner):
            findings = _findings(value)
            print_findings(findings, as_json=as_json, err=True)
            accepted = accepted and not has_errors(findings)
            record = getattr(value, "record", None)
            if record is not None:
                print_json(_as_json(record))
    if not accepted:
        click.get_current_context().exit(REFUSED)


def _translations(session: Session, file: Source, partner: str | None) -> Iterable[Translation]:
    """The built-in workspace's example partners are nobody's: there only --partner names one."""
    from gateway.translation.arrival import Arrival
    from gateway.translation.inbound import translate_inbound

    known = partner is not None or session.named_workspace is not None
    return translate_inbound(
        file.chunks(),
        session.guides,
        arrival=Arrival(file=file.name, partner=partner),
        configuration=session.configuration if known else None,
    )


def _findings(value: Translation) -> tuple[Finding, ...]:
    """What a person should know of a translation. Who sent it is a hint here: nobody is refused for it."""
    from gateway.translation.translation import DocumentTranslated, InterchangeAcknowledged, InterchangeBegun

    if isinstance(value, InterchangeBegun):
        return (*value.findings, *_hints(value))
    if isinstance(value, DocumentTranslated):
        # In X12 the interchange has told already.
        hints = () if value.origin.interchange is not None else _hints(value)
        return (*value.findings, *hints, *_not_read(value))
    if isinstance(value, InterchangeAcknowledged):
        return (*value.findings, _answer(value))
    return value.findings


def _hints(value: InterchangeBegun | DocumentTranslated) -> tuple[Finding, ...]:
    """Who sent it, and to whom, as warnings. Of a stranger's file it is enough to know that it is one."""
    routing = value.routing if value.partner is not None else value.routing[-1:]
    return tuple(replace(finding, severity=Severity.WARNING) for finding in routing)


def _not_read(value: DocumentTranslated) -> tuple[Finding, ...]:
    """A note on a document that yields no record although nothing refuses it."""
    if value.record is not None or value.refused:
        return ()
    origin = value.origin
    place = Location(file=origin.file, interchange=origin.interchange, group=origin.group, set=origin.set)
    if value.processed:
        return (
            Finding(
                code="document-not-readable",
                message=f"The {value.document_type} lacks what a canonical document needs",
                location=place,
                fix=f"Look at it with gateway inspect, and ask the sender for a complete {value.document_type}",
            ),
        )
    return (
        Finding(
            code="document-not-processed",
            severity=Severity.WARNING,
            message=f"{value.document_type} is received at envelope level: there is no canonical document for it",
            location=place,
            found=value.document_type,
            fix="Nothing to do; gateway inspect shows what it says",
        ),
    )


def _answer(value: InterchangeAcknowledged) -> Finding:
    """A TA1 in words; it answers an interchange and is no document of its own."""
    from gateway.x12.interchange_acknowledgement import read_interchange_acknowledgement

    answer = read_interchange_acknowledgement(value.segment)
    verdict = "accepted" if answer.accepted else "refused"
    return Finding(
        code="interchange-acknowledgement",
        severity=Severity.WARNING,
        message=f"A TA1: interchange {answer.interchange_control_number} was {verdict} ({answer.text})",
        location=Location(interchange=value.interchange.interchange_control_number, segment="TA1"),
    )


def _as_json(record: Any) -> dict[str, object]:
    # The codec would do; but reading JSON, which it also can, loads a library that writing has no need of.
    from gateway.canonical.encoding import record_encoder

    kind: type = type(record)
    return record_encoder(kind)(record)
