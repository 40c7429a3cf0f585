"""The backups pane: a folder, its points, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.action_buttons import ActionButtons
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Session, from_error
from redoscope_gui.views.backups.rows import PointRows

__all__ = ["BackupsView"]

_WIDTHS = (150, 90, 80, 110, 130, 150)


class BackupsView(QWidget):
    """Lists the points of the folder of backups that is shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backups = session.backups
        self._following = False
        plain.set_name(self, self.tr("Backups"))
        self.head = plain.Label(self)
        self.head.setWordWrap(True)
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.rows = PointRows(self._backups, self)
        self.table = RowsTable(self.rows, self.tr("Points that are kept"), _WIDTHS, self)
        self.table.row_chosen.connect(self._choose)
        self.deeds = ActionButtons(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addWidget(self.head)
        column.addWidget(self.deeds)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._backups.changed.connect(self._show)
        self._show()

    def set_actions(self, actions: Mapping[str, QAction]) -> None:
        """Offer *actions*, each by its short title, as buttons and in the menu of a point."""
        self.deeds.show_actions(actions)
        self.table.addActions(list(actions.values()))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _show(self) -> None:
        self._following = True
        self.rows.show()
        number = self.rows.number_of(self._backups.selected)
        if number >= 0:
            self.table.selectRow(number)
        self._following = False
        self.head.setText(self._words())

    def _words(self) -> str:
        backups = self._backups
        if backups.folder is None:
            return self.tr(
                "A backup image is a stream, kept apart from the disk. Back a generation up, or "
                "open a folder of backups, and its points are listed here."
            )
        if backups.error is not None:
            problem = from_error(backups.error, backups.folder)
            return f"{backups.folder}: {problem.text}; {problem.cure}"
        if backups.shelf is None:
            return self.tr("Reading %s…") % backups.folder
        kept = sum(point.end.stream_bytes for point in backups.shelf.points)
        words = self.tr("{folder}: {count} points, {amount} of streams")
        return words.format(
            folder=backups.folder, count=len(backups.shelf.points), amount=theme.amount(kept)
        )

    def _choose(self, row: int) -> None:
        if not self._following:
            self._backups.select(self.rows.name(row))
