"""The chart: of each generation a bar for each measure. It imports pyqtgraph: it is made late."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.still_plot import StillPlot
from redoscope_gui.views.growth.rows import COLOURS, GrowthRows, Measure

__all__ = ["GrowthChart"]

_GROUP = 0.8
"""Of the room of a generation: how much its bars take."""
_BAR = 0.9
"""Of the room of a bar: how much it takes."""
_LINES = 4
"""Amounts that are marked at the side, at most."""
_MOST_TICKS = 16
_LOW = 120


class GrowthChart(QWidget):
    """Draws the figures; they are told, and walked by keys, in the table beside it."""

    def __init__(self, rows: GrowthRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self.bars: dict[Measure, pg.BarGraphItem] = {}
        plain.set_name(self, self.tr("Growth of the chain"))
        self._plot = StillPlot(self.tr("Growth of the chain"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self.setMinimumHeight(round(_LOW * theme.zoom()))
        self.draw_bars()

    def draw_bars(self) -> None:
        """Draw all anew, in the colours of the theme."""
        self._plot.begin()
        self.bars = {}
        count = self._rows.count()
        highest = 1
        for measure in Measure:
            heights = self._rows.bytes_of(measure)
            if heights:
                highest = max(highest, *heights)
                self._add_bars(measure, heights)
        self._mark(count, highest)

    def _add_bars(self, measure: Measure, heights: list[int]) -> None:
        width = _GROUP / len(Measure)
        left = (measure - (len(Measure) - 1) / 2) * width
        self.bars[measure] = pg.BarGraphItem(
            x=[number + left for number in range(len(heights))],
            height=heights,
            width=width * _BAR,
            brush=theme.colour(COLOURS[measure]),
            pen=pg.mkPen(theme.colour("line_strong")),
        )
        self._plot.add(self.bars[measure])

    def _mark(self, count: int, highest: int) -> None:
        """Mark generations below, and amounts in powers of two at the side."""
        step = max(1, -(-count // _MOST_TICKS))
        below = [(number, str(number)) for number in range(0, count, step)]
        self._plot.mark("bottom", below)
        line = 1
        while line * _LINES < highest:
            line *= 2
        steps = range(0, highest + line, line)
        amounts = [(at, plain.spelled(theme.amount(at))) for at in steps]
        self._plot.mark("left", amounts)
        self._plot.show_range(x=(-0.5, max(count, 1) - 0.5), y=(0, highest * 1.02))
