"""The window as a whole, by clicks and keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPushButton, QWidget
from tests.gui.drags import entering
from tests.gui.session.test_session import spoil_cid
from typing_extensions import override

from redoscope_core import create_disk
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog
from redoscope_gui.dialogs.shortcuts import ShortcutsDialog
from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.settings import Settings


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *keys: Qt.KeyboardModifier) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in keys:
        modifiers |= one
    qtbot.keyClick(window, key, modifiers)


def drop(window: MainWindow, path: Path) -> bool:
    """Drop *path* on the window; return whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = entering(QPoint(50, 50), Qt.DropAction.CopyAction, data)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_a_window_with_nothing_open_shows_what_can_be_opened(window: MainWindow) -> None:
    assert window.welcome.isVisible()
    assert not any(pane.isVisible() for pane in window.panes)
    assert window.windowTitle() == "Redoscope"
    assert not window.commands.action("chain.create_child").isEnabled()


def test_no_view_that_needs_arrays_is_made_before_something_is_opened(window: MainWindow) -> None:
    assert window.explorer.map_view is None
    assert window.panes.hex_view is None


def test_the_sample_button_opens_the_sample(
    qtbot: QtBot, window: MainWindow, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redoscope_gui.window.main.sample_folder", lambda: sample)
    button = next(
        b
        for b in window.welcome.findChildren(QPushButton)
        if b.accessibleName() == "Open sample chain"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.explorer.isVisible()
    hidden = {window.panes.jobs, *window.panes.guests}
    assert all(pane.isVisible() for pane in window.panes if pane not in hidden)
    assert window.windowTitle() == (
        "office - office-000005.vmdk - generation 5 - sector 4096 - Redoscope"
    )


@pytest.mark.parametrize("name", ["office-000002.vmdk", "."])
def test_a_disk_or_a_folder_can_be_dropped(window: MainWindow, sample: Path, name: str) -> None:
    assert drop(window, sample / name)
    assert window.session.chain is not None


def test_other_files_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "song.mp3").touch()
    assert not drop(window, tmp_path / "song.mp3")


def test_recent_disks_are_offered_and_missing_ones_greyed(
    qtbot: QtBot, session: Session, settings: Settings, tip: Path
) -> None:
    settings.add_recent(Path("/nowhere/gone.vmdk"))
    settings.add_recent(tip)
    window = MainWindow(session, settings)
    qtbot.addWidget(window)
    buttons = {b.toolTip(): b for b in window.welcome.findChildren(QPushButton)}
    assert not buttons["/nowhere/gone.vmdk"].isEnabled()
    buttons[str(tip)].click()
    assert session.cursor.path == tip


def test_alt_arrows_walk_generations_and_places(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    session.go_to(8192)
    press(qtbot, explorer, Qt.Key.Key_Up, alt)
    press(qtbot, explorer, Qt.Key.Key_Up, alt)
    assert session.cursor.generation == 3
    press(qtbot, explorer, Qt.Key.Key_Down, alt)
    assert session.cursor.generation == 4
    press(qtbot, explorer, Qt.Key.Key_Left, alt)
    assert session.cursor.offset == 0
    press(qtbot, explorer, Qt.Key.Key_Right, alt)
    assert session.cursor.offset == 8192


def test_every_place_that_shows_the_cursor_agrees(explorer: MainWindow, session: Session) -> None:
    session.select_generation(2)
    session.go_to(5376 * 512 + 3)
    place = explorer.whereabouts
    assert place.offset.text() == "0x2A0003"
    assert place.sector.text() == "sector 5\u202f376"
    assert place.grain.text() == "grain 42 +0x3"
    assert "generation 2" in explorer.windowTitle()
    assert explorer.breadcrumb.link.text() == "office-000002.vmdk"
    assert "older generation" in explorer.explorer.heading.state.text()
    assert explorer.panes.chain_view.tree.currentIndex().data() == "office-000002.vmdk"


def test_the_owner_of_a_place_is_told(explorer: MainWindow, session: Session) -> None:
    assert session.chain is not None
    stored = session.chain.links[5].stored
    session.go_to(int(stored.start[0]) * 512)
    assert explorer.whereabouts.owner.text() == "owner office-000005.vmdk (5)"


def test_the_button_of_an_older_generation_leads_to_the_tip(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    session.select_generation(1)
    qtbot.mouseClick(explorer.explorer.heading.to_tip, Qt.MouseButton.LeftButton)
    assert session.cursor.generation == 5
    assert not explorer.explorer.heading.to_tip.isEnabled()


def test_the_crumb_of_the_link_offers_the_chain(explorer: MainWindow, session: Session) -> None:
    menu = explorer.breadcrumb.link.menu()
    menu.aboutToShow.emit()
    actions = menu.actions()
    assert [action.isChecked() for action in actions].index(True) == 5
    actions[2].trigger()
    assert session.cursor.generation == 2


def test_a_child_is_made_from_the_keyboard(
    qtbot: QtBot, explorer: MainWindow, session: Session, own_sample: Path
) -> None:
    press(qtbot, explorer, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = explorer.findChild(CreateChildDialog)
    assert dialog is not None
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert session.cursor.path == own_sample / "office-000006.vmdk"
    assert explorer.panes.chain_view.tree.currentIndex().data() == "office-000006.vmdk"


def test_attach_shows_the_reason_of_the_engine(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    explorer.commands.run("chain.attach")
    dialog = explorer.findChild(AttachDialog)
    assert dialog is not None
    dialog.parent_box.setCurrentIndex(dialog.parent_box.findData(str(own_sample / "office.vmdk")))
    assert "CID" in dialog.reason.label.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_wrong_content_id_raises_a_banner_that_stays(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / "office-000005.vmdk")
    banner = window.explorer.banner
    assert banner.isVisible()
    assert window.panes.problems_view.rows.rowCount() > 0
    anyway = next(cure for cure in banner.cures if cure.text() == "Open anyway")
    qtbot.mouseClick(anyway, Qt.MouseButton.LeftButton)
    assert window.session.chain is not None
    assert banner.isVisible()
    assert "content IDs differ" in banner.label.text()
    window.session.select_generation(1)
    assert banner.isVisible()


def test_a_healthy_chain_raises_no_banner(explorer: MainWindow) -> None:
    assert not explorer.explorer.banner.isVisible()


def test_a_text_file_is_refused_and_the_window_goes_on(
    window: MainWindow, own_sample: Path, tmp_path: Path
) -> None:
    text = tmp_path / "notes.vmdk"
    text.write_text("not a disk")
    window.open_path(text)
    assert window.session.problems
    assert window.panes.problems.isVisible()
    window.open_path(own_sample)
    assert window.session.chain is not None
    assert window.explorer.isVisible()


def test_a_pane_that_is_closed_is_found_again(explorer: MainWindow) -> None:
    explorer.panes.hex.close()
    action = explorer.commands.action("window.hex")
    assert not action.isChecked()
    action.trigger()
    assert explorer.panes.hex.isVisible()
    explorer.panes.chain.close()
    explorer.panes.problems.setFloating(True)
    explorer.commands.run("window.reset")
    assert explorer.panes.chain.isVisible()
    assert not explorer.panes.problems.isFloating()


def test_f6_goes_round_the_panes(qtbot: QtBot, explorer: MainWindow) -> None:
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    seen = []
    for _ in range(6):
        press(qtbot, explorer, Qt.Key.Key_F6)
        focus = explorer.focusWidget()
        seen.append(next((p.objectName() for p in explorer.panes if p.isAncestorOf(focus)), "map"))
    assert set(seen) >= {"pane chain", "pane hex", "pane inspector", "map"}


def test_the_place_of_the_window_is_kept(
    qtbot: QtBot, explorer: MainWindow, settings: Settings, own_sample: Path
) -> None:
    explorer.panes.problems.close()
    explorer.close()
    assert not settings.geometry.isEmpty()
    engine = EngineThread(inline=True)
    session = Session(engine)
    second = MainWindow(session, settings)
    qtbot.addWidget(second)
    second.show()
    second.open_path(own_sample)
    assert not second.panes.problems.isVisible()
    assert second.panes.hex.isVisible()
    session.close()
    engine.shutdown()


def test_copy_path_copies_the_path(explorer: MainWindow, session: Session) -> None:
    explorer.commands.run("chain.copy_path")
    assert QApplication.clipboard().text() == str(session.cursor.path)


def test_shortcuts_are_listed(qtbot: QtBot, explorer: MainWindow) -> None:
    press(qtbot, explorer, Qt.Key.Key_F1)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert isinstance(dialog, ShortcutsDialog)
    cells = dialog.table.model()
    listed = {
        cells.index(row, 0).data(): cells.index(row, 1).data() for row in range(cells.rowCount())
    }
    assert listed["Create child"] == "Ctrl+N"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_true_thread_shows_the_same(
    qtbot: QtBot, threaded_session: Session, settings: Settings, sample: Path
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(threaded_session.opened):
        window.open_path(sample)
    for generation in (4, 3, 2, 1, 0, 5):
        threaded_session.select_generation(generation)
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert window.whereabouts.owner.text() == "owner office.vmdk (0)"
    assert "generation 5" in window.windowTitle()


def test_the_window_can_be_closed_while_it_opens_a_chain(
    qtbot: QtBot, threaded_session: Session, settings: Settings, sample: Path
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    window.show()
    window.open_path(sample)
    threaded_session.select_generation(1)
    assert window.close()


class Watching(QObject):
    """Counts the layouts a widget asks for."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.heights = {watched.height()}
        watched.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.heights.add(watched.height())
        return False


def test_nothing_jumps_while_generations_are_walked(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    assert explorer.explorer.map_view is not None
    qtbot.waitUntil(lambda: not session.busy)
    watching = Watching(explorer.explorer.map_view)
    for generation in (0, 5, 2, 4, 1):
        session.select_generation(generation)
        explorer.grab()
    assert len(watching.heights) == 1


def test_what_is_opened_has_the_focus_in_its_chain(
    window: MainWindow, own_sample: Path, tmp_path: Path
) -> None:
    window.open_path(own_sample)
    tree = window.panes.chain_view.tree
    assert window.focusWidget() is tree
    window.breadcrumb.link.setFocus()
    window.session.reload()
    assert window.focusWidget() is window.breadcrumb.link, "the same again moves nothing"
    create_disk(tmp_path / "other.vmdk", 2048)
    window.open_path(tmp_path / "other.vmdk")
    assert window.focusWidget() is tree


def test_the_window_begins_at_the_sector_that_is_asked_for(window: MainWindow, tip: Path) -> None:
    window.open_path(tip, 4096)
    assert window.session.cursor.sector == 4096
