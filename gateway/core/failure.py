"""Failures of the shell (network, disk, configuration): terminal or transient is part of the type.

Bad data is never a failure; it is a :class:`~gateway.core.finding.Finding`.
"""

from __future__ import annotations


class Failure(Exception):
    """Something outside the documents went wrong. The text is for the person who has to mend it."""


class TransientFailure(Failure):
    """May pass by itself: the step is tried again after a while (time-out, refused connection, busy database)."""


class TerminalFailure(Failure):
    """Will not pass by itself: a person has to act (wrong password, unknown host key, partner refused the file)."""
