"""What the commands of one run share: the workspace, its settings and files, and the gateway over its ledger."""

from __future__ import annotations

import getpass
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli import log
from gateway.cli.faults import UsageFault
from gateway.cli.terminal import say

if TYPE_CHECKING:
    from gateway.ledger.database import Database, Transaction
    from gateway.partnerships.configuration import Configuration
    from gateway.partnerships.partner import Partner
    from gateway.settings import Settings
    from gateway.work.opening import OpenGateway
    from gateway.x12.guide import Guides

_DATABASES = re.compile(r"sqlite:///.+|postgresql\+psycopg://.+")


@dataclass
class Session:
    """One run of the command line. ``workspace`` and ``database`` are the global options, None where not given."""

    workspace: Path | None = None
    database: str | None = None
    debug: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the workspace. Raises SettingsFault where they cannot be used."""
        from gateway.settings import Settings

        settings = Settings.load(self.workspace, self.database, self.environ)
        if not _DATABASES.fullmatch(settings.database_url):
            raise UsageFault(
                "The database is named as sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME, "
                f"not {settings.database_url.partition(':')[0]}:…"
            )
        return settings

    @cached_property
    def guides(self) -> Guides:
        """The guides: of the workspace where it has its own, else the shipped ones."""
        from gateway.data import schemas_folder
        from gateway.x12.guide import Guides

        folder = self.named_workspace
        return Guides.load(schemas_folder(folder) / "x12")

    @property
    def named_workspace(self) -> Path | None:
        """The workspace that the caller names or stands in, if any, without reading its settings."""
        named = self.workspace or self.environ.get("GATEWAY_WORKSPACE") or None
        if named is not None:
            return self.settings.workspace
        return Path.cwd() if (Path.cwd() / "config" / "gateway.toml").is_file() else None

    @cached_property
    def configuration(self) -> Configuration:
        """What the workspace's files say now. Faults are told, and what is sound goes on."""
        from gateway.workspace import load_workspace

        configuration, findings = load_workspace(self.settings.workspace)
        errors = sum(finding.is_error for finding in findings)
        if errors:
            say(f"Warning: the configuration has {errors} error(s); gateway config check shows them")
        return configuration

    def partner(self, code: str) -> Partner:
        """A partner of the workspace's files. Raises UsageFault where there is none, or its file is at fault."""
        from difflib import get_close_matches

        known = self.configuration.partners
        if code in known:
            return known[code]
        if any(path.startswith(f"partners/{code}/") for path in self.configuration.files):
            raise UsageFault(
                f"The file of partner {code} has errors, so it cannot be used. See: gateway config check"
            )
        near = get_close_matches(code, known, n=1)
        hint = f"Perhaps {near[0]}?" if near else f"There are: {', '.join(sorted(known)) or 'none yet'}"
        raise UsageFault(f"There is no partner {code} in {self.settings.workspace}. {hint}")

    @contextmanager
    def opened(self) -> Iterator[OpenGateway]:
        """The gateway over the workspace's ledger, closed afterwards."""
        self.settings.require_ledger()
        from gateway.work.opening import open_gateway

        self.configure_log()
        opened = open_gateway(self.settings, self.environ)
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def ledger(self) -> Iterator[Database]:
        """The workspace's ledger alone, for looking: a command that changes nothing needs no gateway over it."""
        self.settings.require_ledger()
        from gateway.ledger.database import Database

        self.configure_log()
        self.settings.data.mkdir(parents=True, exist_ok=True)
        database = Database(self.settings.database_url)
        try:
            if not database.is_current():
                database.upgrade()
            yield database
        finally:
            database.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """The same, ready to be read."""
        with self.ledger() as database, database.reading() as tx:
            yield tx

    def configure_log(self, level: int = logging.WARNING, *, traces: bool = False) -> None:
        """Log to standard error from now on, as the settings say; stack traces only into a server's log."""
        log.configure(
            log_format=self.settings.log_format,
            level=logging.DEBUG if self.debug else level,
            traces=self.debug or traces,
        )


def whoever_asks(environ: Mapping[str, str]) -> str:
    """Who acts where --by does not say: the name the system knows."""
    try:
        return environ.get("USER") or getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"


pass_session = click.make_pass_decorator(Session, ensure=True)
