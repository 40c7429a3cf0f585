"""Facts in rows, and the model that shows them: what, value, and where a number leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["Fact", "FactsModel", "plain_font"]

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Fact:
    """One row."""

    cells: tuple[str, ...]
    """Texts of the columns; the first says what it is."""
    hint: str = ""
    """Tool tip of the row."""
    copy: str = ""
    """What is copied; the last cell if empty."""
    sector: int | None = None
    """Sector of the disk that the row leads to."""
    offset: int | None = None
    """Byte of the disk that the row leads to."""
    generation: int | None = None
    """Generation that the row leads to."""
    dim: bool = False
    strong: bool = False
    children: tuple[Fact, ...] = ()

    @property
    def copied(self) -> str:
        """What is put on the clipboard."""
        return self.copy or (self.cells[-1] if self.cells else "")


def _shape(facts: Sequence[Fact]) -> tuple[object, ...]:
    return tuple((len(fact.cells), _shape(fact.children)) for fact in facts)


def plain_font(*, strong: bool = False) -> QFont:
    """Return the font of facts: figures of one width, and an x between figures stays an x."""
    font = theme.number_font()
    font.setFeature(QFont.Tag("calt"), 0)
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font


@dataclass(frozen=True, slots=True)
class _Row:
    fact: Fact
    row: int
    parent: int
    """Id of the row above it, -1 for none."""


class FactsModel(QAbstractItemModel):
    """Facts in two levels. The same shape of facts is updated in place, so nothing jumps."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._facts: tuple[Fact, ...] = ()
        self._rows: list[_Row] = []
        self._below: dict[int, list[int]] = {-1: []}

    def show(self, facts: Sequence[Fact]) -> bool:
        """Show other facts; return whether the rows are other ones too."""
        facts = tuple(facts)
        same = _shape(facts) == _shape(self._facts)
        if not same:
            self.beginResetModel()
        self._facts = facts
        self._rows = list(self._flattened(facts, -1, 0))
        self._below = {-1: []}
        for number, row in enumerate(self._rows):
            self._below.setdefault(row.parent, []).append(number)
        if not same:
            self.endResetModel()
        elif self._rows:
            last = len(self._headers) - 1
            for numbers in self._below.values():
                first = self.createIndex(0, 0, numbers[0])
                end = self.createIndex(len(numbers) - 1, last, numbers[-1])
                self.dataChanged.emit(first, end)
        return not same

    def _flattened(self, facts: Sequence[Fact], parent: int, start: int) -> Iterator[_Row]:
        """Yield every fact after its parent, so that its place is its id."""
        number = start
        for row, fact in enumerate(facts):
            yield _Row(fact, row, parent)
            own = number
            number += 1
            for inner in self._flattened(fact.children, own, number):
                yield inner
                number += 1

    def fact(self, index: Index) -> Fact | None:
        """Return the fact of a row."""
        row = self._row(index)
        return None if row is None else row.fact

    def _row(self, index: Index) -> _Row | None:
        """Return the row of *index*; None of one that somebody kept from before a reset."""
        if not index.isValid() or not 0 <= index.internalId() < len(self._rows):
            return None
        return self._rows[index.internalId()]

    @override
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        above = parent.internalId() if parent.isValid() else -1
        below = self._below.get(above, ())
        return self.createIndex(row, column, below[row]) if row < len(below) else QModelIndex()

    # QObject.parent() without an index hides behind it, as in Qt itself.
    @override
    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        row = self._row(child)
        if row is None or row.parent < 0:
            return QModelIndex()
        return self.createIndex(self._rows[row.parent].row, 0, row.parent)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.column() > 0:
            return 0
        above = parent.internalId() if parent.isValid() else -1
        return len(self._below.get(above, ()))

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        shown = role in {_ROLE.DisplayRole, _ROLE.ToolTipRole}  # a narrow column shows a part
        if not shown or orientation is not Qt.Orientation.Horizontal:
            return None
        return self._headers[section] if 0 <= section < len(self._headers) else None

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        fact = self.fact(index)
        if fact is None:
            return None
        column = index.column()
        leads = fact.sector is not None and column == 1
        quiet = fact.dim or (column == 0 and not fact.strong)
        answers: dict[int, Callable[[], Any]] = {
            _ROLE.DisplayRole: lambda: plain.spelled("".join(fact.cells[column : column + 1])),
            _ROLE.ToolTipRole: lambda: _tip(fact, column),
            _ROLE.FontRole: lambda: plain_font(strong=fact.strong),
            _ROLE.ForegroundRole: lambda: theme.colour(
                "accent" if leads else "dim" if quiet else "text"
            ),
            _ROLE.AccessibleTextRole: lambda: plain.spelled(
                ": ".join(filter(None, fact.cells[: column + 1]))
            ),
        }
        answer = answers.get(role)
        return None if answer is None else answer()


def _tip(fact: Fact, column: int) -> plain.Shown | None:
    """Return the whole text of a cell, which may be cut, and what is said of its row."""
    shown = "".join(fact.cells[column : column + 1])
    told = [fact.hint] if shown in fact.hint else [shown, *filter(None, [fact.hint])]
    return plain.tip(*told) or None
