"""Every real sample file, through every command that looks at files: a verdict each, never a stack trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import ROOT, run

SAMPLES = Path(os.environ.get("GATEWAY_SHARED", ROOT.parent / "shared")) / "samples"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".tsv")

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"the shared samples are not beside the checkout ({SAMPLES})"
)


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=lambda path: path.name)
def test_each_file_gets_a_verdict(folder: Path) -> None:
    for file in (path for path in FILES if path.parent == folder):
        for command in (["validate"], ["validate", "--ack", "997"], ["parse"], ["inspect"]):
            result = run(*command, file)
            assert result.exit_code in (0, 1), (command, file.name, result.stderr)
            assert "The gateway failed" not in result.stderr, (command, file.name)
