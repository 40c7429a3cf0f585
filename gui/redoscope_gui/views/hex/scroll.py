"""A scroll area over any number of rows: the top row is exact, the bar a coarse picture of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.views.hex.position import Layout, ScrollRange

__all__ = ["RowScroll"]

_NOTCH = 120
_ROWS_PER_NOTCH = 3
_LEADING = 3
_ACTION = QAbstractSlider.SliderAction


class RowScroll(QAbstractScrollArea):
    """Scrolls by whole rows below a ruler of one row."""

    top_changed = Signal(object)
    """Another row is at the top; carries its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = Layout(0, 16)
        self.top = 0
        self.row_height = 1
        self._wheel = 0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().actionTriggered.connect(self._bar_used)
        self.measure()

    def measure(self) -> None:
        """Take the height of a row from the font of bytes."""
        self.row_height = QFontMetrics(theme.hex_font()).height() + _LEADING

    def visible_rows(self) -> int:
        """Return how many whole rows fit below the ruler."""
        return max(1, self.viewport().height() // self.row_height - 1)

    def content_width(self) -> int:
        """Return how wide a row is."""
        return 0

    def scroll_to(self, top: int) -> None:
        """Show the row *top* first, or as near to it as the disk allows."""
        top = min(max(0, top), self.rows.last_top(self.visible_rows()))
        moved = top != self.top
        self.top = top
        self.place_bars()
        if moved:
            self.viewport().update()
            self.top_changed.emit(top)

    def show_span(self, left: int, width: int) -> None:
        """Scroll sideways, if rows are wider than the view, until this part of them shows."""
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        if left + width > bar.value() + room:
            bar.setValue(left + width - room)
        elif left < bar.value():
            bar.setValue(0 if left + width <= room else left)

    def place_bars(self) -> None:
        """Put both bars where the view stands."""
        coarse = ScrollRange(self.rows.last_top(self.visible_rows()))
        bar = self.verticalScrollBar()
        with QSignalBlocker(bar):
            bar.setRange(0, coarse.maximum)
            bar.setPageStep(self.visible_rows())
            bar.setValue(coarse.value_of(self.top))
        beside = self.horizontalScrollBar()
        beside.setRange(0, max(0, self.content_width() - self.viewport().width()))
        beside.setPageStep(self.viewport().width())
        beside.setSingleStep(self.row_height)

    def _bar_used(self, action: int) -> None:
        """Turn what was done to the bar into rows: steps are exact, only a pull is coarse."""
        bar = self.verticalScrollBar()
        page = max(1, self.visible_rows() - 1)
        steps = {
            _ACTION.SliderSingleStepAdd.value: 1,
            _ACTION.SliderSingleStepSub.value: -1,
            _ACTION.SliderPageStepAdd.value: page,
            _ACTION.SliderPageStepSub.value: -page,
        }
        coarse = ScrollRange(self.rows.last_top(self.visible_rows()))
        pulled = coarse.top_of(bar.sliderPosition())
        self.scroll_to(self.top + steps[action] if action in steps else pulled)
        # Qt takes the slider's position as its value as soon as this returns.
        bar.setSliderPosition(coarse.value_of(self.top))

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scroll_to(self.top)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.measure()
            self.scroll_to(self.top)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y() * _ROWS_PER_NOTCH
        rows = int(self._wheel / _NOTCH)
        self._wheel -= rows * _NOTCH
        self.scroll_to(self.top - rows)
        event.accept()
