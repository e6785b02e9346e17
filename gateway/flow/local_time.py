"""Dates in the partner's time zone: a business date is a day there, not in UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.flow.gateway import Gateway
from gateway.ledger.database import Transaction
from gateway.partnerships.partner import Partner


def zone(gateway: Gateway, tx: Transaction, partner: Partner) -> ZoneInfo:
    """The partner's time zone, else the station's."""
    return ZoneInfo(partner.time_zone or gateway.configuration(tx).station.time_zone)


def today(gateway: Gateway, tx: Transaction, partner: Partner, now: datetime) -> date:
    """The partner's calendar day at a moment."""
    return now.astimezone(zone(gateway, tx, partner)).date()
