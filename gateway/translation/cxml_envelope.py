"""The cXML envelope: who sends what to whom. The shared secret is never read."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.formats.xml import XmlDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlEnvelope:
    """Credentials are (domain, identity) pairs, in the document's order; ``request`` names what is asked for."""

    payload_id: str | None
    timestamp: str | None
    sent_from: tuple[tuple[str, str], ...]
    sent_to: tuple[tuple[str, str], ...]
    sender: tuple[tuple[str, str], ...]
    request: str | None
    test: bool


def read_envelope(document: XmlDocument) -> CxmlEnvelope:
    """The envelope of a cXML message. ``deploymentMode="test"`` on the request, or on the message, makes it a test."""
    body = next(
        (child for child in document.children() if child.name in ("Request", "Message", "Response")), None
    )
    content = list(body.children()) if body is not None else []
    request = next((child.name for child in content if child.name != "Status"), None)
    return CxmlEnvelope(
        payload_id=document.value("@payloadID"),
        timestamp=document.value("@timestamp"),
        sent_from=_credentials(document, "Header/From/Credential"),
        sent_to=_credentials(document, "Header/To/Credential"),
        sender=_credentials(document, "Header/Sender/Credential"),
        request=request,
        test=body is not None and (body.value("@deploymentMode") or "").lower() == "test",
    )


def _credentials(document: XmlDocument, path: str) -> tuple[tuple[str, str], ...]:
    found = ((one.value("@domain") or "", one.value("Identity")) for one in document.occurrences(path))
    return tuple((domain, identity) for domain, identity in found if identity)
