"""The menus and the tool bar, made of the commands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar, QToolBar, QToolButton, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.palette import PaletteButton

__all__ = ["fill_menus", "fill_tool_bar"]

_MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            *("file.open", "file.open_folder", "file.sample", "", "file.new_disk", ""),
            *("file.reload", "", "file.quit"),
        ),
    ),
    ("&Edit", ("edit.undo",)),
    (
        "&View",
        (
            "view.dark",
            "view.light",
            "view.system",
            "",
            "view.zoom_in",
            "view.zoom_out",
            "view.zoom_reset",
        ),
    ),
    (
        "&Go",
        (
            *("go.back", "go.forward", "", "go.to", "go.command", ""),
            *("go.newer", "go.older", "go.tip", "go.base"),
        ),
    ),
    (
        "&Chain",
        (
            *("chain.create_child", "chain.attach", "chain.open_anyway", ""),
            *("chain.look_alone", ""),
            *("chain.hash", "chain.unreadable", ""),
            *("chain.copy_path", "chain.reveal"),
        ),
    ),
    (
        "&Window",
        (
            *("window.layout_overview", "window.layout_bytes", "window.layout_inspect"),
            *("window.reset", "", "window.chain", "window.problems", "window.jobs"),
            *(
                "window.hex",
                "window.inspector",
                "window.compare",
                "",
                "window.next",
                "window.previous",
            ),
        ),
    ),
    ("&Help", ("help.shortcuts", "help.about")),
)
_TOOLS = ("file.open", "go.back", "go.forward")
_CHAIN_TOOLS = ("chain.create_child", "chain.attach")


def fill_menus(commands: Commands, bar: QMenuBar) -> None:
    """Put the menus into *bar*."""
    for title, names in _MENUS:
        menu = bar.addMenu(QCoreApplication.translate("MainWindow", title))
        for name in names:
            if name:
                menu.addAction(commands.action(name))
            else:
                menu.addSeparator()


def fill_tool_bar(commands: Commands, bar: QToolBar, way: QWidget) -> None:
    """Put open, back, forward, *way* to the cursor and what is done to chains into *bar*."""
    bar.setIconSize(QSize(18, 18))
    for name in _TOOLS:
        bar.addAction(commands.action(name))
    bar.addSeparator()
    bar.addWidget(way)
    bar.addWidget(_palette_button(commands))
    for name in _CHAIN_TOOLS:
        bar.addAction(commands.action(name))
    bar.addSeparator()
    bar.addAction(commands.action("view.toggle"))
    for name in ("file.open", *_CHAIN_TOOLS):
        button = bar.widgetForAction(commands.action(name))
        if isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            action = commands.action(name)
            action.setIconText(f"{theme.GAP}{action.iconText()}")
    for command in commands:
        button = bar.widgetForAction(commands.action(command.id))
        if button is not None:
            plain.set_name(button, command.plain_title)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _palette_button(commands: Commands) -> PaletteButton:
    command = commands["go.command"]
    words = QCoreApplication.translate("MainWindow", "Go to, or run a command")
    button = PaletteButton(words, QKeySequence(command.shortcuts[0]).toString())
    button.clicked.connect(commands.action(command.id).trigger)
    return button
