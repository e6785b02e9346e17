"""``POST /as2``: the body is spooled asynchronously; opening it and the database work run off the event loop."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from gateway.api.problem import Problem
from gateway.api.spool import received
from gateway.flow.as2_receive import As2Answer, receive_as2
from gateway.flow.gateway import Gateway

MOST_BYTES = 128 << 20


def as2_router(gateway: Gateway) -> APIRouter:
    """The AS2 door, and a word for people who open it in a browser."""
    router = APIRouter(tags=["as2"])

    @router.post("/as2")
    async def take(request: Request) -> Response:
        """Take an AS2 message (RFC 4130) and answer with its MDN."""
        try:
            body = await received(
                request.stream().__aiter__(), request.headers.get("content-length"), MOST_BYTES
            )
        except Problem as problem:
            return PlainTextResponse(f"{problem.title}. {problem.detail}.", problem.status)
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        )
        peer = request.client.host if request.client else "unknown"
        return _response(await run_in_threadpool(_take, gateway, headers, body, peer))

    @router.get("/as2", include_in_schema=False)
    async def explain() -> Response:
        return PlainTextResponse(
            "This is an AS2 address: it takes POST requests from AS2 software.", 405, {"Allow": "POST"}
        )

    return router


def _take(gateway: Gateway, headers: tuple[tuple[str, str], ...], body: bytes, peer: str) -> As2Answer:
    return receive_as2(gateway, headers, body, peer=peer)


def _response(answer: As2Answer) -> Response:
    response = Response(answer.body, answer.status)
    for name, value in answer.headers:
        # The server writes these itself, the date too: twice would be a malformed answer.
        if name.lower() not in ("content-length", "transfer-encoding", "connection", "date"):
            response.headers[name] = value
    return response
