"""The parts of a content as rows: where each lies, which link has it, who overwrote it since.

parts         |-----------------|--------|      as its newest generation reads them
overwritten        |====|                       by a newer link, first
rows          |----|====|-------|--------|
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core import FileContent, StreamParts

__all__ = ["PartRows"]

_NOBODY = -1


class PartRows(PlainRows):
    """A row for each part; of a content of a million parts those are worked out that are seen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self.content: FileContent | None = None
        """What is shown."""
        self._parts: StreamParts | None = None
        self._lost: NDArray[np.int64] = np.zeros(0, np.int64)

    def show(self, content: FileContent | None, names: Sequence[str]) -> None:
        """Show the parts of another content."""
        if content is self.content and names == self._names:
            return
        self.beginResetModel()
        self.content, self._names = content, names
        self._parts, self._lost = None, np.zeros(0, np.int64)
        if content is not None:
            self._parts, self._lost = _cut(content)
        self.endResetModel()

    def offset(self, row: int) -> int | None:
        """Return the byte of the disk at which a part begins; None if there is no such row."""
        if self._parts is None or not 0 <= row < len(self._parts):
            return None
        return int(self._parts.sector[row]) * SECTOR

    def row_at(self, offset: int) -> int | None:
        """Return the part that has byte *offset* of the disk; None if none has."""
        if self._parts is None:
            return None
        begin = self._parts.sector * SECTOR
        rows = np.flatnonzero((begin <= offset) & (offset < begin + self._parts.length))
        return int(rows[0]) if len(rows) else None

    @property
    def first_lost(self) -> int | None:
        """The first part that a newer generation overwrote; None if none was."""
        rows = np.flatnonzero(self._lost != _NOBODY)
        return int(rows[0]) if len(rows) else None

    def is_lost(self, row: int) -> bool:
        """Return whether a newer generation overwrote a part."""
        return 0 <= row < len(self._lost) and int(self._lost[row]) != _NOBODY

    @override
    def count(self) -> int:
        return 0 if self._parts is None else len(self._parts)

    @override
    def heads(self) -> Sequence[str]:
        return (
            self.tr("Byte"),
            self.tr("Length"),
            self.tr("Sector"),
            self.tr("Stored in"),
            self.tr("Overwritten by"),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        parts = self._parts
        if parts is None:
            return ("",) * 5
        link, lost = int(parts.link[row]), int(self._lost[row])
        stored = self._names[link] if link >= 0 else self.tr("no link: zeros")
        newer = "" if lost == _NOBODY else f"{lost}  {self._names[lost]}"
        return (
            theme.grouped(int(parts.offset[row])),
            theme.amount(int(parts.length[row])),
            theme.grouped(int(parts.sector[row])),
            stored,
            newer,
        )

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()


def _cut(content: FileContent) -> tuple[StreamParts, NDArray[np.int64]]:
    """Return the parts cut where some was overwritten, and by which generation each was."""
    sectors = [
        np.concatenate((each.parts.sector, each.parts.sector - (-each.parts.length // SECTOR)))
        for each in content.overwritten
    ]
    edges = np.concatenate([np.zeros(0, np.int64), *sectors])
    parts = content.parts.cut_at(edges) if len(edges) else content.parts
    lost = np.full(len(parts), _NOBODY, np.int64)
    for each in content.overwritten:
        order = np.argsort(each.parts.sector, kind="stable")
        begin = each.parts.sector[order]
        behind = begin - (-each.parts.length[order] // SECTOR)
        row = np.searchsorted(begin, parts.sector, side="right") - 1
        inside = (row >= 0) & (parts.sector < np.append(behind, 0)[row])
        lost[inside & (lost == _NOBODY)] = each.generation
    return parts, lost
