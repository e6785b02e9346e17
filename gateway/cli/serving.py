"""``gateway serve`` and ``gateway demo``: the long-running process, and the whole job played at once."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from gateway.cli import log
from gateway.cli.session import Session, pass_session


@click.command
@click.option("--demo", is_flag=True, help="With the demo's workspace and simulated partners.")
@pass_session
def serve(session: Session, demo: bool) -> None:
    """API, pages, AS2, schedule and runner in one process, until interrupted.

    With --demo no workspace of yours is looked at: the demo brings its own, which goes when it ends.
    """
    if demo:
        from gateway.demo import serve_demo

        log.configure(log_format="console", traces=session.debug)
        click.get_current_context().exit(serve_demo())
    from gateway.app import serve as run

    session.configure_log(logging.INFO, traces=True)
    click.get_current_context().exit(run(session.settings, session.environ))


@click.command
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    metavar="DIR",
    help="Gets every exchanged file, and STORY.html that explains them.",
)
@pass_session
def demo(session: Session, out: Path) -> None:
    """Play the whole job with simulated partners over real SFTP and AS2 on loopback."""
    from gateway.demo import play

    log.configure(log_format="console", traces=session.debug)
    click.get_current_context().exit(play(out))
