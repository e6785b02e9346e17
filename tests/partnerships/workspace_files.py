"""A small sound workspace as texts, for tests that break one line of it."""

from __future__ import annotations

GATEWAY = """\
[station]
name = "Us"
qualifier = "ZZ"
identifier = "US"
gs1_prefix = "0614141"
"""

CONNECTIONS = """\
connections:
  acme-folder: {kind: folder, inbox: in, outbox: out}
  web: {kind: http}
"""

PARTNER = """\
partner: acme
name: Acme
status: live
identities:
  - {qualifier: "ZZ", identifier: ACME}
connections: [acme-folder]
outbound:
  "855": {version: "004010"}
"""


def files(**changes: str) -> dict[str, str]:
    """The workspace; ``partner``, ``connections``, ``gateway`` replace a file's text, others are further partners."""
    texts = {
        "config/gateway.toml": changes.pop("gateway", GATEWAY),
        "config/connections.yaml": changes.pop("connections", CONNECTIONS),
        "partners/acme/partner.yaml": changes.pop("partner", PARTNER),
    }
    texts.update({f"partners/{code}/partner.yaml": text for code, text in changes.items()})
    return texts
