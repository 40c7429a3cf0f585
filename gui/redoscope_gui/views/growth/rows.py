"""What each generation adds, as rows of figures; the chart draws the same."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

if TYPE_CHECKING:
    from redoscope_core import Growth

__all__ = ["GrowthRows", "Measure", "words_of"]


class Measure(IntEnum):
    """What is measured of a generation, in the order of the bars."""

    STORED = 0
    ALONE = 1
    SHADOWED = 2
    ZERO = 3
    IDENTICAL = 4


COLOURS = {
    Measure.STORED: "other",
    Measure.ALONE: "good",
    Measure.SHADOWED: "inherited",
    Measure.ZERO: "zero",
    Measure.IDENTICAL: "this",
}
"""The colour of each measure, by role."""


def words_of(measure: Measure) -> tuple[str, str]:
    """Return what *measure* is called, and what it means."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Growth", text)

    return {
        Measure.STORED: (tr("Stored"), tr("Data that the link stores")),
        Measure.ALONE: (tr("Only here"), tr("Where no other link of the chain has anything")),
        Measure.SHADOWED: (tr("Shadowed"), tr("What newer links decide instead")),
        Measure.ZERO: (tr("Zeros"), tr("What it marks as zeros, without storing them")),
        Measure.IDENTICAL: (
            tr("As the parent"),
            tr("What it has and reads as without it: only reading tells"),
        ),
    }[measure]


class GrowthRows(PlainRows):
    """One row for each generation, the base disk first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._found: Sequence[Growth] = ()
        self._identical: Sequence[int] | None = None

    def show(
        self,
        names: Sequence[str],
        found: Sequence[Growth],
        identical: Sequence[int] | None,
    ) -> None:
        """Show other figures; *identical* is None until the generations were compared."""
        self.beginResetModel()
        self._names, self._found, self._identical = names, found, identical
        self.endResetModel()

    def bytes_of(self, measure: Measure) -> list[int] | None:
        """Return the bytes of *measure* of each generation; None if they are not known yet."""
        if measure is Measure.IDENTICAL:
            found = self._identical
            return None if found is None else [sectors * SECTOR for sectors in found]
        figures = (
            {
                Measure.STORED: each.stored,
                Measure.ALONE: each.alone,
                Measure.SHADOWED: each.shadowed,
                Measure.ZERO: each.zero,
            }
            for each in self._found
        )
        return [figure[measure] * SECTOR for figure in figures]

    @override
    def count(self) -> int:
        return len(self._found)

    @override
    def heads(self) -> Sequence[str]:
        return (self.tr("Generation"), *(words_of(measure)[0] for measure in Measure))

    @override
    def cells(self, row: int) -> Sequence[str]:
        told = []
        for measure in Measure:
            found = self.bytes_of(measure)
            told.append("?" if found is None else theme.amount(found[row]))
        return (f"{row}  {self._names[row]}", *told)

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()
