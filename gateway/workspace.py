"""The text files of a workspace, read for the pure room that understands them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.loader import load_configuration

LARGEST_FILE = 4 << 20
_PATTERNS = (
    "config/gateway.toml",
    "config/*.yaml",
    "mappings/**/*.yaml",
    "mappings/**/*.csv",
    "partners/*/partner.yml",
    "partners/**/*.yaml",
    "partners/**/*.csv",
)


def read_files(workspace: Path) -> tuple[Mapping[str, str], list[Finding]]:
    """The configuration files of a workspace, path with ``/`` to text; files that cannot be read are findings."""
    files: dict[str, str] = {}
    findings: list[Finding] = []
    for path in _paths(workspace):
        name = path.relative_to(workspace).as_posix()
        try:
            if path.stat().st_size > LARGEST_FILE:
                findings.append(_unreadable(name, f"it is larger than {LARGEST_FILE >> 20} MB"))
                continue
            files[name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            findings.append(_unreadable(name, f"it is not UTF-8 at byte {fault.start}"))
        except OSError as fault:
            findings.append(_unreadable(name, fault.strerror or str(fault)))
    return files, findings


def load_workspace(workspace: Path) -> tuple[Configuration, list[Finding]]:
    """The configuration that a workspace's files say now, and every fault of them."""
    files, findings = read_files(workspace)
    configuration, faults = load_configuration(files)
    return configuration, [*findings, *faults]


def _paths(workspace: Path) -> Iterator[Path]:
    found = {path for pattern in _PATTERNS for path in workspace.glob(pattern) if path.is_file()}
    return iter(sorted(found))


def _unreadable(name: str, reason: str) -> Finding:
    return Finding(
        code="file-not-readable",
        message=f"{name} cannot be read: {reason}",
        location=Location(file=name),
        wanted="a text file in UTF-8",
        fix="Save the file as UTF-8 text, readable for the gateway's user",
    )
