"""The command registry, and that the window's commands fit together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from redoscope_gui.commands import Command, Commands

if TYPE_CHECKING:
    from redoscope_gui.window import MainWindow


def nothing() -> None:
    """Do nothing."""


def test_a_command_is_done_only_where_it_can_be() -> None:
    home = QObject()
    commands = Commands(home)
    done: list[str] = []
    ready = [False]
    commands.add(Command("a.b", "&Do…", lambda: done.append("it"), enabled_when=lambda: ready[0]))
    commands.refresh()
    assert not commands.action("a.b").isEnabled()
    assert not commands.run("a.b")
    ready[0] = True
    commands.refresh()
    commands.action("a.b").trigger()
    assert done == ["it"]
    assert commands["a.b"].plain_title == "Do"


def test_a_switch_shows_whether_it_is_on() -> None:
    home = QObject()
    commands = Commands(home)
    commands.add(Command("a.b", "On", nothing, checked_when=lambda: True))
    commands.refresh()
    assert commands.action("a.b").isChecked()


def test_a_taken_shortcut_or_name_is_refused() -> None:
    home = QObject()
    commands = Commands(home)
    commands.add(Command("a.b", "One", nothing, shortcuts=("Ctrl+K",)))
    with pytest.raises(ValueError, match=r"belongs to 'a\.b'"):
        commands.add(Command("c.d", "Two", nothing, shortcuts=("ctrl+k",)))
    with pytest.raises(ValueError, match="there already"):
        commands.add(Command("a.b", "Three", nothing))


def test_no_two_shortcuts_of_the_window_collide(window: MainWindow) -> None:
    keys = Counter(
        sequence.toString(QKeySequence.SequenceFormat.PortableText)
        for action in window.findChildren(QAction)
        for sequence in action.shortcuts()
    )
    assert [key for key, count in keys.items() if count > 1] == []
    assert keys["Ctrl+O"] == 1


def test_every_command_is_in_a_menu_or_the_tool_bar_and_has_words(window: MainWindow) -> None:
    shown: set[str] = set()
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        shown.update(action.objectName() for action in menu.actions())
    shown.add("view.toggle")
    assert {command.id for command in window.commands} <= shown
    for command in window.commands:
        assert command.plain_title
        assert window.commands.action(command.id).toolTip()


def test_mnemonics_of_a_menu_differ(window: MainWindow) -> None:
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        letters = [
            text[text.index("&") + 1].casefold()
            for text in (action.text() for action in menu.actions())
            if "&" in text
        ]
        assert len(letters) == len(set(letters)), top.text()
