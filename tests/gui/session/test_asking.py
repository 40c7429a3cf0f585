"""The way to the engine: who is told of answers, of errors and of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete
from tests.gui.fakes import Counting, Endless, Failing, Saying

from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Job, JobState
from redoscope_gui.session.asking import Asking, alive

if TYPE_CHECKING:
    from collections.abc import Generator


class Listener(QObject):
    """A view that takes what comes."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, what: object) -> None:
        self.heard.append(what)

    def word(self, what: object) -> str:
        return str(what)


@pytest.fixture
def reported() -> list[Exception]:
    """The errors that nobody else wanted."""
    return []


@pytest.fixture
def asking(reported: list[Exception]) -> Generator[Asking]:
    """A way to an engine that answers before a call returns."""
    engine, owner = EngineThread(inline=True), QObject()
    yield Asking(engine, reported.append, owner)
    engine.shutdown()
    owner.deleteLater()


def changes_of(asking: Asking) -> list[tuple[JobState, int | None]]:
    """Return a list that grows by state and steps of a job with each change of it."""
    seen: list[tuple[JobState, int | None]] = []

    def note(job: Job) -> None:
        seen.append((job.state, job.progress.done if job.progress else None))

    asking.job_changed.connect(note)
    return seen


def test_an_error_goes_to_who_wants_it_and_else_is_reported(
    asking: Asking, reported: list[Exception]
) -> None:
    wanted: list[Exception] = []
    asking.ask("map", Failing(), print, wanted.append)
    assert ([str(error) for error in wanted], reported) == (["the disk is gone"], [])
    asking.ask("map", Failing(), print)
    assert [str(error) for error in reported] == ["the disk is gone"]
    assert len(wanted) == 1


def test_an_answer_that_may_be_shown_soon_arrives_and_its_error_is_kept_quiet(
    asking: Asking, reported: list[Exception]
) -> None:
    heard: list[object] = []
    asking.prefetch("hex", Saying("soon"), heard.append)
    asking.prefetch("hex", Failing(), heard.append)
    assert (heard, reported) == (["soon"], [])


def test_a_view_that_is_gone_is_told_nothing(asking: Asking, reported: list[Exception]) -> None:
    view, heard = Listener(), Listener.hear
    assert alive(view.hear)
    asking.ask("map", Saying("here"), view.hear)
    assert view.heard == ["here"]
    hear = view.hear
    delete(view)
    assert not alive(hear)
    assert alive(heard)
    assert alive(print)
    asking.ask("map", Saying("gone"), hear)
    asking.ask("map", Failing(), hear, hear)
    assert (view.heard, reported) == (["here"], [])


def test_the_engine_is_busy_while_it_works(asking: Asking) -> None:
    told: list[bool] = []
    asking.busy_changed.connect(told.append)
    inside: list[bool] = []

    class Looking:
        def run(self) -> object:
            inside.append(asking.busy)
            return None

    asking.ask("map", Looking(), print)
    assert (told, inside, asking.busy) == ([True, False], [True], False)


def test_a_job_tells_each_step_and_its_answer_in_words(asking: Asking) -> None:
    seen, answers = changes_of(asking), list[str]()
    job = asking.run_job("Hashing", Counting(2), answers.append, told=str.upper)
    assert seen == [
        (JobState.RUNNING, None),
        (JobState.RUNNING, 1),
        (JobState.RUNNING, 2),
        (JobState.DONE, 2),
    ]
    assert (job.title, job.result, answers, asking.jobs) == (
        "Hashing",
        "COUNTED",
        ["counted"],
        [job],
    )
    assert asking.run_job("Copying", Counting(1), print).result == ""
    assert [each.title for each in asking.jobs] == ["Hashing", "Copying"]


def test_a_job_that_fails_says_so_and_its_error_is_told_once(
    asking: Asking, reported: list[Exception]
) -> None:
    seen, failed = changes_of(asking), list[Exception]()
    job = asking.run_job("Hashing", Failing(), print)
    assert (job.state, job.error) == (JobState.FAILED, reported[0])
    assert [state for state, _ in seen] == [JobState.RUNNING, JobState.FAILED]
    asking.run_job("Hashing", Failing(), print, failed.append)
    assert (len(reported), len(failed)) == (1, 1)


def test_a_job_ends_also_if_the_view_that_wanted_it_is_gone(
    asking: Asking, reported: list[Exception]
) -> None:
    view = Listener()
    hear, word = view.hear, view.word
    told = asking.run_job("Hashing", Counting(1), hear, told=word)
    assert (view.heard, told.result) == (["counted"], "counted")
    delete(view)
    done = asking.run_job("Hashing", Counting(1), hear, hear, told=word)
    broken = asking.run_job("Hashing", Failing(), hear, hear)
    assert (done.state, done.result, broken.state) == (JobState.DONE, "", JobState.FAILED)
    assert (view.heard, str(broken.error), reported) == (["counted"], "the disk is gone", [])


def test_a_job_that_is_over_or_has_not_begun_is_not_cancelled(asking: Asking) -> None:
    job = asking.run_job("Hashing", Counting(1), print)
    seen = changes_of(asking)
    asking.cancel(job)
    asking.cancel(Job("never begun"))
    assert (job.state, seen) == (JobState.DONE, [])


def test_answers_to_an_older_screen_do_not_arrive_and_jobs_go_on() -> None:
    engine, owner = EngineThread(), QObject()
    try:
        asking, heard = Asking(engine, print, owner), list[object]()
        endless = Endless()
        job = asking.run_job("Hashing", endless, print)
        assert endless.begun.wait(10)
        asking.ask("map", Saying("old"), heard.append)
        asking.drop_answers()
        assert not job.over
    finally:
        assert engine.shutdown()
        owner.deleteLater()
    assert heard == []
