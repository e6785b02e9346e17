"""An AS2 connection's settings with its certificates and keys read, and which connection a message is for."""

from __future__ import annotations

from gateway.as2.certificates import load_certificates, load_station_key
from gateway.as2.settings import As2Settings
from gateway.flow.gateway import Gateway
from gateway.partnerships.configuration import Configuration
from gateway.partnerships.connection import As2Connection


def as2_settings(gateway: Gateway, connection: As2Connection) -> As2Settings:
    """What the AS2 room needs of a connection. Raises TerminalFailure naming the file that can't be used."""
    partner = load_certificates(gateway.read_file(connection.certificate), connection.certificate)
    own = load_station_key(
        gateway.read_file(connection.station_certificate),
        gateway.secret(connection.station_key).encode(),
        source=connection.station_certificate,
    )
    return As2Settings(
        station_name=connection.station_as2_name,
        partner_name=connection.as2_name,
        partner_certificates=partner,
        station_keys=(own,),
        sign=connection.sign or None,
        encrypt=connection.encrypt or None,
        require_signed=connection.require_signed,
        require_encrypted=connection.require_encrypted,
    )


def as2_connection(configuration: Configuration, as2_from: str, as2_to: str) -> As2Connection | None:
    """The connection with these two names that is switched on; AS2 names are case-sensitive."""
    for connection in configuration.connections.values():
        if isinstance(connection, As2Connection) and connection.enabled:
            names = (connection.as2_name, connection.station_as2_name)
            if names == (as2_from, as2_to):
                return connection
    return None
