"""A box that says in which files the rows of a list lie, and has those of one alone shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from redoscope_gui import plain
from redoscope_gui.requests import ByFile, SortByFile
from redoscope_gui.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FileFilter"]

_STILL = 60
_LETTERS = 16
_ALL = -1


class FileFilter(plain.ComboBox):
    """It is there once files are listed and rows lie in some; the engine sorts them."""

    changed = Signal()
    """Rows of another file are to be shown, or of all."""

    def __init__(
        self,
        session: Session,
        key: str,
        asked: Callable[[], SortByFile | None],
        amount: Callable[[int], str],
        parent: QWidget,
    ) -> None:
        """Ask under *key* for what *asked* says now; *amount* puts sectors of a file in words."""
        super().__init__(parent)
        self._session, self._key, self._asked, self._amount = session, key, asked, amount
        self._by_file: ByFile | None = None
        self._wanted: SortByFile | None = None
        plain.set_name(self, self.tr("By file"))
        plain.set_tip(self, self.tr("Show what lies in one file alone"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda _index: self.changed.emit())
        self._asking = QTimer(self, singleShot=True, interval=_STILL)
        self._asking.timeout.connect(self._ask)
        session.files.changed.connect(self.look)
        self.hide()

    @property
    def pieces(self) -> NDArray[np.int64] | None:
        """The rows, as they were asked for, of the file that is chosen; None is all."""
        row = self.currentData()
        if self._by_file is None or not isinstance(row, int) or row == _ALL:
            return None
        return self._by_file.pieces(row)

    def look(self) -> None:
        """Have the rows sorted that there are now."""
        self._asking.start()

    def forget(self) -> None:
        """Show all: other rows are coming."""
        self._asking.stop()
        self._wanted = self._by_file = None
        self.clear()
        self.hide()

    def _ask(self) -> None:
        self._wanted = self._asked()
        if self._wanted is None or not self._wanted.sources:
            was_chosen = self.pieces is not None
            self.forget()
            if was_chosen:
                self.changed.emit()
            return
        self._session.prefetch(self._key, self._wanted, partial(self._take, self._wanted))

    def _take(self, wanted: SortByFile, found: ByFile) -> None:
        if wanted is not self._wanted:
            return
        chosen = self._name(self.currentData())
        before = None if chosen is None else self.pieces
        self._by_file = found
        self.clear()
        all_files = self.tr("All files") if not found.more else self.tr("All files, %d more")
        plain.add_item(self, all_files % found.more if found.more else all_files, _ALL)
        for row, (name, sectors) in enumerate(found.files):
            text = f"{plain.shortened(name)}  {self._amount(sectors)}"
            plain.add_item(self, text, row, name)
        names = [name for name, _ in found.files]
        self.setCurrentIndex(names.index(chosen) + 1 if chosen in names else 0)
        self.setVisible(bool(found.files))
        if before is not None:
            self.changed.emit()

    def _name(self, row: object) -> str | None:
        """Return the name of the file that stands in the box."""
        if self._by_file is None or not isinstance(row, int) or row == _ALL:
            return None
        return self._by_file.files[row][0]
