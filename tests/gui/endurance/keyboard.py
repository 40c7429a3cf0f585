"""Keys as a keyboard sends them: each goes to the window that has the keyboard at that moment.

`QTest.keyPress` and `QTest.keyRelease` take one window for a key and its modifiers. Ctrl+Space on a
button that closes its dialog then lets go of Ctrl over a window that is deleted, and the process
dies: QTest looks at the window once, before the first of them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from shiboken6 import isValid

__all__ = ["focused", "is_there", "strike"]

Key = Qt.Key
Held = Qt.KeyboardModifier
_MODIFIERS = (
    (Held.ShiftModifier, Key.Key_Shift),
    (Held.ControlModifier, Key.Key_Control),
    (Held.AltModifier, Key.Key_Alt),
)


def strike(window: QWindow | None, key: Key, held: Held = Held.NoModifier) -> None:
    """Press the modifiers and *key*, and let go of them in turn, over *window* while it is there.

    Once it is gone the rest is for the window that then has the keyboard, if there is one.
    """
    down = Held.NoModifier
    pressed = [(modifier, its_key) for modifier, its_key in _MODIFIERS if modifier & held]
    for modifier, its_key in pressed:
        window = _send(window, its_key, down, press=True)
        down |= modifier
    window = _send(window, key, down, press=True)
    window = _send(window, key, down, press=False)
    for modifier, its_key in reversed(pressed):
        window = _send(window, its_key, down, press=False)
        down &= ~modifier


def focused() -> QWindow | None:
    """Return the window that has the keyboard."""
    window = QGuiApplication.focusWindow()
    return window if is_there(window) else None


def is_there(window: QWindow | None) -> bool:
    """Return whether *window* still stands for a window: menus and dialogs go while in use."""
    return any(each is window and isValid(each) for each in QGuiApplication.topLevelWindows())


def _send(window: QWindow | None, key: Key, down: Held, *, press: bool) -> QWindow | None:
    """Send half a stroke through the platform; return the window that took it, if there is one."""
    if not is_there(window):
        window = focused()
    if window is not None:
        text = str(QTest.keyToAscii(key)).strip("\0")
        QTest.simulateEvent(window, press, key, down, text, False)
    return window
