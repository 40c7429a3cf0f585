"""The engine thread: four lanes in, answers in the GUI thread out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.gui.fakes import Brought, Counting, Endless, Failing, Held, Saying

from redoscope_core import Progress
from redoscope_gui.engine import EngineThread, Lane
from redoscope_gui.engine.lanes import Lanes, Ticket, Work

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def refuse(answer: object) -> None:
    raise AssertionError(f"this must not arrive: {answer!r}")


def work(serial: int, lane: Lane, key: str = "key", epoch: int = 0) -> Work:
    return Work(Ticket(serial, epoch, lane, key), Saying(serial))


def test_writes_go_before_what_is_seen_before_jobs_before_prefetch() -> None:
    lanes = Lanes()
    for serial, lane in enumerate((Lane.PREFETCH, Lane.JOB, Lane.VISIBLE, Lane.WRITE)):
        lanes.put(work(serial, lane))
    taken = [lanes.take() for _ in range(4)]
    assert [one.ticket.lane for one in taken if one] == [
        Lane.WRITE,
        Lane.VISIBLE,
        Lane.JOB,
        Lane.PREFETCH,
    ]
    assert lanes.take() is None


def test_a_newer_request_takes_the_place_of_an_older_one_of_its_key() -> None:
    lanes = Lanes()
    older = work(1, Lane.VISIBLE, "map")
    assert lanes.put(older) is None
    assert lanes.put(work(2, Lane.VISIBLE, "hex")) is None
    assert lanes.put(work(3, Lane.VISIBLE, "map")) is older
    assert [one.ticket.serial for one in (lanes.take(), lanes.take()) if one] == [2, 3]


def test_writes_and_jobs_outlive_their_epoch_and_the_rest_does_not() -> None:
    lanes = Lanes()
    for lane in Lane:
        lanes.put(work(lane, lane))
    assert {one.ticket.lane for one in lanes.drop_before(1)} == {Lane.VISIBLE, Lane.PREFETCH}
    assert [one.ticket.lane for one in (lanes.take(), lanes.take()) if one] == [
        Lane.WRITE,
        Lane.JOB,
    ]


def test_a_job_that_is_given_up_comes_before_all_others() -> None:
    lanes = Lanes()
    for serial in range(4):
        lanes.put(work(serial, Lane.JOB))
    running = lanes.take()
    assert running is not None
    assert lanes.cancel(2)
    assert not lanes.cancel(0), "it does not wait: it runs"
    running.cancelled = True
    lanes.put(running)
    taken = [lanes.take() for _ in range(4)]
    assert [one.ticket.serial for one in taken if one] == [0, 2, 1, 3]
    assert [one.cancelled for one in taken if one] == [True, True, False, False]


def test_a_write_is_not_cancelled() -> None:
    lanes = Lanes()
    lanes.put(work(1, Lane.WRITE))
    assert not lanes.cancel(1)
    taken = lanes.take()
    assert taken is not None
    assert not taken.cancelled


def test_the_work_is_done_in_the_engine_thread_and_answered_in_this_one(
    qtbot: QtBot, engine: EngineThread
) -> None:
    seen: list[str] = []

    class Asking:
        def run(self) -> str:
            return threading.current_thread().name

    def reply(answer: object) -> None:
        seen.extend((str(answer), threading.current_thread().name))

    engine.submit(Lane.VISIBLE, "who", Asking(), reply, failed=refuse)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["engine", "MainThread"]


def test_two_thousand_requests_are_all_answered_in_this_thread(
    qtbot: QtBot, engine: EngineThread
) -> None:
    answers: list[object] = []
    threads: set[int] = set()

    def reply(answer: object) -> None:
        answers.append(answer)
        threads.add(threading.get_ident())

    for number in range(2000):
        lane = (Lane.WRITE, Lane.VISIBLE, Lane.JOB, Lane.PREFETCH)[number % 4]
        engine.submit(lane, f"key {number}", Saying(number), reply, failed=refuse)
    qtbot.waitUntil(lambda: engine.idle, timeout=30_000)
    assert sorted(answers, key=str) == sorted(range(2000), key=str)
    assert threads == {threading.get_ident()}


def test_only_the_newest_answer_of_a_key_arrives(qtbot: QtBot, engine: EngineThread) -> None:
    answers: list[object] = []
    first = Held("old")
    engine.submit(Lane.VISIBLE, "hex", first, answers.append, failed=refuse)
    assert first.begun.wait(5)
    for word in ("older", "newer", "newest"):
        engine.submit(Lane.VISIBLE, "hex", Saying(word), answers.append, failed=refuse)
    first.let_go.set()
    qtbot.waitUntil(lambda: engine.idle)
    assert answers == ["newest"]


def test_an_answer_from_before_the_epoch_does_not_arrive_and_is_closed(
    qtbot: QtBot, engine: EngineThread
) -> None:
    answers: list[object] = []
    brought = Brought()
    held = Held(brought)
    engine.submit(Lane.VISIBLE, "chain", held, answers.append, failed=refuse)
    assert held.begun.wait(5)
    engine.raise_epoch()
    held.let_go.set()
    qtbot.waitUntil(lambda: engine.idle)
    assert answers == []
    assert brought.closed


def test_writes_are_all_done_in_order_whatever_becomes_of_the_epoch(
    qtbot: QtBot, engine: EngineThread
) -> None:
    answers: list[object] = []
    first = Held(0)
    engine.submit(Lane.WRITE, "write", first, answers.append, failed=refuse)
    for number in range(1, 5):
        engine.submit(Lane.WRITE, "write", Saying(number), answers.append, failed=refuse)
        engine.raise_epoch()
    first.let_go.set()
    qtbot.waitUntil(lambda: engine.idle)
    assert answers == [0, 1, 2, 3, 4]


def test_an_error_is_an_answer_too(qtbot: QtBot, engine: EngineThread) -> None:
    errors: list[Exception] = []
    engine.submit(Lane.VISIBLE, "hex", Failing(), refuse, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], OSError)
    assert engine.alive


def test_a_cancelled_job_cleans_up_in_the_engine_thread_and_says_so(
    qtbot: QtBot, engine: EngineThread
) -> None:
    told: list[str] = []
    job = Endless()
    ticket = engine.submit(
        Lane.JOB,
        "hash",
        job,
        refuse,
        failed=refuse,
        cancelled=lambda: told.append("cancelled"),
    )
    assert job.begun.wait(5)
    engine.cancel(ticket)
    qtbot.waitUntil(lambda: bool(told))
    assert job.cleaned == ["engine"]


def test_what_is_seen_is_answered_while_a_job_runs(qtbot: QtBot, engine: EngineThread) -> None:
    answers: list[object] = []
    job = Endless()
    ticket = engine.submit(Lane.JOB, "hash", job, refuse, failed=refuse)
    assert job.begun.wait(5)
    engine.submit(Lane.VISIBLE, "hex", Saying("bytes"), answers.append, failed=refuse)
    qtbot.waitUntil(lambda: answers == ["bytes"])
    assert job.cleaned == []
    engine.cancel(ticket)
    qtbot.waitUntil(lambda: engine.idle)


def test_two_jobs_take_turns() -> None:
    engine = EngineThread(inline=True)
    order: list[str] = []

    class Steps:
        def __init__(self, name: str) -> None:
            self.name = name

        def run(self) -> object:
            def steps() -> object:
                for _ in range(2):
                    order.append(self.name)
                    yield Progress(1, 2)

            return steps()

    class Both:
        def run(self) -> None:
            for name in "ab":
                engine.submit(Lane.JOB, name, Steps(name), print, failed=refuse)

    engine.submit(Lane.WRITE, "begin", Both(), lambda _none: None, failed=refuse)
    assert order == ["a", "b", "a", "b"]
    engine.shutdown()


def test_progress_is_told_sparingly_and_the_last_of_it_always() -> None:
    engine = EngineThread(inline=True)
    told: list[Progress] = []
    answers: list[object] = []
    engine.submit(
        Lane.JOB,
        "count",
        Counting(20_000),
        answers.append,
        failed=refuse,
        progressed=told.append,
    )
    assert answers == ["counted"]
    assert told[-1].done == 20_000
    assert len(told) < 200
    engine.shutdown()


def test_shutting_down_while_a_job_runs_ends_the_thread_and_cleans_up() -> None:
    engine = EngineThread()
    job = Endless()
    engine.submit(Lane.JOB, "hash", job, refuse, failed=refuse)
    assert job.begun.wait(5)
    assert engine.shutdown()
    assert job.cleaned == ["engine"]
    assert not engine.alive


def test_shutting_down_finishes_the_writes_that_wait() -> None:
    engine = EngineThread()
    done: list[int] = []

    class Noting:
        def __init__(self, number: int) -> None:
            self.number = number

        def run(self) -> None:
            done.append(self.number)

    first = Held("first")
    engine.submit(Lane.WRITE, "write", first, lambda _answer: None, failed=refuse)
    assert first.begun.wait(5)
    for number in range(3):
        engine.submit(Lane.WRITE, "write", Noting(number), lambda _none: None, failed=refuse)
    first.let_go.set()
    assert engine.shutdown()
    assert done == [0, 1, 2]


def test_after_the_end_nothing_is_taken_in_and_nothing_hangs() -> None:
    engine = EngineThread()
    assert engine.shutdown()
    engine.submit(Lane.VISIBLE, "late", Saying("late"), refuse, failed=refuse)
    assert engine.idle
    assert engine.shutdown()


def test_idleness_is_told_once_for_a_burst(qtbot: QtBot, engine: EngineThread) -> None:
    told: list[bool] = []
    engine.watch_idle(told.append)
    held = Held("first")
    engine.submit(Lane.VISIBLE, "a", held, lambda _answer: None, failed=refuse)
    for key in "bcd":
        engine.submit(Lane.VISIBLE, key, Saying(key), lambda _answer: None, failed=refuse)
    held.let_go.set()
    qtbot.waitUntil(lambda: engine.idle)
    assert told == [False, True]


@pytest.mark.parametrize("lane", list(Lane))
def test_the_inline_engine_answers_before_the_call_returns(lane: Lane) -> None:
    engine = EngineThread(inline=True)
    answers: list[object] = []
    engine.submit(lane, "key", Saying("now"), answers.append, failed=refuse)
    assert answers == ["now"]
    engine.shutdown()
