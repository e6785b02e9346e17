"""Who calls: a partner by its token, or the operator by the station's. Tokens are compared in constant time."""

from __future__ import annotations

import hmac

from fastapi import Request

from gateway.api.problem import Problem
from gateway.core.failure import Failure
from gateway.flow.gateway import Gateway
from gateway.partnerships.connection import HttpConnection
from gateway.partnerships.partner import Partner


def bearer(request: Request) -> str:
    """The token of ``Authorization: Bearer``. Raises Problem 401 without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "A token is needed", "Send it as: Authorization: Bearer TOKEN")
    return token.strip()


def partner_of_token(gateway: Gateway, token: str) -> Partner | None:
    """The partner whose token this is, or None. Every partner's token is compared, so time tells nothing."""
    with gateway.database.reading() as tx:
        partners = gateway.configuration(tx).partners.values()
    found: Partner | None = None
    for partner in partners:
        if partner.token is None:
            continue
        try:
            known = gateway.secret(partner.token)
        except Failure:
            continue  # its secret is not set on this machine: nobody can be this partner here
        if hmac.compare_digest(known.encode(), token.encode()):
            found = partner
    return found


def require_partner(gateway: Gateway, token: str) -> Partner:
    """The partner whose token this is. Raises Problem 401."""
    partner = partner_of_token(gateway, token)
    if partner is None:
        raise Problem(401, "The token is not known", "Ask the station's operator for your token")
    return partner


def require_operator(operator_token: str, token: str) -> None:
    """Raises Problem 401 unless this is the station's own token."""
    if not hmac.compare_digest(operator_token.encode(), token.encode()):
        raise Problem(
            401, "The token is not the operator's", "It lies in data/operator.token of the workspace"
        )


def http_door(gateway: Gateway, partner: Partner) -> str:
    """The connection by which the partner's uploads come. Raises Problem 403 where none was agreed."""
    with gateway.database.reading() as tx:
        connections = gateway.configuration(tx).connections
    for name in partner.connections:
        connection = connections.get(name)
        if isinstance(connection, HttpConnection) and connection.enabled:
            return name
    raise Problem(
        403, "Uploads are not agreed", f"{partner.name} has no connection of kind http; add one to its file"
    )
