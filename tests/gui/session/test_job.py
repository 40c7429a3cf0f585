"""A long job: how far, how fast and how long still, by a clock of our own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Progress
from redoscope_gui.session import Job, JobState, job

if TYPE_CHECKING:
    from collections.abc import Sequence

START = 1000.0


def after(steps: Sequence[tuple[float, int]], total: int) -> Job:
    """Return a job that came to each count of *steps* at its seconds since the start."""
    found = Job("hash", started=START)
    with pytest.MonkeyPatch.context() as patched:
        for seconds, done in steps:
            clock = SimpleNamespace(monotonic=lambda now=START + seconds: now)
            patched.setattr(job, "time", clock)
            found.advance(Progress(done, total, "hashing"))
    return found


@given(st.integers(2, 40), st.sampled_from([0.25, 0.5, 1.0]), st.integers(1, 99).map((4).__mul__))
def test_a_steady_job_tells_its_speed_and_what_is_left(
    marks: int, pause: float, speed: int
) -> None:
    total = 100 * speed
    steps = [(index * pause, int(index * pause * speed)) for index in range(marks)]
    found = after(steps, total)
    done = steps[-1][1]
    assert (found.rate, found.share) == (speed, done / total)
    assert found.seconds_left == (total - done) / speed


def test_the_speed_is_that_of_the_last_two_seconds() -> None:
    slow = [(index * 0.5, index) for index in range(5)]
    fast = [(2 + index * 0.5, 4 + index * 100) for index in range(1, 5)]
    assert after([*slow, *fast], 1000).rate == 200
    assert after([*slow, *fast[:2]], 1000).rate == (204 - 2) / 2


def test_after_a_long_pause_the_speed_is_that_of_the_pause() -> None:
    assert after([(0, 0), (1, 10), (11, 110), (21, 130)], 1000).rate == 2


@pytest.mark.parametrize(
    ("steps", "total"),
    [
        ([], 10),
        ([(1, 5)], 10),
        ([(1, 5), (1, 6)], 10),
        ([(1, 5), (2, 5)], 10),
        ([(0, 0), (1, 5)], 0),
    ],
)
def test_what_is_not_known_is_not_told(steps: list[tuple[float, int]], total: int) -> None:
    assert after(steps, total).seconds_left is None


def test_a_job_of_unknown_length_has_a_speed_and_no_share() -> None:
    found = after([(0, 0), (2, 5)], 0)
    assert (found.share, found.rate) == (None, 2.5)
    assert after([], 10).share is None
    assert after([(0, 0), (2, 1)], 1).share == 1


@given(st.integers(0, 200), st.integers(1, 100))
def test_no_more_than_all_is_done(done: int, total: int) -> None:
    assert after([(0, done)], total).share == min(1, done / total)


@pytest.mark.parametrize("state", JobState)
def test_a_job_is_over_once_it_ended_in_any_way(state: JobState) -> None:
    ended = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
    assert Job("hash", state=state).over == (state in ended)


def test_the_time_of_a_job_stands_still_when_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [START]
    monkeypatch.setattr(job, "time", SimpleNamespace(monotonic=lambda: now[0]))
    found, error = Job("hash", started=START), OSError("gone")
    now[0] += 3
    assert found.seconds == 3
    found.end(JobState.FAILED, error)
    now[0] += 4
    assert (found.seconds, found.state, found.error) == (3, JobState.FAILED, error)
