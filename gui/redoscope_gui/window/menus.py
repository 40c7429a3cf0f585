"""The menus and the tool bar, made of the commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.palette import PaletteButton
from redoscope_gui.presence import is_there

__all__ = ["RecentMenu", "ToolBar", "fill_menus", "fill_tool_bar"]

_MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            *(
                "file.open",
                "file.open_folder",
                "file.recent",
                "file.sample",
                "file.check_folder",
                "",
            ),
            *("file.new_disk", "", "file.reload", "file.close", "", "file.quit"),
        ),
    ),
    (
        "&Edit",
        (
            *("edit.undo", "", "edit.copy_hex", "edit.copy_dump", "edit.copy_text"),
            *("edit.copy_c", "edit.copy_python", "edit.copy_rust", "edit.copy_base64"),
            *("edit.copy_json", "edit.copy_sectors", ""),
            *("edit.select_all", "edit.select_sector", "edit.select_grain", ""),
            *("edit.save_selection", "edit.hash_selection", "edit.entropy", ""),
            *("problems.copy_all", "edit.copy_done"),
        ),
    ),
    (
        "&View",
        (
            *("view.dark", "view.light", "view.system", ""),
            *("view.zoom_in", "view.zoom_out", "view.zoom_reset", "", "view.text_column"),
        ),
    ),
    (
        "&Map",
        (
            *("map.changed", "map.owner", "map.heat", "map.difference", "map.exact"),
            *("map.matrix", "map.content", ""),
            *("map.hilbert", "map.fitted", "", "map.zoom_in", "map.zoom_out", "map.whole", ""),
            *("map.next", "map.previous", "", "timeline.compare", "timeline.play", ""),
            *("map.show_bytes", "map.select_cell", "map.copy_range", "map.owners", ""),
            *("map.export_picture", "map.export_data"),
        ),
    ),
    (
        "Co&mpare",
        (
            *("compare.other", "compare.pin", "compare.begin", "compare.report", ""),
            *("compare.next", "compare.previous", "compare.next_grain", "compare.previous_grain"),
            *("compare.next_byte", "compare.previous_byte", ""),
            *("compare.csv", "compare.json", "compare.patch"),
        ),
    ),
    (
        "&Go",
        (
            *("go.back", "go.forward", "", "go.to", "go.command", ""),
            *(
                "go.find",
                "go.next_hit",
                "go.previous_hit",
                "go.strings",
                "go.structures",
                "go.files",
                "go.sort_files",
                "go.history",
                "go.beside",
                "",
            ),
            *("go.newer", "go.older", "go.tip", "go.base", ""),
            *("go.next_change", "go.previous_change", "go.newer_store", "go.older_store", ""),
            *("problems.next", "problems.previous"),
        ),
    ),
    (
        "&Chain",
        (
            *("chain.create_child", "chain.attach", ""),
            *("chain.locate_parent", "chain.open_anyway", "chain.salvage", "chain.take_back", ""),
            *("chain.look_alone", "", "chain.hash", "chain.unreadable", "chain.changes", ""),
            *("chain.copy_path", "chain.reveal"),
        ),
    ),
    (
        "Machi&ne",
        (
            *("machine.take", "machine.revert", ""),
            *("machine.delete", "machine.delete_all", "machine.merge", ""),
            *("backup.make", "backup.folder", ""),
            *("backup.restore", "backup.prove", "backup.prune"),
        ),
    ),
    (
        "C&ase",
        (
            *("case.new", "case.open", "case.recent", "case.close", "case.show", ""),
            *("case.bookmark", "case.bookmark_file", "case.note", "case.save_search", ""),
            *("case.go", "case.edit", "case.tag", "case.remove", ""),
            *("case.digests", "case.verify", "case.verify_trail", ""),
            *("case.sign", "case.copy_head"),
        ),
    ),
    (
        "&Window",
        (
            *("window.layout_overview", "window.layout_bytes", "window.layout_inspect"),
            *("window.reset", "", "window.chain", "window.problems", "window.jobs"),
            *("window.hex", "window.inspector", "window.compare", "window.search"),
            *("window.machine", "window.changes", "window.backups"),
            *("window.growth", "window.done", "window.structures"),
            *("window.entropy", "window.files", "window.history"),
            *("window.beside", "window.case", ""),
            *("window.next", "window.previous"),
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


class RecentMenu(QMenu):
    """The menu of what was opened last, which is made when it is opened."""

    def __init__(
        self,
        action: QAction,
        recent: Callable[[], Sequence[Path]],
        open_path: Callable[[Path], None],
        parent: QWidget,
    ) -> None:
        """Hang the menu on *action*, which stands in a menu already."""
        super().__init__(parent)
        self._recent = recent
        self._open_path = open_path
        action.setMenu(self)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for path in self._recent():
            action = self.addAction(plain.caption(path.name), partial(self._open_path, path))
            action.setEnabled(is_there(path))
            plain.set_tip(action, str(path))
            plain.set_status_tip(action, str(path))
        self.setToolTipsVisible(True)


class ToolBar(QToolBar):
    """A tool bar that shows by a mark of ours that not all of it has room."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName("tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        """Draw the mark in the colours of the theme: Qt's own is black in both."""
        mark = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if mark is not None:
            mark.setIcon(theme.icon("chevrons-right"))
            words = QCoreApplication.translate("MainWindow", "More tools")
            plain.set_name(mark, words)
            plain.set_tip(mark, words)


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
