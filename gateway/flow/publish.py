"""Publish the workspace's files as the active configuration revision."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.core.finding import Finding, has_errors
from gateway.flow.gateway import Gateway
from gateway.ledger import journal, revisions
from gateway.partnerships.configuration import revision_of
from gateway.partnerships.loader import load_configuration


def publish(gateway: Gateway, files: Mapping[str, str], *, by: str) -> tuple[str | None, list[Finding]]:
    """Check the files and make them the active revision. None, and the findings, where they are refused.

    Publishing what is active already changes nothing. A revision published by somebody else meanwhile wins; the
    caller looks at it and tries again.
    """
    _, findings = load_configuration(files)
    if has_errors(findings):
        return None, findings
    revision = revision_of(files)
    now = gateway.database.now()
    with gateway.database.transaction() as tx:
        parent = revisions.active(tx)
        if parent == revision:
            return revision, findings
        if not revisions.publish(tx, revision, files, parent=parent, at=now):
            return None, [*findings, _overtaken()]
        journal.write(tx, "published", at=now, actor=by, details={"revision": revision, "parent": parent})
    return revision, findings


def ensure_published(gateway: Gateway, files: Mapping[str, str]) -> list[Finding]:
    """An empty ledger publishes the workspace's files at first start; a ledger with a revision keeps it.

    Where another process starts at the same moment and is faster, its revision is the one that is kept.
    """
    if _is_published(gateway):
        return []
    revision, findings = publish(gateway, files, by="first start")
    return [] if revision is None and _is_published(gateway) else findings


def _is_published(gateway: Gateway) -> bool:
    with gateway.database.reading() as tx:
        return revisions.active(tx) is not None


def _overtaken() -> Finding:
    return Finding(
        code="revision-overtaken",
        message="Another revision was published meanwhile",
        rule="config publish",
        fix="Look at it with gateway config diff, then publish again",
    )
