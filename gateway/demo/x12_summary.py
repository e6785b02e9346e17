"""What an interchange is, at a glance: its kind and its control numbers."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.x12.events import (
    GroupOpened,
    InterchangeAcknowledgementRead,
    InterchangeOpened,
    SetRead,
)
from gateway.x12.guide import Guides
from gateway.x12.reader import read


@dataclass(frozen=True, slots=True)
class X12Summary:
    """``kind`` is the set code (``850``), ``TA1``, or ``?``; ``control_numbers`` are ISA13 and each GS06."""

    kind: str
    control_numbers: str


def summarise(data: bytes, guides: Guides) -> X12Summary:
    """The summary of a file with X12 in it, or of anything else as ``?``."""
    kinds: list[str] = []
    numbers: list[str] = []
    for event in read([data], guides):
        match event:
            case InterchangeOpened():
                numbers.append(event.header.interchange_control_number)
            case GroupOpened():
                numbers.append(event.header.group_control_number)
            case InterchangeAcknowledgementRead():
                kinds.append("TA1")
            case SetRead():
                kinds.append(event.document.set_code)
    return X12Summary(" ".join(dict.fromkeys(kinds)) or "?", " / ".join(numbers))


def elements(data: bytes, tag: str) -> list[list[str]]:
    """The elements of each segment with a tag, the tag first: enough to look at files of our own making."""
    text = data.decode("latin-1")
    if len(text) < 106:
        return []
    segments = (segment.strip().split(text[3]) for segment in text.split(text[105]))
    return [segment for segment in segments if segment[0] == tag]


def group_of_file(data: bytes) -> str:
    """GS06 of the first group."""
    return elements(data, "GS")[0][6]


def reply_key(data: bytes, kind: str) -> str:
    """What a reply is, the group that it answers included: ``997 4203``; other documents by their kind alone."""
    answered = elements(data, "AK1") if kind == "997" else []
    return f"{kind} {answered[0][2]}" if answered else kind
