"""What nobody caught is shown, wherever it was raised."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox

from redoscope_gui.window.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow


@pytest.fixture
def alarm(window: MainWindow) -> Generator[Alarm]:
    """An alarm that is on for the length of the test."""
    hooks = sys.excepthook, threading.excepthook
    alarm = Alarm(window)
    alarm.install()
    yield alarm
    alarm.remove()
    sys.excepthook, threading.excepthook = hooks


def boxes(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def test_an_error_of_another_thread_is_shown_in_this_one(
    qtbot: QtBot, window: MainWindow, alarm: Alarm, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alarm.parent() is window

    def fail() -> None:
        sys.excepthook(ValueError, ValueError("seven of nine"), None)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(boxes(window)))
    assert boxes(window)[0].informativeText() == "ValueError: seven of nine"
    assert "seven of nine" in capsys.readouterr().err
    boxes(window)[0].close()


def test_a_second_error_does_not_open_a_second_box(
    qtbot: QtBot, window: MainWindow, alarm: Alarm, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alarm.parent() is window
    for number in range(3):
        sys.excepthook(ValueError, ValueError(f"number {number}"), None)
    qtbot.waitUntil(lambda: bool(boxes(window)))
    assert len(boxes(window)) == 1
    assert "number 2" in capsys.readouterr().err
    boxes(window)[0].close()


def test_ctrl_c_closes_the_window(window: MainWindow, alarm: Alarm) -> None:
    assert alarm.parent() is window
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not window.isVisible()
