"""Keys of the random hands: as on a desk, they outlive the window that they are struck over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tests.gui.endurance.keyboard import focused, is_there, strike
from tests.gui.endurance.stage import run_until
from typing_extensions import override

Held = Qt.KeyboardModifier
Key = Qt.Key


class Ear(QObject):
    """Notes every key that reaches a window of the platform."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str, str]] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
            kind = "down" if event.type() == QEvent.Type.KeyPress else "up"
            if event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}:
                self.heard.append((watched.objectName(), kind, Key(event.key()).name))
        return False


@pytest.fixture
def behind(qtbot: QtBot) -> QWidget:
    """A window that has the keyboard when nothing is in front of it."""
    window = QWidget()
    window.setObjectName("behind")
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def dialog_over(window: QWidget) -> QWindow:
    """Return the window of a dialog whose only button closes and deletes it."""
    dialog = QDialog(window)
    dialog.setObjectName("dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    button = QPushButton("Close", dialog)
    button.clicked.connect(dialog.accept)
    dialog.open()
    button.setFocus()
    handle = dialog.windowHandle()
    run_until(lambda: QGuiApplication.focusWindow() is handle)
    assert handle is not None
    return handle


@pytest.mark.parametrize(
    "held",
    [
        Held.ControlModifier,
        Held.AltModifier,
        Held.ShiftModifier | Held.ControlModifier,
    ],
)
def test_a_closed_window_hears_no_modifier(behind: QWidget, held: Held) -> None:
    """QTest.keyRelease lets go of it over the deleted window, which ends the process."""
    handle = dialog_over(behind)
    ear = Ear()
    app = QCoreApplication.instance()
    assert app is not None
    app.installEventFilter(ear)
    done: list[bool] = []

    def act() -> None:
        strike(handle, Key.Key_Space, held)
        done.append(True)

    # In the loop, as the hands do: there what is to be deleted later goes between two keys.
    QTimer.singleShot(0, act)
    run_until(lambda: bool(done))
    app.removeEventFilter(ear)
    assert not is_there(handle)
    space_up = ear.heard.index(("dialogWindow", "up", "Key_Space"))
    assert {name for name, _, _ in ear.heard[: space_up + 1]} == {"dialogWindow"}
    after = ear.heard[space_up + 1 :]
    assert {(name, kind) for name, kind, _ in after} <= {("behindWindow", "up")}


def test_what_is_struck_arrives(behind: QWidget) -> None:
    """Letters as text, and a shortcut by its modifiers."""
    field = QLineEdit(behind)
    field.show()
    field.setFocus()
    struck: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Shift+T"), behind)
    shortcut.activated.connect(lambda: struck.append("Ctrl+Shift+T"))
    run_until(lambda: focused() is behind.windowHandle())
    for key in (Key.Key_S, Key.Key_5, Key.Key_F5):
        strike(focused(), key)
    strike(focused(), Key.Key_T, Held.ControlModifier | Held.ShiftModifier)
    assert field.text() == "s5"
    assert struck == ["Ctrl+Shift+T"]
