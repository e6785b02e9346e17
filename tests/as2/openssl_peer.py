"""An AS2 partner made of the ``openssl cms`` command and a few lines of MIME: it shares no code with the gateway.

It has an RSA key of its own, makes and reads messages and receipts, and computes MICs with hashlib.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

Headers = tuple[tuple[str, str], ...]

OPENSSL = shutil.which("openssl")
ABSENT = "the openssl command is not installed (package openssl): no independent AS2 peer to test with"


class PeerRefuses(Exception):
    """openssl did not decrypt or verify; the text is its own."""


@dataclass(frozen=True)
class Read:
    """What the peer made of a message: the payload, the MIC it computed, and the part's header block."""

    payload: bytes
    mic: str
    header: bytes


class OpensslPeer:
    """``name`` is its AS2 name; ``folder`` keeps its key, certificate and work files.

    ``key`` is what ``openssl req -newkey`` takes.
    """

    def __init__(
        self, name: str, folder: Path, days: int = 400, key: tuple[str, ...] = ("rsa:2048",)
    ) -> None:
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        self._run(
            *("req", "-x509", "-newkey", *key, "-nodes", "-sha256", "-days", str(days)),
            *("-subj", f"/O=Peer/CN={name}", "-keyout", str(self.key), "-out", str(self.certificate)),
        )

    def make_message(
        self,
        payload: bytes,
        *,
        to: str,
        recipient: Path | None,
        extra_recipients: tuple[Path, ...] = (),
        message_id: str | None = None,
        sign: str | None = "sha256",
        opaque: bool = False,
        cipher: str | None = "-aes-256-cbc",
        stream: bool = False,
        key_identifiers: bool = False,
        certificates: bool = True,
        attributes: bool = True,
        oaep: str | None = None,
        base64_transfer: bool = False,
        header: bytes = b"Content-Type: application/edi-x12\r\nContent-Disposition: attachment; filename=po.edi\r\n",
        options: str = "signed-receipt-protocol=optional,pkcs7-signature; signed-receipt-micalg=optional,sha-256,sha1",
    ) -> tuple[Headers, bytes]:
        """A signed and encrypted POST with ``payload`` for the station named ``to``.

        ``stream`` writes indefinite-length BER, ``opaque`` puts the content inside the signature, ``key_identifiers``
        names keys by SKI, ``certificates`` embeds ours, ``attributes`` signs attributes, ``oaep`` is its digest.
        """
        entity = header + b"\r\n" + payload
        content_type = header.decode().split("\r\n")[0].partition(": ")[2]
        if sign is not None:
            flags = [("-stream", stream), ("-keyid", key_identifiers), ("-nocerts", not certificates)]
            signature = self.sign(
                entity, sign, opaque, *[f for f, on in [*flags, ("-noattr", not attributes)] if on]
            )
            entity, content_type = self._signed_entity(entity, signature, sign, opaque)
        if cipher is not None and recipient is not None:
            encrypted = self._encrypt(
                entity,
                cipher,
                (recipient, *extra_recipients),
                stream=stream,
                key_identifiers=key_identifiers,
                oaep=oaep,
            )
            content_type = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
            entity = f"Content-Type: {content_type}\r\n\r\n".encode() + encrypted
        body = entity.partition(b"\r\n\r\n")[2]
        headers = [
            ("AS2-Version", "1.1"),
            ("AS2-From", self._quoted(self.name)),
            ("AS2-To", self._quoted(to)),
            ("Message-ID", message_id or f"<{uuid.uuid4()}@peer>"),
            ("Content-Type", content_type),
            ("Disposition-Notification-To", "edi@peer.example"),
            ("Disposition-Notification-Options", options),
        ]
        if base64_transfer:
            body = base64.encodebytes(body)
            headers.append(("Content-Transfer-Encoding", "base64"))
        return tuple(headers), body

    def read_message(self, headers: Headers, body: bytes, sender: Path, *, digest: str = "sha256") -> Read:
        """Decrypt with our key and verify against the certificate file ``sender``. Raises :class:`PeerRefuses`."""
        content_type = _field(headers, "Content-Type")
        if "smime-type=enveloped-data" in content_type or "smime-type=authEnveloped-data" in content_type:
            decrypted = self._cms(
                body, "-decrypt", "-inform", "DER", "-recip", self.certificate, "-inkey", self.key
            )
            content_type, body = _entity(decrypted)
        if not content_type.lower().startswith("multipart/signed"):
            header, _empty, payload = decrypted.partition(b"\r\n\r\n")
            return Read(payload, _mic(decrypted, digest), header)
        signed = self.verify_signed(content_type, body, sender)
        header, _empty, payload = signed.partition(b"\r\n\r\n")
        return Read(payload, _mic(signed, digest), header)

    def verify_signed(self, content_type: str, body: bytes, sender: Path) -> bytes:
        """The first part of a multipart/signed whose signature openssl finds good. Raises :class:`PeerRefuses`."""
        content, signature = _parts(content_type, body)
        _type, encoded = _entity(signature)
        (self.folder / "content.bin").write_bytes(content)
        return self._cms(
            base64.b64decode(encoded),
            *("-verify", "-inform", "DER", "-content", self.folder / "content.bin"),
            *("-certfile", sender, "-nointern", "-noverify"),
        )

    def make_mdn(
        self,
        message_headers: Headers,
        mic: str | None,
        *,
        sign: str | None = "sha256",
        disposition: str = "automatic-action/MDN-sent-automatically; processed",
        message_id: str | None = None,
        micalg: str = "sha-256",
    ) -> tuple[Headers, bytes]:
        """The receipt for a message that came with ``message_headers``; ``mic`` None leaves the MIC out."""
        original = message_id or _field(message_headers, "Message-ID")
        notification = [
            "Reporting-UA: openssl peer",
            f"Final-Recipient: rfc822; {self._quoted(self.name)}",
            f"Original-Message-ID: {original}",
            f"Disposition: {disposition}",
        ]
        if mic is not None:
            notification.append(f"Received-Content-MIC: {mic}, {micalg}")
        report = (
            "--peer-report\r\nContent-Type: text/plain\r\n\r\nYour message was seen.\r\n"
            "--peer-report\r\nContent-Type: message/disposition-notification\r\n\r\n"
            + "".join(line + "\r\n" for line in notification)
            + "\r\n--peer-report--\r\n"
        ).encode()
        content_type = 'multipart/report; Report-Type=disposition-notification; boundary="peer-report"'
        if sign is not None:
            entity = f"Content-Type: {content_type}\r\n\r\n".encode() + report
            signed, content_type = self._signed_entity(entity, self.sign(entity, sign, False), sign, False)
            report = signed.partition(b"\r\n\r\n")[2]
        headers = (
            ("AS2-From", self._quoted(self.name)),
            ("AS2-To", _field(message_headers, "AS2-From")),
            ("Content-Type", content_type),
        )
        return headers, report

    def verify_mdn(self, headers: Headers, body: bytes, sender: Path) -> dict[str, str]:
        """The notification's fields by name, from the verified octets. Raises :class:`PeerRefuses`."""
        signed = self.verify_signed(_field(headers, "Content-Type"), body, sender)
        content_type, report = _entity(signed)
        _text, notification = _parts(content_type, report)
        lines = notification.partition(b"\r\n\r\n")[2].decode().split("\r\n")
        return dict(line.split(": ", 1) for line in lines if line)

    def sign(self, content: bytes, digest: str, opaque: bool, *flags: str) -> bytes:
        """A CMS SignedData in DER (BER with ``-stream``)."""
        mode = ["-nodetach"] if opaque else []
        arguments = ("-outform", "DER", "-md", digest, "-signer", self.certificate, "-inkey", self.key)
        return self._cms(content, "-sign", *arguments, *mode, *flags)

    def _encrypt(
        self,
        content: bytes,
        cipher: str,
        recipients: tuple[Path, ...],
        *,
        stream: bool,
        key_identifiers: bool,
        oaep: str | None,
    ) -> bytes:
        arguments: list[str | Path] = ["-encrypt", "-outform", "DER", cipher]
        arguments += ["-stream"] if stream else []
        arguments += ["-keyid"] if key_identifiers else []
        for recipient in recipients:
            arguments += ["-recip", recipient]
            if oaep is not None:
                arguments += ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{oaep}"]
        return self._cms(content, *arguments)

    def _signed_entity(self, entity: bytes, signature: bytes, digest: str, opaque: bool) -> tuple[bytes, str]:
        if opaque:
            content_type = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
            return f"Content-Type: {content_type}\r\n\r\n".encode() + signature, content_type
        content_type = (
            f'multipart/signed; protocol="application/pkcs7-signature"; micalg={digest}; boundary=peer-signed'
        )
        encoded = base64.encodebytes(signature)
        body = b"--peer-signed\r\n" + entity + b"\r\n--peer-signed\r\n"
        body += b"Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        body += encoded + b"\r\n--peer-signed--\r\n"
        return f"Content-Type: {content_type}\r\n\r\n".encode() + body, content_type

    @staticmethod
    def _quoted(name: str) -> str:
        return f'"{name}"' if " " in name else name

    def _cms(self, data: bytes, *arguments: str | Path) -> bytes:
        (self.folder / "in.bin").write_bytes(data)
        output = self.folder / "out.bin"
        output.unlink(missing_ok=True)
        words = [str(argument) for argument in arguments]
        self._run("cms", *words, "-binary", "-in", str(self.folder / "in.bin"), "-out", str(output))
        return output.read_bytes()

    def _run(self, *arguments: str) -> None:
        assert OPENSSL is not None, ABSENT
        done = subprocess.run([OPENSSL, *arguments], capture_output=True, timeout=60, check=False)
        if done.returncode:
            raise PeerRefuses(done.stderr.decode(errors="replace"))


def _field(headers: Headers, name: str) -> str:
    return next(value for known, value in headers if known.lower() == name.lower())


def _entity(data: bytes) -> tuple[str, bytes]:
    """Content-Type and body."""
    header, _empty, body = data.partition(b"\r\n\r\n")
    match = re.search(rb"(?im)^content-type:\s*(.*(?:\r\n[ \t].*)*)", header)
    assert match is not None
    return match[1].decode().strip(), body


def _parts(content_type: str, body: bytes) -> list[bytes]:
    match = re.search(r'boundary="?([^";]+)', content_type)
    assert match is not None
    pieces = (b"\r\n" + body).split(b"\r\n--" + match[1].encode())
    return [piece.partition(b"\r\n")[2] for piece in pieces[1:-1]]


def _mic(content: bytes, digest: str) -> str:
    return base64.b64encode(hashlib.new(digest, content).digest()).decode()
