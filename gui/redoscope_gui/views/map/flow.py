"""A layout that places widgets in lines and begins a new line where one is full."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

__all__ = ["FlowLayout", "Rooms"]

Sizes = tuple[QSize, QSize]
"""The widest and the least room of an item."""
Rooms = tuple[list[Sizes], list[Sizes]]
"""That of each item, and of each that may come."""
_MOST_LINES = 3
_NO_LINE = 1
"""Least width of an item that begins no line: it does without room if there is none."""


class FlowLayout(QLayout):
    """Lines of widgets, from the left; one that can be narrower takes what its line has left.

    Lines are kept for items that may come. Where the usual room of all takes too many lines, all
    have their brief room.
    """

    def __init__(self, parent: QWidget, gap: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._usual: Rooms = ([], [])
        self._brief: Rooms = ([], [])
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

    def show_rooms(self, usual: Rooms, brief: Rooms) -> None:
        """Take the room of each item, and of each that may come."""
        self._usual, self._brief = usual, brief
        self.invalidate()

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._arranged(QRect(0, 0, width, 0))[2]

    def _arranged(self, rect: QRect) -> tuple[list[Sizes], list[QRect], int]:
        """Return the sizes of the items, their places, and where the last line kept ends."""
        here, kept = self._usual
        if len({place.y() for place in _places(rect, kept, self.spacing())}) > _MOST_LINES:
            here, kept = self._brief
        places = _places(rect, here, self.spacing())
        return here, places, max(_end(places), _end(_places(rect, kept, self.spacing())))

    @override
    def setGeometry(self, rect: QRect, /) -> None:
        super().setGeometry(rect)
        here, places, last = self._arranged(rect)
        if here and here[-1][1].width() <= _NO_LINE and _end(places) < last:
            # The line is there anyway: an empty one would look forgotten.
            widest = here[-1][0]
            top = last - widest.height()
            places[-1] = QRect(rect.x(), top, min(widest.width(), rect.width()), widest.height())
        for item, place in zip(self._items, places, strict=False):
            item.setGeometry(place)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        least = QSize()
        for _, size in self._brief[0]:
            least = least.expandedTo(size)
        return least


def _places(rect: QRect, sizes: list[Sizes], gap: int) -> list[QRect]:
    """Return the places of items of these sizes in lines of *rect*."""
    x, y, line = rect.x(), rect.y(), 0
    places = []
    for widest, least in sizes:
        hint = QSize(widest)
        left = rect.right() + 1 - x
        if 0 < least.width() <= left < hint.width() or least.width() <= _NO_LINE:
            hint.setWidth(min(hint.width(), max(0, left)))
        if line and x + hint.width() > rect.right() + 1:
            x, y, line = rect.x(), y + line + gap, 0
        places.append(QRect(QPoint(x, y), hint))
        x += hint.width() + gap
        line = max(line, hint.height())
    return places


def _end(places: list[QRect]) -> int:
    return max((place.bottom() + 1 for place in places), default=0)
