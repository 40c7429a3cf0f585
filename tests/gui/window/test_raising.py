"""An error in a method that Qt calls from within Python is an error, not the end."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from redoscope_gui.window.raising import tell_errors


class Clumsy(QWidget):
    """Fails in C when its font changes."""

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            seen = [event]
            del seen[len(seen)]


def test_an_error_of_c_is_told(qtbot: QtBot) -> None:
    """Without the cure the process ends here, on Python 3.11."""
    clumsy = Clumsy()
    qtbot.addWidget(clumsy)
    assert tell_errors(Clumsy.__module__) == (sys.version_info < (3, 12))
    with pytest.raises(IndexError, match="out of range"):
        QApplication.sendEvent(clumsy, QEvent(QEvent.Type.FontChange))
    assert tell_errors(Clumsy.__module__) == 0
