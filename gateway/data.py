"""The data that ships with the gateway: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
FOLDERS = ("schemas", "mappings", "partners", "config")


def shipped_folder() -> Path:
    """The folder that holds the shipped ``schemas/``, ``mappings/``, ``partners/`` and ``config/``."""
    inside = _PACKAGE / "_data"
    return inside if inside.is_dir() else _PACKAGE.parent


def schemas_folder(workspace: Path | None = None) -> Path:
    """``schemas/`` of the workspace where it has guides of its own, else the shipped ones."""
    if workspace is not None and (workspace / "schemas" / "x12").is_dir():
        return workspace / "schemas"
    return shipped_folder() / "schemas"
