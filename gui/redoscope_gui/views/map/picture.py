"""The picture of the map: pyqtgraph's view box and image.

It knows a table of what cells hold and their inks, and nothing of disks. It is imported when
the map is first shown: pyqtgraph takes most of a second to import.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.views.map.inking import barred, inked, mostly, striped, top_of
from redoscope_gui.views.map.inks import Inks
from redoscope_gui.views.map.labels import label_font
from redoscope_gui.views.map.marks import (
    Frame,
    paint_frame,
    paint_grid,
    paint_hatch,
    paint_marked,
    paint_zeros,
)
from redoscope_gui.views.map.ramp import FULL
from redoscope_gui.views.map.table import CellTable, Spot

__all__ = ["MapPicture"]

_DRAG = 5
_NOTCH = 120
_LABEL_EVERY = 26
_GRID_FROM = 7.0
_GLYPH_FROM = 12.0
_INSIDE = 1e-6
_STRIPES_FROM = 10.0
"""Pixels across from which on the owners of a cell stand side by side."""
_BARS_FROM = 6.0
"""Pixels down from which on a row is high enough for bars."""


class MapPicture(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """The pixels: a table of cells with row labels, a cursor, and the mouse."""

    clicked = Signal(object)
    """A cell was clicked; carries its Spot."""
    double_clicked = Signal(object)
    """A cell was double-clicked; carries its Spot."""
    hovered = Signal(object)
    """The mouse is over a Spot, or left the cells (None)."""
    wheeled = Signal(object, float)
    """The wheel was turned over a Spot, by so many notches."""
    dragged = Signal(float, float)
    """The picture was dragged by so many columns and rows since the button went down."""
    selecting = Signal(object, object)
    """A stretch is pulled out with Shift held; carries the Spots of its two ends."""
    extended = Signal(object)
    """A cell was clicked with Shift held; carries its Spot."""
    released = Signal()
    """The button went up again."""
    resized = Signal()
    """The picture has another extent in pixels."""

    _table: CellTable | None = None  # pyqtgraph resizes the view while it is being made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plain.set_name(self, self.tr("Cells of the map"))
        self._layout = pg.GraphicsLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setCentralItem(self._layout)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True)
        self._axis = pg.AxisItem("left")
        self._below = pg.AxisItem("bottom")
        self._below.setHeight(0)
        self._layout.addItem(self._axis, 0, 0)
        self._layout.addItem(self._below, 1, 1)
        self._totals = pg.AxisItem("right")
        self._totals.setWidth(0)
        self._layout.addItem(self._totals, 0, 2)
        self._layout.addItem(self._box, 0, 1)
        self._axis.linkToView(self._box)
        self._below.linkToView(self._box)
        self._totals.linkToView(self._box)
        self._image = pg.ImageItem(axisOrder="row-major", autoDownsample=False)
        self._inks: Inks | None = None
        self.fitted = False
        """Whether the fullest cell of the picture has the full ink, instead of a full cell."""
        self.top = FULL
        """The share that has the full ink."""
        self._box.addItem(self._image, ignoreBounds=True)
        self._cursor: Frame | None = None
        self._hover: Frame | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._selecting: Spot | None = None
        self._marked: npt.NDArray[np.bool_] | None = None
        self.dress(None)

    # --- what is shown -----------------------------------------------------------------------

    def dress(self, inks: Inks | None) -> None:
        """Take other inks of the cells, and the colours of the theme."""
        self._inks = inks
        self._paint_cells()
        for axis in (self._axis, self._below, self._totals):
            axis.setTextPen(theme.colour("dim"))
            axis.setPen(theme.colour("panel"))
            axis.setStyle(tickLength=0, tickFont=label_font(), autoExpandTextSpace=False)
        self.setBackgroundBrush(theme.colour("panel"))
        self.viewport().update()

    def fit(self, *, fitted: bool) -> None:
        """Fit the scale to what is shown, or let a full cell alone have the full ink."""
        self.fitted = fitted
        self._paint_cells()

    def set_axes(self, width: int, *, addresses: bool, totals: int = 0) -> None:
        """Give row labels, addresses and totals a fixed room, so that the picture stays."""
        height = QFontMetrics(label_font()).height() + theme.HALF if addresses else 0
        if width != self._axis.fixedWidth:
            self._axis.setWidth(width)
        if totals != self._totals.fixedWidth:
            self._totals.setWidth(totals)
        if height != self._below.fixedHeight:
            self._below.setHeight(height)
            self._layout.layout.activate()

    def show_table(self, table: CellTable, inks: Inks) -> None:
        """Show other cells in their inks."""
        before, self._table, self._inks = self._table, table, inks
        rows, columns = table.held.classes.shape
        self._below.setTicks([list(table.addresses)])
        self._paint_cells()
        if before is None or before.held.classes.shape != table.held.classes.shape:
            self._box.setRange(QRectF(0, 0, columns, rows), padding=0, disableAutoRange=True)
            self._place_labels()
        elif (before.labels, before.totals) != (table.labels, table.totals):
            self._place_labels()
        self.viewport().update()

    def _paint_cells(self) -> None:
        """Give every cell the pixels of what it holds."""
        table, inks = self._table, self._inks
        if table is None or inks is None:
            return
        held = table.held
        self.top = top_of(inks, held) if self.fitted else FULL
        rows, columns = held.classes.shape
        box, ratio = self.cells_box(), self.devicePixelRatioF()
        across, tall = (box.width() / columns * ratio, box.height() / rows * ratio)
        if table.bars and tall >= _BARS_FROM:
            image = barred(inks, held, round(tall), self.top)
        elif table.stripes and across >= _STRIPES_FROM:
            image = striped(inks, held, round(across), self.top)
        else:
            image = inked(inks, held, self.top)
        self._image.setImage(image, autoLevels=False)
        self._image.setRect(QRectF(0, 0, columns, rows))

    def clear(self) -> None:
        """Show nothing."""
        self._table = None
        self._image.clear()
        self._axis.setTicks([[]])
        self._below.setTicks([[]])
        self._totals.setTicks([[]])
        self.viewport().update()

    def mark_cells(self, marked: npt.NDArray[np.bool_] | None) -> None:
        """Mark the selected cells; rows and columns as in the table."""
        self._marked = marked
        self.viewport().update()

    def frame_cursor(self, frame: Frame | None) -> None:
        """Frame the cells of the cursor."""
        self._cursor = frame
        self.viewport().update()

    def frame_hover(self, frame: Frame | None) -> None:
        """Frame the cell under the mouse."""
        if frame != self._hover:
            self._hover = frame
            self.viewport().update()

    def cells_box(self) -> QRectF:
        """Return where the cells are, in pixels of the viewport."""
        # The scene of a pyqtgraph view is its viewport; the box is half a pixel too large.
        box = self._box.sceneBoundingRect()
        return QRectF(box.x(), box.y(), int(box.width()), int(box.height()))

    def cell_extent(self) -> tuple[float, float]:
        """Return the width and the height of a cell in pixels."""
        if self._table is None:
            return 1.0, 1.0
        rows, columns = self._table.held.classes.shape
        box = self.cells_box()
        return box.width() / columns, box.height() / rows

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the place under *point* of the viewport."""
        box = self.cells_box()
        if self._table is None or not box.contains(point):
            return None
        width, height = self.cell_extent()
        rows, columns = self._table.held.classes.shape
        column = min((point.x() - box.x()) / width, columns - _INSIDE)
        return Spot(column, min((point.y() - box.y()) / height, rows - _INSIDE))

    def _inside(self, point: QPointF) -> QPointF:
        """Return the point of the cells nearest to *point*."""
        box = self.cells_box()
        x = min(max(point.x(), box.left()), box.right() - 1)
        return QPointF(x, min(max(point.y(), box.top()), box.bottom() - 1))

    def _place_labels(self) -> None:
        """Label every row, or as many as have room."""
        if self._table is None:
            return
        labels = self._table.labels
        _, height = self.cell_extent()
        if height <= 0:
            return  # a pane may be pushed together until nothing is left of it
        step = 1
        while not self._table.bars and step * height < _LABEL_EVERY and step < len(labels):
            step *= 2
        half = QFontMetrics(label_font()).height() / 2 / height
        last = max(half, len(labels) - half)
        rows = range(0, len(labels), step)
        ticks = [(min(max(row + 0.5, half), last), labels[row]) for row in rows]
        self._axis.setTicks([ticks])
        totals = self._table.totals
        self._totals.setTicks([[(row + 0.5, text) for row, text in enumerate(totals)]])

    # --- painting over the image -------------------------------------------------------------

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:
        """Paint grid, marks and frames in pixels over the cells."""
        if self._table is None:
            return
        painter.save()
        painter.resetTransform()
        box = self.cells_box()
        painter.setClipRect(box)
        extent = self.cell_extent()
        classes, matrix = self._table.held.classes, self._table.bars
        paint_hatch(painter, box, classes == self._table.hatched)
        if min(extent) >= _GLYPH_FROM and not matrix:
            paint_zeros(painter, box, mostly(self._table.held, self._table.zeroed))
        if min(extent) >= _GRID_FROM or matrix:
            paint_grid(painter, box, classes.shape, down=not matrix)
        if self._marked is not None and self._marked.shape == classes.shape:
            paint_marked(painter, box, self._marked)
        painter.setClipping(False)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        if self._hover is not None:
            paint_frame(painter, box, classes.shape, self._hover, strong=False)
        if self._cursor is not None:
            paint_frame(painter, box, classes.shape, self._cursor, strong=True)
        painter.restore()

    # --- mouse -------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragging = False
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._selecting = self.spot_at(event.position()) if shift else None
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self.hovered.emit(self.spot_at(event.position()))
            return
        moved = event.position() - self._pressed
        if not self._dragging and moved.manhattanLength() >= _DRAG:
            self._dragging = True
            if self._selecting is None:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.hovered.emit(None)
        if self._dragging and self._selecting is not None:
            self.selecting.emit(self._selecting, self.spot_at(self._inside(event.position())))
        elif self._dragging:
            width, height = self.cell_extent()
            if width > 0 and height > 0:  # a splitter may leave nothing of a map that is held
                self.dragged.emit(moved.x() / width, moved.y() / height)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if self._pressed is not None and not self._dragging and spot is not None:
            (self.clicked if self._selecting is None else self.extended).emit(spot)
        self._pressed = None
        self._selecting = None
        self._dragging = False
        self.viewport().unsetCursor()
        self.released.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and spot is not None:
            self.double_clicked.emit(spot)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is not None and event.angleDelta().y():
            self.wheeled.emit(spot, event.angleDelta().y() / _NOTCH)
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    @override
    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        self._place_labels()
        self.resized.emit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, 360)
