"""A long job as the user sees it: how far, how fast, how long still."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum

from redoscope_core import Progress
from redoscope_gui.engine import Ticket

__all__ = ["Job", "JobState"]

_WINDOW = 2.0


class JobState(Enum):
    """What becomes of a job."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Job:
    """One job of this session; changed in the GUI thread only."""

    title: str
    ticket: Ticket | None = None
    state: JobState = JobState.RUNNING
    progress: Progress | None = None
    error: Exception | None = None
    result: str = ""
    """The answer in words, once it is done; empty if there is nothing to read."""
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    _marks: list[tuple[float, int]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in {JobState.RUNNING, JobState.CANCELLING}

    @property
    def failed(self) -> bool:
        """Whether it ended without an answer."""
        return self.state in {JobState.FAILED, JobState.CANCELLED}

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return (self.ended or time.monotonic()) - self.started

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None while that is not known."""
        if self.progress is None or self.progress.total <= 0:
            return None
        return min(self.progress.done / self.progress.total, 1.0)

    @property
    def rate(self) -> float | None:
        """Units a second over the last two seconds; None while that is not known."""
        if not self._marks:
            return None
        (begun, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - begun) if now > begun else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will go on at this rate; None while that is not known."""
        rate = self.rate
        if not rate or self.progress is None or self.progress.total <= 0:
            return None
        return (self.progress.total - self.progress.done) / rate

    def advance(self, progress: Progress) -> None:
        """Note how far it is."""
        now = time.monotonic()
        self.progress = progress
        self._marks.append((now, progress.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:  # noqa: PLR2004  a rate needs two
            self._marks.pop(0)

    def end(self, state: JobState, error: Exception | None = None) -> None:
        """Note how it ended."""
        self.state = state
        self.error = error
        self.ended = time.monotonic()
