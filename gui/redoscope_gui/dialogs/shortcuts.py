"""All shortcuts, as the command registry knows them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.file_form import stack
from redoscope_gui.dialogs.reason import heading

__all__ = ["ShortcutsDialog"]


class ShortcutsDialog(QDialog):
    """A list to read: the keys of the pane in focus first, then those that work everywhere."""

    def __init__(
        self,
        commands: Commands,
        pane: str = "",
        title: str = "",
        moves: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        """List also what *commands* have keys for in *pane*, called *title*, and its *moves*."""
        super().__init__(parent)
        plain.set_title(self, self.tr("Keyboard shortcuts"))
        own = [
            (command.plain_title, ",  ".join(command.pane_keys))
            for command in commands
            if command.pane == pane and command.pane_keys
        ]
        everywhere = [
            (command.plain_title, ",  ".join(_shown(keys) for keys in command.shortcuts))
            for command in commands
            if command.shortcuts
        ]
        rows: list[tuple[str, str]] = []
        self._headings: set[int] = set()
        if own or moves:
            self._headings = {0, 1 + len(own) + len(moves)}
            heads = (self.tr("In the pane %s") % title, self.tr("Everywhere"))
            rows = [(heads[0], ""), *moves, *own, (heads[1], "")]
        rows += everywhere
        self.table = QTableWidget(len(rows), 2, self)
        plain.set_name(self.table, self.tr("Keyboard shortcuts"))
        self.table.setHorizontalHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(plain.spelled(text))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if row in self._headings:
                    item.setFont(theme.title_font())
                self.table.setItem(row, column, item)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(
            1, QHeaderView.ResizeMode.ResizeToContents
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self.table.selectRow(0)
        stack(self, (heading(self.tr("Keyboard shortcuts"), self), self.table, buttons))

    @override
    def sizeHint(self) -> QSize:
        return QSize(520, 560)


def _shown(keys: str) -> str:
    return QKeySequence(keys).toString()
