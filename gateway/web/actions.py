"""What a person can do from the console, each with a reason, and which of it resolves which work item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.flow.deliver import resend, resend_document
from gateway.flow.gateway import Gateway
from gateway.flow.order_decision import NotAllowed, accept_order, reject_order
from gateway.flow.resolve import resolve_item
from gateway.flow.translate import replay

Run = Callable[[Gateway, int, str, str], str | None]
"""Does it to the thing with that number, by whom and why; returns why it can't be, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One button: ``name`` in the form, ``label`` on it, ``done`` said afterwards. ``letter``: what it is done to."""

    name: str
    label: str
    done: str
    letter: str
    run: Run
    careful: bool = False


def _accept(gateway: Gateway, number: int, by: str, reason: str) -> str | None:
    return _decide(lambda: accept_order(gateway, number, by=by, reason=reason))


def _reject(gateway: Gateway, number: int, by: str, reason: str) -> str | None:
    return _decide(lambda: reject_order(gateway, number, by=by, reason=reason))


def _decide(decide: Callable[[], None]) -> str | None:
    try:
        decide()
    except NotAllowed as refusal:
        return str(refusal)
    return None


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action(name="accept", label="Accept", done="The order is accepted.", letter="O", run=_accept),
        Action(
            name="reject",
            label="Reject",
            done="The order is rejected.",
            letter="O",
            run=_reject,
            careful=True,
        ),
        Action(
            name="replay",
            label="Read the file again",
            done="The file is read again with the rules of now.",
            letter="D",
            run=lambda gateway, number, by, reason: replay(gateway, number, by=by, reason=reason),
        ),
        Action(
            name="send",
            label="Send again",
            done="The stored bytes are sent again.",
            letter="D",
            run=lambda gateway, number, by, reason: resend_document(gateway, number, by=by, reason=reason),
        ),
        Action(
            name="resend",
            label="Send again",
            done="The stored bytes are sent again.",
            letter="V",
            run=lambda gateway, number, by, reason: resend(gateway, number, by=by, reason=reason),
        ),
        Action(
            name="retry",
            label="Try again",
            done="It is tried again.",
            letter="W",
            run=lambda gateway, number, by, reason: resolve_item(
                gateway, number, by=by, reason=reason, retry=True
            ),
        ),
        Action(
            name="resolve",
            label="Resolve",
            done="The work item is resolved.",
            letter="W",
            run=lambda gateway, number, by, reason: resolve_item(gateway, number, by=by, reason=reason),
        ),
    )
}

# A kind that is not here is resolved with a reason.
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "order_acceptance": ("accept", "reject"),
    "order_held": ("accept", "reject"),
    "document_held": ("replay",),
    "document_refused": ("resolve", "replay"),
    "delivery_failed": ("resend",),
    "no_connection": ("send", "resolve"),
    "outbound_refused": ("retry", "resolve"),
    "dead_letter": ("retry", "resolve"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A button and what it is about: ``O12`` (an action on an order, say, offered by a work item)."""

    action: Action
    subject: str


def for_work(item: Mapping[str, object]) -> list[Offered]:
    """The buttons of a work item as :func:`gateway.flow.showing.work_row` shows it; none once it is resolved."""
    if item["state"] != "open":
        return []
    subjects = {
        "O": item.get("order"),
        "D": item.get("document"),
        "V": item.get("delivery"),
        "W": item["work"],
    }
    names = _OF_KIND.get(str(item["kind"]), ("resolve",))
    offered = ((ACTIONS[name], subjects[ACTIONS[name].letter]) for name in names)
    return [Offered(action, str(subject)) for action, subject in offered if subject]


def for_order(order: Mapping[str, object]) -> list[Offered]:
    """Accept and reject while the order waits."""
    if order["acceptance"] not in ("waiting", "held"):
        return []
    return [Offered(ACTIONS[name], str(order["order"])) for name in ("accept", "reject")]


def for_document(document: Mapping[str, object]) -> list[Offered]:
    """Read again what was held or refused; send again what went out."""
    if document["direction"] == "out":
        return [Offered(ACTIONS["send"], str(document["document"]))]
    if document["state"] in ("held", "refused", "partly_refused"):
        return [Offered(ACTIONS["replay"], str(document["document"]))]
    return []


def for_delivery(delivery: Mapping[str, object]) -> list[Offered]:
    """Send again what failed or arrived; what is on its way needs no help."""
    if delivery["state"] in ("due", "uncertain"):
        return []
    return [Offered(ACTIONS["resend"], str(delivery["delivery"]))]
