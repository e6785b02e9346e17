"""What a person is told when something goes wrong, and the exit code that goes with it.

Exit codes (CONTRACT): 0 everything accepted, 1 at least one set, order or file refused, 2 usage or configuration error,
130 Ctrl-C. A reader of our output who stops reading ends us with 141, as the shell would have it (128 + SIGPIPE).
"""

from __future__ import annotations

import click

from gateway.core.failure import Failure, TransientFailure

REFUSED = 1
UNUSABLE = 2
INTERRUPTED = 130
NOBODY_READS = 141


class UsageFault(click.ClickException):
    """A command that cannot be carried out as given: exit 2, with one message that says what would do."""

    exit_code = UNUSABLE


def explain(error: Exception) -> tuple[str, int] | None:
    """The message and exit code of an expected failure; None for one that nobody foresaw."""
    if isinstance(error, TransientFailure):
        return f"{error}\nTry again in a while.", UNUSABLE
    if isinstance(error, Failure):
        return str(error), UNUSABLE
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return (f"{error.filename}: {reason}" if error.filename else reason), UNUSABLE
    if isinstance(error, ImportError | MemoryError):
        return None
    # Only now: both stand in rooms that take a while to load, and most commands never need them.
    from gateway.flow.order_decision import NotAllowed
    from gateway.flow.showing import BadReference

    if isinstance(error, NotAllowed):
        return str(error), REFUSED
    return (str(error), UNUSABLE) if isinstance(error, BadReference) else None


def unexpected(error: Exception) -> str:
    """The one line for a fault of ours."""
    said = str(error).strip().splitlines()
    detail = f": {said[0]}" if said else ""
    return (
        f"The gateway failed ({type(error).__name__}{detail}). "
        "This is a fault of the program: run the command again with gateway --debug and report what it shows"
    )
