"""One of our documents on its way: it reaches the partner, and the partner's 997 comes back and is matched."""

from __future__ import annotations

import time
from collections.abc import Callable

from gateway.demo.cast import Actor
from gateway.demo.chronicle import Entry, Telling
from gateway.demo.stage import Stage
from gateway.demo.x12_summary import elements


def answered(
    stage: Stage, actor: Actor, kind: str, telling: Telling, act: Callable[[], None]
) -> Entry | None:
    """Do something that makes a document of ours due, and see it there and acknowledged."""
    cause = time.time()
    act()
    sent = stage.replies(actor, cause, {kind: telling}).get(kind)
    if sent is not None:
        acknowledged(stage, actor, sent)
    return sent


def acknowledged(stage: Stage, actor: Actor, sent: Entry) -> None:
    """The partner's 997 for a document of ours. Its absence is noted as missing."""
    group = sent.control_numbers.rpartition(" ")[2]
    telling = Telling(
        f"{actor.name} accepts our {sent.document}",
        f"The partner's own functional acknowledgement. It is matched to our group {group} of the {sent.document} by "
        "control numbers, and noted at the document, at the group and in the order's time line. A 997 is never "
        "answered with another.",
    )
    stage.acknowledge(actor, sent, telling)
    state = stage.gateway.document(sent.document_id)["state"] if sent.document_id is not None else None
    what = f"{actor.name}'s 997 for our {sent.document} {sent.control_numbers}"
    stage.demand(state == "acknowledged", what)


def demand_verdict(stage: Stage, entry: Entry | None, verdict: str, what: str) -> None:
    """AK901 of a 997 of ours must be this."""
    found = elements(entry.payload, "AK9") if entry is not None else []
    stage.demand(bool(found) and found[0][1] == verdict, what)
