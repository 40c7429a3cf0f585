"""A folder with a hundred damaged links: it opens, says what is wrong, and can be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from tests.gui.endurance.damage import DAMAGED, SOUND, make_damaged_folder
from tests.gui.endurance.pulse import watched
from tests.gui.endurance.stage import Stage, evidence

from redoscope_core import Severity
from redoscope_gui.maps import MapMode
from redoscope_gui.session import grouped
from redoscope_gui.views.problems.delegate import ProblemDelegate
from redoscope_gui.views.problems.rows import Entry

pytestmark = pytest.mark.usefixtures("untouched")

STANDSTILL = 0.5
"""Seconds that the event loop may stand still."""


def test_it_opens_and_lists_what_is_wrong(stage: Stage, damaged: Path) -> None:
    with watched(STANDSTILL) as pulse:
        stage.open(damaged)
    assert pulse.hangs == []
    assert stage.session.forest is not None
    assert len(stage.session.forest.nodes) == DAMAGED + SOUND
    problems = stage.session.problems
    assert len(problems) >= DAMAGED // 2
    assert all(problem.text and problem.path for problem in problems)
    assert [p for p in problems if p.severity is not Severity.WORTH_KNOWING and not p.cure] == []
    assert stage.window.panes.problems.isVisible()
    assert stage.window.panes.problems_view.rows.rowCount() == len(grouped(problems))


def test_each_problem_is_measured_once(
    stage: Stage, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come in a dozen answers: each time all of them anew is seconds of standstill."""
    measured: list[Entry] = []
    lay_out = ProblemDelegate._lay_out

    def counted(
        delegate: ProblemDelegate, painter: QPainter | None, rect: QRect, entry: Entry
    ) -> int:
        if painter is None:
            measured.append(entry)
        return lay_out(delegate, painter, rect, entry)

    monkeypatch.setattr(ProblemDelegate, "_lay_out", counted)
    stage.open(damaged)
    widths = 4  # of the list while the panes find their room
    assert len(measured) <= len(stage.session.problems) * widths
    again = len(measured)
    stage.session.reload()
    stage.settle()
    assert len(measured) <= again + len(stage.session.problems)


def test_links_can_be_chosen(stage: Stage, damaged: Path) -> None:
    """Each of a quarter shows its disk, or says why it has none; the window goes on either way."""
    stage.open(damaged)
    assert stage.session.forest is not None
    with watched(STANDSTILL) as pulse:
        for path in list(stage.session.forest.nodes)[::4]:
            stage.session.select_link(path)
            stage.settle()
            assert stage.session.cursor.path == path
            shown = stage.session.chain is not None
            assert shown != (stage.session.chain_error is not None), path.name
    assert pulse.hangs == []


def test_what_is_sound_reads_as_ever(stage: Stage, damaged: Path) -> None:
    stage.open(damaged)
    stage.session.select_link(damaged / "sound-000002.vmdk")
    stage.settle()
    chain = stage.session.generation_chain
    assert chain is not None
    assert chain.read(2 * 128, 1).startswith(b"generation 2 ")
    assert chain.read(1 * 128, 1).startswith(b"generation 1 ")


def test_modes_keys_and_problems_work_on_a_damaged_link(stage: Stage, damaged: Path) -> None:
    stage.open(damaged)
    view = stage.window.explorer.map_view
    assert view is not None
    for mode in MapMode:
        view.show_mode(mode)
        for key in (Qt.Key.Key_Plus, Qt.Key.Key_BracketRight, Qt.Key.Key_Right, Qt.Key.Key_0):
            QTest.keyClick(view.canvas, key)
        stage.settle()
    rows = stage.window.panes.problems_view
    for row in range(0, rows.rows.rowCount(), 7):
        rows.list.activated.emit(rows.rows.index(row))
        stage.settle()
    assert stage.window.isVisible()


def test_the_chosen_link_is_in_sight(stage: Stage, damaged: Path) -> None:
    """Also when the Problems pane takes its part of the room afterwards."""
    stage.open(damaged)
    tree = stage.window.panes.chain_view.tree
    place = tree.visualRect(tree.currentIndex())
    assert place.isValid()
    assert tree.viewport().rect().contains(place.center())


@pytest.mark.parametrize("seed", range(3))
def test_other_damage_of_other_seeds(stage: Stage, tmp_path: Path, seed: int) -> None:
    folder = make_damaged_folder(tmp_path / "vm", seed=seed, count=39)
    before = evidence(folder)
    stage.open(folder)
    assert stage.session.forest is not None
    for path in list(stage.session.forest.nodes)[::3]:
        stage.session.select_link(path)
        stage.settle()
    assert evidence(folder) == before
