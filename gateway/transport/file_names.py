"""Names of files in mailboxes: which are unfinished, which may be delivered, how odd ones are stored and shown."""

from __future__ import annotations

import re

from gateway.core.failure import TerminalFailure

#: What senders commonly append while they still write.
UNFINISHED_SUFFIXES = (".tmp", ".part", ".filepart")

#: Names of 255 bytes are the limit of common file systems; room is left for the temporary name.
LONGEST_DELIVERED_NAME = 200

_CLAIMED = re.compile(r"\.(.+)\.gateway-taking", re.DOTALL)

#: Bytes that are not UTF-8 stand as private-use characters U+EF80 to U+EFFF, so that text stays storable anywhere.
_ESCAPED = {0xDC00 + byte: 0xEF00 + byte for byte in range(0x80, 0x100)}
_UNESCAPED = {escaped: surrogate for surrogate, escaped in _ESCAPED.items()}


def text_of(raw: bytes) -> str:
    """A file name as text, reversible by :func:`raw_of` even where a partner wrote it in Latin-1."""
    return raw.decode("utf-8", "surrogateescape").translate(_ESCAPED)


def raw_of(text: str) -> bytes:
    """The bytes of a name that :func:`text_of` made, or of any text without lone surrogates."""
    return text.translate(_UNESCAPED).encode("utf-8", "surrogateescape")


def shown(text: str) -> str:
    """The name for people: control, bidirectional and undecodable characters replaced, at most 255 characters."""
    return "".join(character if character.isprintable() else "_" for character in text[:255])


def is_plain(text: str) -> bool:
    """Whether the text names an entry of one folder and cannot lead out of it."""
    return text not in ("", ".", "..") and not any(mark in text for mark in ("/", "\0"))


def is_unfinished(text: str) -> bool:
    """Whether the name is hidden or temporary: still being written, or not meant for us."""
    return text.startswith(".") or text.lower().endswith(UNFINISHED_SUFFIXES)


def claim_of(text: str) -> str:
    """The name under which a file is held while it is being settled."""
    return f".{text}.gateway-taking"


def claimed(text: str) -> str | None:
    """The original name, if this is a claim left by a settling that was cut short."""
    match = _CLAIMED.fullmatch(text)
    return match[1] if match else None


def temporary_of(text: str) -> str:
    """The name a delivery is written under: hidden *and* suffixed, since partners look out for either."""
    return f".{text}.part"


def numbered(text: str, mark: str) -> str:
    """``order.edi`` with the mark ``2`` is ``order.2.edi``."""
    stem, dot, suffix = text.rpartition(".")
    return f"{stem}.{mark}.{suffix}" if dot and stem else f"{text}.{mark}"


def deliverable(name: str) -> str:
    """The name itself, if it may be written at a partner's side.

    Raises TerminalFailure for names that lead elsewhere, are hidden, look unfinished, or hold control characters.
    """
    faults = (
        (not is_plain(name) or "\\" in name, "it has a folder in it, or names none"),
        (shown(name) != name, "it holds control or invisible characters, or is too long"),
        (is_unfinished(name), "it looks hidden or unfinished, so the partner would not collect it"),
        (name != name.strip(), "it begins or ends with a blank"),
        (len(name.encode("utf-8", "replace")) > LONGEST_DELIVERED_NAME, "it is longer than 200 bytes"),
    )
    for found, why in faults:
        if found:
            raise TerminalFailure(
                f"The file name {shown(name)!r} cannot be delivered: {why}. Correct the partner's file name rule."
            )
    return name
