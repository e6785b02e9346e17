"""Errors as ``application/problem+json`` (RFC 9457), with findings where there are some. Never a stack trace."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from gateway.core.failure import Failure
from gateway.core.finding import Finding

log = structlog.get_logger("gateway.api")

MACHINES = ("/api/", "/as2")
"""Where machines knock: they get every error as a problem; pages have their own words."""


class Problem(Exception):
    """A request that can't be served as it is. ``detail`` says what to do about it."""

    def __init__(self, status: int, title: str, detail: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.findings = tuple(findings)

    def response(self) -> JSONResponse:
        """The answer the client gets."""
        body: dict[str, object] = {"title": self.title, "status": self.status, "detail": self.detail}
        if self.findings:
            body["findings"] = [finding.to_json() for finding in self.findings]
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(body, self.status, headers=headers, media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Let the application answer every error of the machines' doors as a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Failure, _failure)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _no_such_address)


async def _problem(_request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return error.response()
    raise error


async def _failure(request: Request, error: Exception) -> Response:
    """Something of ours is away or set up wrongly. 503, because senders try again after that, and only then.

    The words are for the operator's log: they may name files and machines.
    """
    if not request.url.path.startswith(MACHINES):
        raise error
    log.error("request_failed", path=request.url.path, reason=str(error))
    detail = "Nothing of it was taken. Send it again later; if that does not help, tell the operator"
    response = Problem(503, "The gateway can't work at the moment", detail).response()
    response.headers["Retry-After"] = "60"
    return response


async def _not_valid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    if not request.url.path.startswith(MACHINES):
        return await request_validation_exception_handler(request, error)
    faults = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
    return Problem(400, "The request can't be read", faults).response()


async def _no_such_address(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if not request.url.path.startswith(MACHINES):
        return await http_exception_handler(request, error)
    response = Problem(error.status_code, error.detail, "The addresses are described at /docs").response()
    response.headers.update(error.headers or {})
    return response
