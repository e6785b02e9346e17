"""From a host name to an open SFTP session: each step that can fail has its words.

The host key is compared with the pinned ones before anything secret is sent. No agent, no keys from home folders,
no keys taken on trust.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import logging
import socket
import threading
from collections.abc import Callable, Iterator

import paramiko

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.transport.mailbox import HostKeyRefused, LoginRefused
from gateway.transport.sftp_exchange import SftpExchange
from gateway.transport.sftp_settings import SftpSettings

#: Windows as large as TRANSPORT asks for: 64 MiB on the channel, 256 KiB a packet.
WINDOW_SIZE = 64 << 20
PACKET_SIZE = 1 << 18

#: What paramiko 5 still offers and nobody should use.
_REFUSED_ALGORITHMS = {
    "ciphers": ["3des-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"],
}
_KEY_CLASSES: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

# paramiko logs tracebacks of failures that we raise in words; whoever wants them lowers this level.
_LOG_NAME = "gateway.transport.paramiko"
logging.getLogger(_LOG_NAME).setLevel(logging.CRITICAL)


class SftpSession:
    """A logged-in connection with its SFTP channel."""

    def __init__(self, transport: paramiko.Transport, exchange: SftpExchange) -> None:
        self.exchange = exchange
        self.expired = False
        self._transport = transport

    def close(self) -> None:
        self._transport.close()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cuts the connection when the block takes longer: a server that drips bytes is never idle.

        ``expired`` then tells why it is gone.
        """
        with _deadline(self._expire, seconds):
            yield

    def _expire(self) -> None:
        self.expired = True
        self.close()


def connect(settings: SftpSettings) -> SftpSession:
    """Connect, check the host key, log in, start SFTP. Raises HostKeyRefused, LoginRefused and other failures."""
    key = _private_key(settings)
    sock = _connected_socket(settings)
    transport = None
    try:
        transport = paramiko.Transport(
            sock,
            default_window_size=WINDOW_SIZE,
            default_max_packet_size=PACKET_SIZE,
            disabled_algorithms=_REFUSED_ALGORITHMS,
        )
        transport.set_log_channel(_LOG_NAME)
        with _deadline(transport.close, settings.login_seconds):
            _negotiate(transport, settings)
            _check_host_key(transport.get_remote_server_key(), settings)
            _log_in(transport, settings, key)
            return SftpSession(transport, _open_exchange(transport, settings))
    except BaseException:
        (transport or sock).close()
        raise


def host_key_line(key: paramiko.PKey) -> str:
    """``ssh-ed25519 AAAA…``: as host keys are pinned in a connection."""
    return f"{key.get_name()} {key.get_base64()}"


def host_key_fingerprint(key: paramiko.PKey) -> str:
    """``SHA256:…`` as OpenSSH shows it and as partners tell it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _connected_socket(settings: SftpSettings) -> socket.socket:
    try:
        return socket.create_connection((settings.host, settings.port), settings.connect_seconds)
    except socket.gaierror as error:
        raise TransientFailure(
            f"{settings.address}: the host name {settings.host} cannot be resolved ({error.strerror}). "
            "Check its spelling and this machine's name service."
        ) from error
    except UnicodeError as error:
        raise TerminalFailure(
            f"{settings.address}: {settings.host!r} is not a host name. Correct it."
        ) from error
    except ConnectionRefusedError as error:
        raise TransientFailure(
            f"{settings.address}: the host refuses connections on port {settings.port}. "
            "Its SFTP service is down, listens on another port, or a firewall rejects us."
        ) from error
    except TimeoutError as error:
        raise TransientFailure(
            f"{settings.address}: no answer within {settings.connect_seconds:g} seconds. "
            "Is the host up, and is our address allowed by the partner's firewall?"
        ) from error
    except OSError as error:
        raise TransientFailure(f"{settings.address}: cannot connect: {error.strerror or error}.") from error


def _negotiate(transport: paramiko.Transport, settings: SftpSettings) -> None:
    transport.banner_timeout = transport.handshake_timeout = settings.login_seconds
    transport.auth_timeout = transport.channel_timeout = settings.login_seconds
    options = transport.get_security_options()
    pinned = {line.split()[0] for line in settings.host_keys if " " in line.strip()}
    if "ssh-rsa" in pinned:
        pinned |= {"rsa-sha2-512", "rsa-sha2-256"}
    # Pinned kinds first, so that a server with several keys shows the one we know.
    options.key_types = sorted(options.key_types, key=lambda kind: kind not in pinned)
    try:
        transport.start_client(timeout=settings.login_seconds)
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise TerminalFailure(
            f"{settings.address}: no algorithm in common ({error}). Servers that offer nothing but SHA-1, ssh-rsa or "
            "DSA cannot be reached: ask the partner to enable current ones (rsa-sha2-256, curve25519, AES-CTR)."
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise TransientFailure(
            f"{settings.address}: the SSH handshake failed: {_told(error)}. "
            "Is it an SFTP server that listens there (not FTPS), and does it let our address in?"
        ) from error


def _check_host_key(key: paramiko.PKey, settings: SftpSettings) -> None:
    presented = (host_key_line(key), host_key_fingerprint(key))
    pinned = {" ".join(line.split()[:2]) for line in settings.host_keys}
    if not pinned.isdisjoint(presented):
        return
    told = f"the server presents {presented[1]} ({presented[0]})"
    if not pinned:
        raise HostKeyRefused(
            f"{settings.address}: no host key is pinned; {told}. "
            "Ask the partner whether that fingerprint is his, then add the key to host_keys."
        )
    raise HostKeyRefused(
        f"{settings.address}: the host key is not one of the {len(pinned)} pinned; {told}. Nothing was sent. Ask the "
        "partner by telephone whether he changed it; only then add it to host_keys."
    )


def _private_key(settings: SftpSettings) -> paramiko.PKey | None:
    if settings.private_key is None:
        if settings.password is None:
            raise TerminalFailure(
                f"{settings.address}: neither password nor private key is configured. Set one."
            )
        return None
    for key_class in _KEY_CLASSES:
        try:
            return key_class.from_private_key(io.StringIO(settings.private_key), password=settings.passphrase)
        except paramiko.PasswordRequiredException as error:
            raise TerminalFailure(
                f"{settings.address}: our private key is encrypted and no passphrase is configured. Set it."
            ) from error
        except (paramiko.SSHException, ValueError, IndexError, TypeError):
            continue
    raise TerminalFailure(
        f"{settings.address}: our private key cannot be read (wanted: ed25519, ECDSA or RSA in OpenSSH or PEM form; "
        "wrong passphrase?)."
    )


def _log_in(transport: paramiko.Transport, settings: SftpSettings, key: paramiko.PKey | None) -> None:
    """Key first, then the password where it is still wanted (paramiko answers keyboard-interactive with it)."""
    refused: Exception | None = None
    wanted: list[str] = []
    try:
        if key is not None:
            try:
                wanted = transport.auth_publickey(settings.user, key)
            except paramiko.AuthenticationException as error:
                if settings.password is None or not transport.is_active():
                    raise
                refused = error
        if settings.password is not None and not transport.is_authenticated():
            wanted = transport.auth_password(settings.user, settings.password)
    except paramiko.BadAuthenticationType as error:
        wanted = error.allowed_types
    except paramiko.AuthenticationException as error:
        refused = error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise TransientFailure(
            f"{settings.address}: the connection broke during login: {_told(error)}."
        ) from error
    if transport.is_authenticated():
        return
    _refuse_login(transport, settings, wanted, refused)


def _refuse_login(
    transport: paramiko.Transport, settings: SftpSettings, wanted: list[str], refused: Exception | None
) -> None:
    if not transport.is_active() or "timeout" in str(refused).lower():
        raise TransientFailure(
            f"{settings.address}: the server hung up or fell silent during login ({_told(refused)})."
        ) from refused
    offered = " and ".join(
        word
        for word, given in (("the private key", settings.private_key), ("the password", settings.password))
        if given
    )
    more = f" The server wants {', '.join(wanted)}." if wanted else ""
    raise LoginRefused(
        f"{settings.address}: the server did not accept {offered}.{more} Check user name and secret with the partner; "
        "no further try is made until then, so that the account is not locked."
    ) from refused


def _open_exchange(transport: paramiko.Transport, settings: SftpSettings) -> SftpExchange:
    try:
        channel = transport.open_session(timeout=settings.login_seconds)
        channel.settimeout(settings.idle_seconds)
        channel.invoke_subsystem("sftp")
        return SftpExchange(channel)
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise TransientFailure(
            f"{settings.address}: logged in, but the SFTP service did not start: {_told(error)}. "
            "The partner has to allow SFTP for this user."
        ) from error


@contextlib.contextmanager
def _deadline(cut: Callable[[], None], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _told(error: BaseException | None) -> str:
    """What an exception says, in one line; its kind where it says nothing."""
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
