"""All shortcuts, as the command registry knows them."""

from __future__ import annotations

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

from redoscope_gui import plain
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.file_form import stack
from redoscope_gui.dialogs.reason import heading

__all__ = ["ShortcutsDialog"]


class ShortcutsDialog(QDialog):
    """A list to read."""

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain.set_title(self, self.tr("Keyboard shortcuts"))
        listed = [command for command in commands if command.shortcuts]
        self.table = QTableWidget(len(listed), 2, self)
        plain.set_name(self.table, self.tr("Keyboard shortcuts"))
        self.table.setHorizontalHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for row, command in enumerate(listed):
            keys = ",  ".join(QKeySequence(own).toString() for own in command.shortcuts)
            for column, text in enumerate((command.plain_title, keys)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
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
