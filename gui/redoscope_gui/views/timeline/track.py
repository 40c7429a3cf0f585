"""The slider of the timeline: one tick for each generation, in the colour of its link.

Its value is B. With a difference there is a second handle, A, on an older generation: Shift with
the mouse or the arrows moves it, and so does dragging it.
"""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["GenerationTrack"]

_MARGIN = 16
_DOT = 5.0
_HANDLE = 8.0
_LINE_Y = 14.0
_BRANCH = 9.0
_LEAST_LABEL = 88
"""Pixels from which on a name may be cut in its middle, at the usual text."""
_GAP = 12
_INK_DARK, _INK_LIGHT = QColor("#16181b"), QColor("#ffffff")
_HALF_LIGHT = 0.45
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class GenerationTrack(QSlider):
    """A slider over generations; its value is the index of the shown one."""

    since_wanted = Signal(object)
    """Generation A of the difference is to be another; carries its index."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._names: list[str] = []
        self._branches: frozenset[int] = frozenset()
        self.since: int | None = None
        """Generation A; None if no difference is shown."""
        self._pulls_a = False
        self.setRange(0, 0)
        self.setPageStep(1)
        self.setTracking(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        plain.set_name(self, self.tr("Generation"))

    def show_generations(self, names: list[str], branches: frozenset[int]) -> None:
        """Show the generations called *names*; at those in *branches* other children branch off."""
        self._names = names
        self._branches = branches
        self.blockSignals(True)
        self.setRange(0, max(0, len(names) - 1))
        self.blockSignals(False)
        self.updateGeometry()
        self.update()

    def show_since(self, since: int | None) -> None:
        """Show generation A of a difference at *since*, or no A."""
        self.since = since
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
        painter.drawLine(QPointF(start, _LINE_Y), QPointF(end, _LINE_Y))
        begin = start if self.since is None else self.x_of(self.since)
        painter.setPen(QPen(theme.colour("accent"), 2 if self.since is None else 4))
        painter.drawLine(QPointF(begin, _LINE_Y), QPointF(now, _LINE_Y))
        for index in range(last + 1):
            self._paint_tick(painter, index)
        if self.since is not None:
            self._paint_letter(painter, self.since, "A")
            self._paint_letter(painter, self.value(), "B")
        self._paint_names(painter)

    def _paint_tick(self, painter: QPainter, index: int) -> None:
        """Paint one generation; a stroke upwards where other children branch off."""
        centre = QPointF(self.x_of(index), _LINE_Y)
        chosen = index in (self.value(), self.since)
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
        elif theme.branch_of(index):
            painter.drawPolygon(theme.diamond(centre, reach))
        else:
            painter.drawEllipse(centre, reach, reach)

    def _paint_letter(self, painter: QPainter, index: int, letter: str) -> None:
        """Write A or B into a handle."""
        colour = theme.link_colour(index)
        painter.setFont(theme.small_font())
        painter.setPen(_INK_DARK if colour.lightnessF() > _HALF_LIGHT else _INK_LIGHT)
        box = QRectF(self.x_of(index) - _HANDLE, _LINE_Y - _HANDLE, 2 * _HANDLE, 2 * _HANDLE)
        plain.draw(painter, box, Qt.AlignmentFlag.AlignCenter, letter)

    def _paint_names(self, painter: QPainter) -> None:
        """Write the names that have room; the chosen one always."""
        painter.setFont(theme.small_font())
        for index, text, box in self.labels():
            painter.setPen(theme.colour("text" if index in (self.value(), self.since) else "dim"))
            plain.draw(painter, box.adjusted(-1, 0, 1, 0), Qt.AlignmentFlag.AlignCenter, text)

    def labels(self) -> list[tuple[int, str, QRectF]]:
        """Return the names that have room: generation, text and box."""
        metrics = QFontMetrics(theme.small_font())
        spread = self.x_of(1) - self.x_of(0) if len(self._names) > 1 else float(self.width())
        stems = [PurePath(name).stem for name in self._names]
        longest = max(map(metrics.horizontalAdvance, stems))
        least = min(longest, round(_LEAST_LABEL * theme.zoom()))
        every = 1
        while spread * every < least + _GAP and every < len(self._names):
            every *= 2
        room = int(min(max(spread * every - _GAP, least), self.width() - 2))
        names = self._names
        if any(metrics.horizontalAdvance(name) > room for name in names):
            names = stems
        top = _LINE_Y + _HANDLE + 2
        chosen = self.value()
        first = [chosen] if self.since is None else [chosen, self.since]
        rest = (len(self._names) - 1, *range(0, len(self._names), every))
        places = list(dict.fromkeys((*first, *rest)))
        taken: list[tuple[int, str, QRectF]] = []
        for index in places:
            text = plain.elided(metrics, names[index], Qt.TextElideMode.ElideMiddle, room)
            width = metrics.horizontalAdvance(text)
            left = min(max(0.0, self.x_of(index) - width / 2), max(0.0, self.width() - width))
            box = QRectF(left, top, width, metrics.height())
            wide = box.adjusted(-_GAP, 0, _GAP, 0)
            if not any(wide.intersects(other) for _, _, other in taken):
                taken.append((index, text, box))
        return taken

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            index = self.index_at(event.position().x())
            on_a = index == self.since and index != self.value()
            self._pulls_a = on_a or bool(event.modifiers() & _SHIFT)
            self._pull_to(index)
            event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pull_to(index)
        elif self._names:
            plain.set_tip(self, f"{index} {self._names[index]}")

    def _pull_to(self, index: int) -> None:
        """Move the handle that the mouse holds."""
        if not self._pulls_a:
            self.setValue(index)
        elif index != self.since:
            self.since_wanted.emit(index)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pulls_a = False
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & _SHIFT:
            super().keyPressEvent(event)
            return
        now = self.value() if self.since is None else self.since
        self.since_wanted.emit(now + step)
