"""Logging of a command: to standard error, so that results stay clean; a server's log says more."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

from gateway.cli.terminal import harmless


def configure(*, log_format: str, level: int = logging.WARNING, traces: bool = False) -> None:
    """Log lines as text for a person or as JSON. ``traces`` keeps stack traces, which else become one line."""
    import structlog

    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if traces else _in_one_line,
            _harmless_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _in_one_line(_logger: object, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The exception's type and words instead of its trace."""
    given = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        entry["error"] = f"{type(error).__name__}: {error}"
    return entry


def _harmless_values(
    _logger: object, _name: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in entry.items():
        if isinstance(value, str) and name != "exception":
            entry[name] = harmless(value)
    return entry
