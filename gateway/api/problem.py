"""Errors as ``application/problem+json`` (RFC 9457), with findings where there are some. Never a stack trace."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request
from fastapi.responses import JSONResponse

from gateway.core.finding import Finding


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


async def answer_problem(_request: Request, error: Exception) -> JSONResponse:
    """FastAPI's handler for :class:`Problem`."""
    if isinstance(error, Problem):
        return error.response()
    raise error
