"""The blocks that were counted, as rows."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import ByteCounts
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

__all__ = ["BlockRows"]


class BlockRows(PlainRows):
    """One row for each block, in the order of the disk."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts: ByteCounts | None = None
        self._entropy: list[float] = []

    @property
    def counts(self) -> ByteCounts | None:
        """What is shown."""
        return self._counts

    @property
    def entropy(self) -> list[float]:
        """Bits a byte of each block; NaN where nothing was counted."""
        return self._entropy

    def show(self, counts: ByteCounts | None) -> None:
        """Show other blocks."""
        self.beginResetModel()
        self._counts = counts
        self._entropy = [] if counts is None else counts.entropy.tolist()
        self.endResetModel()

    def offset_of(self, row: int) -> int:
        """Return the byte of the disk at which the block in *row* begins."""
        return 0 if self._counts is None else self._counts.offset + row * self._counts.block_bytes

    @override
    def count(self) -> int:
        return len(self._entropy)

    @override
    def heads(self) -> tuple[str, ...]:
        return (
            self.tr("Address"),
            self.tr("Entropy"),
            self.tr("Zeros"),
            self.tr("Most frequent"),
        )

    @override
    def cells(self, row: int) -> tuple[str, ...]:
        address = f"0x{self.offset_of(row):X}"
        if self._counts is None or math.isnan(self._entropy[row]):
            return (address, self.tr("nothing stored"), "", "")
        counts = self._counts.counts[row]
        total, common = int(counts.sum()), int(counts.argmax())
        frequent = self.tr("%02X, %.1f %%") % (common, 100 * int(counts[common]) / total)
        zeros = f"{100 * int(counts[0]) / total:.1f} %"
        return (address, f"{self._entropy[row]:.3f}", zeros, frequent)

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()
