"""The runner does what the ledger says is due: once, whatever fails, hangs or stops."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from gateway.core.failure import TerminalFailure, TransientFailure
from gateway.flow.deliver import LEASE_SECONDS
from gateway.flow.resolve import resolve_item
from gateway.ledger import due
from gateway.ledger.due import DueStep
from gateway.work import runner as running
from gateway.work.runner import ATTEMPTS, RETRY_SECONDS
from tests.work.bench import Bench, until


class Hanging:
    """Work that waits until it is released."""

    def __init__(self) -> None:
        self.begun, self.release = threading.Event(), threading.Event()

    def __call__(self, _step: DueStep) -> None:
        self.begun.set()
        assert self.release.wait(30)


class Failing:
    """Work that fails a number of times."""

    def __init__(self, error: Exception, times: int = 1_000) -> None:
        self.error, self.times = error, times

    def __call__(self, _step: DueStep) -> None:
        self.times -= 1
        if self.times >= 0:
            raise self.error


def test_draining_runs_what_steps_make_due(bench: Bench) -> None:
    bench.step("first", lambda step: bench.offer("second", f"{step.subject}a", f"{step.subject}b"))
    bench.step("second", lambda step: bench.offer("third", "one") if step.subject.endswith("b") else None)
    bench.step("third")
    bench.offer("first", "1", "2")
    assert bench.runner().drain(30)
    assert Counter(bench.ran) == Counter(["1", "2", "1a", "1b", "2a", "2b", "one"])
    assert bench.due() == []


def test_the_ledgers_clock_says_what_is_due(bench: Bench) -> None:
    bench.step("later")
    bench.offer("later", "tomorrow", seconds=86_400)
    assert bench.runner().drain(30)
    assert bench.ran == []
    bench.database.wait(86_401)
    assert bench.runner().drain(30)
    assert bench.ran == ["tomorrow"]


def test_draining_ends_when_its_time_is_over(bench: Bench) -> None:
    work = Hanging()
    bench.step("hang", work, network=True)
    bench.offer("hang", "V1")
    runner = bench.runner()
    assert not runner.drain(0.2)
    work.release.set()
    assert runner.drain(30)


@pytest.mark.parametrize("error", [TransientFailure("busy"), KeyError("a mistake of ours")])
def test_what_may_pass_is_tried_again_later(bench: Bench, error: Exception) -> None:
    bench.step("try", Failing(error, times=2))
    bench.step("well")
    bench.offer("try", "D1")
    bench.offer("well", "D2")
    runner = bench.runner()
    assert runner.drain(30)
    assert bench.ran == ["D1", "D2"], "one that fails holds nobody up, and is not hammered"
    (step,) = bench.due()
    assert (step.attempts, step.last_error) == (1, str(error))
    bench.database.wait(RETRY_SECONDS[0] + 0.1)
    assert runner.drain(30)
    bench.database.wait(RETRY_SECONDS[0] + 0.1)
    assert runner.drain(30)
    assert bench.ran.count("D1") == 2, "the second wait is longer"
    bench.database.wait(RETRY_SECONDS[1])
    assert runner.drain(30)
    assert (bench.ran.count("D1"), bench.due(), bench.work()) == (3, [], [])


def test_after_some_attempts_a_person_is_asked_and_can_have_it_tried_again(bench: Bench) -> None:
    bench.step("try", Failing(TransientFailure("still busy"), times=ATTEMPTS))
    bench.offer("try", "thing")
    runner = bench.runner()
    for _ in range(ATTEMPTS + 2):
        assert runner.drain(30)
        bench.database.wait(max(RETRY_SECONDS) + 1)
    assert len(bench.ran) == ATTEMPTS
    assert bench.due() == []
    (item,) = bench.work()
    assert item.kind == "dead_letter"
    assert "still busy" in item.title
    assert item.action.startswith(f"gateway work resolve W{item.id} --retry")
    assert resolve_item(bench.gateway, item.id, by="pat", reason="mended", retry=True) is None
    assert runner.drain(30)
    assert len(bench.ran) == ATTEMPTS + 1
    assert bench.due() == []
    assert bench.work() == []


def test_what_cannot_pass_is_not_tried_again(bench: Bench) -> None:
    bench.step("try", Failing(TerminalFailure("the file was changed")))
    bench.offer("try", "thing")
    assert bench.runner().drain(30)
    assert (bench.ran, bench.due()) == (["thing"], [])
    assert "the file was changed" in bench.work()[0].title


def test_a_step_of_a_newer_release_is_put_before_a_person(bench: Bench) -> None:
    """Its subject may be unknown to us too."""
    bench.offer("not_invented_yet", "D4711")
    runner = bench.runner()
    for _ in range(ATTEMPTS):
        assert runner.drain(30)
        bench.database.wait(max(RETRY_SECONDS) + 1)
    assert "not_invented_yet" in bench.work()[0].title


def test_a_failure_that_cannot_be_recorded_is_not_hammered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, say: the step stays due, and the machine is left to breathe."""
    monkeypatch.setattr(due, "postpone", lambda *_: 1 / 0)
    bench.step("try", Failing(TransientFailure("busy"), times=1))
    bench.offer("try", "D1")
    runner = bench.runner()
    assert not runner.drain(30), "something is left"
    assert bench.ran == ["D1"]
    monkeypatch.setattr(running, "UNRECORDED_SECONDS", 0)
    runner = bench.runner()
    assert runner.drain(30)
    assert (bench.ran, bench.due()) == (["D1", "D1"], [])


class TestNetworkSteps:
    def test_one_is_run_once_however_often_we_look(self, bench: Bench) -> None:
        work = Hanging()
        bench.step("hang", work, network=True)
        bench.step("quick")
        bench.offer("hang", "V1")
        runner = bench.runner()
        runner.start()
        assert work.begun.wait(30)
        bench.offer("quick", *[f"D{n}" for n in range(20)])
        assert until(lambda: len(bench.ran) == 21), "others go on beside it"
        work.release.set()
        assert until(lambda: bench.due() == [])
        runner.stop()
        assert bench.ran.count("V1") == 1

    def test_a_long_queue_of_hanging_ones_hides_no_database_step(self, bench: Bench) -> None:
        work = Hanging()
        bench.step("hang", work, network=True)
        bench.step("quick")
        bench.offer("hang", *[f"V{n}" for n in range(running.BATCH + 50)])
        bench.offer("quick", "D1")
        runner = bench.runner()
        runner.start()
        try:
            assert until(lambda: "D1" in bench.ran)
            assert len(bench.ran) <= 5, "four at a time"
        finally:
            with bench.database.transaction() as tx:
                for step in due.pending(tx):
                    due.done(tx, step.id)
            work.release.set()
            runner.stop()

    def test_a_failure_after_the_lease_was_lost_is_not_ours_to_record(self, bench: Bench) -> None:
        """Else the new owner's lease would end, and a third one would send at the same time."""

        def taken_over(step: DueStep) -> None:
            bench.database.wait(181)
            with bench.database.transaction() as tx:
                assert due.claim(tx, step.id, "another", bench.database.now(), 180) is not None
            raise KeyError("a mistake of ours")

        bench.step("send", taken_over, network=True)
        bench.offer("send", "V1")
        assert bench.runner().drain(30)
        (step,) = bench.due()
        assert (step.owner, step.attempts) == ("another", 0)

    def test_a_failure_before_the_lease_is_recorded_whoever_tried_before_us(self, bench: Bench) -> None:
        """Its last owner died; we fail before we own it."""
        bench.offer("send", "V1")
        with bench.database.transaction() as tx:
            (step,) = due.pending(tx)
            assert due.claim(tx, step.id, "dead", bench.database.now(), 180) is not None
        bench.database.wait(181)
        assert bench.runner().drain(30)
        (step,) = bench.due()
        assert step.attempts == 1

    def test_a_lease_is_renewed_until_its_step_ends(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also while the runner stops and waits for it: nobody else must send at the same time."""
        monkeypatch.setattr(running, "RENEW_SECONDS", 0.02)
        work = Hanging()
        bench.step("hang", work, network=True)
        bench.offer("hang", "V1")
        runner = bench.runner()
        runner.start()
        assert work.begun.wait(30)
        with ThreadPoolExecutor(1) as pool:
            assert until(lambda: seconds_left(bench) <= LEASE_SECONDS), "renewed to the length of a lease"
            for _ in range(3):
                bench.database.wait(LEASE_SECONDS - 5)
                assert until(lambda: seconds_left(bench) > LEASE_SECONDS - 5)
            stopping = pool.submit(runner.stop)
            bench.database.wait(LEASE_SECONDS - 5)
            assert until(lambda: seconds_left(bench) > LEASE_SECONDS - 5), "while it stops, too"
            work.release.set()
            stopping.result(30)
        assert bench.due() == []


def seconds_left(bench: Bench) -> float:
    """How long the lease of the one step still runs."""
    (step,) = bench.due()
    return 0 if step.lease_until is None else (step.lease_until - bench.database.now()).total_seconds()


class TestStopping:
    def test_what_is_under_way_is_finished_and_nothing_more_begun(self, bench: Bench) -> None:
        work = Hanging()
        bench.step("hang", work, network=True)
        bench.offer("hang", *[f"V{n}" for n in range(6)])
        runner = bench.runner(network_threads=2)
        runner.start()
        assert until(lambda: len(bench.ran) == 2)
        with ThreadPoolExecutor(1) as pool:
            stopping = pool.submit(runner.stop)
            assert not until(stopping.done, 0.2), "it waits for what is under way"
            work.release.set()
            stopping.result(30)
        assert not runner.alive
        assert len(bench.ran) == 2
        assert len(bench.due()) == 4, "still due, for the next process"

    def test_a_database_step_is_finished_too(self, bench: Bench) -> None:
        work = Hanging()
        bench.step("slow", work)
        bench.offer("slow", "D1", "D2")
        runner = bench.runner()
        runner.start()
        assert work.begun.wait(30)
        threading.Timer(0.1, work.release.set).start()
        runner.stop()
        assert len(bench.ran) == 1
        assert len(bench.due()) == 1


class TestWake:
    def test_an_offer_wakes_once_it_is_committed(self, bench: Bench) -> None:
        with bench.database.transaction() as tx:
            bench.wake(tx, "step", "D1", bench.database.now())
            assert not bench.wake.event.is_set(), "there is nothing to see yet"
        assert bench.wake.event.is_set()

    def test_an_offer_that_is_taken_back_wakes_nobody(self, bench: Bench) -> None:
        with pytest.raises(KeyError), bench.database.transaction() as tx:
            bench.wake(tx, "step", "D1", bench.database.now())
            raise KeyError
        assert not bench.wake.event.is_set()
        assert bench.due() == []

    def test_a_runner_at_rest_is_woken(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "LOOK_SECONDS", 3600.0)
        bench.step("quick")
        runner = bench.runner()
        runner.start()
        for number in range(5):
            bench.offer("quick", f"D{number}")
            assert until(lambda: bench.due() == [])
        assert len(bench.ran) == 5
        runner.stop()

    def test_what_another_process_made_due_is_found_without_a_wake(self, bench: Bench) -> None:
        bench.step("quick")
        runner = bench.runner()
        runner.start()
        with bench.database.transaction() as tx:
            due.add(tx, "quick", "D1", bench.database.now() - timedelta(seconds=1))
        assert until(lambda: bench.ran == ["D1"])
        runner.stop()
