"""The token of a request, and whose it is, as problems for those who have none."""

from __future__ import annotations

from fastapi import Request
from fastapi.security import HTTPBearer

from gateway.api.problem import Problem
from gateway.flow.gateway import Gateway
from gateway.flow.tokens import partner_of_token, same_token, upload_door
from gateway.partnerships.partner import Partner

TOKEN = HTTPBearer(auto_error=False, description="A partner's token for uploads, the operator's for the rest")
"""Says in the API's description that a token is needed; :func:`bearer` reads it and says what is wrong with it."""


def bearer(request: Request) -> str:
    """The token of ``Authorization: Bearer``. Raises Problem 401 without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "A token is needed", "Send it as: Authorization: Bearer TOKEN")
    return token.strip()


def require_partner(gateway: Gateway, token: str) -> Partner:
    """The partner whose token this is. Raises Problem 401."""
    partner = partner_of_token(gateway, token)
    if partner is None:
        raise Problem(401, "The token is not known", "Ask the station's operator for your token")
    return partner


def require_operator(operator_token: str, token: str) -> None:
    """Raises Problem 401 unless this is the station's own token."""
    if not same_token(operator_token, token):
        raise Problem(
            401, "The token is not the operator's", "It lies in data/operator.token of the workspace"
        )


def http_door(gateway: Gateway, partner: Partner) -> str:
    """The connection by which the partner's uploads come. Raises Problem 403 where none was agreed."""
    door = upload_door(gateway, partner)
    if door is None:
        raise Problem(
            403,
            "Uploads are not agreed",
            f"{partner.name} has no connection of kind http; add one to its file",
        )
    return door
