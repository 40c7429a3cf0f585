"""What a form would do, and what was done in the window, shown as code."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox
from pytestqt.qtbot import QtBot
from tests.core.operations.snapshots.machine_run import MachineRun
from tests.gui.machines import branched_machine

from redoscope_core import Chain
from redoscope_core.code import (
    Attach,
    AttachForGood,
    BackUp,
    CreateChild,
    PruneBackups,
    Restore,
    TakeSnapshot,
    as_code,
)
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.back_up import BackUpDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog
from redoscope_gui.dialogs.file_form import FileForm
from redoscope_gui.dialogs.new_disk import NewDiskDialog
from redoscope_gui.dialogs.prune import PruneDialog
from redoscope_gui.dialogs.restore import RestoreDialog
from redoscope_gui.dialogs.snapshots import SnapshotsDialog
from redoscope_gui.window import MainWindow

Showing = FileForm | AttachDialog | SnapshotsDialog | BackUpDialog | PruneDialog
LEFT = Qt.MouseButton.LeftButton
OK = QDialogButtonBox.StandardButton.Ok


def shown_by(qtbot: QtBot, dialog: Showing) -> tuple[str, ...]:
    """Press the button of *dialog*, and return what its window says."""
    qtbot.mouseClick(dialog.code_button, LEFT)
    window = dialog.code_button.window_shown
    assert window is not None
    assert window.isVisible()
    assert not window.isModal()
    return tuple(text.toPlainText() for text in window.tabs.texts)


def asked(window: MainWindow, command: str) -> QDialog:
    """Return the dialog that *command* opens."""
    assert window.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    return dialog


def test_the_form_of_a_child_shows_its_code_and_follows_what_is_typed(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    dialog = asked(explorer, "chain.create_child")
    assert isinstance(dialog, CreateChildDialog)
    parent = explorer.session.cursor.path
    assert parent is not None
    code = as_code(CreateChild(parent, dialog.path))
    assert [f"{text}\n" for text in shown_by(qtbot, dialog)] == [code.command, code.python, code.c]
    dialog.path_box.setText("it's mine.vmdk")
    dialog.comment_box.setText("for a test")
    window = dialog.code_button.window_shown
    assert window is not None
    made = as_code(CreateChild(parent, own_sample / "it's mine.vmdk", comment="for a test"))
    assert window.tabs.texts[0].toPlainText() == made.command.rstrip("\n")
    dialog.path_box.setText("")
    assert window.tabs.texts[0].toPlainText().startswith("Nothing yet")
    assert not window.tabs.copy_button.isEnabled()
    dialog.reject()


def test_what_is_shown_makes_what_the_form_makes(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    dialog = asked(explorer, "chain.create_child")
    assert isinstance(dialog, CreateChildDialog)
    path = dialog.path
    _command, python, _c = shown_by(qtbot, dialog)
    dialog.reject()
    exec(compile(python, "shown", "exec"), {})  # noqa: S102 - to run it is the test
    with Chain.open(path) as chain:
        assert chain.path == path
        assert path.parent == own_sample


def test_the_form_of_a_disk_shows_its_code(qtbot: QtBot, explorer: MainWindow) -> None:
    dialog = asked(explorer, "file.new_disk")
    assert isinstance(dialog, NewDiskDialog)
    dialog.capacity_box.setText("1.5")
    command, python, c = shown_by(qtbot, dialog)
    assert command.startswith("redoscope create ")
    assert "--capacity 1536M" in command
    assert "core.create_disk(" in python
    assert "VixDiskLib_Create(" in c
    dialog.capacity_box.setText("none")
    assert dialog.code_button.window_shown is not None
    assert not dialog.code_button.window_shown.tabs.copy_button.isEnabled()
    dialog.reject()


def test_attaching_shows_its_code_for_now_and_for_good(qtbot: QtBot, explorer: MainWindow) -> None:
    dialog = asked(explorer, "chain.attach")
    assert isinstance(dialog, AttachDialog)
    pair = Path(dialog.child_box.currentData()), Path(dialog.parent_box.currentData())
    assert shown_by(qtbot, dialog)[2] == as_code(Attach(*pair)).c.rstrip("\n")
    dialog.lasting.setChecked(True)
    assert shown_by(qtbot, dialog)[0] == as_code(AttachForGood(*pair)).command.rstrip("\n")
    dialog.reject()


@pytest.fixture
def machine(tmp_path: Path, window: MainWindow) -> MachineRun:
    """A machine, shown in the window."""
    run = branched_machine(tmp_path / "web")
    window.open_path(run.vmx)
    return run


def test_a_snapshot_shows_its_code_and_stands_in_the_log_once_it_is_taken(
    qtbot: QtBot, window: MainWindow, machine: MachineRun
) -> None:
    dialog = asked(window, "machine.take")
    assert isinstance(dialog, SnapshotsDialog)
    dialog.name_box.setText("before")
    code = as_code(TakeSnapshot(machine.vmx, "before"))
    assert shown_by(qtbot, dialog)[0] == code.command.rstrip("\n")
    qtbot.mouseClick(dialog.buttons.button(OK), LEFT)
    qtbot.waitUntil(lambda: bool(window.session.asking.done))
    assert window.panes.guests.done_view.tabs.texts[0].toPlainText() == code.command.rstrip("\n")


def test_the_log_has_what_was_done_and_taken_back_and_does_it_again_elsewhere(
    explorer: MainWindow, own_sample: Path
) -> None:
    session, tip = explorer.session, explorer.session.cursor.path
    assert tip is not None
    assert not explorer.commands.run("edit.copy_done")
    kid = own_sample / "kid.vmdk"
    session.create_child(kid, parent=tip)
    session.deeds.undo()
    assert not kid.exists()
    session.create_child(kid, parent=tip)
    session.hash_generation()
    session.attach(kid, tip)
    names = [type(deed).__name__ for deed in session.asking.done]
    assert names == ["CreateChild", "RemoveChild", "CreateChild", "HashDisk", "Attach"]
    explorer.commands.run("window.done")
    assert explorer.panes.guests.done.isVisible()
    tabs = explorer.panes.guests.done_view.tabs
    tabs.tabs.setCurrentIndex(1)
    assert explorer.commands.run("edit.copy_done")
    copied = QGuiApplication.clipboard().text()
    assert copied == as_code(*session.asking.done).python
    kid.unlink()
    exec(compile(copied, "shown", "exec"), {})  # noqa: S102 - to run it is the test
    assert kid.exists()


def test_what_failed_is_not_in_the_log(explorer: MainWindow, own_sample: Path) -> None:
    taken = own_sample / "office.vmdk"
    explorer.session.create_child(taken, failed=lambda _error: None)
    assert explorer.session.asking.done == []


def test_copy_takes_the_tab_in_front_whole(qtbot: QtBot, explorer: MainWindow) -> None:
    dialog = asked(explorer, "chain.create_child")
    assert isinstance(dialog, CreateChildDialog)
    texts = shown_by(qtbot, dialog)
    window = dialog.code_button.window_shown
    assert window is not None
    for index, text in enumerate(texts):
        window.tabs.tabs.setCurrentIndex(index)
        qtbot.mouseClick(window.tabs.copy_button, LEFT)
        assert QGuiApplication.clipboard().text() == f"{text}\n"
    dialog.reject()


def test_backups_are_shown_as_code_and_stand_in_the_log(
    qtbot: QtBot, explorer: MainWindow, own_sample: Path
) -> None:
    kept = own_sample / "kept"
    dialog = asked(explorer, "backup.make")
    assert isinstance(dialog, BackUpDialog)
    dialog.folder_box.setText(str(kept))
    tip = explorer.session.cursor.path
    assert tip is not None
    backup = as_code(BackUp(tip, kept))
    assert shown_by(qtbot, dialog)[0] == backup.command.rstrip("\n")
    qtbot.mouseClick(dialog.buttons.button(OK), LEFT)
    qtbot.waitUntil(lambda: bool(explorer.session.asking.done))
    assert explorer.session.asking.done == [BackUp(tip, kept)]
    explorer.session.backups.show(kept)
    qtbot.waitUntil(lambda: explorer.session.backups.shelf is not None)
    restoring = asked(explorer, "backup.restore")
    assert isinstance(restoring, RestoreDialog)
    point = str(restoring.point_box.currentData())
    restored = as_code(Restore(kept, restoring.path, point))
    assert shown_by(qtbot, restoring)[1] == restored.python.rstrip("\n")
    restoring.reject()
    pruning = asked(explorer, "backup.prune")
    assert isinstance(pruning, PruneDialog)
    qtbot.waitUntil(lambda: pruning.planned is not None)
    assert shown_by(qtbot, pruning)[0] == as_code(PruneBackups(kept, 1)).command.rstrip("\n")
    pruning.reject()
