"""The operator's command line: ``gateway COMMAND``, as CONTRACT.md names it."""

from __future__ import annotations

from gateway.cli.program import main

__all__ = ["main"]
