"""The column of a list that says whose bytes are in each row, once files are listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Session

if TYPE_CHECKING:
    from redoscope_gui.requests.attributing import FilesListed

__all__ = ["FileColumn"]


class FileColumn(QObject):
    """Shows the column while the files of what is shown are listed, and hides it else."""

    def __init__(
        self, session: Session, table: RowsTable, column: int, name_anew: Callable[[], None]
    ) -> None:
        """Follow the files of *session* in *column* of *table*, whose rows *name_anew* names."""
        super().__init__(table)
        self._files, self._table, self._column = session.files, table, column
        self._name_anew = name_anew
        self._named: FilesListed | None = None
        session.files.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        listed = self._files.listed
        if listed is not self._named:
            self._named = listed
            self._table.setColumnHidden(self._column, listed is None)
            self._name_anew()
