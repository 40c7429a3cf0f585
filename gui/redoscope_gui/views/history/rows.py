"""The generations of a file as rows: what became of it in each, and which links have its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QGuiApplication
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.file_badges import badges_icon
from redoscope_gui.plain_rows import Index, PlainRows
from redoscope_gui.views.history.words import became_words, sign_of, suppliers

if TYPE_CHECKING:
    from redoscope_core import FileContent
    from redoscope_gui.requests import PastTold

__all__ = ["MomentRows"]

_BECAME = 1


class MomentRows(PlainRows):
    """One row for each generation, the base disk first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        """What the links of the chain are called."""
        self.told: PastTold | None = None
        """The history that is shown."""
        self.stream = b""
        """Of which stream bytes are told."""

    def show(self, told: PastTold | None, names: Sequence[str], stream: bytes) -> None:
        """Show another history, or another stream of it."""
        self.beginResetModel()
        self.told, self.names, self.stream = told, names, stream
        self.endResetModel()

    def content(self, row: int) -> FileContent | None:
        """Return the bytes of a generation; of one in which the file is gone, the last before."""
        return None if self.told is None else self.told.content(row, self.stream)

    @override
    def count(self) -> int:
        return 0 if self.told is None else len(self.told.moments)

    @override
    def heads(self) -> Sequence[str]:
        return (
            self.tr("Generation"),
            self.tr("What became of it"),
            self.tr("Size"),
            self.tr("Stored"),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        told, content = self.told, self.content(row)
        if told is None:
            return "", "", "", ""
        moment = told.moments[row]
        here = content if content is not None and content.last >= row else None
        size = "" if here is None else theme.amount(here.size)
        stored = "" if here is None else suppliers(here.parts, self.names)
        if here is not None and here.inside and not stored:
            stored = self.tr("in its record")
        name = self.names[row] if row < len(self.names) else ""
        return f"{row}  {name}", became_words(moment), size, stored

    @override
    def font_of(self, column: int) -> QFont:
        return theme.ui_font() if column == _BECAME else theme.number_font()

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid():
            return theme.colour("text" if self._is_news(index.row()) else "dim")
        if role == Qt.ItemDataRole.DecorationRole and index.column() == _BECAME:
            return self._signs(index.row())
        return super().data(index, role)

    def _is_news(self, row: int) -> bool:
        """Return whether the file is another one than before, or is there first."""
        moment = None if self.told is None else self.told.moments[row]
        return moment is not None and (bool(sign_of(moment)) or bool(moment.notes) or row == 0)

    def _signs(self, row: int) -> Any:
        signs = () if self.told is None else sign_of(self.told.moments[row])
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        return badges_icon(signs, ratio) if signs else None
