"""The points of a folder as rows: which, of what, how large, on what it builds, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont
from typing_extensions import override

import redoscope_core as core
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from redoscope_core import Point, Unusable
    from redoscope_gui.session import Backups

__all__ = ["PointRows"]


class PointRows(PlainRows):
    """One row for each point, the oldest first; then what can't be used."""

    def __init__(self, backups: Backups, parent: QObject) -> None:
        super().__init__(parent)
        self._backups = backups
        self._points: tuple[Point, ...] = ()

    def show(self) -> None:
        """Show what is known now."""
        self.beginResetModel()
        shelf = self._backups.shelf
        self._points = () if shelf is None else shelf.points
        self.endResetModel()

    def name(self, row: int) -> str:
        """Return the name of the point of a row."""
        if row < len(self._points):
            return self._points[row].name
        return self._unusable[row - len(self._points)].name

    def number_of(self, name: str) -> int:
        """Return the row of the point called *name*, or -1."""
        names = [self.name(row) for row in range(self.count())]
        return names.index(name) if name in names else -1

    @property
    def _unusable(self) -> Sequence[Unusable]:
        shelf = self._backups.shelf
        return () if shelf is None else shelf.unusable

    @override
    def count(self) -> int:
        return len(self._points) + len(self._unusable)

    @override
    def heads(self) -> Sequence[str]:
        return (
            self.tr("Point"),
            self.tr("Kind"),
            self.tr("Stream"),
            self.tr("State"),
            self.tr("Of link"),
            self.tr("Made"),
            self.tr("Builds on"),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        if row >= len(self._points):
            return (self.name(row), "", "", self._state(self.name(row)), "", "", "")
        point = self._points[row]
        since = point.head.since
        return (
            f"{point.head.number}  {point.name}",
            point.head.kind.value,
            theme.amount(point.end.stream_bytes),
            self._state(point.name),
            point.head.link,
            point.head.made,
            "" if since is None else since.name or since.change_id,
        )

    def _state(self, name: str) -> str:
        proved = self._backups.proved.get(name)
        if proved is not None:
            words = {
                core.PointVerdict.SOUND: self.tr("sound"),
                core.PointVerdict.DAMAGED: self.tr("damaged"),
                core.PointVerdict.INCOMPLETE: self.tr("incomplete"),
                core.PointVerdict.LISTED: self.tr("listed"),
            }[proved.verdict]
            return words if proved.error is None else f"{words}: {proved.error}"
        for each in self._unusable:
            if each.name == name:
                return self.tr("can't be used: %s") % each.error
        return self.tr("not proved")

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()
