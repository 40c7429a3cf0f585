"""The rows of the chain tree as a Qt model: one row a link, base disks first.

Where there are several chains each has a heading; a parent that is not there has a row too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

from redoscope_core import SECTOR, Severity, sentences
from redoscope_gui import plain, theme
from redoscope_gui.requests import LinkCount
from redoscope_gui.session import branch_numbers
from redoscope_gui.views.chain.dragging import LINK_MIME, link_data
from redoscope_gui.views.chain.families import Family, Ghost, Heading, families_of, ghost_of
from redoscope_gui.views.chain.links import (
    Badge,
    Column,
    LinkRow,
    badges_of,
    machines_on,
    misfit_of,
    sought,
    spoken,
    text_of,
    tool_tip,
)
from redoscope_gui.views.chain.rails import Row, lay_out

if TYPE_CHECKING:
    from redoscope_core import Forest, Node

__all__ = [
    "Badge",
    "ChainRows",
    "Column",
    "Ghost",
    "Heading",
    "Item",
    "LinkRow",
    "Role",
    "ghost_words",
    "heading_counts",
    "heading_words",
]

Index = QModelIndex | QPersistentModelIndex
Item = LinkRow | Heading | Ghost
"""What a row can be."""


def tr(text: str) -> str:
    """Translate *text*; a model of plain rows has no widget to ask."""
    return QCoreApplication.translate("ChainRows", text)


class Role(IntEnum):
    """What the delegate asks for beyond the usual roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


_DRAWN = (Role.ROW, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
"""What becomes another when a link is chosen or counted."""


class ChainRows(QAbstractTableModel):
    """The links of a forest, in the order of their rails."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forest: Forest | None = None
        self._rows: list[Item] = []
        self._machines: dict[Path, tuple[str, ...]] = {}
        self._branches: Mapping[Path, int] = {}
        self._needle = ""
        self._way: tuple[Path, ...] = ()
        self._chosen: Path | None = None
        self._counts: dict[Path, LinkCount] = {}

    def show_forest(self, forest: Forest | None) -> None:
        """Show the links of *forest*."""
        self._forest = forest
        self._machines = {} if forest is None else machines_on(forest)
        self._branches = {} if forest is None else branch_numbers(forest.nodes)
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
        return max((link.row.rail for _, link in self._links()), default=0) + 1

    @property
    def has_headings(self) -> bool:
        """Whether there are several chains, each with a heading."""
        return any(isinstance(item, Heading) for item in self._rows)

    @property
    def beside(self) -> list[int]:
        """The rows that are no links; each takes the whole width."""
        return [n for n, item in enumerate(self._rows) if not isinstance(item, LinkRow)]

    @property
    def ghosts(self) -> list[tuple[int, Ghost]]:
        """The parents that are not there, each with its row."""
        return [(n, item) for n, item in enumerate(self._rows) if isinstance(item, Ghost)]

    def on_path(self, path: Path) -> bool:
        """Return whether link *path* belongs to the chosen chain."""
        return path in self._way

    def row_of(self, path: Path) -> int:
        """Return the row of link *path*, or -1."""
        return next((number for number, link in self._links() if link.row.path == path), -1)

    def item_at(self, index: Index) -> Item | None:
        """Return what the row of *index* is."""
        return self._rows[index.row()] if index.isValid() else None

    def link_at(self, index: Index) -> LinkRow | None:
        """Return the link of *index*; None if its row is none."""
        item = self.item_at(index)
        return item if isinstance(item, LinkRow) else None

    def is_misfit(self, child: Path) -> Severity | None:
        """Return how bad it is that *child* was not made from its parent; None if it was."""
        link = None if self._forest is None else self._forest.nodes.get(child)
        fault = None if link is None else misfit_of(link)
        return None if fault is None else fault.severity

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
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (tr("Link"), tr("Changed"), tr("Stored"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section != Column.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item_at(index)
        if item is None or role == Role.ROW:
            return item
        return _said_of(item, index.column(), role)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        item = self.item_at(index)
        if isinstance(item, Heading):
            return Qt.ItemFlag.ItemNeverHasChildren  # keys pass over it
        flags = super().flags(index)
        if isinstance(item, LinkRow):
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

    def _links(self) -> Iterator[tuple[int, LinkRow]]:
        """Yield the rows that are links, each with its number."""
        for number, item in enumerate(self._rows):
            if isinstance(item, LinkRow):
                yield number, item

    def _refresh(self, *, whole: bool = False) -> None:
        """Tell of the rows that are not as they were, or with *whole* of all."""
        changed = []
        for number, link in self._links():
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

    def _make_rows(self) -> list[Item]:
        if self._forest is None:
            return []
        nodes = self._forest.nodes
        families = families_of(nodes, self._forest.folder)
        family_of = {root: family for family in families for root in family.roots}
        made: list[Item] = []
        above: Ghost | None = None
        family: Family | None = None
        headed: Family | None = None
        for row in lay_out(nodes, family_of):
            family = family if row.above is not None else family_of.get(row.path)
            link = self._link_row(row, nodes[row.path])
            ghost = ghost_of(link.node)
            if self._needle:
                made += [link] if self._needle in sought(link) else []
                continue
            if len(families) > 1 and family is not None and family is not headed:
                made.append(family.heading)
                headed, above = family, None
            if ghost is not None and not _is_same(ghost, above):
                made.append(ghost)
            above = ghost or above
            made.append(link)
        return made

    def _link_row(self, row: Row, node: Node) -> LinkRow:
        count = self._counts.get(row.path)
        machines = self._machines.get(row.path, ())
        return LinkRow(
            row,
            node,
            badges_of(row, node, count, machines),
            on_path=row.path in self._way,
            chosen=row.path == self._chosen,
            count=count,
            machines=machines,
            branch=self._branches.get(row.path, 0),
        )


def _said_of(item: Item, column: int, role: int) -> object:
    """Return what a row says for *role*."""
    if role == Qt.ItemDataRole.DisplayRole:
        return _text(item, column)
    if role == Qt.ItemDataRole.ToolTipRole:
        return _tool_tip(item)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _spoken(item, column)
    return None


def _text(item: Item, column: int) -> str:
    if isinstance(item, LinkRow):
        return text_of(item, column)
    if column != Column.NAME:
        return ""
    return plain.spelled(heading_name(item) if isinstance(item, Heading) else ghost_words(item)[0])


def _tool_tip(item: Item) -> str:
    if isinstance(item, LinkRow):
        return tool_tip(item)
    if isinstance(item, Heading):
        return plain.tip(*heading_words(item))
    fault = f"{sentences.text(item.fault)}; {sentences.cure(item.fault)}"
    return plain.tip(*ghost_words(item), fault)


def _spoken(item: Item, column: int) -> str:
    if isinstance(item, LinkRow):
        return spoken(item, column)
    if column != Column.NAME:
        return ""
    words = heading_words(item) if isinstance(item, Heading) else ghost_words(item)
    return plain.spelled(", ".join(words))


def heading_name(heading: Heading) -> str:
    """Return what a chain is called."""
    return heading.name or tr("single disks")


def heading_counts(heading: Heading) -> list[str]:
    """Return where a chain lies, how many links it has, and how many are missing."""
    words = [heading.folder] if heading.folder else []
    words.append(tr("1 link") if heading.links == 1 else tr("%d links") % heading.links)
    if heading.missing:
        words.append(tr("%d missing") % heading.missing)
    return words


def heading_words(heading: Heading) -> tuple[str, ...]:
    """Return the name of a chain, where it lies, how many links it has, and how much they take."""
    words = [heading_name(heading), *heading_counts(heading)]
    words.append(tr("%s on the storage") % theme.amount(heading.stored_bytes))
    if heading.capacity is not None:
        words.append(tr("a disk of %s") % theme.amount(heading.capacity * SECTOR))
    return tuple(words)


def ghost_words(ghost: Ghost) -> tuple[str, str]:
    """Return the name of a parent that is not there, and which content ID is wanted."""
    name = ghost.name or tr("the parent of %s") % ghost.child.name
    return name, tr("missing, CID %s") % ghost.content_id


def _is_same(ghost: Ghost, other: Ghost | None) -> bool:
    """Return whether two children miss the same parent."""
    known = None if other is None else (other.name, other.content_id)
    return (ghost.name, ghost.content_id) == known
