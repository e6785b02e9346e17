"""What the headers of an AS2 POST say: who to whom, which message, and what receipt is wanted (RFC 4130 6, 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.as2.digest import allowed, canonical_digest, choose
from gateway.as2.fault import UNEXPECTED_ERROR, Fault, fault, printable
from gateway.as2.mime import Headers
from gateway.as2.name import read_as2_name

_SINGLE = (
    "as2-from",
    "as2-to",
    "message-id",
    "content-type",
    "content-transfer-encoding",
    "disposition-notification-to",
    "disposition-notification-options",
    "receipt-delivery-option",
)
_MESSAGE_ID = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,996}[\x21-\x7e])?")
_OPTION = re.compile(r"\s*([A-Za-z0-9-]+)\s*=\s*([^;]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRequest:
    """The receipt a sender wants. ``algorithms`` are digest names as it spelled them, best first.

    ``url`` is the Receipt-Delivery-Option: where an asynchronous receipt is to go. It is the sender's word only: it
    may be used where it is configured for that partner, never otherwise.
    """

    signed: bool = False
    algorithms: tuple[str, ...] = ()
    algorithms_required: bool = False
    url: str | None = None

    def algorithm(self, legacy: bool, default: str) -> str | None:
        """Our name of the digest to answer with: the first asked for that we support, or ``default``.

        None where the sender requires its list and none of it is supported (RFC 4130 7.3).
        """
        name = choose(self.algorithms, legacy)
        if name is not None:
            return canonical_digest(name)
        if self.algorithms and self.algorithms_required:
            return None
        return default if default in allowed(legacy) else "sha256"

    def spelling(self, algorithm: str) -> str | None:
        """The digest's name as the sender wrote it, or None if it did not name it."""
        return next((name for name in self.algorithms if canonical_digest(name) == algorithm), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The headers of a POST that carries AS2, read. ``receipt`` is None where none is wanted."""

    as2_from: str
    as2_to: str
    message_id: str
    subject: str | None = None
    receipt: ReceiptRequest | None = None
    headers: Headers = ()


def read_request(headers: Iterable[tuple[str, str]]) -> Request | Fault:
    """Read the headers of a POST. A :class:`Fault` here means HTTP 400: no receipt can be addressed."""
    kept = tuple((name, value) for name, value in headers)
    names = [name.lower() for name, _value in kept]
    for name in _SINGLE:
        if names.count(name) > 1:
            return _bad(f"as2-doubled-{name}", f"The header {name} is given twice", "one of it")
    known = {name.lower(): value for name, value in kept}
    as2_from, as2_to = (read_as2_name(known.get(name, "")) for name in ("as2-from", "as2-to"))
    if as2_from is None or as2_to is None:
        missing = "AS2-From" if as2_from is None else "AS2-To"
        return _bad(
            f"as2-bad-{missing.lower()}",
            f"{missing} is missing or malformed",
            "1 to 128 printable characters",
        )
    message_id = known.get("message-id", "").strip()
    if not _MESSAGE_ID.fullmatch(message_id):
        return _bad("as2-bad-message-id", "Message-ID is missing or malformed", "<unique@host>, printable")
    subject = known.get("subject")
    return Request(
        as2_from=as2_from,
        as2_to=as2_to,
        message_id=message_id,
        subject=None if subject is None else printable(subject),
        receipt=_receipt(known),
        headers=kept,
    )


def _receipt(known: dict[str, str]) -> ReceiptRequest | None:
    if not known.get("disposition-notification-to", "").strip():
        return None
    options = _options(known.get("disposition-notification-options", ""))
    protocol, algorithms = options.get("signed-receipt-protocol"), options.get("signed-receipt-micalg", ())
    return ReceiptRequest(
        signed=protocol is not None or bool(algorithms),
        algorithms=algorithms[1:],
        algorithms_required=algorithms[:1] == ("required",),
        url=known.get("receipt-delivery-option", "").strip() or None,
    )


def _options(text: str) -> dict[str, tuple[str, ...]]:
    """Disposition-Notification-Options (RFC 3798 2.2) in any order, spacing and case: name to (importance, values…).

    An importance that is left out, as some products do, counts as ``optional``.
    """
    options: dict[str, tuple[str, ...]] = {}
    for match in _OPTION.finditer(text):
        values = tuple(value.strip().strip('"') for value in match[2].split(","))
        kept = tuple(printable(value, 40) for value in values if value)
        importance = kept[0].lower() if kept else ""
        known = importance in ("required", "optional")
        options.setdefault(match[1].lower(), (importance, *kept[1:]) if known else ("optional", *kept))
    return options


def _bad(code: str, message: str, wanted: str) -> Fault:
    return fault(
        UNEXPECTED_ERROR,
        code,
        message,
        wanted=wanted,
        rule="RFC 4130 6",
        fix="Ask the partner to correct the headers its AS2 product sends",
    )
