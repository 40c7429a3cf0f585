"""The rows of the chain tree as a Qt model: one row a link, base disks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from redoscope_core import SECTOR, Form, sentences
from redoscope_gui import plain, theme
from redoscope_gui.requests import LinkCount
from redoscope_gui.views.chain.dragging import LINK_MIME, link_data
from redoscope_gui.views.chain.kinds import kind_words, track_words
from redoscope_gui.views.chain.rails import Row, lay_out

if TYPE_CHECKING:
    from redoscope_core import Forest, Node

__all__ = ["Badge", "ChainRows", "Column", "LinkRow", "Role"]

Index = QModelIndex | QPersistentModelIndex
_FAULT_BADGES = {
    "missing-parent": "orphan",
    "merged": "merged",
    "damaged": "damaged",
    "wrong-cid": "wrong CID",
    "capacity": "capacity",
    "loop": "loop",
    "unreadable": "unreadable",
    "bare": "no descriptor",
}


_NOT_HERE = {Form.ELSEWHERE: "elsewhere", Form.ENCRYPTED: "encrypted"}
"""What is said of links whose bytes nobody can read here."""


def tr(text: str) -> str:
    """Translate *text*; a model of plain rows has no widget to ask."""
    return QCoreApplication.translate("ChainRows", text)


class Column(IntEnum):
    """The columns, from the left."""

    NAME = 0
    CHANGED = 1
    STORED = 2


class Role(IntEnum):
    """What the delegate asks for beyond the usual roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


_DRAWN = (Role.ROW, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
"""What becomes another when a link is chosen or counted."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word beside the name; *role* is its colour in the theme."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """All that is shown of one link."""

    row: Row
    node: Node
    badges: tuple[Badge, ...]
    on_path: bool
    """Whether it belongs to the chosen chain."""
    chosen: bool
    """Whether its generation is shown."""
    count: LinkCount | None

    @property
    def changed_bytes(self) -> int | None:
        """Bytes of the disk that the link decides, once they are counted and if they can be."""
        if self.count is None or (self.count.unreadable and not self.count.changed):
            return None
        return self.count.changed * SECTOR

    @property
    def stored_bytes(self) -> int | None:
        """Bytes that the link's own tables store as data, once they are counted."""
        return None if self.count is None else self.count.data * SECTOR

    @property
    def share(self) -> float:
        """How much of the disk it decides; by its file until that is counted."""
        capacity = (self.node.capacity or 0) * SECTOR
        part = self.node.stored_bytes if self.count is None else self.changed_bytes or 0
        return min(part / capacity, 1.0) if capacity else 0.0


class ChainRows(QAbstractTableModel):
    """The links of a forest, in the order of their rails."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forest: Forest | None = None
        self._rows: list[LinkRow] = []
        self._needle = ""
        self._way: tuple[Path, ...] = ()
        self._chosen: Path | None = None
        self._counts: dict[Path, LinkCount] = {}

    def show_forest(self, forest: Forest | None) -> None:
        """Show the links of *forest*."""
        self._forest = forest
        self._rebuild()

    def show_way(self, way: tuple[Path, ...], chosen: Path | None) -> None:
        """Mark the links of the chosen chain and the chosen one."""
        if (way, chosen) != (self._way, self._chosen):
            another = way != self._way
            self._way, self._chosen = way, chosen
            # The lines of a way lead through rows that do not belong to it.
            self._refresh(whole=another)

    def show_counts(self, counts: Mapping[Path, LinkCount]) -> None:
        """Show how much these links changed."""
        self._counts.update(counts)
        self._refresh()

    def forget_counts(self) -> None:
        """Forget what was counted: the files may have changed."""
        self._counts.clear()

    @property
    def counted(self) -> frozenset[Path]:
        """The links whose changes are counted."""
        return frozenset(self._counts)

    def filter_by(self, needle: str) -> None:
        """Show only links whose name, comment, badges, kind or content ID hold *needle*."""
        if needle.casefold() != self._needle:
            self._needle = needle.casefold()
            self._rebuild()

    @property
    def filtered(self) -> bool:
        """Whether rows are left out."""
        return bool(self._needle)

    @property
    def rails(self) -> int:
        """How many rails the rows take."""
        return max((link.row.rail for link in self._rows), default=0) + 1

    def on_path(self, path: Path) -> bool:
        """Return whether link *path* belongs to the chosen chain."""
        return path in self._way

    def row_of(self, path: Path) -> int:
        """Return the row of link *path*, or -1."""
        for number, link in enumerate(self._rows):
            if link.row.path == path:
                return number
        return -1

    def link_at(self, index: Index) -> LinkRow | None:
        """Return the link of *index*."""
        return self._rows[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("Link"), tr("Changed"), tr("Stored"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section != Column.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        link = self._rows[index.row()]
        if role == Role.ROW:
            return link
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(link, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(link)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(link, index.column())
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid():
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled
        return flags

    @override
    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.LinkAction

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.LinkAction

    @override
    def mimeTypes(self) -> list[str]:
        return [LINK_MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        link = self.link_at(indexes[0]) if indexes else None
        return link_data(link.row.path) if link is not None else QMimeData()

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return False  # the view hands it to the session; no row moves

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._rows = self._make_rows()
        self.endResetModel()

    def _refresh(self, *, whole: bool = False) -> None:
        """Tell of the rows that are not as they were, or with *whole* of all."""
        changed = []
        for number, link in enumerate(self._rows):
            path = link.row.path
            now = (path in self._way, path == self._chosen, self._counts.get(path))
            if now != (link.on_path, link.chosen, link.count):
                self._rows[number] = self._link_row(link.row, link.node)
                changed.append(number)
        if whole and self._rows:
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last, list(_DRAWN))
            return
        for number in changed:
            for column in Column:  # cell by cell: of a range Qt draws the whole view
                cell = self.index(number, column)
                self.dataChanged.emit(cell, cell, list(_DRAWN))

    def _make_rows(self) -> list[LinkRow]:
        if self._forest is None:
            return []
        nodes = self._forest.nodes
        made = [self._link_row(row, nodes[row.path]) for row in lay_out(nodes)]
        return [link for link in made if not self._needle or self._needle in _sought(link)]

    def _link_row(self, row: Row, node: Node) -> LinkRow:
        count = self._counts.get(row.path)
        return LinkRow(
            row,
            node,
            _badges(row, node, count),
            on_path=row.path in self._way,
            chosen=row.path == self._chosen,
            count=count,
        )


def _badges(row: Row, node: Node, count: LinkCount | None) -> tuple[Badge, ...]:
    made = [
        Badge(tr(_FAULT_BADGES.get(code, code)), "danger")
        for code in dict.fromkeys(fault.kind.value for fault in node.faults)
    ]
    if node.form in _NOT_HERE:
        made.append(Badge(tr(_NOT_HERE[node.form]), "warning"))
    elif count is not None and count.unreadable:
        made.append(Badge(tr("damaged"), "danger"))
    if node.in_use:
        made.append(Badge(tr("locked"), "warning"))
    if node.parent is None and node.capacity is not None and _is_base(node):
        made.append(Badge(tr("base"), "dim"))
    if row.branch:
        made.append(Badge(tr("branch"), "accent"))
    if not node.children and node.capacity is not None:
        made.append(Badge(tr("tip"), "good"))
    elif node.children:
        made.append(Badge(tr("frozen"), "dim"))
    if node.track is not None:
        made.append(Badge(tr("tracked"), "dim"))
    return tuple(made)


def _is_base(node: Node) -> bool:
    """Whether it is known to have no parent: an extent alone may have one."""
    return not node.is_child and node.form not in {None, Form.BARE}


def _text(link: LinkRow, column: int) -> str:
    if column == Column.NAME:
        return plain.spelled(link.row.path.name)
    if column == Column.STORED:
        return "" if link.stored_bytes is None else theme.amount(link.stored_bytes)
    changed = link.changed_bytes
    return "" if changed is None else theme.amount(changed)


def _sought(link: LinkRow) -> str:
    node = link.node
    cid = "" if node.cid is None else f"{node.cid:08x}"
    words = " ".join(badge.text for badge in link.badges)
    return f"{link.row.path.name} {node.comment} {words} {cid} {kind_words(node)}".casefold()


def _spoken(link: LinkRow, column: int) -> str:
    if column != Column.NAME:
        return _text(link, column)
    words = [link.row.path.name, tr("generation %d") % link.row.generation]
    if link.node.is_child or _is_base(link.node):
        words.append(tr("child disk") if link.node.is_child else tr("base disk"))
    words.extend(badge.text for badge in link.badges)
    words.append(kind_words(link.node))
    if link.node.comment:
        words.append(link.node.comment)
    return plain.spelled(", ".join(words))


def _tool_tip(link: LinkRow) -> str:
    node = link.node
    lines = [str(link.row.path), tr("Kind: %s") % kind_words(node)]
    if node.comment:
        lines.append(node.comment)
    if node.capacity is not None:
        lines.append(tr("Capacity %s") % theme.exact_amount(node.capacity * SECTOR))
    if link.stored_bytes is not None:
        lines.append(tr("Stored %s") % theme.exact_amount(link.stored_bytes))
    lines.append(tr("On the storage %s") % theme.exact_amount(node.stored_bytes))
    if link.count is not None:
        changed = theme.exact_amount(link.count.changed * SECTOR)
        lines.append(tr("Changed %s, %.2f%% of the disk") % (changed, link.share * 100))
        if link.count.unreadable:
            lost = theme.exact_amount(link.count.unreadable * SECTOR)
            lines.append(tr("Unreadable %s") % lost)
        if link.count.zero:
            lines.append(tr("of these zeroed %s") % theme.exact_amount(link.count.zero * SECTOR))
    if node.cid is not None:
        lines.append(tr("CID %08x") % node.cid)
    if node.track is not None:
        lines.extend(track_words(node.track))
    lines.extend(f"{sentences.text(f)}; {sentences.cure(f)}" for f in node.faults)
    return plain.tip(*lines)
