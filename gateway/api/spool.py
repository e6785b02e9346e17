"""Request bodies, received asynchronously into a spool that goes to disk when large; refused while still reading."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect

from gateway.api.problem import Problem

IN_MEMORY = 1 << 20
SILENCE_SECONDS = 60


async def received(chunks: AsyncIterator[bytes], declared: str | None, limit: int) -> bytes:
    """The whole body.

    Raises Problem 413 once it is over ``limit`` bytes, 408 when it falls silent, 400 when it breaks off.
    """
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        while True:
            try:
                chunk = await asyncio.wait_for(anext(chunks), SILENCE_SECONDS)
            except StopAsyncIteration:
                break
            except ClientDisconnect as error:
                raise Problem(400, "The body broke off", "Nothing of it was taken; send it again") from error
            except TimeoutError as error:
                raise Problem(408, "The body stopped coming", "Send the request again") from error
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            spool.write(chunk)
        spool.seek(0)
        return spool.read()


def _too_large(limit: int) -> Problem:
    return Problem(
        413, "The file is too large", f"At most {limit} bytes are taken; send it in parts or by SFTP"
    )
