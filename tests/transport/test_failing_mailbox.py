"""The faulty double keeps the contract where it is not told to fail."""

from __future__ import annotations

import pytest

from gateway.core.failure import TransientFailure
from gateway.transport.mailbox import Mailbox, Settlement, sha256_of
from tests.transport.failing_mailbox import FailingMailbox


def test_it_is_a_mailbox() -> None:
    double = FailingMailbox({"a.edi": b"x"})
    mailbox: Mailbox = double
    with mailbox:
        (file,) = mailbox.list()
        assert mailbox.fetch(file) == b"x"
        assert mailbox.settle(file, sha256_of(b"y")) is Settlement.REWRITTEN
        assert mailbox.settle(file, sha256_of(b"x")) is Settlement.ARCHIVED
        assert mailbox.settle(file, sha256_of(b"x")) is Settlement.GONE
        assert mailbox.deliver("b.edi", b"z").sha256 == sha256_of(b"z")
    assert (double.pickup, double.archive, double.drop) == ({}, {"a.edi": b"x"}, {"b.edi": b"z"})
    assert [step for step, _ in double.calls] == ["list", "fetch", "settle", "settle", "settle", "deliver"]


def test_a_rewritten_file_is_another() -> None:
    double = FailingMailbox({"a.edi": b"x"})
    (file,) = double.list()
    double.put("a.edi", b"y")
    assert double.settle(file, sha256_of(b"x")) is Settlement.REWRITTEN
    with pytest.raises(TransientFailure):
        double.fetch(file)
    assert double.list()[0].fingerprint != file.fingerprint


@pytest.mark.parametrize("afterwards", [False, True])
def test_it_fails_on_demand_before_or_after_the_effect(afterwards: bool) -> None:
    double = FailingMailbox()
    double.fail("deliver", TransientFailure("link lost"), afterwards=afterwards, times=2)
    for _ in range(2):
        with pytest.raises(TransientFailure, match="link lost"):
            double.deliver("a.edi", b"x")
        assert ("a.edi" in double.drop) is afterwards
    double.deliver("a.edi", b"x")
    assert "a.edi" in double.drop
