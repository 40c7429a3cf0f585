"""A plot that is only looked at: the table beside it tells the same, and is walked by keys."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from redoscope_gui import plain

__all__ = ["still_plot"]


def still_plot(name: str, parent: QWidget) -> pg.PlotWidget:
    """Return a plot called *name* that neither mouse nor keys move."""
    plot = pg.PlotWidget(parent)
    for part in (plot, plot.viewport()):
        plain.set_name(part, name)
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    return plot
