"""The command line as a user meets it, inside the test's process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.cli.program import program

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
GOOD_850 = GOLDEN / "inbound" / "850" / "004010-plain" / "input.edi"
BAD_850 = GOLDEN / "inbound" / "850" / "malformed" / "input.edi"


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    """``gateway ARGUMENTS`` with the guard on, as users run it; ``given`` is standard input."""
    result = CliRunner().invoke(program, [str(argument) for argument in arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def rows(text: str) -> list[dict[str, Any]]:
    """JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """``python -m gateway ARGUMENTS`` as a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environ", {})}
    command = [sys.executable, "-m", "gateway", *map(str, arguments)]
    return subprocess.Popen(command, env=environ, **options)
