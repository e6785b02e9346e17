"""The partners of the demo: who they are, by which door they come, and their desks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.demo.arrived import Arrived
from gateway.demo.as2_partner import As2Partner
from gateway.demo.partner_desk import PartnerDesk
from gateway.demo.post_box import PostBox
from gateway.demo.sftp_partner import SftpPartnerServer
from gateway.demo.workspace import Addresses, Keys, write_keys, write_workspace
from gateway.x12.envelope import Identity
from gateway.x12.guide import Guides


@dataclass(frozen=True, slots=True)
class Manners:
    """How well the simulated partners behave. Tests make them misbehave."""

    answers_mdn: bool = True
    sends_997: bool = True


@dataclass
class Actor:
    """A simulated partner. ``door`` is in words; ``connection`` is the mailbox we poll for it (None: it calls us)."""

    code: str
    name: str
    door: str
    place: PostBox | As2Partner | None = None
    desk: PartnerDesk | None = None
    connection: str | None = None
    waiting: list[Arrived] = field(default_factory=list)

    def look(self) -> None:
        """Take in what has arrived."""
        if self.place is not None:
            self.waiting += self.place.collect()


@dataclass
class Cast:
    """All partners, with their servers running, and the keys that both sides hold."""

    acme: Actor
    globex: Actor
    hooli: Actor
    summit: Actor
    keys: Keys
    workspace: Path
    manners: Manners

    def __iter__(self) -> Iterator[Actor]:
        return iter((self.acme, self.globex, self.hooli, self.summit))


@contextmanager
def assembled(folder: Path, guides: Guides, manners: Manners) -> Iterator[Cast]:
    """Start the partners' servers and write the workspace that knows them, all below ``folder``."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True)
    keys = write_keys(workspace, datetime.now(UTC))
    with ExitStack() as running:
        root = folder / "partners" / "acme"
        sftp = running.enter_context(
            SftpPartnerServer(root, "example-supply", authorized_keys=[keys.acme_public_line])
        )
        as2 = running.enter_context(As2Partner(keys.globex, answers=manners.answers_mdn))
        addresses = Addresses(acme_port=sftp.port, acme_host_key=sftp.host_key_line, globex_url=as2.url)
        write_workspace(workspace, addresses)
        hooli = workspace / "data" / "mailboxes" / "hooli"
        yield Cast(
            acme=Actor(
                "acme", "Acme Stores", "SFTP", PostBox(root / "out", root / "in"),
                _desk(guides, "ZZ", "ACME", "ACME", "004010", "America/Chicago", 4200), "acme-sftp",
            ),
            globex=Actor(
                "globex", "Globex Department Stores", "AS2", as2,
                _desk(guides, "01", "004711230", "GLOBEX", "005010", "America/New_York", 731),
            ),
            hooli=Actor(
                "hooli", "Hooli Marketplace", "folder", PostBox(hooli / "inbox", hooli / "outbox"),
                _desk(guides, "01", "987654321", "HOOLI", "005010", "America/Los_Angeles", 18), "hooli-folder",
            ),
            summit=Actor("summit-outfitters", "Summit Outfitters", "HTTP upload"),
            keys=keys,
            workspace=workspace,
            manners=manners,
        )  # fmt: skip


def _desk(
    guides: Guides, qualifier: str, identifier: str, group: str, version: str, zone: str, first: int
) -> PartnerDesk:
    identity = Identity(qualifier=qualifier, identifier=identifier, group_identifier=group)
    return PartnerDesk(identity, version, zone, guides, first)
