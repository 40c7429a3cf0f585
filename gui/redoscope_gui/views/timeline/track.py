"""The slider of the timeline: one tick for each generation, in the colour of its link."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget
from typing_extensions import override

from redoscope_gui import theme

__all__ = ["GenerationTrack"]

_MARGIN = 16
_DOT = 5.0
_HANDLE = 8.0
_LINE_Y = 14.0
_BRANCH = 9.0
_LEAST_LABEL = 56
_GAP = 8


class GenerationTrack(QSlider):
    """A slider over generations; its value is the index of the shown one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._names: list[str] = []
        self._branches: frozenset[int] = frozenset()
        self.setRange(0, 0)
        self.setPageStep(1)
        self.setTracking(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Generation"))

    def show_generations(self, names: list[str], branches: frozenset[int]) -> None:
        """Show the generations called *names*; at those in *branches* other children branch off."""
        self._names = names
        self._branches = branches
        self.blockSignals(True)
        self.setRange(0, max(0, len(names) - 1))
        self.blockSignals(False)
        self.updateGeometry()
        self.update()

    def x_of(self, index: int) -> float:
        """Return where the tick of a generation stands."""
        room = max(1, self.width() - 2 * _MARGIN)
        return _MARGIN + room * index / max(1, len(self._names) - 1)

    def index_at(self, x: float) -> int:
        """Return the generation nearest to *x*."""
        room = max(1, self.width() - 2 * _MARGIN)
        index = round((x - _MARGIN) / room * max(0, len(self._names) - 1))
        return min(max(0, index), max(0, len(self._names) - 1))

    @override
    def sizeHint(self) -> QSize:
        text = QFontMetrics(theme.small_font()).height()
        return QSize(240, int(_LINE_Y + _HANDLE + 4 + text))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = len(self._names) - 1
        start, now, end = self.x_of(0), self.x_of(self.value()), self.x_of(last)
        painter.setPen(QPen(theme.colour("line_strong"), 2))
        painter.drawLine(QPointF(now, _LINE_Y), QPointF(end, _LINE_Y))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawLine(QPointF(start, _LINE_Y), QPointF(now, _LINE_Y))
        for index in range(last + 1):
            self._paint_tick(painter, index)
        self._paint_names(painter)

    def _paint_tick(self, painter: QPainter, index: int) -> None:
        """Paint one generation; a stroke upwards where other children branch off."""
        centre = QPointF(self.x_of(index), _LINE_Y)
        chosen = index == self.value()
        colour = theme.link_colour(index)
        if index in self._branches:
            painter.setPen(QPen(theme.colour("dim"), 2))
            painter.drawLine(centre, centre + QPointF(_BRANCH, -_BRANCH - 2))
        painter.setPen(QPen(theme.colour("window"), 2))
        painter.setBrush(colour)
        reach = _HANDLE if chosen else _DOT
        if chosen:
            edge = "accent" if self.hasFocus() else "cursor"
            painter.setPen(QPen(theme.colour(edge), 2))
        if index == 0:
            painter.drawRoundedRect(
                QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach), 2, 2
            )
        else:
            painter.drawEllipse(centre, reach, reach)

    def _paint_names(self, painter: QPainter) -> None:
        """Write the names that have room; the chosen one always."""
        painter.setFont(theme.small_font())
        metrics = painter.fontMetrics()
        spread = self.x_of(1) - self.x_of(0) if len(self._names) > 1 else float(self.width())
        every = 1
        while spread * every < _LEAST_LABEL and every < len(self._names):
            every *= 2
        room = int(max(spread * every - _GAP, _LEAST_LABEL))
        top = _LINE_Y + _HANDLE + 2
        chosen = self.value()
        places = [chosen, *(i for i in range(0, len(self._names), every) if i != chosen)]
        taken: list[QRectF] = []
        for index in places:
            text = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideMiddle, room)
            width = metrics.horizontalAdvance(text)
            left = min(max(0.0, self.x_of(index) - width / 2), max(0.0, self.width() - width))
            box = QRectF(left, top, width, metrics.height())
            if any(box.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.setPen(theme.colour("text" if index == chosen else "dim"))
            painter.drawText(box.adjusted(-1, 0, 1, 0), Qt.AlignmentFlag.AlignCenter, text)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setValue(self.index_at(event.position().x()))
            event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setValue(index)
        elif self._names:
            self.setToolTip(f"{index} {self._names[index]}")

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
