"""Texts that the demo fills in: the files of its workspace, and what its partners write by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"


def rendered(name: str, **values: Any) -> str:
    """A template of ``files/`` or ``templates/`` with its values; a name that nobody gives is an error."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([FILES, FOLDER / "templates"]),
        autoescape=jinja2.select_autoescape(("html", "xml")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["us"] = lambda day: f"{day:%m/%d/%Y}"
    return environment
