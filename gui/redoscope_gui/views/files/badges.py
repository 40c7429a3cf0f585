"""The legend of the signs: what they mean, and how many files have each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.file_badges import BADGE_GAP, BADGE_SIDE, paint_badge
from redoscope_gui.file_words import Badge, badge_name

__all__ = ["Legend"]

_BETWEEN = 14


class Legend(QWidget):
    """What the signs mean and how many files have each, in as many lines as it takes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.counts: Mapping[Badge, int] = {}
        """How many files have each sign."""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        plain.set_name(self, self.tr("What the signs mean"))
        self.hide()

    def show_counts(self, counts: Mapping[Badge, int]) -> None:
        """Show how many files have each sign; nothing if none has one."""
        if counts == self.counts:
            return
        self.counts = {badge: counts[badge] for badge in Badge if counts.get(badge)}
        self.setVisible(bool(self.counts))
        words = ", ".join(self._words(badge) for badge in self.counts)
        plain.set_description(self, words)
        plain.set_tip(self, words)
        self.updateGeometry()
        self.update()

    def _words(self, badge: Badge) -> str:
        return f"{theme.grouped(self.counts[badge])} {badge_name(badge)}"

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return max((box.bottom() for _, box in self._places(width)), default=0) + BADGE_GAP

    @override
    def sizeHint(self) -> QSize:
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def _places(self, width: int) -> Iterator[tuple[Badge, QRect]]:
        """Yield each sign with the box of it and its words."""
        metrics = QFontMetrics(theme.small_font())
        side = round(BADGE_SIDE * theme.zoom())
        height, x, y = max(side, metrics.height()), 0, BADGE_GAP
        for badge in self.counts:
            taken = side + 2 * BADGE_GAP + metrics.horizontalAdvance(self._words(badge))
            if x and x + taken > width:
                x, y = 0, y + height + theme.HALF
            yield badge, QRect(x, y, taken, height)
            x += taken + _BETWEEN

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.small_font())
        side = round(BADGE_SIDE * theme.zoom())
        for badge, box in self._places(self.width()):
            top = box.top() + (box.height() - side) / 2
            paint_badge(painter, badge, QRectF(box.left(), top, side, side))
            painter.setPen(theme.colour("dim"))
            left = box.left() + side + 2 * BADGE_GAP
            room = QRect(left, box.top(), box.right() - left + BADGE_GAP, box.height())
            plain.draw(painter, room, int(Qt.AlignmentFlag.AlignVCenter), self._words(badge))
