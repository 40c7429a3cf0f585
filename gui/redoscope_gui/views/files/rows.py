"""The tree of files as a Qt model over the columns of the index: an entry is no object of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication
from typing_extensions import override

from redoscope_core import SECTOR, Examined
from redoscope_gui import plain, theme
from redoscope_gui.file_badges import badges_icon
from redoscope_gui.file_words import (
    badges_of,
    change_words,
    state_words,
    time_words,
    volume_name,
)
from redoscope_gui.requests import FileAsked
from redoscope_gui.views.files.folders import Folders, Item, Wanted

if TYPE_CHECKING:
    from redoscope_gui.requests import FilesCompared, FilesListed

__all__ = ["Column", "FileRows", "Index", "Place"]

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_KINDS = {
    "directory": "folder",
    "link": "link-2",
    "special": "disc-3",
    "internal": "table-properties",
}
"""Name of the icon by kind; a file has another one."""


class Column(IntEnum):
    """What stands in which column."""

    NAME = 0
    SIZE = 1
    MODIFIED = 2
    STATE = 3


_COLUMNS = len(Column)


class Place:
    """A row that was chosen: which file, and where its bytes lie on the disk."""

    def __init__(self, folders: Folders, item: Item) -> None:
        """Look up *item*."""
        self.start = folders.volumes[item.volume].examining.volume.start
        """The first sector of its volume."""
        tree, file = folders.tree_of(item), folders.file(item)
        self.is_volume = not item.entry
        self.path = "/" if file is None else file.path
        self.is_directory = self.is_volume or (file is not None and file.kind == "directory")
        number = folders.volumes[item.volume].examining.volume.number
        asked_as = self.path if number is None else f"{number}:{self.path}"
        self.asked = FileAsked(self.start, self.path, asked_as)
        """How the engine is asked for it."""
        self.is_gone = item.is_gone
        self.is_deleted = file is not None and file.deleted
        self.runs: list[tuple[int, int]] = []
        """First byte and length of each run of sectors, in the order of the file."""
        if tree is not None and item.entry:
            extents = tree.extents(item.entry)
            begin = ((extents.start + self.start) * SECTOR).tolist()
            self.runs = list(zip(begin, (extents.sectors * SECTOR).tolist(), strict=True))
            record = None if self.runs else tree.record_sector(item.entry)
            if record is not None:
                self.runs = [((record + self.start) * SECTOR, SECTOR)]
        elif self.is_volume:
            sectors = folders.volumes[item.volume].examining.volume.sectors
            self.runs = [(self.start * SECTOR, sectors * SECTOR)]

    def run_at(self, offset: int) -> int | None:
        """Return which of the runs has byte *offset* of the disk; None if none has."""
        numbers = range(len(self.runs))
        return next((n for n in numbers if 0 <= offset - self.runs[n][0] < self.runs[n][1]), None)


class FileRows(QAbstractItemModel):
    """Volumes, and below each its files; a directory is filled when it is opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folders = Folders(None, None, Wanted())
        self._listed: FilesListed | None = None
        self._compared: FilesCompared | None = None

    @property
    def wanted(self) -> Wanted:
        """What is shown of it, and in which order."""
        return self.folders.wanted

    def holds(self, listed: FilesListed | None, compared: FilesCompared | None) -> bool:
        """Return whether it is these that are shown."""
        return listed is self._listed and compared is self._compared

    def show(
        self, listed: FilesListed | None, compared: FilesCompared | None, wanted: Wanted
    ) -> None:
        """Show other files, or others of them."""
        self.beginResetModel()
        self._listed, self._compared = listed, compared
        self.folders = Folders(listed, compared, wanted)
        self.endResetModel()

    def item(self, index: Index) -> Item:
        """Return the entry of a row."""
        return self.folders.item(index.internalId(), index.row())

    def place(self, index: Index) -> Place:
        """Return which file a row is, and where it lies."""
        return Place(self.folders, self.item(index))

    def find(self, start: int, path: str) -> QModelIndex:
        """Return the row of *path* in the volume that begins at sector *start*; none without."""
        place = self.folders.find(start, path)
        return QModelIndex() if place is None else self.createIndex(place[1], 0, place[0])

    def opened(self) -> list[QModelIndex]:
        """Return the rows whose directories were asked for."""
        folders = (self.folders[number] for number in range(1, len(self.folders)))
        return [self.createIndex(each.row, 0, each.above) for each in folders]

    # --- the shape -----------------------------------------------------------------------------

    @override
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if parent.isValid() and parent.column():
            return QModelIndex()
        folder = self.folders.opened(parent.internalId(), parent.row()) if parent.isValid() else 0
        if 0 <= row < len(self.folders[folder].filled) and 0 <= column < _COLUMNS:
            return self.createIndex(row, column, folder)
        return QModelIndex()

    # QObject.parent() without an index hides behind it, as in Qt itself.
    @override
    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not child.isValid() or not 0 < child.internalId() < len(self.folders):
            return QModelIndex()
        folder = self.folders[child.internalId()]
        return self.createIndex(folder.row, 0, folder.above)

    @override
    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        if not parent.isValid():
            return bool(len(self.folders[0]))
        return not parent.column() and self.folders.has_children(parent.internalId(), parent.row())

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self.folders[0])
        if parent.column():
            return 0
        return len(self.folders[self.folders.opened(parent.internalId(), parent.row())])

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return _COLUMNS

    # --- the words -----------------------------------------------------------------------------

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in {_ROLE.DisplayRole, _ROLE.ToolTipRole}:
            return (self.tr("Name"), self.tr("Size"), self.tr("Modified"), self.tr("State"))[
                section
            ]
        if role == _ROLE.TextAlignmentRole and section == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item, column = self.item(index), Column(index.column())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        answers: dict[int, Callable[[], Any]] = {
            _ROLE.DisplayRole: lambda: plain.spelled(self.cells(item)[column]),
            _ROLE.AccessibleTextRole: lambda: self._spoken(item, column),
            _ROLE.ToolTipRole: lambda: self._tip(item, column),
            _ROLE.DecorationRole: lambda: self._picture(item, column),
            _ROLE.TextAlignmentRole: lambda: right if column is Column.SIZE else None,
            _ROLE.FontRole: lambda: self._font(item, column),
            _ROLE.ForegroundRole: lambda: theme.colour(self._ink(item, column)),
        }
        answer = answers.get(role)
        return None if answer is None else answer()

    def _spoken(self, item: Item, column: Column) -> str:
        """Return what a screen reader says: of the name the whole row."""
        cells = self.cells(item)
        told = filter(None, cells) if column is Column.NAME else (cells[column],)
        return plain.spelled(", ".join(told))

    def cells(self, item: Item) -> tuple[str, str, str, str]:
        """Return what stands in the row of *item*."""
        if not item.entry:
            return self._volume_cells(item)
        file = self.folders.file(item)
        if file is None:
            return "", "", "", ""
        is_directory = file.kind == "directory"
        size = "" if is_directory else theme.amount(file.size)
        state = self._state(item)
        if file.streams:
            names = self.tr("streams: %s") % ", ".join(name for name, _ in file.streams)
            state = ", ".join(filter(None, (state, names)))
        return self.folders.name(item), size, time_words(file.modified), state

    def _state(self, item: Item) -> str:
        changes, file = self.folders.changes_of(item), self.folders.file(item)
        below = self.folders.changes_below(item)
        quiet = not changes or (below and not badges_of(*changes))
        told = [] if quiet else [change_words(*changes)]
        if below:
            words = self.tr("1 change in it") if below == 1 else self.tr("%s changes in it")
            told.append(words if below == 1 else words % theme.grouped(below))
        if file is not None and file.deleted:
            told.append(self.tr("deleted entry"))
        return ", ".join(told)

    def _volume_cells(self, item: Item) -> tuple[str, str, str, str]:
        shown = self.folders.volumes[item.volume]
        volume = shown.examining.volume
        state = state_words(shown.examining, shown.entropy)
        if shown.newer is None and shown.older is not None:
            state = self.tr("gone since A")
        elif shown.changes is not None and shown.changes.difference.is_replaced:
            state = ", ".join(filter(None, (state, self.tr("another file system than in A"))))
        if not state:
            below = self.folders.changes_below(item)
            state = (self.tr("%s changes") % theme.grouped(below)) if below else ""
        return volume_name(volume), theme.amount(volume.sectors * SECTOR), "", state

    def _tip(self, item: Item, column: Column) -> plain.Shown | None:
        cells, file = self.cells(item), self.folders.file(item)
        if file is None or not item.entry:
            return plain.tip(*filter(None, cells)) or None
        if column is Column.MODIFIED:
            return plain.tip(file.modified or "") or None
        if column is Column.SIZE:
            stored = theme.exact_amount(file.sectors * SECTOR)
            return plain.tip(theme.exact_amount(file.size), self.tr("%s are stored") % stored)
        number = "" if file.number is None else self.tr("number %d") % file.number
        return plain.tip(*filter(None, (file.path, number, cells[Column.STATE])))

    def _picture(self, item: Item, column: Column) -> Any:
        if column is Column.STATE:
            badges = badges_of(*self.folders.changes_of(item))
            return badges_icon(badges, _ratio()) if badges else None
        if column is not Column.NAME:
            return None
        if not item.entry:
            each = self.folders.volumes[item.volume].examining
            if each.failed is not None:
                return theme.icon("triangle-alert", "danger")
            return theme.icon("lock" if each.state is Examined.ENCRYPTED else "hard-drive", "dim")
        file = self.folders.file(item)
        if file is None or file.deleted or item.is_gone:
            is_folder = file is not None and file.kind == "directory"
            return theme.icon("folder" if is_folder else "file-x", "faint")
        role = "accent" if file.kind == "directory" else "dim"
        return theme.icon(_KINDS.get(file.kind, "file"), role)

    def _font(self, item: Item, column: Column) -> QFont:
        font = theme.ui_font() if column is Column.NAME else theme.number_font()
        if not item.entry and column is Column.NAME:
            font = theme.title_font()
        font.setStrikeOut(column is Column.NAME and bool(item.entry) and item.is_gone)
        return font

    def _ink(self, item: Item, column: Column) -> str:
        """Return the role of the colour that a cell has."""
        if not item.entry:
            each = self.folders.volumes[item.volume].examining
            loud = "danger" if each.failed is not None else "warning" if each.index is None else ""
            return (loud or "dim") if column is Column.STATE else "text"
        file = self.folders.file(item)
        if item.is_gone or file is None or file.deleted or file.kind == "internal":
            return "dim"
        return "text" if column is Column.NAME or self.folders.changes_of(item) else "dim"


def _ratio() -> float:
    """Return how many pixels of the screen one of ours has."""
    return QGuiApplication.primaryScreen().devicePixelRatio()
