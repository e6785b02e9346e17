"""The program: global options, the commands by name, and the guard that lets no stack trace reach a user.

Each command's module is imported when the command is asked for, and imports what it needs when it runs: checking a
small file must not wait for a database library.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from gateway import __version__
from gateway.cli.faults import INTERRUPTED, NOBODY_READS, UNUSABLE, explain, unexpected
from gateway.cli.session import Session
from gateway.cli.terminal import say

COMMANDS = {
    "validate": "validate",
    "parse": "parse",
    "render": "render",
    "inspect": "inspection",
    "init": "init",
    "receive": "intake",
    "drain": "intake",
    "work": "work",
    "documents": "documents",
    "orders": "orders",
    "deliveries": "deliveries",
    "order": "decision",
    "stock": "stock",
    "ship": "shipping",
    "invoice": "billing",
    "config": "configuration",
    "serve": "serving",
    "demo": "serving",
    "db": "operations",
    "status": "operations",
}
"""Command to the module of this room that holds it, in the order of a day's work."""


class Program(click.Group):
    """The commands, each loaded when asked for; and what becomes of their exceptions."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"gateway.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, and with the nearest name where there is none."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else " See: gateway --help"
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every exception ends in a message and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.exceptions.Exit, click.exceptions.Abort, click.ClickException):
            raise
        except KeyboardInterrupt:
            say("Interrupted")
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_output()
            ctx.exit(NOBODY_READS)
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            message, code = explain(error) or (unexpected(error), UNUSABLE)
            say(f"Error: {message}")
            _give_up_unwritable_output()
            ctx.exit(code)
        return result


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The workspace (default: $GATEWAY_WORKSPACE, else the current directory if it is one).",
)
@click.option(
    "--database",
    metavar="URL",
    help="The ledger (default: $GATEWAY_DATABASE, else what the workspace says).",
)
@click.option(
    "--debug", is_flag=True, help="Show where in the program a failure came from, and log everything."
)
@click.version_option(__version__, prog_name="gateway")
@click.pass_context
def program(ctx: click.Context, workspace: Path | None, database: str | None, debug: bool) -> None:
    """EDI/B2B gateway: orders in, acknowledgements, ship notices and invoices out.

    Results go to standard output, messages to standard error. Exit code 0: everything accepted; 1: something was
    refused; 2: wrong usage or configuration; 130: interrupted.
    """
    ctx.obj = Session(workspace=workspace, database=database, debug=debug)


def main() -> int:
    """The entry of ``gateway`` and of ``python -m gateway``. Ends the process with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        program.main(prog_name="gateway")
    except KeyboardInterrupt:
        return INTERRUPTED


def _give_up_unwritable_output() -> None:
    """What a full disk did not take would be tried again at the end, where Python turns the exit code into 120."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _forget_output()


def _forget_output() -> None:
    """Whoever read our output is gone: what is still buffered goes nowhere, silently."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
