"""The rows of the Problems pane as a Qt model: a card for each group, its places below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from redoscope_gui import plain
from redoscope_gui.session import Problem, ProblemGroup
from redoscope_gui.views.problems.words import place_words, spoken

__all__ = ["Entry", "EntryRole", "ProblemRows"]

Index = QModelIndex | QPersistentModelIndex


class EntryRole(IntEnum):
    """What the delegate asks for beyond the usual roles."""

    ENTRY = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: the card of a group, or one of its places."""

    group: ProblemGroup
    place: Problem | None = None
    opened: bool = False
    """Whether its places are listed below it."""

    @property
    def problem(self) -> Problem:
        """Where the row leads to."""
        return self.place or self.group.head


class ProblemRows(QAbstractListModel):
    """What is wrong, worst first. The places of a group are listed once it is opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[ProblemGroup, ...] = ()
        self._entries: list[Entry] = []
        self._opened: set[object] = set()

    @property
    def groups(self) -> tuple[ProblemGroup, ...]:
        """What is shown."""
        return self._groups

    def show_groups(self, groups: Sequence[ProblemGroup]) -> None:
        """Show these instead; rows that stay are left alone, so that nothing jumps."""
        self._groups = tuple(groups)
        entries = [entry for group in groups for entry in self._entries_of(group)]
        before, now = set(self._entries), set(entries)
        staying = [entry for entry in self._entries if entry in now]
        moved = staying != [entry for entry in entries if entry in before]
        if moved or len(now) < len(entries):
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        # Whole runs: after each the list asks every row for its height.
        for first, last in reversed(_runs(self._entries, now)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._entries[first : last + 1]
            self.endRemoveRows()
        for first, last in _runs(entries, before):
            self.beginInsertRows(QModelIndex(), first, last)
            self._entries[first:first] = entries[first : last + 1]
            self.endInsertRows()
        self._entries = entries  # equal ones, which may know more of their place

    def toggle(self, group: ProblemGroup) -> None:
        """List the places of *group* below it, or no longer."""
        self._opened ^= {group.head.gist}
        self.show_groups(self._groups)

    def is_opened(self, group: ProblemGroup) -> bool:
        """Return whether the places of *group* are listed."""
        return bool(group.places) and group.head.gist in self._opened

    def entry_at(self, index: Index) -> Entry | None:
        """Return the row of *index*."""
        return self._entries[index.row()] if index.isValid() else None

    def problem_at(self, index: Index) -> Problem | None:
        """Return the problem of *index*; of several the first."""
        entry = self.entry_at(index)
        return None if entry is None else entry.problem

    def row_of(self, group: ProblemGroup) -> int:
        """Return the row of the card of *group*, or -1."""
        cards = enumerate(self._entries)
        return next((n for n, e in cards if e.place is None and e.group == group), -1)

    def _entries_of(self, group: ProblemGroup) -> list[Entry]:
        opened = self.is_opened(group)
        places = group.places if opened else ()
        return [Entry(group, opened=opened), *(Entry(group, place) for place in places)]

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry_at(index)
        if entry is None:
            return None
        if role == EntryRole.ENTRY:
            return entry
        problem = entry.problem
        if role == Qt.ItemDataRole.DisplayRole:
            return plain.spelled(problem.text)
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (str(problem.path or ""), problem.text, problem.cure)
            return plain.tip(*(line for line in lines if line))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = spoken(entry.group) if entry.place is None else place_words(problem)
            return plain.spelled(words)
        return None


def _runs(entries: Sequence[Entry], known: set[Entry]) -> list[tuple[int, int]]:
    """Return the first and the last row of each run of *entries* that are not *known*."""
    runs: list[tuple[int, int]] = []
    for row, entry in enumerate(entries):
        if entry in known:
            continue
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
