"""A layout that places widgets in lines and begins a new line where one is full."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

__all__ = ["FlowLayout", "Room", "Rooms"]


class Room(NamedTuple):
    """The widest and the least room of an item, and its height."""

    widest: int
    least: int
    height: int


Rooms = tuple[list[Room], list[list[Room]]]
"""That of each item, and of each of the lots that may come instead."""
_Place = tuple[int, int, int, int]
"""Left, top, width and height of an item."""
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
        self._known: dict[int, tuple[list[_Place], int]] = {}
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self.setSpacing(gap)

    @override
    def addItem(self, item: QLayoutItem, /) -> None:
        self._items.append(item)
        self.invalidate()

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int, /) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int, /) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    def show_rooms(self, *degrees: Rooms) -> None:
        """Take the room of each item, and of the lots that may come: the usual first, then less."""
        if degrees != self._degrees:
            self._degrees = degrees
            self._known.clear()
            self.invalidate()

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._arranged(width)[1]

    def _arranged(self, width: int) -> tuple[list[_Place], int]:
        """Return the places of the items, and where the last line that is kept ends.

        Qt asks for the same few widths again and again while it lays a window out.
        """
        if width not in self._known:
            self._known[width] = _arranged(width, self._degrees, self.spacing())
        return self._known[width]

    @override
    def setGeometry(self, rect: QRect, /) -> None:
        super().setGeometry(rect)
        places, _ = self._arranged(rect.width())
        for item, (x, y, width, height) in zip(self._items, places, strict=False):
            item.setGeometry(QRect(rect.x() + x, rect.y() + y, width, height))

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        rooms = self._degrees[-1][0]
        width = max((room.least for room in rooms), default=-1)
        return QSize(width, max((room.height for room in rooms), default=-1))


def _arranged(width: int, degrees: tuple[Rooms, ...], gap: int) -> tuple[list[_Place], int]:
    last, places = 0, list[_Place]()
    for lot in zip(*(kept for _, kept in degrees), strict=True):
        for rooms in lot:
            places = _places(width, rooms, gap)
            if len({y for _, y, _, _ in places}) <= _MOST_LINES:
                break
        last = max(last, _end(places))
    for here, _ in degrees:
        places = _places(width, here, gap)
        if _end(places) <= last:
            break
    return places, max(last, _end(places))


def _places(width: int, rooms: list[Room], gap: int) -> list[_Place]:
    """Return the places of items of these rooms in lines of *width*."""
    x = y = line = 0
    places = []
    for widest, least, height in rooms:
        left = width - x
        taken = left if least <= left < widest else widest
        if line and taken > left:
            x, y, line = 0, y + line + gap, 0
        places.append((x, y, taken, height))
        x += taken + gap
        line = max(line, height)
    return places


def _end(places: list[_Place]) -> int:
    return max((y + height for _, y, _, height in places), default=0)
