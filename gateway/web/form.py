"""Forms as they are sent: bounded in size and time, from our own pages only, their texts fit to be kept."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from gateway.web.pages import PageProblem, one_line

LARGEST_FORM = 64 << 10
LARGEST_UPLOAD = 25 << 20
SILENCE_SECONDS = 60
LONGEST_TEXT = 500
LONGEST_NAME = 200
_MULTIPART_ROOM = 64 << 10


async def read_form(request: Request, area: str, *, largest: int = LARGEST_FORM) -> FormData:
    """The form's fields, files spooled to disk. Raises PageProblem where it is too large, broken or of another site."""
    refuse_other_sites(request, area)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > largest + _MULTIPART_ROOM:
        raise _too_large(area, largest)
    bounded = Request(request.scope, _Bounded(request, area, largest + _MULTIPART_ROOM))
    try:
        return await bounded.form(max_files=1, max_fields=20, max_part_size=LARGEST_FORM)
    except HTTPException as error:
        raise PageProblem(
            400, "The form can't be read", "Go back, load the page again and send it once more.", area=area
        ) from error


def refuse_other_sites(request: Request, area: str) -> None:
    """Browsers say whether a request comes from another site's page; none of those may log in or act here."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise PageProblem(
            403, "This came from another site", "Open the page here and do it from there.", area=area
        )


def text_of(form: FormData, name: str, longest: int = LONGEST_TEXT) -> str:
    """A field's text, trimmed; control characters written out, so that it can be kept and shown anywhere."""
    value = form.get(name)
    return one_line(value.strip())[:longest] if isinstance(value, str) else ""


async def file_of(form: FormData, name: str) -> tuple[bytes, str | None] | None:
    """An uploaded file's bytes and name (without folders some browsers send along); None where none was chosen."""
    upload = form.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    last = upload.filename.replace("\\", "/").rpartition("/")[2]
    data = await upload.read()
    await upload.close()
    return data, one_line(last)[:LONGEST_NAME] or None


class _Bounded:
    """The request's body, counted while it comes and given up when it falls silent."""

    def __init__(self, request: Request, area: str, largest: int) -> None:
        self._receive = request.receive
        self._area = area
        self._left = largest
        self._largest = largest

    async def __call__(self) -> Message:
        try:
            message: Message = await asyncio.wait_for(self._receive(), SILENCE_SECONDS)
        except TimeoutError as error:
            raise PageProblem(
                408, "The upload stopped coming", "Go back and send it again.", area=self._area
            ) from error
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _too_large(self._area, self._largest - _MULTIPART_ROOM)
        return message


def _too_large(area: str, largest: int) -> PageProblem:
    text = (
        f"At most {largest >> 20} MB are taken here. Split it into several files, or send it by SFTP or AS2."
    )
    if largest < 1 << 20:
        text = "Shorten the texts and send it again."
    return PageProblem(413, "That is too large", text, area=area)


def query_text(request: Request, name: str) -> str | None:
    """A filter of the address; None where it is absent or empty."""
    value: Any = request.query_params.get(name)
    return one_line(value.strip())[:LONGEST_TEXT] or None if value else None


def sheet_page(request: Request) -> tuple[bool | None, int]:
    """Which rows of a sheet the address asks for: only those with findings, or None; and from which on."""
    rows = query_text(request, "rows")
    first = query_text(request, "from") or "0"
    start = int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 0
    return {"all": False, "problems": True}.get(rows or ""), start
