"""The whole path with the keyboard alone: nothing here calls the session or touches a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit
from tests.gui.typist import CTRL, SHIFT, Typist

from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow


def test_the_whole_path_by_keyboard(
    qtbot: QtBot, window: MainWindow, own_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redoscope_gui.window.main.sample_folder", lambda: own_sample)
    session, panes, typist = window.session, window.panes, Typist(qtbot, window)
    with qtbot.waitActive(window):
        window.activateWindow()

    typist.press(Qt.Key.Key_E, CTRL | SHIFT)  # the sample
    qtbot.waitUntil(lambda: session.chain is not None)
    assert session.cursor.generation == 5

    tree = panes.chain_view.tree
    typist.next_pane_until(panes.chain)
    assert tree.hasFocus()
    while session.cursor.generation != 3:  # a generation
        typist.press(Qt.Key.Key_Up)
    assert session.chain is not None

    typist.press(Qt.Key.Key_Return)  # its bytes
    assert panes.hex_view is not None
    assert panes.hex_view.surface.hasFocus()
    typist.press(Qt.Key.Key_Home, CTRL)
    typist.press(Qt.Key.Key_BracketRight)  # its next changed grain
    changed = {int(start) for start in session.chain.links[3].stored.start}
    assert session.cursor.sector in changed

    typist.press(Qt.Key.Key_Right)  # read a byte
    value = session.chain.up_to(3).read(session.cursor.sector, 1)[session.cursor.offset % 512]
    surface = panes.hex_view.surface
    qtbot.waitUntil(lambda: f"byte {value:02X}" in surface.accessibleDescription())

    _create_a_child(qtbot, typist, window, own_sample)
    _attach_it(qtbot, typist, window, own_sample)

    typist.press(Qt.Key.Key_Q, CTRL)
    qtbot.waitUntil(lambda: not window.isVisible())


def _create_a_child(qtbot: QtBot, typist: Typist, window: MainWindow, own_sample: Path) -> None:
    """By the palette, on the older generation: a branch."""
    typist.press(Qt.Key.Key_K, CTRL)
    typist.type("create ch")
    typist.press(Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CreateChildDialog)
    assert isinstance(typist.focus, QLineEdit)
    typist.press(Qt.Key.Key_A, CTRL)
    typist.type("branch.vmdk")
    typist.tab_to(dialog.comment_box)
    typist.type("made without a mouse")
    with qtbot.waitSignal(dialog.accepted):
        typist.press(Qt.Key.Key_Return)
    assert window.session.cursor.path == own_sample / "branch.vmdk"


def _attach_it(qtbot: QtBot, typist: Typist, window: MainWindow, own_sample: Path) -> None:
    """By the dialog, which offers the new child and its parent."""
    typist.press(Qt.Key.Key_A, CTRL | SHIFT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AttachDialog)
    typist.tab_to(dialog.parent_box)
    for _ in range(dialog.parent_box.count()):
        if dialog.parent_box.currentText() == "office-000003.vmdk":
            break
        typist.press(Qt.Key.Key_Down)
    assert dialog.child_box.currentText() == "branch.vmdk"
    assert dialog.parent_box.currentText() == "office-000003.vmdk"
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button.isEnabled(), dialog.reason.label.text()
    typist.tab_to(button)
    with qtbot.waitSignal(dialog.accepted):
        typist.press(Qt.Key.Key_Space)
    assert window.session.joined == (
        own_sample / "branch.vmdk",
        own_sample / "office-000003.vmdk",
    )
