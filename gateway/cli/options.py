"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

import click

from gateway.cli.session import whoever_asks

_Command = TypeVar("_Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of text.")
partner_option = click.option("--partner", metavar="P", help="The partner's code.")
by_option = click.option(
    "--by",
    metavar="NAME",
    default=lambda: whoever_asks(os.environ),
    help="Who acts, for the journal (default: $USER).",
)
reason_option = click.option("--reason", metavar="TEXT", required=True, help="Why; kept in the journal.")


def moment(text: str) -> datetime:
    """A date, or an instant in RFC 3339, as an aware time; a date is its first moment in UTC."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date like 2026-03-17 or 2026-03-17T15:00:00Z") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def day(text: str) -> date:
    """A calendar day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date like 2026-03-17") from None


def quantity(text: str) -> Decimal:
    """An exact quantity of zero or more that the ledger can hold."""
    from gateway.core.quantity import QUANTITY_PLACES, fits_ledger, parse_decimal

    value = parse_decimal(text)
    if value is None or value < 0 or not fits_ledger(value, QUANTITY_PLACES):
        wanted = f"zero or more, with at most {QUANTITY_PLACES} places"
        raise click.BadParameter(f"{text!r} is no quantity: {wanted}")
    return value


def list_options(command: _Command) -> _Command:
    """--limit, --since, --json and --partner of the lists."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, 100_000),
        default=100,
        show_default=True,
        metavar="N",
        help="At most so many.",
    )
    since = click.option("--since", type=moment, metavar="DATE", help="Not older than this (UTC).")
    decorated: _Command = partner_option(since(limit(json_option(command))))
    return decorated
