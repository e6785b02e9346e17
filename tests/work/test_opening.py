"""Processes that open an empty ledger at the same moment all find its configuration published, once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from gateway.core.finding import Finding
from gateway.flow.publish import ensure_published, publish
from gateway.ledger import tables
from tests.flow.station import CONNECTIONS, STATION, partner_file
from tests.ledger.rows import at_once
from tests.work.bench import Bench

FILES = {
    "config/gateway.toml": STATION,
    "config/connections.yaml": CONNECTIONS,
    "partners/acme/partner.yaml": partner_file("acme"),
}


def test_an_empty_ledger_opened_by_several_is_published_once(bench: Bench) -> None:
    def open_it(_number: int) -> list[Finding]:
        return ensure_published(replace(bench.gateway, _configurations={}), FILES)

    for findings in at_once(6, open_it):
        assert [finding.code for finding in findings if finding.is_error] == []
    with bench.database.reading() as tx:
        assert bench.gateway.partner(tx, "acme").code == "acme"
        published = select(func.count()).where(tables.journal.c.event == "published")
        assert tx.execute(published).scalar_one() == 1


def test_a_ledger_with_a_revision_keeps_it(bench: Bench) -> None:
    publish(bench.gateway, FILES, by="pat")
    other = {**FILES, "partners/new/partner.yaml": partner_file("new")}
    assert ensure_published(bench.gateway, other) == []
    with bench.database.reading() as tx:
        assert bench.gateway.configuration(tx).partners.keys() == {"acme"}


def test_of_two_publishers_one_is_overtaken_and_told(bench: Bench) -> None:
    publish(bench.gateway, FILES, by="pat")

    def publish_another(number: int) -> tuple[str | None, list[Finding]]:
        files = {**FILES, f"partners/p{number}/partner.yaml": partner_file(f"p{number}")}
        return publish(bench.gateway, files, by=str(number))

    results = at_once(4, publish_another)
    with bench.database.reading() as tx:
        active = bench.gateway.configuration(tx).revision
    assert active in [revision for revision, _ in results]
    for revision, findings in results:
        assert revision is not None or [finding.code for finding in findings] == ["revision-overtaken"]
