"""The HTTP client of AS2: one POST, one answer, and a failure that says whether trying again can help.

What the answer is worth is not judged here: only ``as2.receipt`` says *delivered*. Rules: TRANSPORT.md, AS2 10 and 18.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx

from gateway.core.failure import Failure, TerminalFailure, TransientFailure

MAX_ANSWER_BYTES = 4 << 20  # a receipt has some kilobytes
_TRY_AGAIN = (408, 425)  # and every 5xx


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A 2xx answer: ``headers`` in order with their case, ``body`` as it came over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Trust and identity of an outgoing connection. Paths of PEM files.

    ``ca_bundle`` holds the authorities to trust instead of the usual public ones; a server's own certificate may
    stand there too (pinned). The host name is always checked. ``client_certificate`` may hold its key as well.
    """

    ca_bundle: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    client_key_passphrase: str | None = None


def post(
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    timeout: float = 60.0,
    tls: Tls | None = None,
    max_answer_bytes: int = MAX_ANSWER_BYTES,
) -> HttpReply:
    """POST ``body`` to ``url``, never following a redirect, and answer with the whole reply.

    ``timeout`` in seconds bounds each of connecting, sending and waiting, and the reading of the answer as a whole.
    Raises :class:`TransientFailure` for 408, 425, 5xx, lost connections, time-outs and half an answer;
    :class:`TerminalFailure` for any other status, a TLS failure, and a URL that cannot be used.
    """
    context = _tls_context(url, tls or Tls())
    outgoing = [(name, value) for name, value in headers]
    outgoing += [("Accept-Encoding", "identity"), ("User-Agent", "Order-Gateway"), ("Connection", "close")]
    try:
        with (
            httpx.Client(verify=context, timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, headers=outgoing, content=body) as response,
        ):
            _check_status(url, response)
            answer = _read(url, response, time.monotonic() + timeout, max_answer_bytes)
            return HttpReply(response.status_code, tuple(response.headers.multi_items()), answer)
    except httpx.HTTPError as error:
        raise _failure(url, error, timeout) from error
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise TerminalFailure(f"{url} is not a URL to post to ({error}): correct the connection") from error


def _tls_context(url: str, tls: Tls) -> ssl.SSLContext:
    if not url.lower().startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used; the real one takes milliseconds to make
    context = httpx.create_ssl_context(trust_env=False)
    try:
        if tls.ca_bundle is not None:
            context = ssl.create_default_context(cafile=str(tls.ca_bundle))
            context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        if tls.client_certificate is not None:
            key = None if tls.client_key is None else str(tls.client_key)
            context.load_cert_chain(str(tls.client_certificate), key, tls.client_key_passphrase)
    except (OSError, ValueError) as error:
        files = ", ".join(
            str(path) for path in (tls.ca_bundle, tls.client_certificate, tls.client_key) if path
        )
        raise TerminalFailure(f"the TLS files for {url} cannot be used ({files}: {error})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _check_status(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    said = f"{url} answered {status} {response.reason_phrase}".rstrip()
    if status in _TRY_AGAIN or status >= 500:
        raise TransientFailure(f"{said}: it is busy or out of order; the same message is sent again later")
    if 300 <= status < 400:
        where = response.headers.get("Location", "elsewhere")
        raise TerminalFailure(
            f"{said} and points to {where[:200]!r}: redirects are not followed; put the right URL into the connection"
        )
    raise TerminalFailure(f"{said}: {_advice(status)}")


def _advice(status: int) -> str:
    if status in (401, 403, 407):
        return "the partner does not let us in; ask it to admit our address, or check the client certificate"
    if status in (404, 405, 410):
        return "there is no AS2 receiver at this URL; check it with the partner"
    if status == 413:
        return "the message is too large for the partner; ask it for its limit"
    return "the partner refuses the request; ask it for the reason (its log names our Message-ID)"


def _read(url: str, response: httpx.Response, deadline: float, limit: int) -> bytes:
    answer = bytearray()
    for chunk in response.iter_raw():
        answer += chunk
        if len(answer) > limit:
            raise TerminalFailure(
                f"{url} answered with more than {limit:,} bytes: that is no receipt; check the URL"
            )
        if time.monotonic() > deadline:
            raise TransientFailure(
                f"{url} answers too slowly: the answer was not complete in time; sent again later"
            )
    return bytes(answer)


def _failure(url: str, error: httpx.HTTPError, timeout: float) -> Failure:
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return TerminalFailure(f"nothing can be posted to {url} ({error}): correct the connection")
    if _is_tls(error):
        return TerminalFailure(
            f"no trusted TLS connection with {url} ({error}): check the host name and the partner's TLS certificate;"
            " if it is its own, put it into the connection's CA bundle"
        )
    if isinstance(error, httpx.TimeoutException):
        return TransientFailure(f"{url} did not answer within {timeout:g} seconds; sent again later")
    if isinstance(error, httpx.ConnectError):
        return TransientFailure(f"{url} cannot be reached ({error}); sent again later")
    return TransientFailure(
        f"the connection to {url} was lost ({error or type(error).__name__}); sent again later"
    )


def _is_tls(error: BaseException | None) -> bool:
    """Whether TLS is at the bottom of the error; a plain end of the connection is not."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
        error = error.__cause__ or error.__context__
    return False
