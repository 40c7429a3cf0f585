"""The picture of the map: pyqtgraph's view box and image. The only module that imports pyqtgraph.

It knows a table of classes in shades and their colours, and nothing of disks. It is imported when
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
from redoscope_gui.views.map.inking import inked
from redoscope_gui.views.map.labels import label_font
from redoscope_gui.views.map.marks import (
    Frame,
    paint_frame,
    paint_grid,
    paint_hatch,
    paint_marked,
    paint_zeros,
)
from redoscope_gui.views.map.table import CellTable, Spot

__all__ = ["MapPicture"]

_DRAG = 5
_NOTCH = 120
_LABEL_EVERY = 26
_GRID_FROM = 7.0
_GLYPH_FROM = 12.0
_INSIDE = 1e-6


class MapPicture(pg.GraphicsView):  # type: ignore[misc]
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
        self._layout.addItem(self._box, 0, 1)
        self._axis.linkToView(self._box)
        self._below.linkToView(self._box)
        self._image = pg.ImageItem(axisOrder="row-major", autoDownsample=False)
        self._inks = np.zeros(0, np.uint32)
        self._box.addItem(self._image, ignoreBounds=True)
        self._cursor: Frame | None = None
        self._hover: Frame | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._selecting: Spot | None = None
        self._marked: npt.NDArray[np.bool_] | None = None
        self.dress(b"")

    # --- what is shown -----------------------------------------------------------------------

    def dress(self, inks: bytes) -> None:
        """Take the colours of the classes and their shades, and those of the theme."""
        self._inks = np.frombuffer(inks, np.uint32)
        self._paint_cells()
        for axis in (self._axis, self._below):
            axis.setTextPen(theme.colour("dim"))
            axis.setPen(theme.colour("panel"))
            axis.setStyle(tickLength=0, tickFont=label_font(), autoExpandTextSpace=False)
        self.setBackgroundBrush(theme.colour("panel"))
        self.viewport().update()

    def set_axes(self, width: int, *, addresses: bool) -> None:
        """Give the row labels and the addresses a fixed room, so that the picture stays."""
        height = QFontMetrics(label_font()).height() + theme.HALF if addresses else 0
        if width != self._axis.fixedWidth:
            self._axis.setWidth(width)
        if height != self._below.fixedHeight:
            self._below.setHeight(height)
            self._layout.layout.activate()

    def show_table(self, table: CellTable) -> None:
        """Show other cells."""
        before, self._table = self._table, table
        rows, columns = table.classes.shape
        self._below.setTicks([list(table.addresses)])
        self._paint_cells()
        if before is None or before.classes.shape != table.classes.shape:
            self._image.setRect(QRectF(0, 0, columns, rows))
            self._box.setRange(QRectF(0, 0, columns, rows), padding=0, disableAutoRange=True)
            self._place_labels()
        elif list(before.labels) != list(table.labels):
            self._place_labels()
        self.viewport().update()

    def _paint_cells(self) -> None:
        """Give every cell the colour of its class in its shade."""
        if self._table is not None and len(self._inks):
            image = inked(self._inks, self._table.classes, self._table.faintness)
            self._image.setImage(image, autoLevels=False)

    def clear(self) -> None:
        """Show nothing."""
        self._table = None
        self._image.clear()
        self._axis.setTicks([[]])
        self._below.setTicks([[]])
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
        rows, columns = self._table.classes.shape
        box = self.cells_box()
        return box.width() / columns, box.height() / rows

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the place under *point* of the viewport."""
        box = self.cells_box()
        if self._table is None or not box.contains(point):
            return None
        width, height = self.cell_extent()
        rows, columns = self._table.classes.shape
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
        while not self._table.every_label and step * height < _LABEL_EVERY and step < len(labels):
            step *= 2
        half = QFontMetrics(label_font()).height() / 2 / height
        last = max(half, len(labels) - half)
        rows = range(0, len(labels), step)
        ticks = [(min(max(row + 0.5, half), last), labels[row]) for row in rows]
        self._axis.setTicks([ticks])

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
        classes = self._table.classes
        paint_hatch(painter, box, classes == self._table.hatched)
        if min(extent) >= _GLYPH_FROM:
            paint_zeros(painter, box, classes == self._table.zeroed)
        matrix = self._table.every_label
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
