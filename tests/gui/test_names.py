"""Everything that takes the focus has a name that a screen reader can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_gui.window import MainWindow


def focusable(widget: QWidget) -> Iterator[QWidget]:
    for child in [widget, *widget.findChildren(QWidget)]:
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            yield child


def nameless(widget: QWidget) -> list[str]:
    names = []
    for child in focusable(widget):
        interface = QAccessible.queryAccessibleInterface(child)
        if not interface.text(QAccessible.Text.Name):
            names.append(f"{type(child).__name__} {child.objectName()} in {child.parent()}")
    return names


def test_everything_that_takes_the_focus_has_a_name(explorer: MainWindow) -> None:
    assert nameless(explorer) == []


def test_everything_on_the_welcome_page_has_a_name(window: MainWindow) -> None:
    assert nameless(window) == []


@pytest.mark.parametrize("command", ["chain.create_child", "chain.attach", "help.shortcuts"])
def test_everything_in_a_dialog_has_a_name(explorer: MainWindow, command: str) -> None:
    explorer.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert nameless(dialog) == []
    dialog.close()
