"""``gateway init``: a new workspace."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

from gateway.cli.faults import UsageFault
from gateway.cli.terminal import harmless, print_text

EXAMPLE_PARTNER = "acme"
ORDER_FILE = f"partners/{EXAMPLE_PARTNER}/first-order.edi"

_IGNORED = "# Not for version control: the ledger with the archive, and keys.\n/data/\n/config/keys/\n"
_CONNECTION = re.compile(r"\n  ([a-z0-9-]+):\n(?:    .*\n?)+", re.MULTILINE)
_WITHOUT_PARTNER = ("web",)
"""Connections of the example that every workspace has: the portal and uploads need it."""


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new workspace in DIR: configuration, one example partner with its folders, and a first order to try."""
    _check_free(folder)
    from gateway.data import shipped_folder

    shipped = shipped_folder()
    texts = {
        "config/gateway.toml": (shipped / "config" / "gateway.toml").read_text(encoding="utf-8"),
        "config/connections.yaml": _example_connections(
            (shipped / "config" / "connections.yaml").read_text(encoding="utf-8")
        ),
        ".gitignore": _IGNORED,
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    copies = ("mappings", f"partners/{EXAMPLE_PARTNER}", "schemas/language")  # the last one is for editors
    for name in copies:
        shutil.copytree(shipped / name, folder / name)
    for side in ("inbox", "outbox"):
        (folder / "data" / "mailboxes" / EXAMPLE_PARTNER / side).mkdir(parents=True)
    _print_next_steps(folder)


def _check_free(folder: Path) -> None:
    shown = harmless(str(folder))
    if folder.exists() and not folder.is_dir():
        raise UsageFault(f"{shown} is a file; name a folder for the workspace")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageFault(f"{shown} is not empty; a workspace is made in a new or empty folder")


def _example_connections(text: str) -> str:
    """The shipped connections without those of example partners that a new workspace does not have."""

    def keep(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name.startswith(EXAMPLE_PARTNER) or name in _WITHOUT_PARTNER else ""

    return _CONNECTION.sub(keep, text)


def _print_next_steps(folder: Path) -> None:
    where = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    print_text(f"A new workspace is in {folder}. Next:")
    steps = (
        f"1. Play a first order through:  {where}gateway receive {ORDER_FILE} && gateway drain && gateway work list",
        "2. Say who you are and whom you trade with, in config/gateway.toml and "
        f"partners/{EXAMPLE_PARTNER}/partner.yaml, then:  gateway config check && gateway config publish",
        f"3. Let it run, taking what is dropped into data/mailboxes/{EXAMPLE_PARTNER}/inbox:  gateway serve",
    )
    for step in steps:
        print_text(f"  {step}")
