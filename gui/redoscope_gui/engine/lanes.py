"""What waits for the engine thread, and in which order it is taken. Knows no thread and no Qt."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from redoscope_core import Progress

__all__ = [
    "Answered",
    "Cancelled",
    "Failed",
    "Lane",
    "Lanes",
    "Message",
    "Progressed",
    "Request",
    "Ticket",
    "Work",
]

PROGRESS_INTERVAL = 0.05
"""Seconds between two progress messages of one job."""


class Lane(IntEnum):
    """The four lanes; a lower one is served first."""

    WRITE = 0
    """In order, never dropped, not interrupted."""
    VISIBLE = 1
    """What is on screen: the newest request of a key replaces the older one."""
    JOB = 2
    """Long work, one step at a time in turn; can be cancelled, and then comes first."""
    PREFETCH = 3
    """Only when nothing else waits; forgotten when the epoch rises."""


class Request(Protocol):
    """A frozen question; long ones answer by a generator of Progress that returns the answer."""

    def run(self) -> object:
        """Return the answer."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Names one request that was handed in."""

    serial: int
    epoch: int
    lane: Lane
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The request of *ticket* is answered."""

    ticket: Ticket
    answer: object


@dataclass(frozen=True, slots=True)
class Failed:
    """The request of *ticket* ended with *error*."""

    ticket: Ticket
    error: Exception


@dataclass(frozen=True, slots=True)
class Progressed:
    """The job of *ticket* has come so far."""

    ticket: Ticket
    progress: Progress


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The request of *ticket* was given up and has cleaned up after itself."""

    ticket: Ticket


Message = Answered | Failed | Progressed | Cancelled
Steps = Generator[Progress, None, object]


@dataclass(slots=True, eq=False)
class Work:
    """A request on its way through the engine thread."""

    ticket: Ticket
    request: Request
    steps: Steps | None = None
    cancelled: bool = False
    _unsent: Progress | None = None
    _sent_at: float = field(default=0.0)

    def step(self, post: Callable[[Message], None], *, whole: bool) -> bool:
        """Do one step, or with *whole* all of it; return whether the work is over.

        An error is an answer too: whatever the request raises is posted as Failed.
        """
        try:
            return self._advance(post, whole=whole)
        except Exception as error:  # noqa: BLE001  any error belongs to the one who asked
            self._flush(post)
            post(Failed(self.ticket, error))
            return True

    def close(self, post: Callable[[Message], None]) -> None:
        """Give the work up: its `finally` blocks run here."""
        try:
            if self.steps is not None:
                self.steps.close()
        except Exception as error:  # noqa: BLE001  as above: the cleaning up failed
            post(Failed(self.ticket, error))
        else:
            post(Cancelled(self.ticket))

    def _advance(self, post: Callable[[Message], None], *, whole: bool) -> bool:
        if self.steps is None:
            answer = self.request.run()
            if not isinstance(answer, Generator):
                post(Answered(self.ticket, answer))
                return True
            self.steps = answer
        while True:
            try:
                progress = next(self.steps)
            except StopIteration as end:
                self._flush(post)
                post(Answered(self.ticket, end.value))
                return True
            self._report(post, progress)
            if not whole:
                return False

    def _report(self, post: Callable[[Message], None], progress: Progress) -> None:
        now = time.monotonic()
        if now - self._sent_at < PROGRESS_INTERVAL:
            self._unsent = progress
            return
        self._sent_at = now
        self._unsent = None
        post(Progressed(self.ticket, progress))

    def _flush(self, post: Callable[[Message], None]) -> None:
        if self._unsent is not None:
            post(Progressed(self.ticket, self._unsent))
            self._unsent = None


class Lanes:
    """The waiting work of the four lanes. Not locked: its owner does that."""

    def __init__(self) -> None:
        self._writes: deque[Work] = deque()
        self._visible: dict[str, Work] = {}
        self._jobs: deque[Work] = deque()
        self._prefetch: dict[str, Work] = {}

    def __bool__(self) -> bool:
        return bool(self._writes or self._visible or self._jobs or self._prefetch)

    def put(self, work: Work) -> Work | None:
        """Take *work* in; return the work of the same key that it replaces, if any."""
        match work.ticket.lane:
            case Lane.WRITE:
                self._writes.append(work)
            case Lane.JOB if work.cancelled:
                self._jobs.appendleft(work)
            case Lane.JOB:
                self._jobs.append(work)
            case Lane.VISIBLE:
                return self._replace(self._visible, work)
            case Lane.PREFETCH:
                return self._replace(self._prefetch, work)
        return None

    def take(self) -> Work | None:
        """Return the work to do next; a job that is not over is `put` back by its owner."""
        if self._writes:
            return self._writes.popleft()
        if self._visible:
            return self._visible.pop(next(iter(self._visible)))
        if self._jobs:
            return self._jobs.popleft()
        if self._prefetch:
            return self._prefetch.pop(next(iter(self._prefetch)))
        return None

    def drop_before(self, epoch: int) -> Iterator[Work]:
        """Remove and yield what is shown or fetched ahead and was asked before *epoch*."""
        for waiting in (self._visible, self._prefetch):
            for key, work in list(waiting.items()):
                if work.ticket.epoch < epoch:
                    del waiting[key]
                    yield work

    def drop_all_but_writes(self) -> Iterator[Work]:
        """Remove and yield everything that need not be finished."""
        waiting = [*self._visible.values(), *self._jobs, *self._prefetch.values()]
        self._visible.clear()
        self._jobs.clear()
        self._prefetch.clear()
        yield from waiting

    def cancel(self, serial: int) -> bool:
        """Mark the waiting work of *serial*; return whether it waits, and is no write.

        A job comes before all others then: who gave it up does not wait for a step of each.
        """
        for work in (*self._visible.values(), *self._jobs, *self._prefetch.values()):
            if work.ticket.serial == serial:
                work.cancelled = True
                if work.ticket.lane is Lane.JOB:
                    self._jobs.remove(work)
                    self._jobs.appendleft(work)
                return True
        return False

    @staticmethod
    def _replace(waiting: dict[str, Work], work: Work) -> Work | None:
        older = waiting.pop(work.ticket.key, None)
        waiting[work.ticket.key] = work
        return older
