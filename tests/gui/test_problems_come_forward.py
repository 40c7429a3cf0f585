"""The night: errors come forward, are counted, grouped, filtered and copied."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from tests.gui.drags import entering
from tests.gui.session.test_session import spoil_cid

from redoscope_gui import theme
from redoscope_gui.session import grouped
from redoscope_gui.window import MainWindow
from redoscope_gui.window.fitting import LEAST, begins_maximised, first_size

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.settings import Settings

GRAIN = 65536
CUT = 5


@pytest.fixture
def truncated(own_sample: Path) -> Path:
    """A sample of which one link lacks its last five grains."""
    link = own_sample / "office-000004.vmdk"
    os.truncate(link, link.stat().st_size - CUT * GRAIN)
    return own_sample


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Press the button over the list that is called *words*."""
    strip = window.panes.problems_view.list
    named = [b for b in strip.findChildren(QPushButton) if b.isVisible() and words in b.text()]
    assert named, words
    qtbot.mouseClick(named[0], Qt.MouseButton.LeftButton)


def test_an_empty_jobs_pane_that_was_in_front_gives_way(
    qtbot: QtBot, session: Session, settings: Settings, truncated: Path, tip: Path
) -> None:
    before = MainWindow(session, settings)
    qtbot.addWidget(before)
    before.show()
    before.open_path(tip)
    before.commands.run("window.jobs")
    assert before.panes.jobs.in_front
    before.close()
    again = MainWindow(session, settings)
    qtbot.addWidget(again)
    again.show()
    again.open_path(tip)
    assert not again.panes.jobs.in_front
    again.open_path(truncated)
    assert again.panes.problems.in_front
    again.close()


def test_the_first_error_brings_the_problems_forward_and_a_second_does_not(
    window: MainWindow, own_sample: Path
) -> None:
    window.open_path(own_sample / "office-000005.vmdk")
    window.hash_generation()
    assert window.panes.jobs.in_front
    assert window.tally.text().strip() == "No problems"
    window.session.report(OSError("first"))
    assert window.panes.problems.in_front
    window.panes.jobs.raise_()
    window.session.report(OSError("second"))
    assert not window.panes.problems.in_front


def test_errors_are_counted_in_red_at_all_times(
    qtbot: QtBot, window: MainWindow, truncated: Path
) -> None:
    window.open_path(truncated)
    assert window.tally.accessibleName() == "Problems: 1 error"
    assert theme.colour("danger").name() in window.tally.styleSheet()
    window.panes.problems.hide()
    qtbot.mouseClick(window.tally, Qt.MouseButton.LeftButton)
    assert window.panes.problems.in_front


def test_cut_grains_of_one_file_are_one_card_with_its_places(
    qtbot: QtBot, window: MainWindow, truncated: Path
) -> None:
    window.open_path(truncated)
    rows = window.panes.problems_view.rows
    assert len(window.session.problems) == CUT
    assert rows.rowCount() == 1
    assert "5 places" in str(rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    press(qtbot, window, "Show 5 places")
    assert rows.rowCount() == 1 + CUT
    sectors = [problem.sector for problem in window.session.problems]
    for row, sector in enumerate(sectors, start=1):
        window.panes.problems_view.list.activated.emit(rows.index(row))
        assert window.session.cursor.sector == sector
    press(qtbot, window, "Hide 5 places")
    assert rows.rowCount() == 1


def test_places_are_opened_and_closed_by_the_arrow_keys(
    qtbot: QtBot, window: MainWindow, truncated: Path
) -> None:
    window.open_path(truncated)
    view = window.panes.problems_view
    view.list.setCurrentIndex(view.rows.index(0))
    qtbot.keyClick(view.list, Qt.Key.Key_Right)
    assert view.rows.rowCount() == 1 + CUT
    qtbot.keyClick(view.list, Qt.Key.Key_Left)
    assert view.rows.rowCount() == 1


def test_one_problem_or_all_are_copied_as_text(
    qtbot: QtBot, window: MainWindow, truncated: Path
) -> None:
    window.open_path(truncated)
    view = window.panes.problems_view
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert str(truncated) in text.splitlines()[0]
    assert "ERROR  office-000004.vmdk: the file is too short" in text
    for problem in window.session.problems:
        assert theme.grouped(problem.sector or 0) in text
        assert problem.more in text
    assert window.session.problems[0].cure in text
    view.list.setCurrentIndex(view.rows.index(0))
    qtbot.keyClick(view.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text.partition("\n\n")[2]


def test_the_filter_keeps_what_holds_its_letters(window: MainWindow, truncated: Path) -> None:
    spoil_cid(truncated / "office-000002.vmdk")
    window.open_path(truncated)
    view = window.panes.problems_view
    every = len(grouped(window.session.problems))
    assert every > 1
    view.filter_box.setText("000004.vmdk")
    named = [g for g in view.rows.groups if g.head.path and "000004" in g.head.path.name]
    assert 0 < len(view.rows.groups) < every
    assert named
    view.filter_box.setText("no such letters")
    assert view.rows.groups == ()
    view.filter_box.clear()
    assert len(view.rows.groups) == every


def test_the_context_menu_offers_what_the_buttons_do(window: MainWindow, own_sample: Path) -> None:
    (own_sample / "office-000002.vmdk").unlink()
    window.open_path(own_sample)
    view = window.panes.problems_view
    menu = view.menu(view.rows.index(0))
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.text()]
    assert words[0] == "Go there"
    assert {"Copy", "Copy all, for a ticket", "Locate parent…", "Look at it alone"} <= set(words)
    alone = next(action for action in menu.actions() if action.text() == "Look at it alone")
    alone.trigger()
    assert window.session.is_alone
    menu.deleteLater()


def dropped_on(window: MainWindow, path: Path, offered: Qt.DropAction) -> Qt.DropAction:
    """Drop *path* on *window* by a source that proposes *offered*; return what it is told."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    every = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction | Qt.DropAction.LinkAction
    none = Qt.KeyboardModifier.NoModifier
    button = Qt.MouseButton.LeftButton
    enter = entering(QPoint(300, 300), every, data)
    enter.setDropAction(offered)
    QApplication.sendEvent(window, enter)
    assert enter.dropAction() == Qt.DropAction.CopyAction
    drop = QDropEvent(QPointF(300, 300), every, data, button, none)
    drop.setDropAction(offered)
    QApplication.sendEvent(window, drop)
    assert drop.isAccepted()
    return drop.dropAction()


@pytest.mark.parametrize("offered", [Qt.DropAction.MoveAction, Qt.DropAction.CopyAction])
def test_who_drops_a_file_is_never_told_that_it_was_moved(
    window: MainWindow, tip: Path, offered: Qt.DropAction
) -> None:
    assert dropped_on(window, tip, offered) is Qt.DropAction.CopyAction
    assert window.session.chain is not None


@pytest.mark.parametrize(
    ("screen", "size", "filled"),
    [
        ((1024, 640), (1024, 640), True),
        ((1280, 720), (1280, 720), True),
        ((1600, 1000), (1600, 940), True),
        ((1920, 1080), (1680, 940), False),
        ((3840, 2160), (1680, 940), False),
        ((800, 480), (960, 600), True),
    ],
)
def test_the_first_window_fits_its_screen(
    screen: tuple[int, int], size: tuple[int, int], *, filled: bool
) -> None:
    assert first_size(QSize(*screen)) == QSize(*size)
    assert begins_maximised(QSize(*screen)) == filled
    assert QSize(960, 600) == LEAST
