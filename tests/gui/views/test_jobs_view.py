"""The pane that lists long work."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from redoscope_core import Progress
from redoscope_gui import plain
from redoscope_gui.session import Job, JobState, Session
from redoscope_gui.views.jobs import JobsView

MANY = 40


@pytest.fixture
def jobs(qtbot: QtBot, session: Session) -> JobsView:
    """The pane, with forty jobs that were asked for one after the other."""
    view = JobsView(session)
    qtbot.addWidget(view)
    for n in range(MANY):
        job = Job(f"job {n}", started=float(n))
        session.asking.jobs.append(job)
        session.job_changed.emit(job)
    return view


def titles(view: JobsView) -> list[str]:
    return [row.job.title for row in view.rows]


def told(view: JobsView) -> list[str]:
    """Return what labels say that are shown once the pane is."""
    labels = view.findChildren(plain.Label)
    return [label.text() for label in labels if label.text() and not label.isHidden()]


def test_the_last_of_many_that_wait_have_no_row_until_they_begin(
    session: Session, jobs: JobsView
) -> None:
    assert titles(jobs) == [f"job {n}" for n in reversed(range(30))]
    assert "10 more wait for their turn" in told(jobs)
    late = session.jobs[35]
    late.progress = Progress(1, 10)
    session.job_changed.emit(late)
    assert titles(jobs)[0] == "job 35"
    assert "9 more wait for their turn" in told(jobs)


def test_one_that_is_over_keeps_its_result_and_makes_room_for_others(
    session: Session, jobs: JobsView
) -> None:
    for job in session.jobs[:20]:
        job.state, job.result = JobState.DONE, f"{job.title} is done"
        session.job_changed.emit(job)
    newest = Job("newest", started=100.0)
    session.asking.jobs.append(newest)
    session.job_changed.emit(newest)
    QApplication.processEvents()
    assert titles(jobs) == ["newest", *(f"job {n}" for n in reversed(range(1, 30)))]
    assert "job 19 is done" in {row.job.result for row in jobs.rows}
    for job in session.jobs[30:40]:
        job.state = JobState.CANCELLED
        session.job_changed.emit(job)
    assert not [words for words in told(jobs) if "more wait" in words]
