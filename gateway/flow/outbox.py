"""Ask for a document to be rendered and sent: the request and what is due next commit with the business step."""

from __future__ import annotations

from datetime import datetime

from gateway.flow.gateway import Gateway
from gateway.ledger import outbound
from gateway.ledger.database import Transaction
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.partner import Partner


def request_document(
    gateway: Gateway,
    tx: Transaction,
    partner: Partner,
    *,
    test: bool,
    set_code: str,
    batch: str,
    body: object,
    now: datetime,
    subject: str | None = None,
    answers: int | None = None,
    version: str | None = None,
    connection: str | None = None,
    once: bool = False,
) -> int | None:
    """Ask for one record to be sent; None where the partner has no such outbound document.

    ``once``: not again where a document was made of this batch before (a replay issues no second verdict).

    Requests of one partner, set code and ``batch`` share an interchange and a functional group. ``version`` and
    ``connection`` override the partner's: a 997 goes back in the version it answers.
    """
    # A TA1 is part of acknowledging by syntax: whoever gets 997s gets TA1s.
    agreed = partner.outbound.get("997" if set_code == "TA1" else set_code)
    if agreed is None:
        return None
    full_batch = f"{set_code}:{partner.code}:{'T' if test else 'P'}:{batch}"
    if once and outbound.was_rendered(tx, full_batch):
        return None
    request_id = outbound.request(
        tx,
        partner=partner.code,
        test=test,
        set_code=set_code,
        version=version or agreed.version,
        batch=full_batch,
        subject=subject,
        body=body,
        answers=answers,
        connection=agreed.connection or connection or first_connection(gateway.configuration(tx), partner),
    )
    gateway.offer(tx, "render", full_batch, now)
    return request_id


def first_connection(configuration: Configuration, partner: Partner) -> str | None:
    """The first of the partner's connections that is switched on."""
    for name in partner.connections:
        connection = configuration.connections.get(name)
        if connection is not None and connection.enabled:
            return name
    return None
