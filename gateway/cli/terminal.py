"""What is written where: results to standard output, messages to standard error, both harmless to a terminal.

Values come from strangers' files, so control and bidirectional characters are written out, in JSON as ``\\u001b``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from gateway.core.finding import Finding
from gateway.core.location import Location

# Unicode's categories Cc, Cf, Cs, Zl and Zp: what steers a terminal, hides, or turns text around.
_STEERING = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)


def harmless(text: str) -> str:
    """The text with every character written out that could steer a terminal or reorder text."""
    if text.isascii() and text.isprintable():
        return text
    return _STEERING.sub(lambda match: repr(match[0])[1:-1], text)


def say(message: str) -> None:
    """A message for the person at the terminal; its own line ends stay."""
    click.echo("\n".join(harmless(line) for line in message.expandtabs().split("\n")), err=True)


def print_text(line: str, *, err: bool = False) -> None:
    """One line of a result."""
    click.echo(harmless(line), err=err)


def print_json(value: Mapping[str, Any], *, err: bool = False) -> None:
    """One JSON object on one line; in plain ASCII where the stream is not UTF-8."""
    stream = sys.stderr if err else sys.stdout
    plain = (stream.encoding or "").lower().replace("-", "") != "utf8"
    click.echo(json_line(value, plain=plain), err=err)


def print_bytes(data: bytes) -> None:
    """A document exactly as it would be sent."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def json_line(value: Mapping[str, Any], *, plain: bool = False) -> str:
    """The object as one line of JSON whose text no terminal obeys; reading it gives the values back unchanged."""
    line = json.dumps(value, ensure_ascii=plain, separators=(", ", ": "))
    return _STEERING.sub(_escaped, line)


def print_findings(findings: Iterable[Finding], *, as_json: bool, err: bool) -> None:
    """Findings for a person, or as JSON Lines."""
    for finding in findings:
        if as_json:
            print_json(finding.to_json(), err=err)
        else:
            click.echo(described(finding), err=err)


def described(finding: Finding) -> str:
    """The finding in some lines, its values harmless: a line end in the data makes no line of its own."""
    values: dict[str, Any] = {
        name: harmless(value)
        for name in ("code", "message", "found", "wanted", "rule", "fix")
        if (value := getattr(finding, name)) is not None
    }
    place: dict[str, Any] = {
        name: harmless(value) if isinstance(value, str) else value
        for name, value in finding.location.to_json().items()
    }
    values["location"] = Location(**place)
    return replace(finding, **values).describe()


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "") -> None:
    """Rows under their headings, each column as wide as its widest value."""
    cells = [list(headings), *([harmless(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        line = "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True))
        click.echo(f"{indent}{line}".rstrip())


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
