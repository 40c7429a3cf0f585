"""Two charts: entropy over the blocks, and how often each value occurs. It imports pyqtgraph."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from redoscope_core import ByteCounts
from redoscope_gui import plain, theme
from redoscope_gui.still_plot import StillPlot

__all__ = ["EntropyCharts"]

_LOW = 84
_BITS = 8
_VALUES = 256


class EntropyCharts(QWidget):
    """Draws what was counted; the table beside it tells it, and is walked by keys."""

    block_wanted = Signal(int)
    """A block was clicked; carries its number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts: ByteCounts | None = None
        self.entropy = StillPlot(self.tr("Entropy over the blocks"), self)
        self.histogram = StillPlot(self.tr("How often each value occurs"), self)
        self.entropy.scene().sigMouseClicked.connect(self._clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.HALF)
        column.addWidget(self.entropy)
        column.addWidget(self.histogram)
        self.setMinimumHeight(round(2 * _LOW * theme.zoom()))
        self.draw_bars()

    def show_counts(self, counts: ByteCounts | None) -> None:
        """Draw other counts, or none."""
        self._counts = counts
        self.draw_bars()

    def draw_bars(self) -> None:
        """Draw all anew, in the colours of the theme."""
        for plot in (self.entropy, self.histogram):
            plot.begin()
        self.entropy.show_range(y=(0, _BITS * 1.1))
        self.entropy.mark("left", [(each, str(each)) for each in (0, 4, 8)])
        self.histogram.show_range(x=(-0.5, _VALUES - 0.5))
        values = range(0, _VALUES + 1, 32)
        self.histogram.mark("bottom", [(each, f"{each:02X}") for each in values])
        if self._counts is not None:
            self._draw_entropy(self._counts)
            self._draw_histogram(self._counts)

    def _draw_entropy(self, counts: ByteCounts) -> None:
        heights = np.nan_to_num(counts.entropy)
        where = np.arange(len(heights)) + 0.5
        bars = pg.BarGraphItem(
            x=where, height=heights, width=1, brush=theme.colour("accent"), pen=pg.mkPen(None)
        )
        self.entropy.add(bars)
        self.entropy.show_range(x=(0, len(heights)))
        marks = sorted({0, len(heights) // 2, len(heights)})
        place = [f"0x{counts.offset + at * counts.block_bytes:X}" for at in marks]
        self.entropy.mark("bottom", list(zip(marks, place, strict=True)))

    def _draw_histogram(self, counts: ByteCounts) -> None:
        # Zeros are far more than all else on most disks: what is rare is still seen.
        heights = np.log10(1 + counts.histogram)
        bars = pg.BarGraphItem(
            x=np.arange(_VALUES), height=heights, width=1, brush=theme.colour("this"), pen=None
        )
        self.histogram.add(bars)
        highest = max(1, int(np.ceil(heights.max())))
        self.histogram.show_range(y=(0, highest * 1.15))
        step = -(-highest // 3)
        powers = range(0, highest + 1, step)
        words = [(at, plain.spelled(theme.grouped(10**at))) for at in powers]
        self.histogram.mark("left", words)

    def _clicked(self, event: object) -> None:
        place = getattr(event, "scenePos", None)
        if place is None or self._counts is None:
            return
        block = int(self.entropy.place_of(place()).x())
        if 0 <= block < len(self._counts.counts):
            self.block_wanted.emit(block)
