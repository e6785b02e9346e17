"""Who calls at a door: a partner by its token, or the operator by the station's. Compared in constant time."""

from __future__ import annotations

import hmac

from gateway.core.failure import Failure
from gateway.flow.gateway import Gateway
from gateway.partnerships.connection import HttpConnection
from gateway.partnerships.partner import Partner


def same_token(known: str, given: str) -> bool:
    """Whether two tokens are the same; the time it takes tells nothing about where they differ."""
    # A caller may send any characters, a lone surrogate too.
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "surrogatepass"))


def token_of(gateway: Gateway, partner: Partner) -> str | None:
    """The partner's token; None where it has none, or its secret is not set on this machine."""
    if partner.token is None:
        return None
    try:
        return gateway.secret(partner.token)
    except Failure:
        return None


def partner_of_token(gateway: Gateway, token: str) -> Partner | None:
    """The partner whose token this is, or None. Every partner's token is compared, so time tells nothing."""
    with gateway.database.reading() as tx:
        partners = gateway.configuration(tx).partners.values()
    found: Partner | None = None
    for partner in partners:
        known = token_of(gateway, partner)
        if known is not None and same_token(known, token):
            found = partner
    return found


def upload_door(gateway: Gateway, partner: Partner) -> str | None:
    """The connection by which the partner's uploads come; None where none was agreed."""
    with gateway.database.reading() as tx:
        connections = gateway.configuration(tx).connections
    for name in partner.connections:
        connection = connections.get(name)
        if isinstance(connection, HttpConnection) and connection.enabled:
            return name
    return None
