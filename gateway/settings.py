"""Where the workspace and the ledger are, and how the process runs: read once by a door and handed down.

The command line wins over the environment, the environment over ``config/gateway.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.core.failure import TerminalFailure
from gateway.core.finding import Finding, has_errors
from gateway.data import schemas_folder, shipped_folder
from gateway.partnerships.section import Section
from gateway.partnerships.station_file import STATION_FILE, read_gateway_toml

DEFAULT_DATABASE = "sqlite:///data/gateway.db"
_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(.*)")


class SettingsFault(TerminalFailure):
    """The workspace or its settings cannot be used; ``findings`` say where, if a file is at fault."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__("\n".join([message, *(finding.describe() for finding in findings)]))
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a process needs to know before it reads any configuration.

    ``built_in`` says that no workspace was named or found: the shipped examples are used, read-only, without a ledger.
    ``database_url`` is absolute; ``log_format`` is ``console`` or ``json``.
    """

    workspace: Path
    built_in: bool
    database_url: str
    data: Path
    archive: Path
    schemas: Path
    host: str = "127.0.0.1"
    port: int = 8850
    log_format: str = "console"
    sweep_seconds: int = 15

    @classmethod
    def load(cls, workspace: Path | None, database: str | None, environ: Mapping[str, str]) -> Settings:
        """The settings for ``--workspace`` and ``--database`` (None where not given) and the environment.

        Raises :class:`SettingsFault` where the workspace does not exist or its ``config/gateway.toml`` is wrong.
        """
        folder, built_in = _find_workspace(workspace, environ)
        findings: list[Finding] = []
        root = _read_file(folder, findings)
        server, stored, log, schedule = (
            root.section(name) if root is not None else None
            for name in ("server", "database", "log", "schedule")
        )
        url = (stored.text("url") if stored else None) or DEFAULT_DATABASE
        host = (server.text("host") if server else None) or "127.0.0.1"
        port = server.whole("port", 8850, 0, 65535) if server else 8850
        log_format = log.choice("format", ("console", "json"), "console") if log else "console"
        sweep_seconds = schedule.whole("sweep_seconds", 15, 1, 3600) if schedule else 15
        for section in (server, stored, log, schedule):
            if section is not None:
                section.close()
        if has_errors(findings):
            raise SettingsFault(f"The settings in {folder / STATION_FILE} cannot be used", tuple(findings))
        return cls(
            workspace=folder,
            built_in=built_in,
            database_url=_absolute(database or environ.get("GATEWAY_DATABASE") or url, folder),
            data=folder / "data",
            archive=folder / "data" / "archive",
            schemas=schemas_folder(folder),
            host=host,
            port=port,
            log_format=log_format,
            sweep_seconds=sweep_seconds,
        )

    def require_ledger(self) -> None:
        """Raises :class:`SettingsFault` where there is no workspace to keep a ledger in; the doors exit 2 then."""
        if self.built_in:
            raise SettingsFault(
                "This command needs a ledger, and the built-in workspace is read-only.\n"
                "Make a workspace with: gateway init DIR\n"
                "Then use it with: gateway --workspace DIR ..., or $GATEWAY_WORKSPACE, or from inside DIR"
            )

    def resolve_secret(self, reference: str, environ: Mapping[str, str]) -> str:
        """The secret behind ``env:NAME`` or ``file:PATH`` (relative to the workspace), its last line end removed.

        Raises :class:`SettingsFault`, which never repeats a secret, where there is none.
        """
        kind, _, name = reference.partition(":")
        if kind == "env":
            value = environ.get(name, "")
            if not value:
                raise SettingsFault(f"The environment variable {name} is not set; a secret is expected in it")
            return value
        if kind != "file":
            raise SettingsFault("A secret is referred to as env:NAME or file:PATH")
        path = self.workspace / name
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is not text"
            raise SettingsFault(f"The secret in {path} cannot be read: {reason}") from fault
        secret = text.removesuffix("\n").removesuffix("\r")
        if not secret:
            raise SettingsFault(f"The file {path} is empty; a secret is expected in it")
        return secret


def _find_workspace(workspace: Path | None, environ: Mapping[str, str]) -> tuple[Path, bool]:
    """The folder and whether it is the built-in one (CONTRACT, command line)."""
    named = workspace or (Path(environ["GATEWAY_WORKSPACE"]) if environ.get("GATEWAY_WORKSPACE") else None)
    if named is not None:
        folder = named.resolve()
        if not (folder / STATION_FILE).is_file():
            raise SettingsFault(
                f"{named} is no workspace: it has no {STATION_FILE}. Make one with: gateway init {named}"
            )
        return folder, False
    here = Path.cwd()
    if (here / STATION_FILE).is_file():
        return here.resolve(), False
    return shipped_folder(), True


def _read_file(folder: Path, findings: list[Finding]) -> Section | None:
    try:
        text = (folder / STATION_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsFault(f"{folder / STATION_FILE} cannot be read: {fault}") from fault
    return read_gateway_toml(text, findings)


def _absolute(url: str, folder: Path) -> str:
    """An SQLite file named relatively is inside the workspace."""
    match = _SQLITE.fullmatch(url)
    if match is None or match[2] in ("", ":memory:") or Path(match[2]).is_absolute():
        return url
    return f"{match[1]}{folder / match[2]}"
