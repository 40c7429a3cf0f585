"""Disks and snapshots as a table: a row for each snapshot and one for now, a column for each disk.

Snapshot            scsi0:0          scsi0:1        Stores ...
installed           web.vmdk         data.vmdk
├─ before update    web-000001.vmdk  data-000001.vmdk
└─ ● you are here   web-000003.vmdk  data-000003.vmdk
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QBrush, QFont
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.plain_rows import Index, PlainRows
from redoscope_gui.views.machine.words import costs, given_back, name_of

if TYPE_CHECKING:
    from redoscope_core import Forecast, MachineSnapshot, VirtualMachine
    from redoscope_gui.requests import MachineRead

__all__ = ["MachineRow", "MachineRows", "rows_of"]

_ROLE = Qt.ItemDataRole
_HERE = "●"
_DISKS = 2
"""The first of the columns of disks."""
_LIT = 90
"""Of 255: how strong the ground of what is lit is."""


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A snapshot, or with none the state of now."""

    snapshot: MachineSnapshot | None
    rails: str
    """The lines that lead to it from what it descends from."""
    depth: int
    """How many snapshots it descends from."""
    links: dict[str, Path | None]
    """By node: the link that it froze, or runs on; None if that is not here."""
    names: dict[str, str]
    """By node: that link as the text names it."""


def rows_of(machine: VirtualMachine) -> tuple[MachineRow, ...]:
    """Return the snapshots of *machine*, each below the one that it descends from, and now.

    Those whose parent is not there, or leads in a circle, stand beside the roots.
    """
    uids = {each.entry.uid for each in machine.snapshots}
    below: dict[int | None, list[MachineSnapshot | None]] = {}
    for each in machine.snapshots:
        parent = each.entry.parent if each.entry.parent in uids else None
        below.setdefault(parent, []).append(each)
    current = machine.snapshot_text.current
    below.setdefault(current if current in uids else None, []).append(None)
    seen: set[int] = set()
    found = list(_laid(below, None, "", 0, seen))
    for each in machine.snapshots:  # what a circle keeps from the roots
        if each.entry.uid not in seen:
            found += _laid({**below, None: [each]}, None, "", 0, seen)
    return tuple(_row(machine, *place) for place in found)


def _laid(
    below: dict[int | None, list[MachineSnapshot | None]],
    uid: int | None,
    lead: str,
    depth: int,
    seen: set[int],
) -> Iterator[tuple[MachineSnapshot | None, str, int]]:
    """Yield what descends from *uid*, deepest last, with its lines; no recursion: texts lie."""
    waiting = [(each, lead, depth, True) for each in reversed(below.get(uid, []))]
    while waiting:
        each, before, level, is_last = waiting.pop()
        if each is not None and each.entry.uid in seen:
            continue
        mark = "" if level == depth else ("└─ " if is_last else "├─ ")
        yield each, before + mark, level
        if each is None:
            continue
        seen.add(each.entry.uid)
        onward = before if level == depth else before + ("   " if is_last else "│  ")
        children = below.get(each.entry.uid, [])
        waiting += [
            (child, onward, level + 1, number == len(children) - 1)
            for number, child in reversed(list(enumerate(children)))
        ]


def _row(
    machine: VirtualMachine, snapshot: MachineSnapshot | None, rails: str, depth: int
) -> MachineRow:
    if snapshot is None:
        links = {disk.named.node: disk.link for disk in machine.disks}
        names = {disk.named.node: disk.named.file_name for disk in machine.disks}
    else:
        links = {disk.node: disk.link for disk in snapshot.disks}
        names = {disk.node: disk.file_name for disk in snapshot.disks}
    return MachineRow(snapshot, rails, depth, links, names)


class MachineRows(PlainRows):
    """The rows as a model; cells of links that are lit have a ground."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forecasts: Mapping[int, Forecast] = {}
        self._rows: tuple[MachineRow, ...] = ()
        self.nodes: tuple[str, ...] = ()
        self._lit: frozenset[Path] = frozenset()

    def show(self, read: MachineRead | None) -> None:
        """Show another machine, or none; nothing is known yet of what deleting would do."""
        self.beginResetModel()
        self._forecasts = {}
        self._rows = () if read is None else rows_of(read.machine)
        nodes = dict.fromkeys(node for row in reversed(self._rows) for node in row.links)
        self.nodes = tuple(sorted(nodes))
        self.endResetModel()

    def show_forecasts(self, forecasts: Mapping[int, Forecast]) -> None:
        """Show what deleting each snapshot would do, by uid, as far as it is known."""
        self._forecasts = forecasts
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.heads()) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [_ROLE.DisplayRole])

    def light(self, links: frozenset[Path]) -> None:
        """Light the cells of *links*."""
        self._lit = links
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.heads()) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [_ROLE.BackgroundRole])

    def cells_of(self, links: frozenset[Path]) -> list[QModelIndex]:
        """Return the cells of *links*, from the top."""
        return [
            self.index(number, _DISKS + column)
            for number, row in enumerate(self._rows)
            for column, node in enumerate(self.nodes)
            if row.links.get(node) in links
        ]

    def _node_of(self, column: int) -> str | None:
        """Return the disk whose column it is; None if it is that of none."""
        number = column - _DISKS
        return self.nodes[number] if 0 <= number < len(self.nodes) else None

    def row_at(self, number: int) -> MachineRow | None:
        """Return a row; None if there is none of that number."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, uid: int | None) -> int:
        """Return the row of the snapshot *uid*, or with None that of now; -1 if there is none."""
        for number, row in enumerate(self._rows):
            if (None if row.snapshot is None else row.snapshot.entry.uid) == uid:
                return number
        return -1

    def links_at(self, index: Index) -> frozenset[Path]:
        """Return the links that a cell is about: that of its disk, else those of its row."""
        row = self.row_at(index.row())
        if row is None:
            return frozenset()
        node = self._node_of(index.column())
        found = list(row.links.values()) if node is None else [row.links.get(node)]
        return frozenset(link for link in found if link is not None)

    # --- what a table asks -------------------------------------------------------------------

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def heads(self) -> Sequence[str]:
        nodes = [node or self.tr("disk") for node in self.nodes]
        return (
            self.tr("Snapshot"),
            self.tr("Gives back"),
            *nodes,
            self.tr("Stores"),
            self.tr("Alone"),
            self.tr("Costs"),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        shown = self._rows[row]
        disks = [self._disk(shown, node) for node in self.nodes]
        snapshot = shown.snapshot
        if snapshot is None:
            here = f"{shown.rails}{_HERE} {self.tr('You are here')}"
            return (here, "", *disks, "", "", "")
        forecast = self._forecasts.get(snapshot.entry.uid)
        return (
            shown.rails + name_of(snapshot),
            given_back(forecast),
            *disks,
            theme.amount(snapshot.stored_bytes),
            theme.amount(snapshot.only_bytes),
            costs(forecast),
        )

    def _disk(self, row: MachineRow, node: str) -> str:
        if node not in row.links:
            return "-"
        link = row.links[node]
        return link.name if link is not None else self.tr("%s (missing)") % row.names[node]

    def spoken(self, row: int, column: int) -> str:
        """Return what a cell says to a screen reader: lines of the tree are told as a level."""
        text = self.cells(row)[column]
        shown = self._rows[row]
        if column:
            return f"{self.heads()[column]}: {text}"
        name = text.removeprefix(shown.rails).removeprefix(_HERE).strip()
        return self.tr("%s, level %d") % (name, shown.depth + 1)

    def tip(self, row: int, column: int) -> str:
        """Return what is told of a cell while the mouse is over it."""
        names, shown = self.cells(row), self._rows[row]
        node = self._node_of(column)
        if node is not None:
            link = shown.links.get(node)
            froze = self.tr("It runs on it") if shown.snapshot is None else self.tr("It froze it")
            return plain.tip(names[column], froze, str(link or ""))
        if shown.snapshot is None:
            return plain.tip(self.tr("The state of now: what the machine goes on from"))
        return plain.tip(name_of(shown.snapshot), shown.snapshot.entry.description)

    @override
    def font_of(self, column: int) -> QFont:
        is_text = not column or self._node_of(column) is not None
        return theme.ui_font() if is_text else theme.number_font()

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == _ROLE.AccessibleTextRole:
            return plain.spelled(self.spoken(index.row(), index.column()))
        if role == _ROLE.ToolTipRole:
            return self.tip(index.row(), index.column())
        if role == _ROLE.BackgroundRole:
            return self._ground(index)
        if role == _ROLE.FontRole and self._rows[index.row()].snapshot is None:
            return theme.title_font()
        return super().data(index, role)

    def _ground(self, index: Index) -> QBrush | None:
        node = self._node_of(index.column())
        if node is None or self._rows[index.row()].links.get(node) not in self._lit:
            return None
        colour = theme.colour("this")
        colour.setAlpha(_LIT)
        return QBrush(colour)
