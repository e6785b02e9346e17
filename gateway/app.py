"""The process that serves: API, AS2 door, pages, runner and schedule together."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response

from gateway import __version__
from gateway.api.as2 import as2_router
from gateway.api.docs import docs_router
from gateway.api.health import health_router
from gateway.api.lists import lists_router
from gateway.api.problem import Problem, answer_problems
from gateway.api.upload import upload_router
from gateway.settings import Settings
from gateway.web.console import console_router
from gateway.web.front import front_router
from gateway.web.pages import PageProblem, answer_page_problem, failed_page
from gateway.web.portal import portal_router
from gateway.work.opening import OpenGateway, open_gateway
from gateway.work.schedule import Schedule

log = structlog.get_logger("gateway.app")

STRICT_POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"


def create_app(opened: OpenGateway, *, operator_token: str, schedule: bool = True) -> FastAPI:
    """The application around an open gateway. Its runner and schedule live as long as the application does."""
    timer = Schedule(opened.gateway) if schedule else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        opened.runner.start()
        if timer is not None:
            timer.start()
        yield
        if timer is not None:
            timer.stop()
        opened.close()

    app = FastAPI(
        title="Order Gateway", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    answer_problems(app)
    app.add_exception_handler(PageProblem, answer_page_problem)
    app.add_exception_handler(Exception, _answer_unexpected)
    app.middleware("http")(_guard)
    gateway = opened.gateway
    app.include_router(as2_router(gateway))
    app.include_router(upload_router(gateway))
    app.include_router(lists_router(gateway, operator_token))
    app.include_router(health_router(gateway, lambda: opened.runner.alive))
    app.include_router(docs_router())
    app.include_router(front_router(gateway))
    app.include_router(console_router(gateway, operator_token))
    app.include_router(portal_router(gateway, operator_token))
    return app


async def _guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """Headers every answer to a browser carries; a page may bring a policy of its own. An MDN is for AS2 software."""
    response = await call(request)
    return response if (request.method, request.url.path) == ("POST", "/as2") else _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", STRICT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours: logged with its trace, answered without. It passes the guard by, so it is guarded here."""
    reference = secrets.token_hex(4)
    log.error("request_failed", path=request.url.path, reference=reference, exc_info=error)
    detail = f"Tell the operator the reference {reference}; the log has the rest"
    problem = Problem(500, "The gateway failed on this request", detail).response()
    return _guarded(failed_page(request.url.path, reference) or problem)


def operator_token(settings: Settings) -> str:
    """The station's own token, made at first start in a file that only its owner reads."""
    path = settings.data / "operator.token"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="utf-8").strip()


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def serve(settings: Settings, environ: Mapping[str, str]) -> int:
    """Serve until interrupted. Returns the exit code."""
    opened = open_gateway(settings, environ)
    token = operator_token(settings)
    log.info(
        "serving",
        console=f"http://{settings.host}:{settings.port}/console",
        token=f"in {settings.data / 'operator.token'}",
    )
    app = create_app(opened, operator_token=token)
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False
    )
    return 0
