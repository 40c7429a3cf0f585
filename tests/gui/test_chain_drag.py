"""Drag a child onto a link: the reason while hovering, the join on dropping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from tests.gui.drags import entering, moving
from tests.gui.fakes import Held

from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.chain.dragging import dragged_link, link_data

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.window import MainWindow

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LINK = Qt.DropAction.LinkAction


@pytest.fixture
def view(qtbot: QtBot, session: Session, own_sample: Path) -> ChainView:
    """The pane on a sample chain, shown."""
    view = ChainView(session)
    qtbot.addWidget(view)
    view.resize(360, 480)
    session.open(own_sample)
    with qtbot.waitExposed(view):
        view.show()
    return view


def place_of(view: ChainView, path: Path) -> QPoint:
    return view.tree.visualRect(view.rows.index(view.rows.row_of(path), 0)).center()


def enter(view: ChainView, data: QMimeData) -> bool:
    event = entering(QPoint(5, 5), LINK, data)
    QApplication.sendEvent(view.tree.viewport(), event)
    return event.isAccepted()


def hover(view: ChainView, data: QMimeData, point: QPoint) -> bool:
    event = moving(point, LINK, data)
    QApplication.sendEvent(view.tree.viewport(), event)
    return event.isAccepted()


def drop(view: ChainView, data: QMimeData, point: QPoint) -> bool:
    event = QDropEvent(QPointF(point), LINK, data, LEFT, NONE)
    QApplication.sendEvent(view.tree.viewport(), event)
    return event.isAccepted()


def test_what_does_not_fit_says_why_while_it_hovers(view: ChainView, own_sample: Path) -> None:
    data = link_data(own_sample / "office-000005.vmdk")
    assert enter(view, data)
    assert not hover(view, data, place_of(view, own_sample / "office-000001.vmdk"))
    assert view.hint.isVisible()
    assert "does not fit office-000001.vmdk" in view.hint.label.text()
    assert "CID" in view.hint.label.text()
    assert view.tree.rect().contains(view.hint.geometry())
    QApplication.sendEvent(view.tree.viewport(), QDragLeaveEvent())
    assert not view.hint.isVisible()


def test_what_fits_is_attached_on_dropping(
    view: ChainView, session: Session, own_sample: Path
) -> None:
    child, parent = own_sample / "office-000003.vmdk", own_sample / "office-000002.vmdk"
    before = {path: path.read_bytes() for path in own_sample.glob("*.vmdk")}
    data = link_data(child)
    assert enter(view, data)
    assert hover(view, data, place_of(view, parent))
    assert "Attach office-000003.vmdk to office-000002.vmdk" in view.hint.label.text()
    assert drop(view, data, place_of(view, parent))
    assert session.joined == (child, parent)
    assert session.cursor.path == child
    assert not view.hint.isVisible()
    assert {path: path.read_bytes() for path in own_sample.glob("*.vmdk")} == before


def test_itself_and_no_link_take_nothing(
    view: ChainView, session: Session, own_sample: Path
) -> None:
    child = own_sample / "office-000003.vmdk"
    data = link_data(child)
    enter(view, data)
    assert not hover(view, data, place_of(view, child))
    assert not hover(view, data, QPoint(20, view.tree.viewport().height() - 2))
    assert "Drop it on the link" in view.hint.label.text()
    assert not drop(view, data, place_of(view, child))
    assert session.joined is None


def test_pressing_and_pulling_a_row_drags_its_link(
    qtbot: QtBot, view: ChainView, own_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[Path | None] = []

    def carry(self: QDrag, *_actions: object) -> Qt.DropAction:
        carried.append(dragged_link(self.mimeData()))
        assert self.pixmap().height() < 60
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", carry)
    begin = place_of(view, own_sample / "office-000004.vmdk")
    viewport = view.tree.viewport()
    qtbot.mousePress(viewport, LEFT, pos=begin)
    for step in (8, 16, 30):
        qtbot.mouseMove(viewport, begin + QPoint(0, step))
    qtbot.mouseRelease(viewport, LEFT, pos=begin)
    assert carried == [own_sample / "office-000004.vmdk"]


def test_files_are_left_to_the_window(explorer: MainWindow, own_sample: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(own_sample))])
    assert not enter(explorer.panes.chain_view, data) or explorer.acceptDrops()
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(explorer.panes.chain_view.tree.viewport(), event)
    assert explorer.session.joined is None


def test_a_drop_before_the_answer_is_judged_by_the_engine(
    qtbot: QtBot, threaded_session: Session, own_sample: Path
) -> None:
    session = threaded_session
    view = ChainView(session)
    qtbot.addWidget(view)
    view.resize(360, 480)
    with qtbot.waitSignal(session.opened):
        session.open(own_sample)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: not session.busy)
    slow = Held("a slow disk")
    session.ask("slow", slow, print)
    child, parent = own_sample / "office-000005.vmdk", own_sample / "office-000001.vmdk"
    data = link_data(child)
    enter(view, data)
    assert hover(view, data, place_of(view, parent))
    assert "Can office-000005.vmdk be attached" in view.hint.label.text()
    assert drop(view, data, place_of(view, parent))
    slow.let_go.set()
    qtbot.waitUntil(lambda: bool(session.problems))
    assert session.joined is None
    qtbot.waitUntil(lambda: not session.busy)
