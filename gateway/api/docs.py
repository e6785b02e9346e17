"""``/docs``: Swagger UI from a package on this machine, under a content policy that loads nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

# Swagger UI sets style attributes and draws its icons from data URLs; scripts come from here alone.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Order Gateway API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", validatorUrl: null});'
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js")


def docs_router() -> APIRouter:
    """The page, its starter and the package's two files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def page() -> HTMLResponse:
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": POLICY})

    @router.get("/docs/{name}")
    def file(name: str) -> Response:
        if name == "start.js":
            return Response(_START, media_type="text/javascript")
        if name not in _FILES:
            return Response("Not found", 404)
        return FileResponse(Path(str(files("fastapi_swagger.resources") / name)))

    return router
