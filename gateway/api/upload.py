"""Uploads with a partner's token: the body is the file; 202 once it is committed."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from gateway.api.problem import Problem
from gateway.api.spool import received
from gateway.api.tokens import TOKEN, bearer, http_door, require_partner
from gateway.as2.parameter import clean_file_name
from gateway.flow.gateway import Gateway
from gateway.flow.receive import Arrival, receive
from gateway.ledger import documents
from gateway.ledger.archive import sha256_of
from gateway.ledger.database import Transaction

MOST_BYTES = 64 << 20
LONGEST_KEY = 200
_BODY = {
    "required": True,
    "description": "The file as it is",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def upload_router(gateway: Gateway) -> APIRouter:
    """``POST /api/v1/documents``."""
    router = APIRouter(tags=["documents"])

    @router.post(
        "/api/v1/documents",
        status_code=202,
        dependencies=[Security(TOKEN)],
        openapi_extra={"requestBody": _BODY},
    )
    async def upload(
        request: Request,
        x_file_name: Annotated[str | None, Header(description="The file's name, for people")] = None,
        idempotency_key: Annotated[str | None, Header(description="The same for the same upload")] = None,
    ) -> JSONResponse:
        """Hand in a file: X12, cXML or CSV. Repeating an ``Idempotency-Key`` answers with the first document."""
        token = bearer(request)
        partner = await run_in_threadpool(require_partner, gateway, token)
        body = await received(request.stream().__aiter__(), request.headers.get("content-length"), MOST_BYTES)
        if not body:
            raise Problem(400, "The body is empty", "Send the file as the request's body")
        name, key = _file_name(x_file_name), idempotency_key
        peer = request.client.host if request.client else None
        document_id = await run_in_threadpool(submit, gateway, partner.code, body, name, key, peer)
        return JSONResponse({"document": f"D{document_id}"}, 202)

    return router


def _file_name(header: str | None) -> str | None:
    """The sender's name for the file, as UTF-8 where it is that; data to be shown, so cleaned, and never a path."""
    if header is None:
        return None
    with contextlib.suppress(UnicodeDecodeError):  # else it is Latin-1, as HTTP has it
        header = header.encode("latin-1").decode("utf-8")
    return clean_file_name(header)


def submit(
    gateway: Gateway, partner_code: str, body: bytes, name: str | None, key: str | None, peer: str | None
) -> int:
    """Receive an upload once for its idempotency key. Raises Problem 409 where the key had other content."""
    with gateway.database.reading() as tx:
        partner = gateway.partner(tx, partner_code)
        earlier = documents.submission(tx, partner_code, key) if key else None
    if key and len(key) > LONGEST_KEY:
        raise Problem(400, "The idempotency key is too long", f"Use at most {LONGEST_KEY} characters")
    sha256 = sha256_of(body)
    if earlier is not None:
        return _same(earlier["sha256"], sha256, int(earlier["document_id"]))

    def remember(tx: Transaction, document_id: int, _now: datetime) -> None:
        if not key or documents.keep_submission(tx, partner_code, key, sha256, document_id):
            return
        first = documents.submission(tx, partner_code, key)
        if first is not None:
            raise _Raced(_same(first["sha256"], sha256, int(first["document_id"])))

    arrival = Arrival(
        data=body,
        door=http_door(gateway, partner),
        file_name=name,
        partner=partner_code,
        peer=f"{partner_code}@{peer}",
    )
    try:
        return receive(gateway, arrival, also=remember)
    except _Raced as raced:
        return raced.document_id


class _Raced(Exception):
    """The same key was committed by a concurrent request; its document is the answer."""

    def __init__(self, document_id: int) -> None:
        super().__init__(document_id)
        self.document_id = document_id


def _same(known: str, sha256: str, document_id: int) -> int:
    if known != sha256:
        raise Problem(409, "The idempotency key was used for another file", "Use a new key for a new file")
    return document_id
