"""Station keys made once for the AS2 tests, and the settings of two stations that know each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from gateway.as2.certificates import StationKey, load_station_key, self_signed
from gateway.as2.message import OpenedMessage, Refusal, open_message
from gateway.as2.mime import Headers
from gateway.as2.request import Request, read_request
from gateway.as2.settings import As2Settings

NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(
    hours=1
)  # openssl dates its certificates by the clock
PAYLOAD = b"ISA*00*          *00*          *ZZ*ACME           *ZZ*GATEWAY        ~\r\nIEA*0*000000001~\n"


@cache
def station_key(name: str) -> StationKey:
    """The same key for the same name throughout a test process."""
    return load_station_key(*self_signed(name, NOW - timedelta(days=1), 365))


def settings(station: str = "Gateway", partner: str = "Acme Corp", **changes: Any) -> As2Settings:
    """How ``station`` sees ``partner``; ``changes`` are fields of :class:`As2Settings`."""
    values: dict[str, Any] = {
        "station_name": station,
        "partner_name": partner,
        "station_keys": (station_key(station),),
        "partner_certificates": (station_key(partner).certificate,),
    }
    return As2Settings(**{**values, **changes})


def receive(headers: Headers, body: bytes, agreed: As2Settings) -> OpenedMessage | Refusal:
    """Read the headers, which must be sound, and open the message."""
    request = read_request(headers)
    assert isinstance(request, Request), request
    return open_message(request, body, agreed, NOW)


def opened(headers: Headers, body: bytes, agreed: As2Settings) -> OpenedMessage:
    """The message, which must pass."""
    outcome = receive(headers, body, agreed)
    assert isinstance(outcome, OpenedMessage), outcome
    return outcome


def refused(headers: Headers, body: bytes, agreed: As2Settings) -> tuple[str, str, str]:
    """Finding code, disposition modifier and explanation of a message that must not pass."""
    outcome = receive(headers, body, agreed)
    assert isinstance(outcome, Refusal), "the message was accepted"
    assert not outcome.disposition.is_positive
    return outcome.findings[0].code, outcome.disposition.modifier or "", outcome.explanation


def replaced(headers: Headers, name: str, value: str) -> Headers:
    """The headers with one value changed."""
    return tuple((known, value if known.lower() == name.lower() else old) for known, old in headers)
