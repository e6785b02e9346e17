"""``gateway config``: the workspace's files, and the revision in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.faults import UNUSABLE, UsageFault
from gateway.cli.options import by_option, json_option
from gateway.cli.session import Session, pass_session
from gateway.cli.terminal import print_findings, print_json, print_text, say

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.group
def config() -> None:
    """The configuration: check, publish, export."""


@config.command
@json_option
@pass_session
def check(session: Session, as_json: bool) -> None:
    """What is wrong with the workspace's files, by file and line. Exit code 2 where something is."""
    from gateway.core.finding import has_errors
    from gateway.settings import SettingsFault
    from gateway.workspace import load_workspace

    try:
        workspace = session.settings.workspace
    except SettingsFault as fault:
        if not fault.findings:
            raise
        print_findings(fault.findings, as_json=as_json, err=False)
        click.get_current_context().exit(UNUSABLE)
    configuration, findings = load_workspace(workspace)
    print_findings(findings, as_json=as_json, err=False)
    if has_errors(findings):
        click.get_current_context().exit(UNUSABLE)
    if not as_json:
        print_text(
            f"{workspace}: {len(configuration.partners)} partners, {len(configuration.connections)} connections, "
            f"nothing refused (revision {configuration.revision[:12]})"
        )


@config.command
@by_option
@json_option
@pass_session
def publish(session: Session, by: str, as_json: bool) -> None:
    """Check the workspace's files and make them the revision in force. Exit code 2 where they are refused."""
    from gateway.core.finding import has_errors
    from gateway.flow.publish import publish as make_active
    from gateway.workspace import read_files

    with session.opened() as opened:
        files, findings = read_files(session.settings.workspace)
        revision = None
        if not has_errors(findings):
            revision, more = make_active(opened.gateway, files, by=by)
            findings = [*findings, *more]
    print_findings(findings, as_json=as_json, err=True)
    if revision is None:
        say("Nothing was published")
        click.get_current_context().exit(UNUSABLE)
    if as_json:
        print_json({"revision": revision, "files": len(files)})
    else:
        print_text(f"Revision {revision[:12]} is in force, {len(files)} files")


@config.command
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to (default: the workspace itself).",
)
@click.option("--overwrite", is_flag=True, help="Replace files that differ.")
@pass_session
def export(session: Session, out: Path | None, overwrite: bool) -> None:
    """Write the revision in force back as files. Files that differ are left alone unless --overwrite is given."""
    from gateway.ledger import revisions

    with session.reading() as tx:
        revision = revisions.active(tx)
        files = revisions.files(tx, revision) if revision is not None else {}
    if revision is None:
        raise UsageFault("No configuration is published yet. Run: gateway config publish")
    folder = (out or session.settings.workspace).resolve()
    differing = [name for name in files if _differs(folder, name, files[name])]
    if differing and not overwrite:
        raise UsageFault(
            f"In {folder} these differ from revision {revision[:12]}: {', '.join(differing)}. "
            "Look at them, then export to another folder with --out DIR, or replace them with --overwrite"
        )
    _write(folder, files)
    print_text(f"Revision {revision[:12]} is written to {folder}, {len(files)} files")


def _differs(folder: Path, name: str, text: str) -> bool:
    path = _inside(folder, name)
    return path.exists() and path.read_bytes().decode("utf-8-sig", "replace") != text


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = _inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def _inside(folder: Path, name: str) -> Path:
    """The file's place in the folder; a revision can name no file outside of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise UsageFault(f"The revision names {name}, which is outside of {folder}")
    return path
