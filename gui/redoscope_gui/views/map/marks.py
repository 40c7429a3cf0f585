"""What is painted over the cells of the map: lines, hatches, zeros and frames, in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from redoscope_gui import plain, theme

__all__ = [
    "Frame",
    "paint_frame",
    "paint_grid",
    "paint_hatch",
    "paint_marked",
    "paint_zeros",
    "runs_of",
]

_MOST_RUNS = 20_000
_SMALLEST_FRAME = 9.0
_USUAL_HATCH = 12.0
"""Pixels of a cell from which on the lines are as far apart as Qt's."""
_FINE_HATCH = 4
_VEIL = 110
"""Alpha of the colour over selected cells."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells to be framed: a column and a row, and how many rows."""

    column: int
    row: int
    rows: int = 1


def runs_of(marked: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return (row, first column, end column) of each run of marked cells."""
    rows, columns = marked.shape
    framed = np.zeros((rows, columns + 2), np.int8)  # `np.pad` takes ten times as long
    framed[:, 1:-1] = marked
    edges = np.diff(framed, axis=1)
    starts = np.argwhere(edges == 1)[:_MOST_RUNS]
    ends = np.argwhere(edges == -1)[:_MOST_RUNS]
    if not rows or not len(starts):
        return []
    return [
        (row, first, end)
        for (row, first), (_, end) in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def _extent(box: QRectF, shape: tuple[int, ...]) -> tuple[float, float]:
    return box.width() / shape[1], box.height() / shape[0]


def paint_hatch(painter: QPainter, box: QRectF, marked: npt.NDArray[np.bool_]) -> None:
    """Hatch the marked cells."""
    runs = runs_of(marked)
    if not runs:
        return
    width, height = _extent(box, marked.shape)
    brush = _hatching(fine=min(width, height) < _USUAL_HATCH)
    for row, first, end in runs:
        left, top = box.x() + first * width, box.y() + row * height
        painter.fillRect(QRectF(left, top, (end - first) * width, height), brush)


def _hatching(*, fine: bool) -> QBrush:
    """Return lines aslant; fine ones leave no cell of 4 pixels without a part of a line."""
    if not fine:
        return QBrush(theme.colour("hatch"), Qt.BrushStyle.BDiagPattern)
    tile = QImage(_FINE_HATCH, _FINE_HATCH, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    for step in range(_FINE_HATCH):
        tile.setPixelColor(step, _FINE_HATCH - 1 - step, theme.colour("hatch"))
    return QBrush(tile)


def paint_marked(painter: QPainter, box: QRectF, marked: npt.NDArray[np.bool_]) -> None:
    """Lay a veil over the selected cells, with a line round them."""
    width, height = _extent(box, marked.shape)
    veil, edge = QColor(theme.colour("accent")), theme.colour("accent")
    veil.setAlpha(_VEIL)
    around = np.pad(marked, ((1, 1), (0, 0)))
    for row, first, end in runs_of(marked):
        left, top = box.x() + first * width, box.y() + row * height
        painter.fillRect(QRectF(left, top, (end - first) * width, height), veil)
        for side in (left, left + (end - first) * width - 1):
            painter.fillRect(QRectF(side, top, 1, height), edge)
    for bare, shift in ((marked & ~around[:-2], 0.0), (marked & ~around[2:], height - 1)):
        for row, first, end in runs_of(bare):
            left, top = box.x() + first * width, box.y() + row * height + shift
            painter.fillRect(QRectF(left, top, (end - first) * width, 1), edge)


def paint_zeros(painter: QPainter, box: QRectF, marked: npt.NDArray[np.bool_]) -> None:
    """Write a small 0 into the marked cells."""
    if not marked.any():
        return
    width, height = _extent(box, marked.shape)
    painter.setFont(theme.small_font())
    painter.setPen(theme.colour("window"))
    for row, column in np.argwhere(marked).tolist():
        cell = QRectF(box.x() + column * width, box.y() + row * height, width, height)
        plain.draw(painter, cell, Qt.AlignmentFlag.AlignCenter, "0")


def paint_grid(
    painter: QPainter, box: QRectF, shape: tuple[int, ...], *, down: bool = True
) -> None:
    """Draw a thin line between the cells, or between the rows alone."""
    width, height = _extent(box, shape)
    line = theme.colour("window")
    ratio = painter.device().devicePixelRatio()
    for row in range(1, shape[0]):
        top = box.y() + _edge(row * height, ratio)
        painter.fillRect(QRectF(box.x(), top, box.width(), 1), line)
    for column in range(1, shape[1] if down else 0):
        left = box.x() + _edge(column * width, ratio)
        painter.fillRect(QRectF(left, box.y(), 1, box.height()), line)


def _edge(place: float, ratio: float) -> float:
    """Return where a cell begins on the screen, as Qt scales an image without smoothing."""
    return math.ceil(place * ratio - 0.5) / ratio


def paint_frame(
    painter: QPainter, box: QRectF, shape: tuple[int, ...], frame: Frame, *, strong: bool
) -> None:
    """Frame cells; a small frame is widened so that it can be found by eye."""
    width, height = _extent(box, shape)
    cells = QRectF(
        box.x() + frame.column * width, box.y() + frame.row * height, width, height * frame.rows
    )
    if strong:
        wider = max(0.0, _SMALLEST_FRAME - cells.width()) / 2
        taller = max(0.0, _SMALLEST_FRAME - cells.height()) / 2
        cells.adjust(-wider, -taller, wider, taller)
        painter.setPen(QPen(theme.colour("window"), 4))
        painter.drawRect(cells)
    painter.setPen(QPen(theme.colour("cursor"), 2 if strong else 1))
    painter.drawRect(cells)
