"""A layout that places widgets in lines and begins a new line where one is full."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

__all__ = ["FlowLayout", "Rooms"]

Sizes = tuple[QSize, QSize]
"""The widest and the least room of an item."""
Rooms = tuple[list[Sizes], list[list[Sizes]]]
"""That of each item, and of each of the lots that may come instead."""
_MOST_LINES = 2


class FlowLayout(QLayout):
    """Lines of widgets, from the left; one that can be narrower takes what its line has left.

    Lines are kept for the lots that may come instead; one with too many lines has less room, and
    what is here has the most that fits into these lines.
    """

    def __init__(self, parent: QWidget, gap: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._degrees: tuple[Rooms, ...] = (([], []),)
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self.setSpacing(gap)

    @override
    def addItem(self, item: QLayoutItem, /) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int, /) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int, /) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    def show_rooms(self, *degrees: Rooms) -> None:
        """Take the room of each item, and of the lots that may come: the usual first, then less."""
        self._degrees = degrees
        self.invalidate()

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._arranged(QRect(0, 0, width, 0))[1]

    def _arranged(self, rect: QRect) -> tuple[list[QRect], int]:
        """Return the places of the items, and where the last line that is kept ends."""
        gap = self.spacing()
        last, places = 0, list[QRect]()
        for lot in zip(*(kept for _, kept in self._degrees), strict=True):
            for sizes in lot:
                places = _places(rect, sizes, gap)
                if len({place.y() for place in places}) <= _MOST_LINES:
                    break
            last = max(last, _end(places))
        for here, _ in self._degrees:
            places = _places(rect, here, gap)
            if _end(places) <= last:
                break
        return places, max(last, _end(places))

    @override
    def setGeometry(self, rect: QRect, /) -> None:
        super().setGeometry(rect)
        places, _ = self._arranged(rect)
        for item, place in zip(self._items, places, strict=False):
            item.setGeometry(place)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        least = QSize()
        for _, size in self._degrees[-1][0]:
            least = least.expandedTo(size)
        return least


def _places(rect: QRect, sizes: list[Sizes], gap: int) -> list[QRect]:
    """Return the places of items of these sizes in lines of *rect*."""
    x, y, line = rect.x(), rect.y(), 0
    places = []
    for widest, least in sizes:
        hint = QSize(widest)
        left = rect.right() + 1 - x
        if least.width() <= left < hint.width():
            hint.setWidth(left)
        if line and x + hint.width() > rect.right() + 1:
            x, y, line = rect.x(), y + line + gap, 0
        places.append(QRect(QPoint(x, y), hint))
        x += hint.width() + gap
        line = max(line, hint.height())
    return places


def _end(places: list[QRect]) -> int:
    return max((place.bottom() + 1 for place in places), default=0)
