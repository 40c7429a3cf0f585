"""Scrolls an area by rows, however many: the top row is exact, the bar a coarse picture of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.views.hex.position import DiskRows, ScrollRange

__all__ = ["RowScroll"]

_NOTCH = 120
_ROWS_PER_NOTCH = 3
_LEADING = 3
_ACTION = QAbstractSlider.SliderAction


class RowScroll(QObject):
    """Where an area stands: whole rows below a ruler of one row."""

    top_changed = Signal(object)
    """Another row is at the top; carries its number."""

    def __init__(self, area: QAbstractScrollArea, content_width: Callable[[], int]) -> None:
        """Scroll *area*; *content_width* returns how wide its rows are, in pixels."""
        super().__init__(area)
        self._area = area
        self._content_width = content_width
        self.rows = DiskRows(0, 16)
        self.top = 0
        self.row_height = 1
        self._wheel = 0
        area.verticalScrollBar().actionTriggered.connect(self._bar_used)
        self.measure()

    def measure(self) -> None:
        """Take the height of a row from the font of bytes."""
        self.row_height = QFontMetrics(theme.hex_font()).height() + _LEADING

    @property
    def left(self) -> int:
        """Pixels that the rows are scrolled sideways."""
        return self._area.horizontalScrollBar().value()

    @property
    def room(self) -> int:
        """Pixels across that rows have."""
        return self._area.viewport().width()

    def visible_rows(self) -> int:
        """Return how many whole rows fit below the ruler."""
        return max(1, self._area.viewport().height() // self.row_height - 1)

    def bottom(self) -> int:
        """Return the pixel at which the last whole row ends."""
        return (self.visible_rows() + 1) * self.row_height

    def seen(self) -> tuple[int, int]:
        """Return the bytes of the rows in view and of one screen each way, start and end."""
        visible = self.visible_rows() + 1
        start = self.rows.first_offset(max(0, self.top - visible))
        last = min(self.top + 2 * visible, self.rows.rows - 1)
        return start, self.rows.first_offset(last) + SECTOR

    def scroll_to(self, top: int) -> None:
        """Show the row *top* first, or as near to it as the disk allows."""
        top = min(max(0, top), self.rows.last_top(self.visible_rows()))
        moved = top != self.top
        self.top = top
        self.place_bars()
        if moved:
            self._area.viewport().update()
            self.top_changed.emit(top)

    def show_offset(self, offset: int) -> None:
        """Bring the row of byte *offset* into view."""
        self.scroll_to(self.rows.top_showing(offset, self.top, self.visible_rows()))

    def show_span(self, left: int, width: int) -> None:
        """Scroll sideways, if rows are wider than the view, until this part of them shows."""
        bar, room = self._area.horizontalScrollBar(), self.room
        if left + width > bar.value() + room:
            bar.setValue(left + width - room)
        elif left < bar.value():
            bar.setValue(0 if left + width <= room else left)

    def place_bars(self) -> None:
        """Put both bars where the view stands."""
        coarse = ScrollRange(self.rows.last_top(self.visible_rows()))
        bar = self._area.verticalScrollBar()
        with QSignalBlocker(bar):
            bar.setRange(0, coarse.maximum)
            bar.setPageStep(self.visible_rows())
            bar.setValue(coarse.value_of(self.top))
        beside = self._area.horizontalScrollBar()
        beside.setRange(0, max(0, self._content_width() - self.room))
        beside.setPageStep(self.room)
        beside.setSingleStep(self.row_height)

    def turn(self, event: QWheelEvent) -> bool:
        """Scroll by the wheel; return False where it is turned sideways, which is for the area."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            return False
        self._wheel += event.angleDelta().y() * _ROWS_PER_NOTCH
        rows = int(self._wheel / _NOTCH)
        self._wheel -= rows * _NOTCH
        self.scroll_to(self.top - rows)
        return True

    def _bar_used(self, action: int) -> None:
        """Turn what was done to the bar into rows: steps are exact, only a pull is coarse."""
        bar = self._area.verticalScrollBar()
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
