"""The scale of the map: which strength of a colour is which share of a cell, with its marks."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.maps import FIRST_OWNER, MapClass, MapMode
from redoscope_gui.views.map.colours import colour_of
from redoscope_gui.views.map.labels import label_font, share_text
from redoscope_gui.views.map.oklab import mixed
from redoscope_gui.views.map.ramp import FULL, MARKS, strength_of

__all__ = ["MapScale"]

_TALL = 8
_STOPS = 24
_WIDEST = 420
_PARTS = 1_000_000
_APART = 6


class _Ramp(QWidget):
    """The inks from nothing to full, and marks where shares are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_WIDEST)
        self._mode: MapMode | None = None
        self._lone = FULL
        self._top = FULL
        self._links = 1

    def show_scale(self, mode: MapMode | None, lone: float, top: float, links: int) -> None:
        """Show the inks of *mode*; *lone* is the share of one grain, *top* has the full ink."""
        self._mode, self._lone, self._top, self._links = mode, lone, top, links
        self.update()

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Each share that has a mark, as it is written; that of one grain comes first."""
        inside = [share for share in MARKS if share < self._top]
        told = [(share, _share_words(share)) for share in (*inside, self._top)]
        return [(self._lone, self.tr("1 grain")), *told]

    def _full(self) -> QColor:
        """Return the colour that stands for all of its mode."""
        if self._mode in {MapMode.OWNER, MapMode.CONTENT}:
            return theme.colour("text")
        if self._mode is MapMode.HEAT:
            return colour_of(MapMode.HEAT, FIRST_OWNER, self._links)
        return colour_of(MapMode.CHANGED, MapClass.DATA, self._links)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDEST, _TALL + 2 + QFontMetrics(label_font()).height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mode is None:
            return
        painter = QPainter(self)
        painter.setFont(label_font())
        metrics = QFontMetrics(label_font())
        box = QRect(0, 0, self.width() - 1, _TALL)
        fill = QLinearGradient(box.topLeft(), box.topRight())
        ground, full = theme.colour("absent"), self._full()
        for stop in range(_STOPS + 1):
            fill.setColorAt(stop / _STOPS, mixed(ground, full, stop / _STOPS))
        painter.fillRect(box, fill)
        painter.setPen(theme.colour("line_strong"))
        painter.drawRect(box)
        taken: list[QRectF] = []
        # The two ends are told first: what stands in their way is not.
        lone, *others = self.marks
        if self._lone >= self._top:  # both are at the end
            lone = (self._top, f"{lone[1]} = {others.pop()[1]}")
        for share, words in (lone, *reversed(others)):
            x = strength_of(share, self._top) * box.width()
            painter.setPen(theme.colour("text"))
            painter.drawLine(round(x), box.height() - 3, round(x), box.height() + 3)
            place = self._place_of(metrics, words, x, taken)
            if place is not None:
                taken.append(place)
                painter.setPen(theme.colour("dim"))
                plain.draw(painter, place, Qt.AlignmentFlag.AlignCenter, words)

    def _place_of(
        self, metrics: QFontMetrics, words: str, x: float, taken: list[QRectF]
    ) -> QRectF | None:
        """Return where *words* stand at the mark at *x*: what is few stands left of its mark."""
        wide = metrics.horizontalAdvance(words)
        for before in (1.0 if not taken else 0.5, 0.5, 0.0, 1.0):
            left = min(max(0.0, x - wide * before), self.width() - wide)
            place = QRectF(left, _TALL + 2, wide, metrics.height())
            if not any(place.adjusted(-_APART, 0, _APART, 0).intersects(each) for each in taken):
                return place
        return None


_LEAST = 150
"""Pixels of the ramp, at the usual text, that its words make room for."""


class MapScale(QWidget):
    """The ramp, and whether its end is a full cell or the fullest cell of the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain.set_name(self, self.tr("Scale of the map"))
        self._shown: tuple[object, ...] = ()
        self.words = plain.Label(self)
        self.ramp = _Ramp(self)
        self.fitted = QToolButton(self)
        self.fitted.setCheckable(True)
        self.fitted.setAutoRaise(True)
        self.fitted.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fitted.setText(self.tr("Fitted"))
        plain.set_name(self.fitted, self.tr("Fit the scale to this picture"))
        plain.set_tip(
            self.fitted,
            self.tr("The fullest cell of this picture has the full colour; else a full cell has"),
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.STEP)
        line.addWidget(self.words)
        line.addWidget(self.ramp, 1)
        line.addWidget(self.fitted)
        line.addStretch()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        taken = self.words.sizeHint().width() + self.fitted.sizeHint().width()
        self.words.setVisible(self.width() - taken > _LEAST * theme.zoom())

    def show_scale(
        self, mode: MapMode | None, lone: float = FULL, top: float = FULL, links: int = 1
    ) -> None:
        """Show the inks of *mode*, None for no disk; shares are those of a cell."""
        shown = (mode, lone, top, links, self.fitted.isChecked())
        if shown == self._shown:  # as with most pictures of one disk
            return
        self._shown = shown
        self.ramp.show_scale(mode, lone, top, links)
        self.words.setText(self.tr("Share of a cell") if mode is not None else "")
        told = [f"{words} = {_share_words(share)}" for share, words in self.ramp.marks[:1]]
        told += [words for _, words in self.ramp.marks[1:]]
        told.append(self.tr("fitted to this picture") if self.fitted.isChecked() else "absolute")
        plain.set_description(self, ", ".join(told))
        tip = self.tr("A colour is the stronger the more of its cell it has, tenfold by tenfold.")
        plain.set_tip(self.ramp, tip, ", ".join(told))


def _share_words(share: float) -> str:
    return share_text(round(share * _PARTS), _PARTS)
