"""The way to the engine: it does the work, answers and errors come back here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from redoscope_core import Progress
from redoscope_core.code import Deed
from redoscope_gui.engine import EngineThread, Lane, Request, Ticket
from redoscope_gui.requests.coded import Coded
from redoscope_gui.session.job import Job, JobState

__all__ = ["Asking", "alive", "if_there"]

Answer = TypeVar("Answer")


class Asking(QObject):
    """What talks to the engine thread, and has the line of the status bar for what came of it."""

    busy_changed = Signal(object)
    """Whether the engine works; carries a bool."""
    message = Signal(str)
    """A line for the status bar."""
    job_changed = Signal(object)
    """A long job began, came further or ended; carries the Job."""
    done_changed = Signal()
    """Something more was done that can be shown as code."""
    ended = Signal(object, object, object)
    """A request was answered, or failed; carries it, the answer, and the error or None."""

    def __init__(
        self, engine: EngineThread, report: Callable[[Exception], None], parent: QObject
    ) -> None:
        """Ask *engine*; *report* takes the errors that nobody else wants."""
        super().__init__(parent)
        self.jobs: list[Job] = []
        self.done: list[Deed] = []
        """What was done in this window and can be shown as code, newest last."""
        self._engine = engine
        self._report = report
        engine.watch_idle(lambda idle: self.busy_changed.emit(not idle))

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return not self._engine.idle

    def ask(
        self,
        key: str,
        request: Request,
        reply: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask for something on screen; of one *key* only the newest answer arrives.

        An answer about a chain that is no longer chosen does not arrive either. Errors become a
        line in Problems unless *failed* takes them.
        """
        self.submit(Lane.VISIBLE, key, request, reply, failed)

    def prefetch(self, key: str, request: Request, reply: Callable[[Answer], None]) -> None:
        """Ask for something that may be shown soon; errors are kept quiet."""
        self.submit(Lane.PREFETCH, key, request, reply, lambda _error: None)

    def run_job(
        self,
        title: str,
        request: Request,
        reply: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
        told: Callable[[Answer], str] | None = None,
    ) -> Job:
        """Start long work that shows its progress and can be cancelled.

        *told* puts the answer in words that the list of jobs keeps. A view that is gone by then
        is not called.
        """
        job = Job(title)
        self.jobs.append(job)

        def ended(state: JobState, error: Exception | None = None) -> None:
            job.end(state, error)
            self.job_changed.emit(job)

        def done(answer: object) -> None:
            if told is not None and alive(told):
                job.result = told(cast("Answer", answer))
            ended(JobState.DONE)
            self._note(request, answer)
            if alive(reply):
                reply(cast("Answer", answer))

        def broken(error: Exception) -> None:
            ended(JobState.FAILED, error)
            self.ended.emit(request, None, error)
            if failed is None:
                self._report(error)
            elif alive(failed):
                failed(error)

        def advanced(progress: Progress) -> None:
            job.advance(progress)
            self.job_changed.emit(job)

        self.job_changed.emit(job)
        job.ticket = self._engine.submit(
            Lane.JOB,
            title,
            request,
            done,
            failed=broken,
            progressed=advanced,
            cancelled=lambda: ended(JobState.CANCELLED),
        )
        return job

    def cancel(self, job: Job) -> None:
        """Ask *job* to stop; it says so itself when it has cleaned up."""
        if job.over or job.ticket is None:
            return
        job.state = JobState.CANCELLING
        self.job_changed.emit(job)
        self._engine.cancel(job.ticket)

    def drop_answers(self) -> None:
        """Have no answer arrive to what was asked so far for the screen: another chain comes."""
        self._engine.raise_epoch()

    def submit(
        self,
        lane: Lane,
        key: str,
        request: Request,
        reply: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Ticket:
        """Hand *request* to a lane of the engine; a view that is gone by then is not called."""

        def answered(answer: object) -> None:
            self._note(request, answer)
            if alive(reply):
                reply(cast("Answer", answer))

        def broken(error: Exception) -> None:
            self.ended.emit(request, None, error)
            if failed is None:
                self._report(error)
            elif alive(failed):
                failed(error)

        return self._engine.submit(lane, key, request, answered, failed=broken)

    def _note(self, request: Request, answer: object) -> None:
        """Take down what *request* did, if that can be shown as code, and tell of its *answer*."""
        deed = request.deed if isinstance(request, Coded) else None
        if deed is not None:
            self.done.append(deed)
            self.done_changed.emit()
        self.ended.emit(request, answer, None)


def alive(callback: Callable[..., object]) -> bool:
    """Return whether the view that asked is still there."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


def if_there(done: Callable[[], None] | None) -> Callable[[], None]:
    """Return what calls *done* if that was given and its view is still there."""

    def call() -> None:
        if done is not None and alive(done):
            done()

    return call
