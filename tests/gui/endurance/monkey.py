"""Random hands, from a seed: they click, drag, turn the wheel, type and resize, all over a window.

Everything goes through the windows of the platform, as real input does: a menu in front takes it,
a dialog blocks what is behind it.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QWidget
from tests.gui.endurance.keyboard import focused, is_there, strike

from redoscope_gui.window import MainWindow

__all__ = ["Monkey"]

Button = Qt.MouseButton
Held = Qt.KeyboardModifier
_KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down) * 4,
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) * 2,
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space) * 3,
    *(Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Menu),
    *(Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8),
    *(Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_BracketLeft),
    *(Qt.Key.Key_BracketRight, Qt.Key.Key_Question, Qt.Key.Key_Slash),
    *(Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)),
    *(Qt.Key(code) for code in range(Qt.Key.Key_1, Qt.Key.Key_5)),
)
_HELD = (Held.NoModifier,) * 5 + (
    Held.ShiftModifier,
    Held.ControlModifier,
    Held.AltModifier,
    Held.ControlModifier | Held.ShiftModifier,
)
_WORDS = (
    *("0x2A0000", "s5376", "g42", "50%", "end", "+512", "-1", "-512", "g42 + s3", "100%", "101%"),
    *("0", "-0", "9" * 40, "0x" + "f" * 30, "s-1", "xyz", " ", "g", "%", "1e9", "office", "broken"),
)
_SIZES = ((1024, 640), (1366, 768), (1920, 1080), (2560, 1440), (3840, 2160), (640, 400))
_SELDOM, _OFTEN, _MOSTLY = 0.1, 0.3, 0.8
_STUCK = 0.4
"""Seconds after which an action counts as one that waits for a button to be let go."""


class Monkey:
    """Acts on *window*, and opens one of *paths* now and then."""

    def __init__(self, window: MainWindow, seed: int, paths: Sequence[Path]) -> None:
        self.done = 0
        self.told: TextIO | None = None
        """Takes each action before it is done; what it holds must reach the disk line by line."""
        self.trail: deque[str] = deque(maxlen=60)
        self._window = window
        self._chance = random.Random(seed)
        self._paths = tuple(paths)
        self._acting_since = 0.0
        self._kept: QWidget | None = None
        self._clock = QTimer()
        self._clock.timeout.connect(self.act)
        self._rescue = QTimer()
        self._rescue.timeout.connect(self._let_go)
        self._ways: tuple[tuple[int, Callable[[], None]], ...] = (
            (28, self._click),
            (8, self._double_click),
            (6, self._right_click),
            (14, self._drag),
            (14, self._wheel),
            (26, self._key),
            (5, self._type),
            (8, self._move),
            (5, self._command),
            (6, self._escape),
            (1, self._resize),
            (1, self._open),
        )

    def start(self, every: int = 0) -> None:
        """Act once in *every* milliseconds, or as often as the event loop goes round."""
        self._clock.start(every)
        self._rescue.start(100)

    def stop(self) -> None:
        """Let go of everything and close what was opened in front of the window."""
        self._clock.stop()
        self._rescue.stop()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.close()

    def act(self) -> None:
        """Do one thing."""
        weights = [weight for weight, _ in self._ways]
        way = self._chance.choices([way for _, way in self._ways], weights)[0]
        self._acting_since = time.monotonic()
        try:
            way()
        finally:
            self._acting_since = 0.0
        self.done += 1

    def _say(self, words: str) -> None:
        """Note what is about to be done."""
        self.trail.append(words)
        if self.told is not None:
            self.told.write(f"{words}\n")

    def _let_go(self) -> None:
        """End a drag or a menu that keeps an action from returning."""
        handle = _handle_of(self._window)
        late = self._acting_since and time.monotonic() - self._acting_since > _STUCK
        if late and handle is not None:
            QTest.mouseRelease(handle, Button.LeftButton, Held.NoModifier, QPoint(5, 5))
            QTest.keyClick(handle, Qt.Key.Key_Escape)

    # --- where -------------------------------------------------------------------------------

    def _front(self) -> QWidget:
        """Return the window that input would reach."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        # The window of a wrapper is given up with the wrapper.
        self._kept = front
        if front is not None and is_there(front.windowHandle()):
            return front
        if front is not None:
            front.close()
        floating = [d for d in self._window.findChildren(QDockWidget) if d.isFloating()]
        shown = [dock for dock in floating if dock.isVisible()]
        if shown and self._chance.random() < _OFTEN:
            return self._chance.choice(shown)
        return self._window

    def _somewhere(self, front: QWidget) -> QPoint:
        """Return a place in *front*: on some part of it, mostly, so that small ones are hit too."""
        parts = [p for p in front.findChildren(QWidget) if p.isVisible() and p.window() is front]
        if parts and self._chance.random() < _MOSTLY:
            part = self._chance.choice(parts)
            point = part.mapTo(front, self._within(part))
            if front.rect().contains(point):
                return point
        return self._within(front)

    def _within(self, part: QWidget) -> QPoint:
        return QPoint(
            self._chance.randrange(max(part.width(), 1)),
            self._chance.randrange(max(part.height(), 1)),
        )

    def _spot(self) -> tuple[QWindow | None, QPoint, str]:
        front = self._front()
        point = self._somewhere(front)
        hit = front.childAt(point) or front
        named = hit.accessibleName() or hit.objectName() or type(hit).__name__
        return _handle_of(front), point, f"{type(front).__name__}/{named} {point.toTuple()}"

    # --- what --------------------------------------------------------------------------------

    def _click(self) -> None:
        handle, point, words = self._spot()
        held = self._chance.choice(_HELD)
        self._say(f"click {held.name} {words}")
        _click(handle, Button.LeftButton, held, point)

    def _double_click(self) -> None:
        handle, point, words = self._spot()
        self._say(f"double click {words}")
        _click(handle, Button.LeftButton, Held.NoModifier, point)
        # A menu or a dialog may be gone after the first half.
        if handle is not None and is_there(handle) and self._front() is self._window:
            spot = _kept_inside(handle, point)
            QTest.mouseDClick(handle, Button.LeftButton, Held.NoModifier, spot)

    def _right_click(self) -> None:
        handle, point, words = self._spot()
        self._say(f"right click {words}")
        _click(handle, Button.RightButton, Held.NoModifier, point)

    def _move(self) -> None:
        handle, point, words = self._spot()
        self._say(f"move {words}")
        if handle is not None:
            QTest.mouseMove(handle, point)

    def _drag(self) -> None:
        front = self._front()
        handle = _handle_of(front)
        start, end = self._somewhere(front), self._somewhere(front)
        held = self._chance.choice(_HELD)
        places = f"{start.toTuple()} to {end.toTuple()}"
        self._say(f"drag {held.name} {type(front).__name__} {places}")
        if handle is None:
            return
        QTest.mousePress(handle, Button.LeftButton, held, start)
        for step in range(1, 6):
            if not is_there(handle):
                return
            QTest.mouseMove(handle, _kept_inside(handle, start + (end - start) * step / 5))
        if is_there(handle):
            QTest.mouseRelease(handle, Button.LeftButton, held, _kept_inside(handle, end))

    def _wheel(self) -> None:
        handle, point, words = self._spot()
        turned = self._chance.choice((-1200, -120, -120, -15, 15, 120, 120, 1200))
        sideways = QPoint(turned, 0) if self._chance.random() < _SELDOM else QPoint(0, turned)
        held = self._chance.choice(_HELD)
        self._say(f"wheel {turned} {held.name} {words}")
        for _ in range(self._chance.randrange(1, 5)):
            if handle is None or not is_there(handle):
                return
            event = QWheelEvent(
                QPointF(point),
                QPointF(handle.mapToGlobal(point)),
                QPoint(),
                sideways,
                Button.NoButton,
                held,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QCoreApplication.sendEvent(handle, event)

    def _key(self) -> None:
        key, held = self._chance.choice(_KEYS), self._chance.choice(_HELD)
        times = self._chance.choice((1, 1, 1, 8))
        self._say(f"key {held.name} {key.name} x{times}")
        for _ in range(times):
            strike(focused() or _handle_of(self._front()), key, held)

    def _type(self) -> None:
        word = self._chance.choice(_WORDS)
        self._say(f"type {word!r}")
        for letter in word:
            strike(focused(), Qt.Key(ord(letter.upper())))
        strike(focused(), Qt.Key.Key_Return)

    def _command(self) -> None:
        command = self._chance.choice(list(self._window.commands))
        self._say(f"command {command.id}")
        if QApplication.activeModalWidget() is None:
            self._window.commands.action(command.id).trigger()

    def _escape(self) -> None:
        self._say("escape")
        handle = focused() or _handle_of(self._window)
        strike(handle, Qt.Key.Key_Escape)

    def _resize(self) -> None:
        size = self._chance.choice(_SIZES)
        self._say(f"resize {size}")
        self._window.resize(*size)

    def _open(self) -> None:
        path = self._chance.choice(self._paths)
        self._say(f"open {path.name}")
        self._window.open_path(path)


def _click(handle: QWindow | None, button: Button, held: Held, point: QPoint) -> None:
    """Press and let go; the window may be gone in between."""
    if handle is not None:
        QTest.mousePress(handle, button, held, _kept_inside(handle, point))
        if is_there(handle):
            QTest.mouseRelease(handle, button, held, _kept_inside(handle, point))


def _handle_of(widget: QWidget) -> QWindow | None:
    """Return the window of the platform that *widget* is shown in."""
    handle = widget.windowHandle()
    return handle if is_there(handle) else None


def _kept_inside(handle: QWindow, point: QPoint) -> QPoint:
    """Return the place in *handle* next to *point*: a drag may have made the window smaller."""
    return QPoint(
        max(min(point.x(), handle.width() - 1), 0), max(min(point.y(), handle.height() - 1), 0)
    )
