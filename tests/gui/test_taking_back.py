"""What a user made in the window is taken back, and what is written is shown before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QDialogButtonBox
from tests.gui.drags import entering, moving

from redoscope_core import Chain, Link, descriptor_of
from redoscope_core.cli import main
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.views.chain.dragging import link_data

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

LINK = Qt.DropAction.LinkAction


@pytest.fixture
def said(explorer: MainWindow) -> list[str]:
    """The lines of the status bar, as they come."""
    lines: list[str] = []
    explorer.session.message.connect(lines.append)
    return lines


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentSparse"])
def test_a_child_that_was_just_made_is_removed_again(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path, said: list[str], kind: str
) -> None:
    before = {path: path.read_bytes() for path in own_sample.iterdir()}
    undo = explorer.commands.action("edit.undo")
    assert not undo.isEnabled()
    child = own_sample / "kid.vmdk"
    explorer.session.create_child(child, kind)
    assert explorer.session.cursor.path == child
    assert undo.text() == "&Undo: making kid.vmdk"
    qtbot.keyClick(explorer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert {path: path.read_bytes() for path in own_sample.iterdir()} == before
    assert explorer.session.cursor.path == own_sample / "office-000005.vmdk"
    assert said[-1] == "Removed kid.vmdk; nothing was in it"
    assert not undo.isEnabled()


def test_a_child_with_something_in_it_is_kept(
    explorer: MainWindow, own_sample: Path, said: list[str]
) -> None:
    child = own_sample / "kid.vmdk"
    explorer.session.create_child(child)
    assert main(["write", str(child), "--start", "0", "--fill", "0x41", "--count", "1"]) == 0
    written = child.read_bytes()
    assert explorer.commands.run("edit.undo")
    assert child.read_bytes() == written
    assert said[-1] == "Kept kid.vmdk: something is in it, or needs it"


def test_of_two_children_the_newer_goes_first(explorer: MainWindow, own_sample: Path) -> None:
    before = names(own_sample)
    for name in ("kid.vmdk", "kid of kid.vmdk"):
        explorer.session.create_child(own_sample / name)
    assert explorer.commands.run("edit.undo")
    assert names(own_sample) == before | {"kid.vmdk"}
    assert explorer.commands.run("edit.undo")
    assert names(own_sample) == before
    assert not explorer.commands.run("edit.undo")


def test_an_attach_for_now_is_taken_back(
    explorer: MainWindow, own_sample: Path, said: list[str]
) -> None:
    child, parent = own_sample / "office-000003.vmdk", own_sample / "office-000002.vmdk"
    explorer.session.attach(child, parent)
    assert explorer.session.deeds.words == "attaching office-000003.vmdk"
    assert explorer.commands.run("edit.undo")
    assert explorer.session.joined is None
    assert explorer.session.cursor.path == child
    assert any("reads with its own parent again" in line for line in said)


def test_an_attach_that_ended_by_itself_is_no_deed(explorer: MainWindow, own_sample: Path) -> None:
    explorer.session.attach(own_sample / "office-000003.vmdk", own_sample / "office-000002.vmdk")
    assert explorer.session.deeds.last is not None
    explorer.session.reload()
    assert explorer.session.deeds.last is None


@pytest.fixture
def astray(own_sample: Path) -> Path:
    """A child whose text names a parent that is not there."""
    child = own_sample / "office-000005.vmdk"
    moved = own_sample / "renamed.vmdk"
    (own_sample / "office-000004.vmdk").rename(moved)
    return child


def test_attaching_writes_down_what_it_showed_and_is_taken_back(
    qtbot: QtBot, window: MainWindow, own_sample: Path, astray: Path
) -> None:
    window.open_path(own_sample)
    before = astray.read_bytes()
    dialog = AttachDialog(window.session, astray)
    qtbot.addWidget(dialog)
    dialog.show()
    parent = own_sample / "renamed.vmdk"
    dialog.parent_box.setCurrentIndex(dialog.parent_box.findData(str(parent)))
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok.text() == "Attach"
    assert not dialog.preview.isVisible()
    dialog.lasting.setChecked(True)
    assert ok.text() == "Attach and write"
    assert ok.isEnabled()
    assert "parentFileNameHint becomes 'renamed.vmdk'" in dialog.preview.toPlainText()
    assert str(astray) in dialog.preview.toPlainText()
    assert astray.read_bytes() == before
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible(), dialog.reason.label.text()
    assert descriptor_of(astray).parent_hint == "renamed.vmdk"
    with Chain.open(astray) as chain:
        assert len(chain.links) == 6
    assert (own_sample / "office-000005.vmdk.undo.json").exists()
    read_again: list[Path] = []
    window.session.opened.connect(read_again.append)
    assert window.commands.run("edit.undo")
    assert astray.read_bytes() == before
    assert not (own_sample / "office-000005.vmdk.undo.json").exists()
    assert read_again == [own_sample]
    assert window.session.cursor.path == astray


def test_enter_before_the_plan_is_seen_writes_nothing(
    qtbot: QtBot, window: MainWindow, own_sample: Path, astray: Path
) -> None:
    window.open_path(own_sample)
    before = astray.read_bytes()
    dialog = AttachDialog(window.session, astray)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.lasting.setChecked(True)
    dialog._waiting = True  # the engine has not answered yet
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    dialog.parent_box.setCurrentIndex(dialog.parent_box.findData(str(own_sample / "renamed.vmdk")))
    assert dialog.isVisible()
    assert astray.read_bytes() == before
    dialog.reject()


def test_what_names_that_parent_already_is_not_written(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    child = own_sample / "office-000005.vmdk"
    before = child.read_bytes()
    dialog = AttachDialog(explorer.session, child)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.lasting.setChecked(True)
    assert "names this parent already" in dialog.reason.label.text()
    dialog._attach()
    assert child.read_bytes() == before
    with Link.open(child) as link:
        assert link.is_child


def test_a_link_with_children_is_not_given_another_parent(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    dialog = AttachDialog(explorer.session, own_sample / "office-000003.vmdk")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.lasting.setChecked(True)
    assert "has children" in dialog.reason.label.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_a_refused_drop_leaves_its_reason_in_the_status_bar(
    explorer: MainWindow, own_sample: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = explorer.panes.chain_view
    target = view.rows.row_of(own_sample / "office-000001.vmdk")
    place = view.tree.visualRect(view.rows.index(target, 0)).center()
    data = link_data(own_sample / "office-000005.vmdk")
    view.tree.dragEnterEvent(entering(QPoint(5, 5), LINK, data))
    view.tree.dragMoveEvent(moving(place, LINK, data))
    hint = view.hint.label.text()
    monkeypatch.setattr(QCursor, "pos", lambda: view.tree.viewport().mapToGlobal(place))
    view.tree.link_left.emit()
    view.tree.link_let_go.emit(True)
    assert said[-1] == hint
    assert "does not fit office-000001.vmdk" in said[-1]
    count = len(said)
    view.tree.link_let_go.emit(True)
    assert len(said) == count


def test_a_drop_that_was_given_up_elsewhere_says_nothing(
    explorer: MainWindow, own_sample: Path, said: list[str]
) -> None:
    view = explorer.panes.chain_view
    target = view.rows.row_of(own_sample / "office-000001.vmdk")
    place = view.tree.visualRect(view.rows.index(target, 0)).center()
    data = link_data(own_sample / "office-000005.vmdk")
    view.tree.dragMoveEvent(moving(place, LINK, data))
    view.tree.link_left.emit()
    view.tree.link_let_go.emit(False)
    assert [line for line in said if "does not fit" in line] == []
