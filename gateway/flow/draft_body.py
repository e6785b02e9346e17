"""A drafted acknowledgement as JSON for the ledger: its segments, and whose envelope it goes back in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.x12.draft import DraftSegment, Element, Repeated
from gateway.x12.envelope import GroupHeader, Identity, InterchangeHeader


def draft_body(
    segments: Sequence[DraftSegment], interchange: InterchangeHeader, group: GroupHeader | None
) -> dict[str, Any]:
    """The draft with the identities of what it answers, reversed: it goes to exactly who sent that.

    Without a ``group`` (a TA1) there are no group codes, and the interchange's ids stand in their place unused.
    """
    return {
        "segments": [[segment[0], *(_to_json(element) for element in segment[1:])] for segment in segments],
        "sender": [
            interchange.receiver_qualifier,
            interchange.receiver,
            group.receiver if group else interchange.receiver,
        ],
        "receiver": [
            interchange.sender_qualifier,
            interchange.sender,
            group.sender if group else interchange.sender,
        ],
    }


def is_draft(body: Any) -> bool:
    """Whether an outbound request holds a draft rather than a canonical record."""
    return isinstance(body, dict) and "segments" in body


def draft_segments(body: dict[str, Any]) -> tuple[DraftSegment, ...]:
    """The segments of a stored draft."""
    return tuple(
        (segment[0], *(_from_json(element) for element in segment[1:])) for segment in body["segments"]
    )


def identity(values: Sequence[str]) -> Identity:
    """One side of a stored draft's envelope."""
    qualifier, identifier, group_identifier = values
    return Identity(qualifier=qualifier, identifier=identifier, group_identifier=group_identifier)


def _to_json(element: Element) -> Any:
    if isinstance(element, Repeated):
        return {"repeated": [list(o) if isinstance(o, tuple) else o for o in element.occurrences]}
    return list(element) if isinstance(element, tuple) else element


def _from_json(value: Any) -> Element:
    if isinstance(value, dict):
        return Repeated(tuple(tuple(o) if isinstance(o, list) else o for o in value["repeated"]))
    return tuple(value) if isinstance(value, list) else str(value)
