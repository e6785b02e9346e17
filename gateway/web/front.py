"""The front page that leads to portal and console, and the pages' own files. No token needed."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from gateway.flow.gateway import Gateway
from gateway.web.pages import page

STATIC = Path(__file__).parent / "static"


def front_router(gateway: Gateway) -> APIRouter:
    """``/``, ``/static/gateway.css`` and ``/static/icon.svg``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def front() -> Response:
        """Where to go from here."""
        with gateway.database.reading() as tx:
            station = gateway.configuration(tx).station.name
        return page("front.html", {"station": station, "area": "front"})

    @router.get("/static/gateway.css")
    def style() -> Response:
        """The style sheet; browsers ask again whether it changed."""
        return FileResponse(
            STATIC / "gateway.css", media_type="text/css", headers={"Cache-Control": "no-cache"}
        )

    @router.get("/static/icon.svg")
    def icon() -> Response:
        """The mark in the browser's tab."""
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")

    return router
