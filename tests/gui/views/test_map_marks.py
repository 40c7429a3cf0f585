"""What is painted over the cells: a hatch that no cell is too small for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from redoscope_gui import theme
from redoscope_gui.views.map.marks import paint_hatch


@pytest.mark.parametrize("extent", [4.0, 4.5, 6.3, 9.0, 12.0, 16.0, 30.0])
@pytest.mark.usefixtures("dressed")
def test_every_cell_that_cannot_be_read_shows_a_part_of_the_hatch(extent: float) -> None:
    side = 12
    pixels = round(extent * side)
    line = theme.colour("hatch").rgb()
    for row in range(side):
        for column in range(side):
            marked = np.zeros((side, side), np.bool_)
            marked[row, column] = True
            image = QImage(pixels, pixels, QImage.Format.Format_RGB32)
            image.fill(theme.colour("bad"))
            painter = QPainter(image)
            paint_hatch(painter, QRectF(0, 0, pixels, pixels), marked)
            painter.end()
            raw = np.frombuffer(image.constBits(), np.uint32).reshape(pixels, -1)
            ys, xs = np.nonzero(raw == line)
            assert len(ys) >= 2, (row, column)
            assert row * extent - 1 <= ys.min() <= ys.max() <= (row + 1) * extent
            assert column * extent - 1 <= xs.min() <= xs.max() <= (column + 1) * extent
