"""The files of ``schemas/canonical/``; ``python -m gateway.canonical.schema_files FOLDER`` writes them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gateway.canonical.codec import KINDS, json_schema


def schema_text(kind: str) -> str:
    """The text of a kind's schema file."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Writes the schema of every kind into the folder and returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        path = folder / f"{kind}.schema.json"
        path.write_text(schema_text(kind), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
