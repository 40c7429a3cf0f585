"""What will be done to files, as a table: what, to which file, how many bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.rows_table import RowsTable

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Deletion, Edit, Fate
    from redoscope_gui.requests import SnapshotsPlanned

__all__ = ["PlannedRow", "PlannedRows", "PlannedTable", "rows_of_snapshots"]

_WIDTHS = (80, 190, 150)
_ROWS = 8
"""Rows that are seen at once."""


def tr(text: str) -> str:
    """Translate *text* of a plan."""
    return QCoreApplication.translate("Planned", text)


class PlannedRow(NamedTuple):
    """One thing that will be done."""

    what: str
    file: str
    amount: str = ""
    why: str = ""


def rows_of_snapshots(planned: SnapshotsPlanned) -> tuple[PlannedRow, ...]:
    """Return what will be done to each file, in the order in which it is done."""
    switch = planned.switch
    if switch is None:
        deletion = planned.deletion
        return () if deletion is None else tuple(_of_deletion(deletion, planned))
    rows = [
        PlannedRow(
            tr("made"),
            link.path.name,
            tr("grows as written"),
            tr("{node}: a child of {parent}, which is frozen").format(
                node=link.parent.node, parent=link.parent.link.name
            ),
        )
        for link in switch.links
    ]
    if switch.checkpoint is not None and switch.state is not None:
        amount = theme.amount(len(switch.state.data))
        why = tr("the state without memory")
        rows.append(PlannedRow(tr("made"), switch.checkpoint.name, amount, why))
    return (*rows, *(_of_edit(edit) for edit in switch.plan.edits))


def _of_edit(edit: Edit) -> PlannedRow:
    small = edit.narrowed() or edit
    amount = tr("{old} to {new} bytes").format(old=len(small.old), new=len(small.new))
    return PlannedRow(tr("changed"), edit.path.name, amount, edit.why)


def _of_deletion(deletion: Deletion, planned: SnapshotsPlanned) -> Iterator[PlannedRow]:
    def gone(path: Path, why: str) -> PlannedRow:
        length = planned.lengths.get(path)
        return PlannedRow(
            tr("removed"), path.name, "" if length is None else theme.amount(length), why
        )

    if deletion.first is not None:
        yield _of_edit(deletion.first)
    yield from (gone(file, tr("the state of the snapshot")) for file in deletion.state_files)
    yield from (gone(file, tr("nobody needs it")) for file in deletion.dropped_files)
    for merge in deletion.merges:
        names = ", ".join(path.name for path in merge.plan.merged)
        amount = tr("takes in %s") % theme.amount(merge.plan.sectors * SECTOR)
        yield PlannedRow(tr("written"), merge.plan.target.name, amount, tr("from %s") % names)
        yield from (_of_edit(edit) for edit in merge.edits)
        yield from (gone(file, tr("it was merged")) for file in merge.plan.redundant_files)
    yield from (gone(file, tr("it can't be applied then")) for file in deletion.spent)
    yield from (
        PlannedRow(tr("stays"), fate.link.name, "", _for_whom(fate)) for fate in deletion.kept
    )


def _for_whom(fate: Fate) -> str:
    others = [path.name for path in fate.kept_for if path != fate.link]
    if others:
        return tr("%s: made from it") % ", ".join(others)
    return tr("it is named still") if fate.kept_for else tr("it is a base disk")


class PlannedRows(PlainRows):
    """The rows as a model."""

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._rows: Sequence[PlannedRow] = ()

    def show(self, rows: Sequence[PlannedRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def heads(self) -> Sequence[str]:
        return self.tr("What"), self.tr("File"), self.tr("Bytes"), self.tr("Why")

    @override
    def cells(self, row: int) -> Sequence[str]:
        return self._rows[row]

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()


class PlannedTable(RowsTable):
    """Shows what will be done; nothing is chosen in it."""

    def __init__(self, parent: QWidget) -> None:
        self.rows = PlannedRows(None)
        name = QCoreApplication.translate("Planned", "What will be done")
        super().__init__(self.rows, name, _WIDTHS, parent)
        self.rows.setParent(self)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * (_ROWS + 2))
