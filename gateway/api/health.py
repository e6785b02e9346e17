"""``/healthz``: this process lives. ``/readyz``: it could take a file now and would keep it."""

from __future__ import annotations

import os
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from gateway.core.failure import Failure
from gateway.flow.gateway import Gateway


def health_router(gateway: Gateway, runner_alive: Callable[[], bool]) -> APIRouter:
    """The two probes; neither needs a token, neither tells a secret."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def healthy() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    def ready() -> JSONResponse:
        """Ready to take files: the database is durable and current, the archive writable, the runner alive."""
        faults = not_ready(gateway, runner_alive)
        body = {"status": "ready"} if not faults else {"status": "not ready", "because": faults}
        return JSONResponse(body, 200 if not faults else 503)

    return router


def not_ready(gateway: Gateway, runner_alive: Callable[[], bool]) -> list[str]:
    """What keeps the gateway from taking files, in words; empty when nothing does."""
    faults: list[str] = []
    try:
        fault = gateway.database.durability_fault()
        if fault is not None:
            faults.append(fault)
        if not gateway.database.is_current():
            faults.append("The ledger's migrations have not all run; run: gateway db upgrade")
    except Failure as failure:
        faults.append(str(failure))
    folder = gateway.archive.folder
    place = folder if folder.exists() else folder.parent  # it is made with its first file
    if not place.is_dir() or not os.access(place, os.W_OK):
        faults.append("The archive folder can't be written to")
    if not runner_alive():
        faults.append("The runner has stopped; restart the process")
    return faults
