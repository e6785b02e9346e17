"""``gateway inspect``: a file in words."""

from __future__ import annotations

from itertools import chain

import click

from gateway.cli.faults import REFUSED
from gateway.cli.session import Session, pass_session
from gateway.cli.source import Source, source
from gateway.cli.terminal import described, print_text, say


@click.command
@click.argument("file", metavar="FILE", type=source)
@pass_session
def inspect(session: Session, file: Source) -> None:
    """Show an X12 file with each segment, element and code in words, findings in place.

    FILE may be - for standard input. Looking refuses nothing: gateway validate does.
    """
    from gateway.core.finding import Finding
    from gateway.core.location import Location
    from gateway.translation.syntax import recognise
    from gateway.translation.translation import Syntax
    from gateway.x12.inspection import inspect as lines_of

    chunks = file.chunks()
    head = next(chunks, b"")
    syntax, fault = recognise(head)
    if syntax is Syntax.X12:
        for line in lines_of(chain((head,), chunks), session.guides, file.name):
            print_text(line)
        return
    kind = "" if syntax is Syntax.UNKNOWN else f", it seems to be {syntax.value.upper()}"
    finding = fault or Finding(
        code="not-x12",
        message=f"There is no X12 interchange in the file{kind}",
        location=Location(file=file.name),
        wanted="a file that begins with ISA",
        fix="See what the gateway reads in it with: gateway parse FILE",
    )
    say(described(finding.in_file(file.name)))
    click.get_current_context().exit(REFUSED)
