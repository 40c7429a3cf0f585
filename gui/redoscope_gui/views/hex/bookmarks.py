"""The bookmarks and notes that a case has on bytes of the disk shown: where each is painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from redoscope_core import SECTOR
from redoscope_gui.session import Session

__all__ = ["HexBookmarks"]

_NOTE = "dim"
_LONGEST = 60


class HexBookmarks(QObject):
    """Follows the case, and knows which bytes are marked; it paints nothing."""

    changed = Signal()
    """Other bytes are marked."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._marks: tuple[tuple[int, int, str, str], ...] = ()
        session.casework.changed.connect(self._take)
        self._take()

    def _take(self) -> None:
        """Take the marks of the disk shown: first byte, last byte, colour, name of each."""
        marks = []
        for entry in self._session.casework.marks:
            place = entry.place
            if place is not None and place.start is not None and place.count is not None:
                first = place.start * SECTOR
                role = _NOTE if entry.colour is None else f"mark_{entry.colour.value}"
                name = entry.name or entry.text.strip().split("\n")[0]
                marks.append((first, first + place.count * SECTOR - 1, role, name[:_LONGEST]))
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.changed.emit()

    def role(self, first: int, last: int) -> str:
        """Return the colour of the newest mark that lies in these bytes; nothing if none does."""
        marks = reversed(self._marks)
        found = (role for begin, end, role, _ in marks if begin <= last and end >= first)
        return next(found, "")

    def words(self, offset: int) -> str:
        """Name the marks that have the byte *offset*; nothing where there is none."""
        names = [name for begin, end, _, name in self._marks if begin <= offset <= end]
        told = self.tr("bookmark {name}").format(name=", ".join(names))
        return told if names else ""
