"""A plot that is only looked at: the table beside it tells the same, and is walked by keys.

It is made of the parts of pyqtgraph's plot: that one brings menus for mouse and keys, 43 widgets
each, which every change of theme would dress.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from redoscope_gui import plain, theme

__all__ = ["StillPlot"]

_SIDES = ("left", "bottom")


class StillPlot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """A box with two axes that neither mouse nor keys move."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        for part in (self, self.viewport()):
            plain.set_name(part, name)
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._axes = {side: pg.AxisItem(side) for side in _SIDES}
        self._layout = pg.GraphicsLayout()
        self._layout.addItem(self._axes["left"], 0, 0)
        self._layout.addItem(self._box, 0, 1)
        self._layout.addItem(self._axes["bottom"], 1, 1)
        self._layout.layout.setSpacing(0)
        for axis in self._axes.values():
            axis.linkToView(self._box)
        self.setCentralItem(self._layout)

    def begin(self) -> None:
        """Take away what is drawn, and take the colours of the theme."""
        self._box.clear()
        self.setBackground(theme.colour("field"))
        for axis in self._axes.values():
            axis.setPen(theme.colour("line_strong"))
            axis.setTextPen(theme.colour("dim"))
            axis.setStyle(tickFont=theme.small_font())

    def add(self, item: Any) -> None:
        """Draw *item* of pyqtgraph too."""
        self._box.addItem(item)

    def mark(self, side: str, ticks: Sequence[tuple[float, str]]) -> None:
        """Write words at places of the axis at *side*."""
        self._axes[side].setTicks([list(ticks)])

    def show_range(
        self, *, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None
    ) -> None:
        """Show this much of each direction that is given."""
        if x is not None:
            self._box.setXRange(*x, padding=0)
        if y is not None:
            self._box.setYRange(*y, padding=0)

    def place_of(self, point: QPointF) -> QPointF:
        """Return where a point of the scene lies on the axes."""
        place: QPointF = self._box.mapSceneToView(point)
        return place
