"""``gateway validate``: what the gateway would find in a file, without a ledger."""

from __future__ import annotations

import click

from gateway.cli.faults import REFUSED, UsageFault
from gateway.cli.options import json_option, partner_option
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import print_bytes, print_findings, print_text, say


@click.command
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=source)
@partner_option
@click.option(
    "--ack",
    type=click.Choice(["997", "999"]),
    help="Write the acknowledgement to standard output, findings to standard error.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "pyx12"]),
    default="native",
    show_default=True,
    help="pyx12: a second opinion over the same tables, by an engine that is not ours.",
)
@click.option("--quiet", is_flag=True, help="No findings: the exit code says it.")
@json_option
@pass_session
def validate(
    session: Session,
    files: tuple[Source, ...],
    partner: str | None,
    ack: str | None,
    engine: str,
    quiet: bool,
    as_json: bool,
) -> None:
    """Check files: envelopes, every set against its guide, and orders as they would be read.

    X12, cXML and CSV. FILE may be - for standard input.
    """
    if ack and engine != "native":
        raise UsageFault("--ack needs the native engine; leave out --engine pyx12")
    if partner is not None:
        session.partner(partner)  # a wrong code is told before any file is read
    if engine == "pyx12":
        accepted = _second_opinions(session, files, quiet=quiet, as_json=as_json)
    else:
        accepted = _natively(session, files, partner, ack, quiet=quiet, as_json=as_json)
    if not accepted:
        click.get_current_context().exit(REFUSED)


def _natively(
    session: Session,
    files: tuple[Source, ...],
    partner: str | None,
    ack: str | None,
    *,
    quiet: bool,
    as_json: bool,
) -> bool:
    """Whether nothing of the files is refused."""
    from gateway.cli.examination import Examination
    from gateway.cli.sample_answer import SampleAnswers
    from gateway.translation.translation import Syntax

    configuration = session.configuration if partner is not None else None
    answer = ack is not None
    answers = SampleAnswers(form=ack or "997")
    if partner is not None and configuration is not None:
        answers = SampleAnswers(configuration.partners[partner], configuration.station, answers.form)
    accepted = True
    for file in files:
        examination = Examination(session.guides, file.name, partner, configuration)
        for value in examination.read(file.chunks()):
            if isinstance(value, tuple):
                if not quiet:
                    print_findings(value, as_json=as_json, err=answer)
            elif answer:
                for part in answers.take(value):
                    if isinstance(part, bytes):
                        print_bytes(part)
                    elif isinstance(part, str):
                        say(part)
                    else:
                        print_findings(part, as_json=as_json, err=True)
        accepted = examination.tally.accepted and accepted
        if answer and examination.syntax is not Syntax.X12:
            say(f"{file.name} is not X12, and only X12 is answered by a {ack}")
        if not (quiet or as_json):
            print_text(examination.tally.summary(file.name), err=answer)
    return accepted


def _second_opinions(session: Session, files: tuple[Source, ...], *, quiet: bool, as_json: bool) -> bool:
    """Whether pyx12 finds no error in the files, over our tables exported as its maps."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from gateway.core.finding import has_errors
    from gateway.x12.pyx12_export import export
    from gateway.x12.second_opinion import check

    accepted = True
    with TemporaryDirectory(prefix="gateway-pyx12-") as folder:
        export(session.guides, Path(folder))
        for file in files:
            findings = check(file.data(), Path(folder), charset="utf-8", file=file.name)
            refused = has_errors(findings)
            accepted = accepted and not refused
            if not quiet:
                print_findings(findings, as_json=as_json, err=False)
            if not (quiet or as_json):
                print_text(f"{file.name}: {'refused' if refused else 'accepted'} by pyx12")
    return accepted
