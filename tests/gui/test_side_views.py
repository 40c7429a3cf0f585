"""Problems and jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from tests.gui.fakes import Endless

from redoscope_core import Finding, Kind, Progress
from redoscope_gui.session import Job, JobState, Problem, ProblemGroup
from redoscope_gui.views.jobs import JobStrip
from redoscope_gui.views.problems import ProblemRows, ProblemsView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session

GONE = {"what": "its parent is gone", "cure": "put it back"}
ONE = Problem(Finding.of(Kind.MISSING_PARENT, Path("/vm/c1.vmdk"), **GONE))


def test_the_list_of_problems_keeps_the_rules_of_models() -> None:
    rows = ProblemRows()
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows.show_groups((ProblemGroup((ONE,)), ProblemGroup((ONE, ONE))))
    rows.show_groups((ProblemGroup((ONE,)),))
    assert rows.rowCount() == 1
    spoken = rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Data lost. c1.vmdk. its parent is gone. put it back"
    rows.show_groups(())


def test_a_problem_shows_its_cure_and_leads_to_its_link(
    qtbot: QtBot, session: Session, own_sample: Path
) -> None:
    (own_sample / "office-000003.vmdk").unlink()
    session.open(own_sample)
    view = ProblemsView(session)
    qtbot.addWidget(view)
    view.resize(360, 300)
    with qtbot.waitExposed(view):
        view.show()
    assert view.rows.rowCount() == 1
    problem = view.rows.problem_at(view.rows.index(0))
    assert problem is not None
    assert problem.cure
    place = view.list.visualRect(view.rows.index(0)).center()
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert session.cursor.path == problem.path


def test_no_problems_are_told_in_words(qtbot: QtBot, session: Session, tip: Path) -> None:
    view = ProblemsView(session)
    qtbot.addWidget(view)
    session.open(tip)
    view.show()
    assert not view.list.isVisible()


def test_a_long_job_appears_and_its_button_cancels_it(
    qtbot: QtBot, threaded_session: Session
) -> None:
    view = JobStrip(threaded_session)
    qtbot.addWidget(view)
    endless = Endless()
    job = threaded_session.run_job("Hashing", endless, print)
    assert not view.isVisible()
    qtbot.waitUntil(view.isVisible)
    qtbot.mouseClick(view.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: job.over)
    assert not view.isVisible()
    assert job.state is JobState.CANCELLED


def test_rate_and_time_left_are_told_once_they_are_known() -> None:
    job = Job("Reading")
    assert [job.share, job.rate, job.seconds_left] == [None, None, None]
    job.started -= 2
    job.advance(Progress(100, 400))
    job._marks[0] = (job._marks[0][0] - 1.0, 100)
    job.advance(Progress(200, 400))
    assert job.share == 0.5
    assert job.rate is not None
    assert 50 < job.rate <= 100
    assert job.seconds_left is not None
    assert 2 <= job.seconds_left < 4
